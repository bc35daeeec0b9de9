"""Orders in the database: promises kept and broken, steps, amendments, urging, restoring."""

from __future__ import annotations

import asyncio

import pytest

from app.db.tables import Outage
from app.db.write_set import Conflict, WriteSet
from app.domain.orders import changing, clocks, opening
from app.domain.orders.kinds import State
from app.domain.orders.numbers import OrderNumbers
from app.domain.orders.placing import of_account
from app.domain.orders.reads import OrderFile, ringing, silent, subs_of
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Actor, Alarm, Place, Reporter, Said, Written
from app.domain.outages import reads as outage_reads
from app.domain.outages import writes as outage_writes
from app.domain.warnings.writes import open_about, raise_all
from tests.app.world import CALLER, HOUR, MINUTE, NOW, RULES, STRANGER, World, ms

CREW, AGENT = Actor("crew", "F1"), Actor("agent", "A1")
REPORTER = Reporter("contact-1", CALLER)


async def fault(world: World, account_no: str = "1000000001") -> str:
    async with world.database.session() as session:
        place = await of_account(session, account_no)
    number = await world.tools.numbers.take()
    await world.do(opening.open_fault(number, REPORTER, place, Said("全家没电"), RULES, world.at.at_ms))
    return number


async def step(world: World, number: str, to: str, note: str = "", actor: Actor = CREW) -> Written:
    file = await world.file(number)
    return await world.do(changing.transition(file, to, note, actor, RULES, world.at.at_ms))


async def look(world: World, now: int) -> list[clocks.Rang]:
    write, rang = WriteSet(), []
    async with world.database.session() as session:
        for clock in await ringing(session, now):
            told = clocks.look(write, clock, now)
            rang += [told] if told else []
    await world.database.commit(write)
    return rang


async def test_scenario_4_a_rural_fault_has_ninety_minutes_and_is_broken_after_them(world: World) -> None:
    number = await fault(world, "1000000002")
    assert (await world.file(number)).order.said_minutes == 90
    assert (await world.clock(number, "arrive")).due_at == NOW + 90 * MINUTE
    for state in (State.CREW_ASSIGNED, State.EN_ROUTE):
        await step(world, number, state)
    warned = await look(world, NOW + 70 * MINUTE)
    assert {(rang.name, rang.kind) for rang in warned} >= {("arrive", "near_due"), ("contact", "breach")}
    assert await look(world, NOW + 90 * MINUTE) == []
    broken = await look(world, NOW + 90 * MINUTE + 1)
    assert [(rang.name, rang.kind) for rang in broken] == [("arrive", "breach")]
    world.at.at_ms = NOW + 95 * MINUTE
    await step(world, number, State.ARRIVED)
    arrived = await world.clock(number, "arrive")
    assert (arrived.breached, arrived.met_at) == (True, world.at.at_ms)


async def test_scenario_5_the_clocks_of_a_complaint_know_the_make_up_saturday(world: World) -> None:
    accepted = ms("2026-02-13 10:00")
    number = await world.tools.numbers.take()
    opened = opening.open_complaint(number, REPORTER, Place(), Said("多收费"), RULES, accepted, subtype="business")
    await world.do(opened)
    due = {clock.name: clock.due_at for clock in (await world.file(number)).clocks}
    assert due["dispatch"] == ms("2026-02-13 10:20")
    assert due["contact"] == ms("2026-02-14 10:00")
    assert due["reply"] == ms("2026-02-27 10:00")
    late = opening.open_complaint("1000000013", REPORTER, Place(), Said(), RULES, ms("2026-12-28 09:00"))
    await world.do(late)
    reply = await world.clock("1000000013", "reply")
    assert (reply.calendar_source, reply.due_at) == ("estimated", ms("2027-01-05 09:00"))


async def test_steps_on_site_meet_their_clocks_and_restoring_tells_the_caller(world: World) -> None:
    number = await fault(world)
    await step(world, number, State.CREW_ASSIGNED)
    assert (await world.file(number)).order.crew_no == "F1"
    for minutes, state in ((5, State.EN_ROUTE), (30, State.ARRIVED)):
        world.at.at_ms = NOW + minutes * MINUTE
        await step(world, number, state)
    restore = await world.clock(number, "restore")
    assert restore.due_at == NOW + 30 * MINUTE + 3 * HOUR
    world.at.at_ms = NOW + HOUR
    done = await step(world, number, State.RESTORED, "换保险")
    assert [(text.to, text.kind, number in text.text) for text in done.texts] == [(CALLER, "restoration", True)]
    met = {clock.name: clock.breached for clock in (await world.file(number)).clocks}
    assert met == {"dispatch": False, "contact": True, "arrive": False, "estimate": True, "restore": False}


