"""What one chat window has been sent, and the look that brings it up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from app.live.bell import Bell
from app.live.feed import encode
from app.live.outgoing import Outgoing
from app.usecases.advance_chat import follow_line
from app.usecases.chat_view import UNTOLD, ChatView, chat_view
from app.usecases.hotline import Hotline

RETRY_S = 0.5
log = structlog.get_logger(__name__)


class ChatWindow:
    """Looks when rung for, one look at a time; on the way it takes the tree on when the line has moved."""

    def __init__(self, hotline: Hotline, bell: Bell, contact_id: str, outgoing: Outgoing, shown: ChatView) -> None:
        self.contact_id = contact_id
        self._hotline = hotline
        self._bell = bell
        self._outgoing = outgoing
        self._messages = {message["message_id"] for message in shown.messages}
        self._waiting: Mapping[str, Any] | None = None
        self._agent: Mapping[str, Any] | None = None
        self._ended = False
        self._dirty = False
        self._looking: asyncio.Task[None] | None = None
        self._line: tuple[str, Callable[[], None]] | None = None
        self._ends = (
            bell.on(f"contact:{contact_id}", lambda _: self.poke()),
            bell.on(f"typing:{contact_id}", self._hear_typing, looks=False),
        )

    def poke(self) -> None:
        """Look soon."""
        self._dirty = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="chat-window")

    def close(self) -> None:
        """Stop looking."""
        for end in self._ends:
            end()
        self._stand_in(None)
        if self._looking is not None:
            self._looking.cancel()

    @property
    def with_agent(self) -> bool:
        """Whether somebody reads along."""
        return self._agent is not None and not self._ended

    def _hear_typing(self, ring: str) -> None:
        if ring.endswith(":agent"):
            self._send("typing", {})

    async def _look(self) -> None:
        while self._dirty:
            self._dirty = False
            try:
                await follow_line(self._hotline, self.contact_id)
                view = await chat_view(self._hotline.db, self.contact_id)
            except Exception:  # the rows cannot be read or written now; the window stays as it is
                log.exception("chat_look_failed")
                self._dirty = True
                await asyncio.sleep(RETRY_S)
                continue
            if view is not None:
                self._show(view)

    def _show(self, view: ChatView) -> None:
        for message in view.messages:
            if message["message_id"] not in self._messages:
                self._messages.add(message["message_id"])
                self._send("message", message)
        self._stand_in(view.task_id if view.waiting is not None else None)
        waiting = self._never_growing(view.waiting)
        if waiting != self._waiting and waiting is not None:
            self._send("waiting", waiting)
        elif self._waiting is not None and waiting is None and view.agent is None:
            self._send("waiting", {**UNTOLD, "over": True})  # the tree goes on
        self._waiting = waiting
        if view.agent != self._agent and view.agent is not None:
            self._send("agent", view.agent)
        self._agent = view.agent
        if view.ended is not None and not self._ended:
            self._ended = True
            self._send("ended", {"reason": view.ended})

    def _never_growing(self, waiting: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """A place is never larger than the last one told (rule 11)."""
        if waiting is None or self._waiting is None or waiting is UNTOLD:
            return waiting
        told, ahead = self._waiting["ahead"], waiting["ahead"]
        if told is None or (ahead is not None and ahead <= told):
            return waiting
        return {**waiting, "ahead": told}

    def _stand_in(self, task_id: str | None) -> None:
        """Listen to the place of this task."""
        if self._line is not None and self._line[0] != task_id:
            self._line[1]()
            self._line = None
        if task_id is not None and self._line is None:
            self._line = (task_id, self._bell.on(f"waiting:{task_id}", lambda _: self.poke()))

    def _send(self, kind: str, fields: Mapping[str, Any]) -> None:
        self._outgoing.put(encode({"type": kind, **fields}))
