"""The figures of this node's wallboards and consoles: computed at most once a second, whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from agents.console import View
from app.db.database import Database
from app.live.bell import Bell
from app.live.boards import Boards
from app.live.hub import Hub
from app.observe.clock import Clock
from app.settings import Settings
from app.usecases.board_view import board_view, queue_for_console

EVERY_S = 1.0
log = structlog.get_logger(__name__)


class Figures:
    """While boards are open they tick; for consoles alone only when something rang."""

    def __init__(self, db: Database, clock: Clock, settings: Settings, bell: Bell, hub: Hub, boards: Boards) -> None:
        self._db = db
        self._clock = clock
        self._zone = settings.zone
        self._hub = hub
        self._boards = boards
        self._latest: Mapping[str, Any] | None = None
        self._at = float("-inf")
        self._rung = True
        self._computing = asyncio.Lock()
        for noun in ("board", "queue"):
            bell.on(noun, self._note)

    def _note(self, _: str) -> None:
        self._rung = True

    async def current(self) -> Mapping[str, Any]:
        """Figures at most a second old; computing them brings all boards and consoles up to date."""
        async with self._computing:
            loop = asyncio.get_running_loop()
            if self._latest is None or loop.time() - self._at >= EVERY_S:
                self._rung = False
                now_ms = self._clock.now_ms()
                self._latest = await board_view(self._db, now_ms, self._zone)
                self._at = loop.time()
                self._boards.publish(self._latest, now_ms)
                self._hub.queues.publish(_queues(self._latest))
            return self._latest

    async def tick(self) -> None:
        """Once a second, for as long as the application runs."""
        while True:
            await asyncio.sleep(EVERY_S)
            if not self._boards.open and not (self._rung and self._hub.connections):
                continue
            try:
                await self.current()
            except Exception:  # the rows cannot be read now; boards keep what they show, and its time
                log.exception("figures_not_computed")


def _queues(figures: Mapping[str, Any]) -> View:
    view = View()
    for queue in figures["queues"]:
        view.add("queue", queue_for_console(queue))
    return view
