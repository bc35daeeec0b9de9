"""When the leader must wake up: the deadlines of the rows it knows, the nearest first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from routing.events import DeadlineReached
from routing.types import Agent, DeadlineKind, Offer, Task

Entry = tuple[int, str, str]


class Deadlines:
    """A heap beside the rows. An entry that was overtaken stays in it and is fired all the same: the core knows that
    it is stale."""

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._known: set[Entry] = set()

    def note(self, kind: DeadlineKind, holder: Task | Offer | Agent, ident: str) -> None:
        """Take the present deadline of a row."""
        if holder.deadline_at is None:
            return
        entry = (holder.deadline_at, kind.value, ident)
        if entry not in self._known:
            self._known.add(entry)
            heapq.heappush(self._heap, entry)

    def due(self, now_ms: int) -> Iterator[DeadlineReached]:
        """All that have come, each once."""
        while self._heap and self._heap[0][0] <= now_ms:
            entry = heapq.heappop(self._heap)
            self._known.discard(entry)
            due_at, kind, ident = entry
            yield DeadlineReached(now_ms, DeadlineKind(kind), ident, due_at)

    @property
    def nearest(self) -> int | None:
        """When the next one comes."""
        return self._heap[0][0] if self._heap else None
