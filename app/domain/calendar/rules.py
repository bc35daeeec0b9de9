"""Which day is a working day, and when a limit in working days ends.

The table of the utility wins, then the published holidays with their make-up days, then the weekend rule with the
holidays whose date the law fixes, for years that are not published yet. Nothing here raises for a date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import chinese_calendar

SATURDAY = 5
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
END_OF_DAY = time(23, 59, 59)


class Source(StrEnum):
    """How sure a day is: `manual` from the table, `official` as published, `estimated` by rule."""

    MANUAL = "manual"
    OFFICIAL = "official"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Day:
    """Whether a day is worked, and who says so."""

    is_workday: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit ends; `estimated` if a day on the way was."""

    at: datetime
    estimated: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Working days; `manual` maps `YYYY-MM-DD` to whether that day is worked."""

    manual: Mapping[str, bool] = field(default_factory=dict)

    def day(self, on: date) -> Day:
        """One day."""
        stated = self.manual.get(on.isoformat())
        if stated is not None:
            return Day(stated, Source.MANUAL)
        try:
            return Day(chinese_calendar.is_workday(on), Source.OFFICIAL)
        except NotImplementedError:
            return Day(on.weekday() < SATURDAY and (on.month, on.day) not in FIXED_HOLIDAYS, Source.ESTIMATED)

    def add_workdays(self, accepted_at: datetime, workdays: int) -> Due:
        """The end of a limit of `workdays` (1 or more): the n-th working day after acceptance, at the same time.

        What is accepted on a day off counts from the next working day as day 1 and ends with the n-th day, at
        23:59:59. `accepted_at` carries the utility's time zone; so does the answer.
        """
        first = self.day(accepted_at.date())
        on, estimated, left = accepted_at.date(), first.source is Source.ESTIMATED, workdays
        while left > 0 and on < date.max - timedelta(days=1):
            on += timedelta(days=1)
            day = self.day(on)
            estimated = estimated or day.source is Source.ESTIMATED
            left -= day.is_workday
        end = accepted_at.timetz() if first.is_workday else END_OF_DAY.replace(tzinfo=accepted_at.tzinfo)
        return Due(datetime.combine(on, end), estimated)