async def test_who_must_turn_to_somebody_else_is_told_when_the_crew_says_so(world: World) -> None:
    number = await fault(world)
    for state in (State.CREW_ASSIGNED, State.EN_ROUTE, State.ARRIVED):
        await step(world, number, state)
    done = await step(world, number, State.NOT_OURS, "客户内线")
    assert [(text.to, text.kind) for text in done.texts] == [(CALLER, "restoration")]
    assert "物业" in done.texts[0].text


async def test_36_a_restored_order_closes_after_a_silent_day(world: World) -> None:
    number = await fault(world)
    for state in (State.CREW_ASSIGNED, State.ARRIVED, State.RESTORED):
        await step(world, number, state)
    async with world.database.session() as session:
        assert await silent(session, NOW + 24 * HOUR - 1) == []
        waiting = await silent(session, NOW + 24 * HOUR)
    assert [order.order_no for order in waiting] == [number]
    file = await world.file(number)
    assert isinstance(changing.close_silent(file, RULES, NOW + HOUR), Refused)
    await world.do(changing.close_silent(file, RULES, NOW + 24 * HOUR))
    assert (await world.file(number)).order.state == State.ARCHIVED
    again = await step(world, number, State.REOPENED, "仍然没电", AGENT)
    assert [alarm.kind for alarm in again.warnings] == ["reopened"]
    arrivals = [clock.round for clock in (await world.file(number)).clocks if clock.name == "arrive"]
    assert sorted(arrivals) == [1, 2]


async def test_30_amendments_keep_before_and_after_and_personal_values_apart(world: World) -> None:
    number = await fault(world)
    changed = changing.amend(await world.file(number), {"address": "西城", "level": "important"}, NOW, rules=RULES)
    written = await world.do(changed)
    assert written.body["changes"] == {"level": {"before": None, "after": "important"}}
    assert written.private["changes"] == {"address": {"before": "东城平安路12号", "after": "西城"}}
    assert f"order:{number}" in written.write.rings, "crews see it"
    refused = changing.amend(await world.file(number), {"state": "archived"}, NOW, rules=RULES)
    assert isinstance(refused, Refused)


async def test_2_and_5_a_word_of_danger_in_a_note_makes_an_attached_order_urgent(world: World) -> None:
    await world.outage()
    number = str((await world.call().ask("outage.attach", outage_no="900001")).values["order_no"])
    noted = changing.amend(await world.file(number), {"description": "邻居说变压器冒烟"}, NOW, rules=RULES)
    assert [(ask.purpose, ask.urgent) for ask in (await world.do(noted)).asks] == [("dispatch", True)]
    order = (await world.file(number)).order
    assert (order.urgency, order.state, order.sub_of) == ("urgent", "accepted", None)


async def test_two_who_change_one_order_do_not_overwrite_each_other(world: World) -> None:
    number = await fault(world)
    file = await world.file(number)
    first = changing.transition(file, State.CREW_ASSIGNED, "", CREW, RULES, NOW)
    second = changing.transition(file, State.CANCELLED, "误报", AGENT, RULES, NOW)
    await world.do(first)
    with pytest.raises(Conflict):
        await world.do(second)
    assert (await world.file(number)).order.state == State.CREW_ASSIGNED


async def test_12_a_suspended_order_pauses_its_clocks_visibly(world: World) -> None:
    number = await fault(world)
    await step(world, number, State.SUSPENDED, "雷暴禁止登杆", AGENT)
    paused = await world.clock(number, "arrive")
    assert paused.paused_at == NOW
    assert not clocks.is_breached(paused, NOW + 5 * HOUR)
    assert await look(world, NOW + 5 * HOUR) == []
    world.at.at_ms = NOW + 5 * HOUR
    await step(world, number, State.DISPATCHED, "", AGENT)
    running = await world.clock(number, "arrive")
    assert (running.due_at, clocks.limit_ms(running)) == (NOW + 45 * MINUTE, NOW + 5 * HOUR + 45 * MINUTE)


