"""How often an address may begin something that costs, and how many strangers of one address may stand at the door."""

from __future__ import annotations

from collections import Counter, OrderedDict

MINUTE_MS = 60_000
REMEMBERED = 10_000
STRANGERS = 100
"""Sockets of one address that have not said who they are; each has a few seconds for it."""


class Openings:
    """At most `per_minute` for each address."""

    def __init__(self, per_minute: int = 20) -> None:
        self._per_minute = per_minute
        self._strangers: Counter[str] = Counter()
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def enter(self, address: str) -> bool:
        """Whether one more who has said nothing yet may come in; `leave` ends it."""
        if self._strangers[address] >= STRANGERS:
            return False
        self._strangers[address] += 1
        return True

    def leave(self, address: str) -> None:
        """One who entered is known, or gone."""
        self._strangers[address] -= 1
        if not self._strangers[address]:
            del self._strangers[address]

    def take(self, address: str, now_ms: int) -> bool:
        """Whether one more is within the limit."""
        since, count = self._counts.pop(address, (now_ms, 0))
        if now_ms - since >= MINUTE_MS:
            since, count = now_ms, 0
        self._counts[address] = (since, count + 1)
        while len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        return count < self._per_minute
