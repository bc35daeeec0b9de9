"""What time alone brings, found by one pass and not brought twice by the next."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.db.tables import Contact, JournalRow, Message, OpenItem, Outage, OutboxRow, Survey, WarningRow, WorkOrder
from app.domain.operations.sections import Level, WarningRule
from app.domain.orders import changing
from app.domain.orders.kinds import State
from app.domain.orders.reads import subs_of
from app.domain.orders.written import Actor
from app.domain.outages.reads import told
from app.domain.outages.writes import RESTORED, restore
from app.domain.surveys.writes import SurveyRules
from app.usecases.notice_due import Due, notice_due
from tests.app.world import CALLER, HOUR, MINUTE, NOW, RULES, STRANGER, World

CREW = Actor("crew", "F1")


async def passed(world: World, at: int) -> int:
    """A pass at this instant; the one after it finds nothing."""
    world.at.at_ms = at
    tools = replace(world.tools, surveys=SurveyRules(delay_ms=0))
    done = await notice_due(Due(world.database, tools, at))
    while await notice_due(Due(world.database, tools, at)):
        done += 1
        assert done < 50, "a pass must come to its end"
    return done


async def warnings(world: World) -> list[tuple[str, str, int]]:
    found: list[Any] = await world.rows(WarningRow)
    return sorted((row.kind, row.level, row.times) for row in found if row.closed_at is None)


async def test_promises_warn_before_and_break_visibly_once(world: World) -> None:
    number = str((await world.call().ask("order.open_fault", account_no="1000000001")).values["order_no"])
    await world.do(changing.transition(await world.file(number), State.CREW_ASSIGNED, "", CREW, RULES, NOW))
    assert await passed(world, NOW + MINUTE) == 0
    await passed(world, NOW + 9 * MINUTE)
    assert await warnings(world) == [("clock_near_due", "yellow", 1)]
    await passed(world, NOW + 34 * MINUTE)
    assert await warnings(world) == [("clock_breach", "orange", 1)], "it takes the place of what was near its limit"
    await passed(world, NOW + 46 * MINUTE)
    assert [row[0] for row in await warnings(world)] == ["clock_breach", "clock_breach"]
    journal = [row.body["event"] for row in await world.rows(JournalRow) if row.kind == "clock"]
    assert journal.count("breach") == 2


async def test_36_silence_closes_and_the_caller_is_asked_how_it_was(world: World) -> None:
    number = str((await world.call().ask("order.open_fault", account_no="1000000001")).values["order_no"])
    for state in (State.CREW_ASSIGNED, State.ARRIVED, State.RESTORED):
        await world.do(changing.transition(await world.file(number), state, "", CREW, RULES, NOW))
    await passed(world, NOW + 24 * HOUR)
    assert (await world.file(number)).order.state == State.ARCHIVED
    (survey,) = await world.rows(Survey)
    assert (survey.order_no, survey.agent_no, survey.status) == (number, "F1", "in_progress")
    (text,) = await world.rows(OutboxRow)
    assert (text.kind, text.body["to"]) == ("sms", CALLER)


async def test_a_report_written_while_the_power_came_back_is_told_as_well(world: World) -> None:
    await world.outage()
    await world.call().ask("outage.attach", outage_no="900001", account_no="1000000001")
    async with world.database.session() as session:
        outage = await session.get(Outage, "900001")
        assert outage is not None
        subs = await subs_of(session, str(outage.master_order_no))
    master = await world.file(str(outage.master_order_no))
    late = subs[0].model_dump() | {"order_no": "9999999999", "contact_phone": STRANGER}
    await world.do(restore(outage, master, subs, set(), CREW, RULES, NOW))
    await world.put(WorkOrder, **late)
    await passed(world, NOW + MINUTE)
    assert [message.peer for message in await world.rows(Message)] == [STRANGER]
    async with world.database.session() as session:
        assert await told(session, "900001", RESTORED) == {CALLER, STRANGER}


async def test_when_the_crew_restores_the_master_all_who_reported_are_told(world: World) -> None:
    await world.outage()
    for caller, account in ((CALLER, "1000000001"), (STRANGER, None)):
        await world.call(caller).ask("outage.attach", outage_no="900001", account_no=account)
    master = next(order.order_no for order in await world.orders() if order.sub_of is None)
    for state in (State.CREW_ASSIGNED, State.ARRIVED, State.RESTORED):
        await world.do(changing.transition(await world.file(master), state, "", CREW, RULES, NOW))
    await passed(world, NOW + MINUTE)
    assert sorted(message.peer for message in await world.rows(Message)) == [CALLER, STRANGER]
    (outage,) = await world.rows(Outage)
    assert (outage.state, outage.restored_at) == ("restored", NOW + MINUTE)
    await passed(world, NOW + 25 * HOUR)
    assert {order.state for order in await world.orders()} == {"archived"}


async def test_9_the_publisher_is_warned_before_an_estimate_passes(world: World) -> None:
    await world.outage(published_by="S1")
    assert await passed(world, NOW + 44 * MINUTE) == 0
    await passed(world, NOW + 45 * MINUTE)
    await passed(world, NOW + 50 * MINUTE)
    (warning,) = await world.rows(WarningRow)
    assert (warning.kind, warning.agent_no, warning.times) == ("estimate_near", "S1", 1)


async def test_a_served_caller_who_hung_up_is_asked_by_text_once(world: World) -> None:
    served = {"channel": "voice", "to_number": "+15550095598", "state": "ended", "agent_no": "A1", "lang": "en"}
    times = {"started_at": NOW - 5 * MINUTE, "ended_at": NOW}
    await world.put(Contact, contact_id="c1", from_number=STRANGER, **served, **times)
    await world.put(Contact, contact_id="c2", from_number="", **served, **times)
    await passed(world, NOW + MINUTE)
    (message,) = await world.rows(Message)
    assert (message.peer, message.contact_id) == (STRANGER, "c1")
    assert "1 very satisfied" in message.text
    assert (await world.known(STRANGER, "sms"))["open_question"] == "score"


async def test_a_number_that_unsubscribed_gets_no_notices(world: World) -> None:
    await world.call(STRANGER, "sms").ask("sms.subscribe", phone=STRANGER, on=False)
    served = {"channel": "voice", "to_number": "+15550095598", "state": "ended", "agent_no": "A1"}
    times = {"started_at": NOW - 5 * MINUTE, "ended_at": NOW}
    await world.put(Contact, contact_id="c1", from_number=STRANGER, **served, **times)
    await passed(world, NOW + MINUTE)
    assert await world.rows(Message) == []


async def test_33_a_matter_that_nobody_took_over_turns_red(world: World) -> None:
    due = NOW + 15 * MINUTE
    await world.put(OpenItem, summary_id="A1.1", order_no="1000000013", giver="A1", handed_to="A2", due_at=due)
    assert await passed(world, due - 1) == 0
    await passed(world, due)
    assert await warnings(world) == [("item_not_accepted", "red", 1)]


async def test_scenario_2_many_faults_of_one_area_warn_once(world: World) -> None:
    world.tools = replace(world.tools, warnings={"area_surge": WarningRule(3, 300, Level.ORANGE)})
    for n in range(3):
        await world.account(f"200000000{n}", "C1", f"+861380000010{n}")
        assert await passed(world, NOW) == 0
        await world.call(f"+861380000010{n}").ask("order.open_fault", account_no=f"200000000{n}")
    await passed(world, NOW + MINUTE)
    (warning,) = await world.rows(WarningRow)
    assert (warning.kind, warning.facts["area_code"], warning.facts["faults"]) == ("area_surge", "C1", 3)
