"""How often an address may begin something that costs, and how many strangers of one address may stand at the door."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MINUTE_MS = 60_000
REMEMBERED = 10_000
STRANGERS = 100
"""Sockets of one address that have not said who they are; each has a few seconds for it."""


class Openings:
    """At most `per_minute` for each address."""

    def __init__(self, per_minute: int = 20) -> None:
        self._per_minute = per_minute
        self._strangers: dict[str, list[Callable[[], None]]] = {}
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def enter(self, address: str, show_out: Callable[[], None]) -> None:
        """One more who has said nothing yet; `leave` ends it. Nobody is turned away, since somebody may have to report
        danger: where too many of one address stand, who came first is shown out.
        """
        standing = self._strangers.setdefault(address, [])
        standing.append(show_out)
        if len(standing) > STRANGERS:
            standing.pop(0)()

    def leave(self, address: str, show_out: Callable[[], None]) -> None:
        """One who entered is known, or gone."""
        standing = self._strangers.get(address, [])
        if show_out in standing:
            standing.remove(show_out)
        if not standing:
            self._strangers.pop(address, None)

    def take(self, address: str, now_ms: int) -> bool:
        """Whether one more is within the limit."""
        since, count = self._counts.pop(address, (now_ms, 0))
        if now_ms - since >= MINUTE_MS:
            since, count = now_ms, 0
        self._counts[address] = (since, count + 1)
        while len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        return count < self._per_minute
