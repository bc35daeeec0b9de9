"""What waits to be written to one socket. A client that does not read is dropped, never waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

MAX_FRAMES = 256
MAX_CHARS = 512 * 1024
TRY_AGAIN_LATER = 1013


@dataclass(frozen=True, slots=True)
class Closing:
    """Why the server ends a socket."""

    code: int
    reason: str


class Outgoing:
    """A bounded queue of frames with one reader. Putting never waits.

    There is one for each open socket, for hours: hence no events, each of which would cost as much as all the rest.
    """

    __slots__ = ("_chars", "_frames", "_max_chars", "_max_frames", "_reader", "_stalled", "closing", "on_stall")

    def __init__(self, max_frames: int = MAX_FRAMES, max_chars: int = MAX_CHARS) -> None:
        self._frames: list[str] = []
        self._chars = 0
        self._max_frames = max_frames
        self._max_chars = max_chars
        self._reader: asyncio.Future[None] | None = None
        self._stalled = False
        self.closing: Closing | None = None
        self.on_stall: Callable[[], object] | None = None
        """Called when the client was found too slow: whoever is still writing to it must be stopped."""

    def put(self, frame: str) -> None:
        """Queue a frame; too many unread ones end the socket with 1013."""
        if self.closing is not None:
            return
        if len(self._frames) >= self._max_frames or self._chars + len(frame) > max(self._max_chars, len(frame)):
            self._stalled = True
            self.close(TRY_AGAIN_LATER, "too slow")
            if self.on_stall is not None:
                self.on_stall()
            return
        self._frames.append(frame)
        self._chars += len(frame)
        self._wake()

    def close(self, code: int, reason: str) -> None:
        """End the socket after what is queued (at once when it was too slow). The first reason stays."""
        if self.closing is None:
            self.closing = Closing(code, reason)
        self._wake()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def next(self) -> str | None:
        """The next frame to write; None when the socket is to be closed."""
        while True:
            if self._frames and not self._stalled:
                frame = self._frames.pop(0)
                self._chars -= len(frame)
                return frame
            if self.closing is not None:
                return None
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
