"""One call as the carrier sees it: its state, and the single place where whatever happens to it arrives."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local_carrier.clock import Clock, Timer
from local_carrier.parties.handset import Handset
from local_carrier.webhooks.client import Cookies

if TYPE_CHECKING:
    from local_carrier.rooms import Room

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True, slots=True)
class Target:
    """What to execute next: an address to ask, or a document given inline."""

    url: str = ""
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()
    twiml: str | None = None
    fallback_url: str = ""
    fallback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class Key:
    digit: str


@dataclass(frozen=True, slots=True)
class Speech:
    words: str


class Interrupt(Exception):
    """Something from outside that takes a call out of what it is doing."""


class Ended(Interrupt):
    """The call is over."""


class Redirected(Interrupt):
    """The call was given other instructions over the REST API."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.url)
        self.target = target


@dataclass(frozen=True, slots=True)
class StatusCallback:
    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(eq=False)
class Leg:
    """`status` is one of queued, ringing, in-progress or a member of FINAL; instants are epoch ms."""

    sid: str
    clock: Clock
    direction: str
    from_: str
    to: str
    handset: Handset
    created_at: int
    status: str = "queued"
    parent_sid: str = ""
    started_at: int = 0
    answered_at: int = 0
    ended_at: int = 0
    updated_at: int = 0
    queue_time_ms: int = 0
    callback: StatusCallback | None = None
    extra: tuple[tuple[str, str], ...] = ()
    cookies: Cookies = field(default_factory=Cookies)
    fallback_url: str = ""
    room: Room | None = None
    sequence: int = 0
    answered_by: str = ""
    time_limit_s: int = 14_400
    limit: Timer | None = None
    annotations: dict[str, Any] = field(default_factory=dict)
    on_end: list[Callable[[Leg], None]] = field(default_factory=list)
    on_answer: list[Callable[[Leg], None]] = field(default_factory=list)
    _inbox: deque[Key | Speech] = field(default_factory=deque)
    _interrupts: deque[Interrupt] = field(default_factory=deque)
    _waiter: asyncio.Future[None] | None = None

    @property
    def party(self) -> str:
        """Who stands at the other end: the caller of an inbound call, the called one of any other."""
        return self.from_ if self.direction == "inbound" else self.to

    @property
    def over(self) -> bool:
        return self.status in FINAL

    @property
    def duration_s(self) -> int:
        if not self.answered_at:
            return 0
        return -(-((self.ended_at or self.clock.now_ms()) - self.answered_at) // 1000)

    def put(self, item: Key | Speech) -> None:
        """Hands in a key or a sentence of the party."""
        self._inbox.append(item)
        self._wake()

    def interrupt(self, interrupt: Interrupt) -> None:
        """Raises `interrupt` in whatever this call is doing, as soon as it looks."""
        self._interrupts.append(interrupt)
        self._wake()

    def withdraw(self, kind: type[Interrupt]) -> list[Interrupt]:
        """Drops interrupts of a kind that nothing will answer any more, and returns them."""
        dropped = [i for i in self._interrupts if isinstance(i, kind)]
        self._interrupts = deque(i for i in self._interrupts if not isinstance(i, kind))
        return dropped

    def forget_input(self) -> None:
        """Keys and words that came while nobody listened are lost."""
        self._inbox.clear()

    def check(self) -> None:
        """Raises what is pending: the end of the call first, then interrupts in order."""
        if self.over:
            raise Ended
        if self._interrupts:
            raise self._interrupts.popleft()

    async def wait(self, until_ms: int | None = None) -> Key | Speech | None:
        """The next key or sentence; None at `until_ms`; raises an Interrupt if one arrives."""
        while True:
            self.check()
            if self._inbox:
                return self._inbox.popleft()
            if until_ms is not None and self.clock.now_ms() >= until_ms:
                return None
            await self._sleep(until_ms)

    async def until(self, done: Callable[[], bool]) -> Key | Speech | None:
        """Like `wait`, but ends with None when `done()` holds; whoever makes it hold calls `nudge`."""
        while True:
            self.check()
            if self._inbox:
                return self._inbox.popleft()
            if done():
                return None
            await self._sleep(None)

    def nudge(self) -> None:
        self._wake()

    async def _sleep(self, until_ms: int | None) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiter = future
        timer = None
        if until_ms is not None:
            timer = self.clock.call_at(until_ms, self._wake)
        try:
            await self.clock.park(future)
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    def _wake(self) -> None:
        if self._waiter is not None:
            self.clock.wake(self._waiter, None)
