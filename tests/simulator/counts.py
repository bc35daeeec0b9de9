"""Conservation, counted again: what entered each queue and how it left it."""

from typing import Any

from routing import events as e
from routing.types import TaskState
from tests.simulator.book import TaskRecord, Violated

_LIVE = (None, TaskState.WAITING, TaskState.OFFERED, TaskState.CONNECTING)
_ENDS = {
    TaskState.ABANDONED: "abandoned",
    TaskState.OVERFLOWED: "overflowed",
    TaskState.CALLBACK_BOOKED: "callback_booked",
    TaskState.TRANSFERRED: "transferred",
    TaskState.CANCELED: "canceled",
}
_NAMES = ("entered", *_ENDS.values())
_BACK_FROM_TALK = (TaskState.OVERFLOWED, TaskState.CALLBACK_BOOKED)


class Counts:
    def __init__(self) -> None:
        self._of: dict[str, dict[str, int]] = {}

    def note(self, record: TaskRecord, before: TaskState | None) -> None:
        """Count one changed task; `before` is none for a new one."""
        mine = self._of.setdefault(record.queue, {})
        if before is None:
            mine["entered"] = mine.get("entered", 0) + 1
        name = _ENDS.get(record.state)
        if name is not None and (before in _LIVE or record.state in _BACK_FROM_TALK):
            mine[name] = mine.get(name, 0) + 1

    def check(self, event: e.Event, lines: dict[str, Any]) -> None:
        for queue, line in lines.items():
            ledger = line.ledger
            if type(event) is e.ConfigChanged and not ledger.entered:
                self._of[queue] = {}
            mine = self._of.get(queue, {})
            said = (
                ledger.entered,
                ledger.abandoned,
                ledger.overflowed,
                ledger.callback_booked,
                ledger.transferred,
                ledger.canceled,
            )
            seen = tuple([mine.get(name, 0) for name in _NAMES])
            if said != seen:
                raise Violated("conservation", f"{queue} says {said}, seen were {seen} ({', '.join(_NAMES)})")
