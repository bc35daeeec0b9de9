"""Which shift an instant belongs to. A shift that runs over midnight belongs to the day on which it began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STARTS_MIN = (8 * 60, 20 * 60)
"""Minutes of the day at which shifts change."""


@dataclass(frozen=True, slots=True)
class Shift:
    """From `from_ms` up to, not including, `to_ms`; `date` is `YYYY-MM-DD`."""

    date: str
    from_ms: int
    to_ms: int


def shifts_of(day: date, zone: ZoneInfo, starts: tuple[int, ...] = STARTS_MIN) -> list[Shift]:
    """The shifts that begin on this day."""
    begins = [_at(day, minute, zone) for minute in starts]
    ends = [*begins[1:], _at(day + timedelta(days=1), starts[0], zone)]
    return [Shift(day.isoformat(), begin, end) for begin, end in zip(begins, ends, strict=True)]


def shift_at(at_ms: int, zone: ZoneInfo, starts: tuple[int, ...] = STARTS_MIN) -> Shift:
    """The shift that this instant falls into."""
    day = datetime.fromtimestamp(at_ms / 1000, zone).date()
    candidates = [*shifts_of(day - timedelta(days=1), zone, starts), *shifts_of(day, zone, starts)]
    return next(shift for shift in candidates if shift.from_ms <= at_ms < shift.to_ms)


def _at(day: date, minute: int, zone: ZoneInfo) -> int:
    moment = datetime.combine(day, time(minute // 60, minute % 60), zone)
    return int(moment.timestamp() * 1000)
