"""One agent's feed on this node: what was sent, what was missed, and when to look again."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, TypeAlias

import structlog

from agents.console import CHAT, Key, Sent, View, changes, snapshot
from app.live.outgoing import Outgoing
from app.live.sequence import Sequence

BUFFERED_FRAMES = 128
BUFFERED_CHARS = 16_384
RETRY_S = 0.25
Build: TypeAlias = Callable[[Mapping[Key, Sent]], Awaitable[View]]
log = structlog.get_logger(__name__)


def encode(frame: Mapping[str, Any]) -> str:
    """A frame as the text that is sent."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


class Sheet:
    """Objects as the clients have them, and the frames that bring them up to date."""

    def __init__(self, sequence: Sequence) -> None:
        self._sequence = sequence
        self.sent: dict[Key, Sent] = {}

    def update(self, view: View) -> list[tuple[int, str]]:
        """The frames that make of what was sent what `view` shows: (seq, text), each serialised once."""
        frames = []
        for key, item, frame in list(changes(self.sent, view)):
            seq = self._sequence.next()
            if item is None:
                self.sent.pop(key, None)
                frames.append((seq, encode({"type": frame["type"], "seq": seq, **frame})))
            else:
                self.sent[key] = Sent(seq, item)
                frames.append((seq, encode({"type": frame["type"], "seq": seq, "rev": seq, **frame})))
        for key in [key for key in self.sent if key[0] == CHAT and key not in view.objects]:
            del self.sent[key]
        return frames


class Shared(Sheet):
    """A sheet that many feeds show: the queues, the warnings, the announcements."""

    def __init__(self, sequence: Sequence) -> None:
        super().__init__(sequence)
        self.feeds: set[Feed] = set()

    def publish(self, view: View) -> None:
        """Bring all feeds up to date."""
        for seq, text in self.update(view):
            for feed in tuple(self.feeds):
                feed.push(seq, text)


class Feed(Sheet):
    """Looks at the rows when rung for, one look at a time, and sends what changed to the sockets that listen."""

    def __init__(self, build: Build, sequence: Sequence, shared: Collection[Shared]) -> None:
        super().__init__(sequence)
        self._build = build
        self._shared = shared
        self._buffer: deque[tuple[int, str]] = deque()
        self._chars = 0
        self._floor = sequence.last
        self._dirty = False
        self._looking: asyncio.Task[None] | None = None
        self.clients: set[Outgoing] = set()
        for sheet in shared:
            sheet.feeds.add(self)

    def poke(self) -> asyncio.Task[None]:
        """Look soon; rings that come while a look is under way lead to one more."""
        self._dirty = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="console-feed")
        return self._looking

    async def fresh(self) -> None:
        """Return after a look that began after this call."""
        await asyncio.shield(self.poke())

    async def _look(self) -> None:
        try:
            await self._look_until_clean()
        finally:
            self._looking = None

    async def _look_until_clean(self) -> None:
        while self._dirty:
            self._dirty = False
            try:
                view = await self._build(self.sent)
            except Exception:  # the rows cannot be read now; the screen stays as it is
                log.exception("console_view_failed")
                self._dirty = True
                await asyncio.sleep(RETRY_S)
                continue
            for seq, text in self.update(view):
                self.push(seq, text)

    def push(self, seq: int, text: str) -> None:
        """Send a frame to all sockets and keep it for those who come back."""
        self._buffer.append((seq, text))
        self._chars += len(text)
        while len(self._buffer) > BUFFERED_FRAMES or self._chars > BUFFERED_CHARS:
            dropped, old = self._buffer.popleft()
            self._floor = dropped
            self._chars -= len(old)
        for client in tuple(self.clients):
            client.put(text)

    def mention(self, frame: Mapping[str, Any]) -> None:
        """Send what holds for a moment only: it is not kept for those who come back."""
        text = encode({**frame, "seq": self._sequence.next()})
        for client in tuple(self.clients):
            client.put(text)

    def missed(self, after: int) -> tuple[int, list[str]] | None:
        """The last seq and the frames since `after`; None when they are not all here."""
        if after < self._floor or after > self._sequence.last:
            return None
        return self._sequence.last, [text for seq, text in self._buffer if seq > after]

    def snapshot(self) -> dict[str, Any]:
        """All that the client is to have, as of the last seq."""
        sent = dict(self.sent)
        for sheet in self._shared:
            sent |= sheet.sent
        return {"seq": self._sequence.last, **snapshot(sent)}

    def close(self) -> None:
        """Stop looking."""
        for sheet in self._shared:
            sheet.feeds.discard(self)
        if self._looking is not None:
            self._looking.cancel()
