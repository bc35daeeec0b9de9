"""Customers whose last chat window has closed: after a grace for reloads and lost networks they count as gone."""

from __future__ import annotations

import asyncio

import structlog

from app.live.openings import Door
from app.usecases.customer_presence import customer_back, customer_left
from app.usecases.hotline import Hotline

GRACE_S = 10.0
log = structlog.get_logger(__name__)


class Departures:
    """Knows the windows of this node."""

    def __init__(self, hotline: Hotline, windows: Door, grace_s: float = GRACE_S) -> None:
        self.grace_s = grace_s
        self._hotline = hotline
        self._windows = windows
        self._tasks: set[asyncio.Task[None]] = set()

    def closed(self, contact_id: str) -> None:
        """A window of this conversation has closed."""
        if self._windows.holds(contact_id):
            return
        task = asyncio.create_task(self._note(contact_id, self._hotline.clock.now_ms()), name="chat-departure")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """The node ends: its customers go on at another one."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _note(self, contact_id: str, at_ms: int) -> None:
        await asyncio.sleep(self.grace_s)
        if self._windows.holds(contact_id):
            return
        try:
            await customer_left(self._hotline, contact_id, at_ms)
            if self._windows.holds(contact_id):  # they came while it was written
                await customer_back(self._hotline, contact_id)
        except Exception:  # the database cannot be reached now; the agent learns it from the silence
            log.exception("departure_not_noted")
