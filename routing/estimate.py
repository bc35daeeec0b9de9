"""How long it may still take, as a range that can be spoken: never zero, never undefined."""

from dataclasses import dataclass

from routing.lines import DEFAULT_HANDLE_MS, Line
from routing.types import Task

LONGEST_S = 7200
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Estimate:
    """From `low_s` to `high_s`, whole minutes, high above low; `staffed` false says that nobody is there."""

    ahead: int
    low_s: int
    high_s: int
    staffed: bool


def expected_ms(line: Line, ahead: int) -> int:
    """Until the next `ahead + 1` are answered by the staffing of this moment; shared agents count in part.

    Until anyone has waited and been answered, the usual handling time divided among those at work.
    """
    ahead = max(0, ahead - line.rung)
    pace = line.pace
    if not pace.places:
        handle_ms = pace.handle_ms or DEFAULT_HANDLE_MS[line.queue.mode]
        return (ahead + 1) * handle_ms // max(1, len(line.shares))
    return (ahead + 1) * pace.work_ms * 1_000_000 // pace.places // (line.weight or 1000)


def estimate(line: Line, task: Task) -> Estimate:
    ahead = line.place(task)
    return spoken(ahead, expected_ms(line, ahead), bool(line.shares))


def spoken(ahead: int, expected: int, staffed: bool) -> Estimate:
    """A range around `expected` milliseconds, in whole minutes, at most two hours."""
    low = max(1, expected * 2 // 3 // 1000 // _MINUTE_S) * _MINUTE_S
    high = -(-expected * 3 // 2 // 1000 // _MINUTE_S) * _MINUTE_S
    low = min(low, LONGEST_S - _MINUTE_S)
    return Estimate(ahead, low, min(LONGEST_S, max(high, low + _MINUTE_S)), staffed)
