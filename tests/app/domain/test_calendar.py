"""Working days and limits in working days."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.database import Database
from app.db.tables import CalendarDay
from app.db.write_set import WriteSet
from app.domain.calendar.reads import work_calendar
from app.domain.calendar.rules import Source, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("accepted", "workdays", "due"),
    [
        ("2026-02-13T10:00", 1, "2026-02-14T10:00"),  # a Saturday that is worked
        ("2026-02-13T10:00", 5, "2026-02-27T10:00"),
        ("2026-02-12T10:00", 5, "2026-02-26T10:00"),  # across the Spring Festival
        ("2026-09-30T09:30", 1, "2026-10-08T09:30"),
        ("2026-11-21T15:00", 1, "2026-11-23T23:59:59"),  # accepted on a Saturday
        ("2026-11-20T15:00", 1, "2026-11-23T15:00"),
    ],
)
def test_limits_end_on_published_working_days(accepted: str, workdays: int, due: str) -> None:
    found = WorkCalendar().add_workdays(at(accepted), workdays)
    assert found.at == at(due)
    assert not found.estimated


def test_a_limit_that_reaches_into_an_unpublished_year_is_estimated() -> None:
    found = WorkCalendar().add_workdays(at("2026-12-28T10:00"), 5)
    assert found.at == at("2027-01-05T10:00")
    assert found.estimated


def test_the_table_of_the_utility_wins() -> None:
    calendar = WorkCalendar({"2027-01-01": False, "2027-01-02": True, "2026-12-30": False})
    assert calendar.day(date(2026, 12, 30)).source is Source.MANUAL
    found = calendar.add_workdays(at("2026-12-29T10:00"), 2)
    assert found.at == at("2027-01-02T10:00")
    assert not found.estimated


@given(st.dates(), st.integers(1, 30))
def test_no_date_is_too_far(on: date, workdays: int) -> None:
    WorkCalendar().day(on)
    if on.year < 9998:
        due = WorkCalendar().add_workdays(datetime(on.year, on.month, on.day, 12, tzinfo=SHANGHAI), workdays)
        assert due.at.date() > on


async def test_days_are_read_from_the_table(database: Database) -> None:
    unit = WriteSet()
    unit.insert(CalendarDay, date="2027-02-06", is_workday=True, name="make-up")
    await database.commit(unit)
    async with database.session() as session:
        calendar = await work_calendar(session)
    assert calendar.day(date(2027, 2, 6)).is_workday
    assert not calendar.day(date(2027, 2, 7)).is_workday
