"""How often an address may begin something that costs."""

from __future__ import annotations

from collections import OrderedDict

MINUTE_MS = 60_000
REMEMBERED = 10_000


class Openings:
    """At most `per_minute` for each address."""

    def __init__(self, per_minute: int = 20) -> None:
        self._per_minute = per_minute
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def take(self, address: str, now_ms: int) -> bool:
        """Whether one more is within the limit."""
        since, count = self._counts.pop(address, (now_ms, 0))
        if now_ms - since >= MINUTE_MS:
            since, count = now_ms, 0
        self._counts[address] = (since, count + 1)
        while len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        return count < self._per_minute
