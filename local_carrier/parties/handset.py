"""What the party of one call hears and does, as a transcript that can be followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from local_carrier.clock import Clock

Line = dict[str, Any]


class Handset:
    """Lines are `{seq, at, kind, …}`, seq from 1. `listeners` hear of each new line as it is written."""

    __slots__ = ("_clock", "_dropped", "_waiters", "lines", "listeners", "owner")

    def __init__(self, clock: Clock, owner: str) -> None:
        self._clock = clock
        self.owner = owner
        self.lines: list[Line] = []
        self._dropped = 0
        self.listeners: list[Callable[[Line], None]] = []
        self._waiters: list[asyncio.Future[None]] = []

    def write(self, kind: str, **data: Any) -> Line:
        line = {"seq": self._dropped + len(self.lines) + 1, "at": self._clock.now_ms(), "kind": kind, **data}
        self.lines.append(line)
        for listener in list(self.listeners):
            listener(line)
        self.ring_waiters()
        return line

    def ring_waiters(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def keep(self, count: int) -> None:
        """Drops the oldest lines but `count`; those that stay keep their numbers."""
        surplus = max(0, len(self.lines) - count)
        del self.lines[:surplus]
        self._dropped += surplus

    @property
    def waiting(self) -> int:
        """How many wait for the next line."""
        return len(self._waiters)

    def after(self, seq: int) -> list[Line]:
        return self.lines[max(0, seq - self._dropped) :]

    async def follow(self, seq: int, wait_s: float) -> list[Line]:
        """Lines after `seq`, waiting up to `wait_s` of real time for the first of them."""
        if not self.after(seq) and wait_s > 0:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            try:
                async with asyncio.timeout(wait_s):
                    await waiter
            except TimeoutError:
                pass
            finally:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)
        return self.after(seq)
