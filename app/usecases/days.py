"""Days of the hotline's time zone as ranges of instants."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST = date(2000, 1, 1)
LAST = date(2100, 1, 1)


def day_range(day: date, zone: ZoneInfo) -> tuple[int, int]:
    """The instants `[from, to)` of a day in milliseconds UTC; days outside 2000–2099 hold nothing."""
    if not FIRST <= day < LAST:
        return 0, 0
    start, end = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return int(start.timestamp() * 1000), int(end.timestamp() * 1000)


def day_of(at_ms: int, zone: ZoneInfo) -> date:
    """The day on which an instant falls."""
    return datetime.fromtimestamp(at_ms / 1000, zone).date()
