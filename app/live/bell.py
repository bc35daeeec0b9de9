"""Who waits for which ring: the doorbells of the commits, handed to those who asked for them by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias

Listener: TypeAlias = Callable[[str], None]
EVERYTHING = "*"
"""Rung when rings may have been missed: everything may have changed."""


def names_of(ring: str) -> tuple[str, ...]:
    """What a ring is subscribed by: its noun, and noun and id. A third part is a message."""
    noun, *rest = ring.split(":", 2)
    return (noun, f"{noun}:{rest[0]}") if rest else (noun,)


class Bell:
    """Rings are hints: they may come twice, late, or for nothing, and whoever hears one looks at the rows."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._looking: dict[Listener, None] = {}

    def hear(self, rings: Sequence[str]) -> None:
        """Pass rings on (this is what the database is given as its listener)."""
        for ring in rings:
            if ring == EVERYTHING:
                for listener in tuple(self._looking):
                    listener(ring)
            for name in names_of(ring):
                for listener in tuple(self._listeners.get(name, ())):
                    listener(ring)

    def on(self, name: str, listener: Listener, *, looks: bool = True) -> Callable[[], None]:
        """Call `listener` with each ring of that name (`contact:ID`, or `warning` for all); returns what ends it.

        One that `looks` at the rows also hears that everything may have changed; one that acts on the ring itself
        does not.
        """
        if looks:
            self._looking[listener] = None
        self._listeners.setdefault(name, []).append(listener)

        def end() -> None:
            self._looking.pop(listener, None)
            left = self._listeners.get(name, [])
            if listener in left:
                left.remove(listener)
            if not left:
                self._listeners.pop(name, None)

        return end

    @contextmanager
    def waiting(self, name: str) -> Iterator[asyncio.Event]:
        """An event that is set when the ring comes."""
        rung = asyncio.Event()
        end = self.on(name, lambda _: rung.set())
        try:
            yield rung
        finally:
            end()
