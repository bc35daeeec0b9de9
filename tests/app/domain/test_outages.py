"""Which outages concern a caller, and what may still be said."""

from __future__ import annotations

import pytest

from app.db.database import Database
from app.db.tables import Area, Outage, OutageArea
from app.db.write_set import WriteSet
from app.domain.outages.reads import absorbing_outage, covered_codes, outages_at
from app.domain.outages.rules import Phase, absorbs, phase

HOUR = 3_600_000
START, ETA = 10 * HOUR, 12 * HOUR


def outage(**values: object) -> Outage:
    return Outage.model_validate({"outage_no": "O1", "kind": "fault", "start_at": START, "eta_at": ETA, **values})


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - 1, Phase.UPCOMING),
        (START, Phase.CURRENT),
        (ETA - 1, Phase.CURRENT),
        (ETA, Phase.SLIPPED),
        (ETA + HOUR // 2 - 1, Phase.SLIPPED),
        (ETA + HOUR // 2, Phase.STALE),
    ],
)
def test_daily_use_8_and_9_an_estimate_that_has_passed(now: int, expected: Phase) -> None:
    assert phase(outage(), now) is expected
    assert absorbs(outage(), now) == (expected in (Phase.CURRENT, Phase.SLIPPED))


def test_without_an_estimate_it_holds_until_restored() -> None:
    assert phase(outage(eta_at=None), START + 999 * HOUR) is Phase.CURRENT
    assert phase(outage(eta_at=None, state="restored"), START) is Phase.OVER
    assert phase(outage(state="draft"), START) is Phase.OVER


def test_the_grace_is_configurable() -> None:
    assert phase(outage(), ETA + HOUR, grace_ms=2 * HOUR) is Phase.SLIPPED


async def fill(database: Database, *outages: tuple[str, str, int, int | None, str]) -> None:
    unit = WriteSet()
    unit.insert(Area, code="1", name="City", kind="city")
    unit.insert(Area, code="11", name="Town", kind="town", parent_code="1")
    unit.insert(Area, code="111", name="Line", kind="line", parent_code="11")
    unit.insert(Area, code="12", name="Other town", kind="town", parent_code="1")
    for number, area, start_at, eta_at, state in outages:
        unit.insert(Outage, outage_no=number, kind="fault", start_at=start_at, eta_at=eta_at, state=state)
        unit.insert(OutageArea, outage_no=number, area_code=area)
    await database.commit(unit)


async def test_an_outage_of_a_parent_covers_what_lies_below(database: Database) -> None:
    await fill(database, ("O1", "11", START, ETA, "published"))
    async with database.session() as session:
        for area, number in (("111", "O1"), ("11", "O1"), ("1", None), ("12", None), ("unknown", None)):
            found = await absorbing_outage(session, area, START + 1)
            assert (found.outage_no if found else None) == number
        assert await covered_codes(session, "O1") == {"11", "111"}


async def test_current_outages_come_before_others(database: Database) -> None:
    await fill(
        database,
        ("STALE", "111", START, START + HOUR, "published"),
        ("LATER", "11", ETA + 9 * HOUR, None, "published"),
        ("NOW", "1", START, ETA + 9 * HOUR, "in_progress"),
        ("GONE", "111", START, None, "restored"),
    )
    async with database.session() as session:
        found = await outages_at(session, "111", ETA)
    assert [(one.outage_no, now) for one, now in found] == [
        ("NOW", Phase.CURRENT),
        ("LATER", Phase.UPCOMING),
        ("STALE", Phase.STALE),
    ]


async def test_a_loop_in_the_tree_ends(database: Database) -> None:
    await fill(database, ("O1", "111", START, ETA, "published"))
    unit = WriteSet()
    unit.put(Area, code="1", name="City", kind="city", parent_code="111")
    await database.commit(unit)
    async with database.session() as session:
        assert await absorbing_outage(session, "12", START + 1) is not None
        assert await covered_codes(session, "O1") == {"1", "11", "111", "12"}
