"""The one way to write: units of many requests share a commit, and each answer leaves after its commit."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from app.db.write_set import Committed, Unavailable, WriteError, WriteSet
from app.observe.failpoints import failpoint

BATCH_LIMIT = 256
Outcome: TypeAlias = Committed | WriteError
Ring: TypeAlias = Callable[[Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class Unit:
    """A write-set with the future of whoever waits for it."""

    write_set: WriteSet
    done: asyncio.Future[Committed]


class Committer(ABC):
    """Collects what arrives while a commit is under way and writes it as the next batch."""

    def __init__(self) -> None:
        self._pending: deque[Unit] = deque()
        self._wake = asyncio.Event()
        self._listeners: list[Ring] = []
        self._workers: list[asyncio.Task[None]] = []
        self._closing = False
        self.failing = False
        """Nothing of the last batch could be written: the file or the server is full, locked or gone."""

    async def commit(self, write_set: WriteSet) -> Committed:
        """Write one unit. Returns when it is durable; raises a `WriteError` when nothing was written.

        A caller that is cancelled does not take the unit with it: it is written all the same.
        """
        if self._closing:
            raise WriteError("the database is closed")
        done: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._pending.append(Unit(write_set, done))
        self._wake.set()
        return await done

    def on_ring(self, listener: Ring) -> None:
        """Call `listener` with the rings of each batch after its commit."""
        self._listeners.append(listener)

    def off_ring(self, listener: Ring) -> None:
        """Call `listener` no more."""
        self._listeners.remove(listener)

    def start_workers(self, count: int) -> None:
        """Begin to write."""
        self._workers = [asyncio.create_task(self._work(), name=f"committer-{n}") for n in range(count)]

    async def close(self) -> None:
        """Write what is waiting, then stop."""
        self._closing = True
        self._wake.set()
        await asyncio.gather(*self._workers)

    async def _work(self) -> None:
        while True:
            while not self._pending:
                if self._closing:
                    return
                self._wake.clear()
                await self._wake.wait()
            units = [self._pending.popleft() for _ in range(min(len(self._pending), BATCH_LIMIT))]
            try:
                outcomes = await self.write_batch([unit.write_set for unit in units])
            except Exception as error:  # noqa: BLE001 (a bug in one batch must not stop all writing)
                outcomes = [_as_write_error(error)] * len(units)
            self.failing = all(isinstance(outcome, Unavailable) for outcome in outcomes)
            self._answer(units, outcomes)

    def _answer(self, units: list[Unit], outcomes: list[Outcome]) -> None:
        rings: dict[str, None] = {}
        for unit, outcome in zip(units, outcomes, strict=True):
            if isinstance(outcome, Committed) and outcome.won:
                rings.update(dict.fromkeys(unit.write_set.rings))
            if unit.done.done():
                continue
            if isinstance(outcome, Committed):
                unit.done.set_result(outcome)
            else:
                unit.done.set_exception(outcome)
        failpoint("commit.answered")
        self.ring(list(rings))

    def ring(self, rings: Sequence[str]) -> None:
        """Tell the listeners of this process what changed."""
        if rings:
            for listener in self._listeners:
                listener(rings)

    @abstractmethod
    async def write_batch(self, write_sets: list[WriteSet]) -> list[Outcome]:
        """Write a batch in one transaction; one outcome for each unit, in order."""


def _as_write_error(error: Exception) -> WriteError:
    if isinstance(error, WriteError):
        return error
    failed = WriteError(f"{type(error).__name__}: {error}")
    failed.__cause__ = error
    return failed
