"""Opening hours on the wall clock."""

import pytest

from routing.config import parse
from routing.hours import Opening, opening

DATES = [f"2026-10-{day:02d}" for day in range(4, 16)]
"""Yesterday is Sunday the 4th, today Monday the 5th."""
NINE, NOON = 9 * 60, 12 * 60


def at(hours: object, minute: int, weekday: int = 0) -> Opening:
    queue = parse({"queues": {"q": {"hours": hours}}}).queues["q"]
    return opening(queue.hours, DATES, weekday, minute)


def test_round_the_clock():
    assert at("24x7", NOON) == Opening(True, None)


@pytest.mark.parametrize(
    ("minute", "expected"),
    [
        (NINE - 1, Opening(False, 1)),
        (NINE, Opening(True, 180)),
        (NOON - 1, Opening(True, 1)),
        (NOON, Opening(False, 60)),
        (13 * 60, Opening(True, 240)),
        (17 * 60, Opening(False, 16 * 60)),
    ],
)
def test_several_spans_a_day(minute: int, expected: Opening):
    assert at({"mon-fri": ["09:00-12:00", "13:00-17:00"]}, minute) == expected


def test_a_late_span_of_yesterday_reaches_into_today():
    assert at({"sun": ["22:00-02:00"]}, 60) == Opening(True, 60)
    assert at({"sun": ["22:00-02:00"]}, 120).open is False


def test_over_the_weekend():
    assert at({"mon-fri": ["09:00-17:00"]}, 18 * 60, weekday=4) == Opening(False, (6 + 48 + 9) * 60)


def test_an_exception_replaces_the_day():
    hours = {"mon-sun": ["09:00-17:00"], "except": ["2026-10-05 10:00-11:00", "2026-10-06"]}
    assert at(hours, NINE) == Opening(False, 60)
    assert at(hours, 11 * 60) == Opening(False, (48 - 2) * 60)


def test_days_that_touch_are_one_opening():
    hours = {"mon": ["00:00-24:00"], "tue": ["00:00-08:00"]}
    assert at(hours, NOON) == Opening(True, (12 + 8) * 60)


def test_open_all_week_has_no_change_in_sight():
    assert at({"mon-sun": ["00:00-24:00"]}, NOON) == Opening(True, None)


def test_never_open():
    assert at({}, NOON) == Opening(False, None)


ALL_WEEK = {"mon-sun": ["00:00-24:00"]}


def test_open_for_a_week_and_more_is_always():
    assert at({**ALL_WEEK, "except": ["2026-10-12"]}, 0) == Opening(True, None)
    assert at({**ALL_WEEK, "except": ["2026-10-12"]}, 1) == Opening(True, 7 * 1440 - 1)
    assert at({**ALL_WEEK, "except": ["2026-10-11"]}, NOON) == Opening(True, 6 * 1440 - NOON)


def test_what_opens_in_more_than_a_week_is_not_looked_for():
    assert at({"except": ["2026-10-12 09:00-12:00"]}, NOON) == Opening(False, 7 * 1440 + NINE - NOON)
    assert at({"except": ["2026-10-13 09:00-12:00"]}, NOON) == Opening(False, None)


def test_nine_dates_are_enough_for_a_week_and_a_day():
    queue = parse({"queues": {"q": {"hours": {"except": ["2026-10-12 09:00-12:00"]}}}}).queues["q"]
    assert opening(queue.hours, DATES[:9], 0, NOON) == Opening(False, 7 * 1440 + NINE - NOON)
