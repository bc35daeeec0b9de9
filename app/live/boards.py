"""The wallboards of this node. Figures are computed once a second for all of them, and serialised once a unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from agents.board import difference
from app.live.feed import encode
from app.live.outgoing import Outgoing
from app.live.sequence import Sequence

QUIET_MS = 5_000
"""A board on which nothing changes hears at least so often that it is up to date."""
Figures: TypeAlias = Mapping[str, Any]
Narrow: TypeAlias = Callable[[Figures, str | None], dict[str, Any]]


@dataclass(eq=False, slots=True)
class Board:
    """One open wallboard, of somebody who answers for `unit` and what is below it."""

    session: str
    unit: str | None
    place: str = ""
    outgoing: Outgoing = field(default_factory=Outgoing)


@dataclass(slots=True)
class _Wall:
    shown: dict[str, Any]
    told_at: int
    boards: set[Board] = field(default_factory=set)


class Boards:
    """Who sees which figures."""

    def __init__(self, sequence: Sequence, narrow: Narrow) -> None:
        self._sequence = sequence
        self._narrow = narrow
        self._walls: dict[str | None, _Wall] = {}

    @property
    def open(self) -> list[Board]:
        """All boards."""
        return [board for wall in self._walls.values() for board in wall.boards]

    def join(self, board: Board, figures: Figures, now_ms: int) -> None:
        """The board's snapshot; deltas follow it."""
        wall = self._walls.get(board.unit)
        if wall is None:
            wall = self._walls[board.unit] = _Wall(self._narrow(figures, board.unit), now_ms)
        wall.boards.add(board)
        board.outgoing.put(encode({"type": "snapshot", "seq": self._sequence.last, **wall.shown}))

    def leave(self, board: Board) -> None:
        """The board is gone."""
        wall = self._walls.get(board.unit)
        if wall is not None:
            wall.boards.discard(board)
            if not wall.boards:
                del self._walls[board.unit]

    def publish(self, figures: Figures, now_ms: int) -> None:
        """Bring all boards up to date."""
        for unit, wall in self._walls.items():
            fresh = self._narrow(figures, unit)
            frame = difference(wall.shown, fresh)
            wall.shown = fresh
            if frame is None and now_ms - wall.told_at >= QUIET_MS:
                frame = {"type": "delta", "as_of": fresh["as_of"]}
            if frame is None:
                continue
            wall.told_at = now_ms
            text = encode({"type": frame["type"], "seq": self._sequence.next(), **frame})
            for board in wall.boards:
                board.outgoing.put(text)
