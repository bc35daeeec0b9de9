"""How often an address may begin something that costs, and how many may stand in one place at a time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

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


class Door:
    """At most `most` of one key. Nobody is turned away, since somebody may have to report danger: where there are too
    many, who came first is shown out."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._inside: dict[str, list[Callable[[], None]]] = {}

    def enter(self, key: str, show_out: Callable[[], None]) -> None:
        """One more; `leave` ends it."""
        inside = self._inside.setdefault(key, [])
        inside.append(show_out)
        if len(inside) > self.most:
            inside.pop(0)()

    def holds(self, key: str) -> bool:
        """Whether anybody is inside."""
        return key in self._inside

    def leave(self, key: str, show_out: Callable[[], None]) -> None:
        """One who entered is gone."""
        inside = self._inside.get(key, [])
        if show_out in inside:
            inside.remove(show_out)
        if not inside:
            self._inside.pop(key, None)
