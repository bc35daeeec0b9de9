"""Time: real, or driven by the test.

The driven clock counts what is in flight. Everything that runs is started with `spawn` or stands inside
`busy`;
whatever waits for time or for another party waits in `park`. When nothing is in flight the next timer may
fire,
one at a time, so a run is a fixed sequence for a given seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
DRIVEN_EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    driven: bool

    def now_ms(self) -> int: ...

    def call_at(self, due_ms: int, action: Callable[[], None]) -> Timer: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...

    async def park(self, future: asyncio.Future[T]) -> T: ...

    def wake(self, future: asyncio.Future[T], value: T) -> None: ...

    def busy(self) -> contextlib.AbstractContextManager[None]: ...

    async def close(self) -> None: ...


class _Tasks:
    """Keeps hold of what runs, and ends it when the carrier closes."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self.closed = False
        self.failed: list[BaseException] = []

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        if self.closed:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        problem = None if task.cancelled() else task.exception()
        if problem is not None:
            self.failed.append(problem)
            asyncio.get_running_loop().call_exception_handler(
                {"message": "a task of the carrier failed", "exception": problem, "task": task}
            )

    async def close(self) -> None:
        self.closed = True
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def sleep(clock: Clock, ms: int) -> None:
    """Waits `ms` of the clock's time."""
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    timer = clock.call_at(clock.now_ms() + ms, lambda: clock.wake(future, None))
    try:
        await clock.park(future)
    finally:
        timer.cancel()


class RealClock:
    """Wall time in epoch milliseconds, never going backwards within a process."""

    driven = False

    def __init__(self) -> None:
        self._offset_ms = int(time.time() * 1000) - int(time.monotonic() * 1000)
        self._tasks = _Tasks()

    def now_ms(self) -> int:
        return self._offset_ms + int(time.monotonic() * 1000)

    def call_at(self, due_ms: int, action: Callable[[], None]) -> Timer:
        delay_s = max(0, due_ms - self.now_ms()) / 1000
        return asyncio.get_running_loop().call_later(delay_s, action)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(work)

    async def close(self) -> None:
        await self._tasks.close()

    async def park(self, future: asyncio.Future[T]) -> T:
        return await future

    def wake(self, future: asyncio.Future[T], value: T) -> None:
        if not future.done():
            future.set_result(value)

    def busy(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


class _Entry:
    __slots__ = ("action", "due_ms", "number")

    def __init__(self, due_ms: int, number: int, action: Callable[[], None] | None) -> None:
        self.due_ms, self.number, self.action = due_ms, number, action

    def __lt__(self, other: _Entry) -> bool:
        return (self.due_ms, self.number) < (other.due_ms, other.number)

    def cancel(self) -> None:
        self.action = None


class DrivenClock:
    """Virtual time. It stands still until `advance` or `run` allows it to move, and then only while idle.

    `settle_ms` is real time that must pass without anything in flight before each step: 0 for a server that
    does
    nothing after it has answered, a few milliseconds for one that acts on its own.
    """

    driven = True

    def __init__(self, start_ms: int = DRIVEN_EPOCH_MS, settle_ms: int = 0) -> None:
        self._now = start_ms
        self._heap: list[_Entry] = []
        self._numbers = 0
        self._running = 0
        self._limit: int | None = start_ms
        self._settle_s = settle_ms / 1000
        self._activity = 0
        self._scheduled = False
        self._reached: list[asyncio.Future[None]] = []
        self._tasks = _Tasks()
        self.on_advance: list[Callable[[], None]] = []

    def now_ms(self) -> int:
        return self._now

    @property
    def failed(self) -> list[BaseException]:
        """What went wrong inside the carrier itself: always a defect."""
        return self._tasks.failed

    @property
    def running(self) -> int:
        """How many activities are in flight."""
        return self._running

    def call_at(self, due_ms: int, action: Callable[[], None]) -> Timer:
        self._numbers += 1
        entry = _Entry(max(due_ms, self._now), self._numbers, action)
        heapq.heappush(self._heap, entry)
        self._consider()
        return entry

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if self._tasks.closed:
            work.close()
            return
        # Counted from now, not from when the loop comes round to it.
        self._enter()
        self._tasks.start(self._counted(work))

    async def close(self) -> None:
        """Ends whatever runs; time stands still from then on."""
        self._heap.clear()
        await self._tasks.close()

    async def _counted(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._leave()

    async def park(self, future: asyncio.Future[T]) -> T:
        if future.done():
            # `wake` counted it as running already, and so is its waiter.
            self._leave()
            return future.result()
        self._leave()
        try:
            return await future
        except asyncio.CancelledError:
            if not future.done() or future.cancelled():
                self._enter()
            raise

    def wake(self, future: asyncio.Future[T], value: T) -> None:
        if not future.done():
            self._enter()
            future.set_result(value)

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        self._enter()
        try:
            yield
        finally:
            self._leave()

    async def advance(self, ms: int) -> None:
        """Lets time run for `ms`; returns when that instant is reached and nothing is in flight."""
        await self._run_to(self._now + ms)

    async def run(self) -> None:
        """Lets time run until no timer is left and nothing is in flight."""
        await self._run_to(None)

    async def _run_to(self, limit_ms: int | None) -> None:
        self._limit = limit_ms
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reached.append(future)
        self._consider()
        await future

    def _enter(self) -> None:
        self._running += 1
        self._activity += 1

    def _leave(self) -> None:
        self._running -= 1
        self._activity += 1
        self._consider()

    def _consider(self) -> None:
        if self._running == 0 and not self._scheduled:
            self._scheduled = True
            loop, seen = asyncio.get_running_loop(), self._activity
            if self._settle_s:
                loop.call_later(self._settle_s, self._step, seen)
            else:
                loop.call_soon(self._step, seen)

    def _step(self, seen: int) -> None:
        self._scheduled = False
        if self._running:
            return
        if seen != self._activity:
            self._consider()
            return
        while self._heap and self._heap[0].action is None:
            heapq.heappop(self._heap)
        if not self._heap or (self._limit is not None and self._heap[0].due_ms > self._limit):
            self._arrive()
            return
        entry = heapq.heappop(self._heap)
        self._move_to(entry.due_ms)
        if entry.action is not None:
            entry.action()
        self._consider()

    def _arrive(self) -> None:
        if self._limit is not None:
            self._move_to(max(self._now, self._limit))
        waiting, self._reached = self._reached, []
        if waiting:
            self._limit = self._now
            for hook in self.on_advance:
                hook()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _move_to(self, due_ms: int) -> None:
        if due_ms > self._now:
            for hook in self.on_advance:
                hook()
            self._now = due_ms
