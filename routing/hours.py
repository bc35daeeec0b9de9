"""Opening hours from the fields of a local wall clock; whoever knows the time zone passes them in."""

from collections.abc import Sequence
from dataclasses import dataclass

from routing.config import Hours, Span

MINUTES_A_DAY = 1440
_HORIZON_DAYS = 9
"""Yesterday, a week and a day: by then every weekly span has been seen."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Open or not, and in how many wall-clock minutes that changes (none: not within a week).

    `changes_in` counts minutes of the wall clock; across a change of summer time the caller converts
    the local date and minute, not the difference.
    """

    open: bool
    changes_in: int | None


def opening(hours: Hours | None, dates: Sequence[str], weekday: int, minute: int) -> Opening:
    """State at `minute` (0-1439) of the day `dates[1]`, whose weekday counts from Monday = 0.

    `dates` are ISO dates from yesterday on, nine of them or more: yesterday's late span may reach into today.
    """
    if hours is None:
        return Opening(True, None)
    exceptions = dict(hours.dates)
    edges: list[tuple[int, int]] = []
    for offset, date in enumerate(dates[:_HORIZON_DAYS], -1):
        spans: Sequence[Span] = exceptions.get(date, hours.week[(weekday + offset) % 7])
        base = offset * MINUTES_A_DAY
        edges += ((base + s.start, base + s.end) for s in spans)
    return _at(_joined(edges), minute)


def _joined(edges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in edges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _at(spans: list[tuple[int, int]], minute: int) -> Opening:
    for start, end in spans:
        if minute < start:
            return Opening(False, start - minute)
        if minute < end:
            always = end - minute >= 7 * MINUTES_A_DAY
            return Opening(True, None if always else end - minute)
    return Opening(False, None)
