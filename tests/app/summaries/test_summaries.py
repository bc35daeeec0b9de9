"""A shift's summary: what it counts, that it is drafted, handed in once, and handed over by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agents.summary import PromiseFact, ShiftFacts, TalkedFact, counts, draft
from app.db.tables import Contact, OfferRow, OpenItem, Staff, TaskRow
from app.domain.orders import changing, opening
from app.domain.orders.kinds import State
from app.domain.orders.placing import of_account
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Actor, Place, Reporter, Said
from app.domain.summaries import reads, writes
from app.domain.summaries.shifts import Shift, shift_at, shifts_of
from app.domain.summaries.writes import SummaryWritten
from app.domain.surveys.writes import About, record
from tests.app.world import CALLER, HOUR, MINUTE, NOW, RULES, STRANGER, ZONE, World, ms

SHIFT = shift_at(NOW, ZONE)


def test_32_a_shift_over_midnight_is_one_and_belongs_to_its_first_day() -> None:
    night = shift_at(ms("2026-03-05 02:00"), ZONE)
    assert night == Shift("2026-03-04", ms("2026-03-04 20:00"), ms("2026-03-05 08:00"))
    assert shift_at(ms("2026-03-04 20:00"), ZONE) == night
    assert shift_at(ms("2026-03-05 07:59"), ZONE) == night
    assert shift_at(ms("2026-03-05 08:00"), ZONE).date == "2026-03-05"
    assert shifts_of(date(2026, 3, 4), ZONE)[1] == night


def test_counts_of_nothing_are_zeros() -> None:
    assert counts(ShiftFacts(SHIFT.from_ms, SHIFT.to_ms, NOW)) == {
        "answered": 0, "missed": 0, "declined": 0, "wrapped": 0, "dispositions": {}, "talk_s": 0,
        "by_channel": {}, "orders": {},
        "promises": {"made": 0, "met": 0, "broken": 0}, "surveys": {"n": 0, "mean": None}, "repeat_callers": 0,
    }  # fmt: skip


def test_promises_count_where_they_were_made_kept_and_broken() -> None:
    begin, end = SHIFT.from_ms, SHIFT.to_ms
    promises = (
        PromiseFact("1", begin, begin + HOUR, begin + MINUTE),  # made and met
        PromiseFact("2", begin - HOUR, begin + HOUR, begin + HOUR),  # of the shift before, met here in time
        PromiseFact("3", begin, begin + HOUR, begin + 2 * HOUR),  # made here, kept too late
        PromiseFact("4", begin, end - MINUTE, None),  # made here, not yet due
        PromiseFact("5", begin, begin + HOUR, None, stopped_at=begin + MINUTE),  # withdrawn in time
    )
    facts = ShiftFacts(begin, end, begin + 3 * HOUR, promises=promises)
    assert counts(facts)["promises"] == {"made": 4, "met": 2, "broken": 1}


def test_the_draft_speaks_both_languages() -> None:
    talk = TalkedFact("c1", "voice", CALLER, 65_000, "resolved", "fault")
    facts = ShiftFacts(SHIFT.from_ms, SHIFT.to_ms, NOW, talked=(talk,))
    assert draft(facts, "zh-CN") == "本班接待1件，通话 1 分 5 秒，未接0次，拒接0次。来电主要为：故障报修1件。"
    assert draft(facts, "en") == "Served 1, talked 1 min 5 s, missed 0, declined 0. Mostly: fault: 1."


def test_rule_28_the_draft_tells_no_mean_of_so_few_that_one_could_be_told() -> None:
    few = ShiftFacts(SHIFT.from_ms, SHIFT.to_ms, NOW, scores=(1, 2, 5, 5))
    assert "评价4份。" in draft(few, "zh-CN")
    assert draft(few, "en").endswith("Surveys 4.")
    enough = ShiftFacts(SHIFT.from_ms, SHIFT.to_ms, NOW, scores=(1, 2, 5, 5, 5))
    assert "评价5份，平均3.6分。" in draft(enough, "zh-CN")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 秒"), (59, "59 秒"), (60, "1 分"), (200, "3 分 20 秒"), (3_600, "1 小时"), (7_265, "2 小时 1 分")],
)
def test_talk_time_is_told_as_people_say_it(seconds: int, said: str) -> None:
    talk = TalkedFact("c1", "voice", CALLER, seconds * 1_000, "resolved", "fault")
    facts = ShiftFacts(SHIFT.from_ms, SHIFT.to_ms, NOW, talked=(talk,))
    assert f"通话 {said}，" in draft(facts, "zh-CN")


async def talk(world: World, contact_id: str, minutes: int, caller: str = CALLER, **values: Any) -> None:
    at = NOW + minutes * MINUTE
    base = {"channel": "voice", "from_number": caller, "to_number": "+15550095598", "state": "ended", "agent_no": "A1"}
    row = {"started_at": at - MINUTE, "answered_at": at, "talk_ms": 61_500, "disposition": "resolved"}
    contact = {**base, **row, **values}
    await world.put(Contact, contact_id=contact_id, **contact)
    body = {"answered_at": contact["answered_at"], "talk_ms": contact["talk_ms"]}
    await task_of(world, contact_id, f"t-{contact_id}", contact["agent_no"], body)


async def task_of(world: World, contact_id: str, task_id: str, agent_no: str, body: dict[str, Any]) -> None:
    """What the work of one agent in a contact leaves."""
    task = {"contact_id": contact_id, "root_task_id": task_id, "queue": "phone", "mode": "phone"}
    state = "transferred" if "successor_id" in body else "done"
    spoke = {name: body[name] for name in ("answered_at", "talk_ms")}
    at = {"queued_at": body["answered_at"], "ended_at": body["answered_at"] + MINUTE, **spoke}
    await world.put(TaskRow, task_id=task_id, **task, **at, state=state, agent_no=agent_no, body=body)


async def worked(world: World) -> str:
    """A shift of A1: three calls of two people, a missed and a declined offer, an order, a survey."""
    await world.put(Staff, agent_no="A1", name="坐席一", role="agent")
    await talk(world, "c1", 1)
    await talk(world, "c2", 5)
    await talk(world, "c3", 9, STRANGER, channel="chat", disposition=None)
    await talk(world, "c4", 20, agent_no="A2")
    await talk(world, "c5", -24 * 60)
    for n, state in enumerate(("expired", "declined", "accepted")):
        offer = {"task_id": f"t{n}", "agent_no": "A1", "queue": "phone", "mode": "phone", "at": NOW, "body": {}}
        await world.put(OfferRow, offer_id=f"o{n}", state=state, **offer)
    async with world.database.session() as session:
        place = await of_account(session, "1000000001")
    number = await world.tools.numbers.take()
    await world.do(opening.open_fault(number, Reporter("c1", CALLER), place, Said(), RULES, NOW))
    secret = opening.open_tipoff("1000000021", Reporter("c2", CALLER), Place(), Said(), RULES, NOW, subtype="theft")
    await world.do(secret)
    await world.database.commit(record(About("c1", "A1", CALLER, "2026-03-04"), 4, True, NOW).write)
    crew = Actor("crew", "F1")
    await world.do(changing.transition(await world.file(number), State.CREW_ASSIGNED, "", crew, RULES, NOW + MINUTE))
    return number


async def shown(world: World, now: int) -> writes.Summary:
    async with world.database.session() as session:
        facts = await reads.shift_facts(session, "A1", SHIFT, now)
        stored = await reads.summary_of(session, "A1", SHIFT)
        items = await reads.items_of(session, writes.summary_id_of("A1", SHIFT))
    return writes.drafted("A1", SHIFT, facts, stored, items, "zh-CN")


async def commit(world: World, written: object) -> None:
    assert isinstance(written, SummaryWritten), written
    await world.database.commit(written.write)


async def test_scenario_9_the_drafted_figures_are_those_of_the_rows(world: World) -> None:
    number = await worked(world)
    summary = await shown(world, NOW + HOUR)
    assert summary.counts == {
        "answered": 3, "missed": 1, "declined": 1, "wrapped": 2, "dispositions": {"resolved": 2}, "talk_s": 185,
        "by_channel": {"chat": 1, "voice": 2},
        "orders": {"fault": 1}, "promises": {"made": 3, "met": 1, "broken": 2}, "surveys": {"n": 1, "mean": 4.0},
        "repeat_callers": 1,
    }  # fmt: skip
    assert [item["order_no"] for item in summary.open_items] == [number], "26: a tip-off counts nowhere"
    assert [(each["category"], each["n"]) for each in summary.feedback] == [("fault", 1), ("inquiry", 1), ("other", 1)]
    for minutes, step in ((2, State.EN_ROUTE), (3, State.ARRIVED), (4, State.RESTORED)):
        at = NOW + minutes * MINUTE
        await world.do(changing.transition(await world.file(number), step, "", Actor("crew", "F1"), RULES, at))
    assert (await shown(world, NOW + HOUR)).open_items == [], "what is restored and promised no more is nobody's work"
    assert summary.feedback[0]["contact_ids"], "examples stand with each category"
    async with world.database.session() as session:
        assert await reads.missing(session, SHIFT) == ["A1", "A2"]


async def test_a_call_that_was_passed_on_counts_for_both_who_spoke(world: World) -> None:
    await talk(world, "c1", 1, agent_no="A2", talk_ms=20_000)
    given = {"answered_at": NOW + MINUTE, "talk_ms": 20_000, "successor_id": "t2"}
    await task_of(world, "c1", "t1", "A1", given)
    await task_of(world, "c1", "t9", "A3", {"answered_at": NOW + MINUTE, "talk_ms": 9_000})
    first = (await shown(world, NOW + HOUR)).counts
    assert (first["answered"], first["talk_s"], first["dispositions"]) == (1, 20, {"transferred": 1})
    async with world.database.session() as session:
        (last,) = (await reads.shift_facts(session, "A2", SHIFT, NOW + HOUR)).talked
        assert (last.talk_ms, last.disposition) == (20_000, "resolved")
        assert not (await reads.shift_facts(session, "A3", SHIFT, NOW + HOUR)).talked, "only asked for advice"
        assert await reads.missing(session, SHIFT) == ["A1", "A2"]


async def test_a_call_that_came_back_counts_once_with_both_parts(world: World) -> None:
    await talk(world, "c1", 9)
    given = {"answered_at": NOW + MINUTE, "talk_ms": 20_000, "successor_id": "t-c1"}
    await task_of(world, "c1", "t1", "A1", given)
    figures = (await shown(world, NOW + HOUR)).counts
    assert (figures["answered"], figures["talk_s"], figures["dispositions"]) == (1, 82, {"resolved": 1})


async def test_32_a_summary_is_kept_submitted_once_and_acknowledged(world: World) -> None:
    await worked(world)
    await commit(world, writes.keep_text(None, "A1", "north", SHIFT, "风平浪静"))
    first = await shown(world, NOW + HOUR)
    assert first.text == "风平浪静"
    async with world.database.session() as session:
        stored = await reads.summary_of(session, "A1", SHIFT)
    await commit(world, writes.submit(stored, "north", first, SHIFT.to_ms + 2 * HOUR))
    await talk(world, "c6", 50)
    async with world.database.session() as session:
        stored = await reads.summary_of(session, "A1", SHIFT)
        assert "A1" not in await reads.missing(session, SHIFT)
    assert stored is not None
    assert stored.late
    again = await shown(world, NOW + 3 * HOUR)
    assert (again.state, again.counts["answered"]) == ("submitted", 3), "what was handed in stays as it was"
    assert isinstance(writes.submit(stored, "north", again, NOW), Refused)
    assert isinstance(writes.keep_text(stored, "A1", "north", SHIFT, "改"), Refused)
    await commit(world, writes.acknowledge(stored, "S1", "好", NOW + 4 * HOUR))
    assert (await shown(world, NOW)).state == "acknowledged"


async def test_33_what_is_open_stays_with_the_giver_until_a_named_person_takes_it(world: World) -> None:
    number = await worked(world)
    draft_now = await shown(world, NOW + HOUR)
    await commit(world, writes.submit(None, "north", draft_now, NOW + HOUR, {number: "A2"}))
    async with world.database.session() as session:
        item = await session.get(OpenItem, (draft_now.summary_id, number))
        late = await reads.not_accepted(session, SHIFT.to_ms + 15 * MINUTE)
        assert not await reads.not_accepted(session, SHIFT.to_ms + 14 * MINUTE)
    assert item is not None
    assert (item.giver, item.handed_to, item.accepted_at) == ("A1", "A2", None)
    assert number in {red.order_no for red in late}
    assert isinstance(writes.accept(item, "A3", NOW), Refused)
    await commit(world, writes.accept(item, "A2", NOW + HOUR))
    assert next(i for i in (await shown(world, NOW)).open_items if i["order_no"] == number)["accepted"] is True


def test_ids_name_agent_and_shift() -> None:
    summary_id = writes.summary_id_of("A.1", SHIFT)
    assert writes.parse_summary_id(summary_id) == ("A.1", SHIFT.from_ms)
    assert [writes.parse_summary_id(text) for text in ("", "A1", "A1.x", ".5")] == [None] * 4
