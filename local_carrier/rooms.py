"""Where voices meet: whoever stands in a room hears those that speak in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from local_carrier.leg import Interrupt, Leg


class Room(Protocol):
    def listeners(self, speaker: Leg) -> Iterable[Leg]:
        """Who hears what `speaker` says now."""


class PeerLeft(Interrupt):
    """The other side of a bridge is gone."""


class Bridge:
    """Two calls connected by Dial."""

    def __init__(self, first: Leg, second: Leg) -> None:
        self.first, self.second = first, second
        self.open = True
        first.room = second.room = self
        first.forget_input()
        second.forget_input()
        first.handset.write("connected", to=second.party)
        second.handset.write("connected", to=first.party)

    def listeners(self, speaker: Leg) -> Iterable[Leg]:
        return (self.second,) if speaker is self.first else (self.first,)

    def close(self, leaver: Leg) -> None:
        """`leaver` goes; the other one is told. Only the first call has an effect."""
        if not self.open:
            return
        self.open = False
        self.first.room = self.second.room = None
        other = self.second if leaver is self.first else self.first
        if not other.over:
            other.interrupt(PeerLeft())