async def test_scenario_11_urging_waits_for_the_step_counts_twice_and_then_is_supervised(world: World) -> None:
    await world.outage(eta_at=None)
    number = str((await world.call().ask("outage.attach", outage_no="900001")).values["order_no"])
    master = next(order for order in await world.orders() if order.sub_of is None)
    assert (await world.call().ask("order.urge", order_no=number)).outcome == "early"
    world.at.at_ms = NOW + 46 * MINUTE
    outcomes = [(await world.call().ask("order.urge", order_no=number)).outcome for _ in range(3)]
    assert outcomes == ["urged", "urged", "limit"]
    sub, top = await world.file(number), await world.file(master.order_no)
    assert (sub.order.urge_count, sub.order.supervised, top.sub_urges) == (2, True, 2)
    async with world.database.session() as session:
        assert await open_about(session, "urged", number) is not None


async def restored(world: World) -> Written | Refused:
    async with world.database.session() as session:
        outage = await session.get(Outage, "900001")
        assert outage is not None
        assert outage.master_order_no
        subs = await subs_of(session, outage.master_order_no)
        told = await outage_reads.told(session, "900001", outage_writes.RESTORED)
    master: OrderFile = await world.file(outage.master_order_no)
    return outage_writes.restore(outage, master, subs, told, AGENT, RULES, world.at.at_ms)


async def test_restoring_an_outage_tells_each_number_once_and_ends_the_masters_work(world: World) -> None:
    await world.outage()
    await world.account("1000000008", "C1", CALLER)
    for caller, account in ((CALLER, "1000000001"), (CALLER, "1000000008"), (STRANGER, None), ("", None)):
        await world.call(caller).ask("outage.attach", outage_no="900001", account_no=account)
    written = await world.do(await restored(world))
    assert sorted(text.to for text in written.texts) == [CALLER, STRANGER]
    assert isinstance(await restored(world), Refused)
    states = {(await world.file(order.order_no)).state for order in await world.orders()}
    assert states == {State.RESTORED}
    assert (await world.known())["matter"] == "none"


async def test_8_a_new_estimate_reaches_all_who_reported_before_they_call(world: World) -> None:
    await world.outage()
    await world.call().ask("outage.attach", outage_no="900001", account_no="1000000001")
    async with world.database.session() as session:
        outage = await session.get(Outage, "900001")
        assert outage is not None
        subs = await subs_of(session, str(outage.master_order_no))
    revised = outage_writes.revise(outage, NOW + 3 * HOUR, subs, set(), NOW, lambda at, lang: "13:00")
    written = await world.do(revised)
    assert [text.text for text in written.texts] == [f"【供电服务热线】工单{subs[0].order_no}：预计13:00恢复供电。"]
    past = outage_writes.revise(outage, NOW - 1, subs, set(), NOW, lambda at, lang: "")
    assert isinstance(past, Refused), "nothing past is given as a time"


async def test_scenario_7_an_anonymous_tip_off_keeps_no_number_and_says_nothing(world: World) -> None:
    answer = await world.call().ask("order.open_tipoff", subtype="theft", text="私接", anonymous=True)
    number = str(answer.values["order_no"])
    order = (await world.file(number)).order
    assert (order.contact_phone, order.confidential, order.account_no) == (None, True, None)
    assert order.phone_sealed is not None
    assert CALLER not in order.phone_sealed
    assert world.contact["restricted"] == "tipoff"
    assert not {"tipoff", "theft", "私接"} & {str(value) for value in answer.entry.values()}
    named = opening.open_tipoff("1000000013", REPORTER, Place(), Said("x"), RULES, NOW, subtype="theft")
    assert [text.text for text in named.texts] == ["【供电服务热线】您的来电已登记，编号1000000013。"]
    assert (await world.call(STRANGER).ask("orders.status", order_no=number)).outcome == "unknown"
    told = await world.call(CALLER).ask("orders.status", order_no=number)
    assert (told.outcome, told.values["order_type"]) == ("found", "order")
    assert (await world.call(CALLER).ask("orders.latest", phone=CALLER)).outcome == "none"


async def test_numbers_of_two_nodes_never_meet(world: World) -> None:
    one, two = OrderNumbers(world.database, world.at), OrderNumbers(world.database, world.at)
    taken = await asyncio.gather(*(node.take() for node in (one, two) for _ in range(600)))
    assert len(set(taken)) == 1200


async def test_the_same_warning_is_open_once_and_counted(world: World) -> None:
    alarm = Alarm("clock_breach", "1000000013:arrive", "1000000013")
    for _ in range(2):
        async with world.database.session() as session:
            write = await raise_all(session, [alarm], NOW)
        await world.database.commit(write)
    async with world.database.session() as session:
        there = await open_about(session, alarm.kind, alarm.about)
    assert there is not None
    assert (there.times, there.level) == (2, "orange")
