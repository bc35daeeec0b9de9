"""From a report of the dark to an order, as the services decide it."""

from __future__ import annotations

import pytest

from app.db.tables import InboxRow, WorkOrder
from app.db.write_set import Conflict
from app.domain.orders import changing
from app.domain.orders.kinds import State
from app.domain.orders.visibility import masked_address, masked_place
from app.domain.orders.written import Actor, Written
from app.usecases.told_place import told_address
from app.usecases.turn_effects import SILENT
from routing.types import URGENT_BOOST_S
from tests.app.world import CALLER, HOUR, MINUTE, NOW, RULES, STRANGER, World

ACCOUNT = "1000000001"
CREW = Actor("crew", "F1")


async def test_scenario_3_an_account_cut_for_arrears_hears_it_and_paying_makes_a_reconnection(world: World) -> None:
    await world.account("1000000004", "C1", STRANGER, status="suspended_arrears")
    await world.bill("1000000004", 8_650)
    assert (await world.known(STRANGER))["matter"] == "arrears"
    told = await world.call(STRANGER).ask("fault.diagnose", account_no="1000000004", scope="single")
    assert (told.outcome, told.values["arrears_count"], told.values["arrears_asof_at"]) == ("arrears", 1, NOW)
    opened = await world.ask("order.reconnect", account_no="1000000004")
    assert (opened.outcome, opened.values["reconnect_hours"]) == ("opened", 24)
    again = await world.ask("order.reconnect", account_no="1000000004")
    assert (again.outcome, again.values["order_no"]) == ("already", opened.values["order_no"])
    assert (await world.clock(str(opened.values["order_no"]), "restore")).due_at == NOW + 24 * HOUR
    assert [order.type for order in await world.orders()] == ["service_request"]


async def test_25_a_stranger_cannot_tell_a_cut_account_from_another_and_the_desk_checks_the_order(world: World) -> None:
    await world.account("1000000004", "C1", CALLER, status="suspended_arrears")
    await world.bill("1000000004", 8_650)
    told = []
    for account_no in ("1000000004", ACCOUNT):
        diagnosis = await world.call(STRANGER).ask("fault.diagnose", account_no=account_no, phone=STRANGER, scope="one")
        opened = await world.call(STRANGER).ask("order.open_fault", account_no=account_no, scope="one")
        told.append((diagnosis.outcome, diagnosis.values, opened.outcome, opened.values["arrive_min"]))
        if account_no != ACCOUNT:
            order = (await world.file(str(opened.values["order_no"]))).order
            await world.do(
                changing.transition(await world.file(order.order_no), State.CANCELLED, "x", CREW, RULES, NOW)
            )
            assert order.to_listen
            assert [row.body["queue"] for row in await world.rows(InboxRow)] == ["web"], "no crew is sent in vain"
    assert told[0] == told[1]
    assert (await world.call(CALLER).ask("fault.diagnose", account_no="1000000004", scope="one")).outcome == "arrears"


async def test_16_a_fault_without_account_keeps_the_caller_and_waits_for_a_listener_17(world: World) -> None:
    answer = await world.call(STRANGER).ask("order.open_fault", scope="single", place_recording="rec-1")
    order = (await world.file(str(answer.values["order_no"]))).order
    assert (order.contact_phone, order.to_listen, order.account_no) == (STRANGER, True, None)
    queues = [row.body["queue"] for row in await world.rows(InboxRow)]
    assert queues == ["web"], "somebody listens; no crew gets bare audio"
    file = await world.file(order.order_no)
    listened = changing.amend(file, {"address": "二号杆旁红房子", "to_listen": False}, NOW, rules=RULES)
    assert [ask.purpose for ask in (await world.do(listened)).asks] == ["dispatch"]
    waiting = await world.file(order.order_no)
    assert waiting.order.state == "accepted", "as a fault whose place was known at once"
    assert (await world.clock(order.order_no, "dispatch")).met_at is None
    await world.do(changing.transition(waiting, State.CREW_ASSIGNED, "", CREW, RULES, NOW))
    assert (await world.clock(order.order_no, "dispatch")).met_at == NOW, "a crew has it"


async def test_15_one_fault_of_an_account_is_open_and_its_real_state_is_told(world: World) -> None:
    first = await world.call().ask("order.open_fault", account_no=ACCOUNT, scope="single")
    number = str(first.values["order_no"])
    second = await world.call().ask("order.open_fault", account_no=ACCOUNT, scope="single")
    assert (second.outcome, second.values["order_no"]) == ("already", number)
    await world.do(changing.transition(await world.file(number), State.CREW_ASSIGNED, "", CREW, RULES, NOW))
    told = await world.call().ask("fault.diagnose", account_no=ACCOUNT, scope="single")
    assert (told.outcome, told.values["order_state"]) == ("in_flight", "crew_assigned")
    assert told.values["order_due_at"] == NOW + 45 * MINUTE
    facts = await world.known()
    assert (facts["matter"], facts["order_no"], facts["order_state"]) == ("order", number, "crew_assigned")


async def test_scenario_2_reports_of_an_outage_hang_on_one_master(world: World) -> None:
    await world.outage()
    facts = await world.known()
    assert (facts["matter"], facts["outage_area"], facts["outage_reported"]) == ("outage", "东城", False)
    numbers = []
    for caller in (CALLER, STRANGER):
        answer = await world.call(caller).ask("outage.attach", outage_no="900001")
        assert answer.outcome == "attached"
        numbers.append(str(answer.values["order_no"]))
    repeated = await world.call(CALLER).ask("outage.attach", outage_no="900001")
    assert (repeated.outcome, repeated.values["order_no"]) == ("already", numbers[0])
    orders = await world.orders()
    masters = [order for order in orders if order.sub_of is None]
    assert len(orders) == 3
    assert len(masters) == 1
    assert (await world.file(masters[0].order_no)).sub_count == 2
    assert (await world.known())["outage_reported"] is True
    dispatched = [row for row in await world.rows(InboxRow) if row.body["queue"] == "field"]
    assert len(dispatched) == 1, "one crew for all"


async def test_23_a_sub_orders_caller_is_told_where_the_masters_crew_is(world: World) -> None:
    await world.outage()
    number = str((await world.call().ask("outage.attach", outage_no="900001")).values["order_no"])
    master = next(order for order in await world.orders() if order.sub_of is None)
    for state in (State.CREW_ASSIGNED, State.EN_ROUTE):
        await world.do(changing.transition(await world.file(master.order_no), state, "", CREW, RULES, NOW))
    told = await world.call().ask("orders.status", order_no=number)
    assert told.values["order_state"] == "en_route"


async def test_9_an_outage_takes_in_reports_until_half_an_hour_after_its_estimate(world: World) -> None:
    await world.outage()
    number = str((await world.call().ask("outage.attach", outage_no="900001")).values["order_no"])
    world.at.at_ms = NOW + HOUR + 29 * MINUTE
    facts = await world.known()
    assert (facts["matter"], facts["outage_eta_at"] < world.at.at_ms) == ("outage", True), "8: said as past"
    world.at.at_ms = NOW + HOUR + 30 * MINUTE
    assert (await world.call(STRANGER).ask("outage.attach", outage_no="900001")).outcome == "ended"
    assert (await world.known())["matter"] != "outage"
    own = await world.call().ask("order.open_fault", account_no=ACCOUNT, scope="single", after_outage=True)
    assert (own.outcome, own.values["order_no"]) == ("opened", number)
    order = (await world.file(number)).order
    assert (order.subtype, order.sub_of, order.created_at) == ("after_outage", None, NOW)


async def test_1_danger_makes_an_urgent_order_for_everyone_at_once(world: World) -> None:
    answer = await world.call("").ask("order.open_emergency")
    order = (await world.file(str(answer.values["emergency_no"]))).order
    assert (order.urgency, order.address, order.contact_phone) == ("urgent", None, None)
    known = await world.call(CALLER).ask("order.open_emergency", text="电线落地冒火")
    assert world.contact["learned"]["emergency_no"] == known.values["emergency_no"]
    assert (await world.file(str(known.values["emergency_no"]))).order.description == "电线落地冒火"


async def test_1_danger_sends_a_crew_to_the_callers_one_account_and_says_that_it_is_a_hint(world: World) -> None:
    contact = (await world.meet()).contact
    answer = await world.call(**contact).ask("order.open_emergency")
    order = (await world.file(str(answer.values["emergency_no"]))).order
    assert (order.account_no, order.area_code, order.address) == (ACCOUNT, "C1", "东城平安路12号")
    assert order.place == {"hint": "caller_id"}
    (job,) = [row.body for row in await world.rows(InboxRow)]
    assert (job["queue"], job["contact_id"], job["area"]) == ("field", f"order:{order.order_no}", "C1")
    assert job["boost_s"] == URGENT_BOOST_S
    told = {"order_no": order.order_no, "place_text": "人民路12号后面", "place_recording": ""}
    await world.call(**contact).ask("order.add_place", **told)
    file = await world.file(order.order_no)
    assert (file.order.address, file.order.place) == ("人民路12号后面 (东城平安路12号)", {"hint": "caller_id"})
    amended = changing.amend(file, {"address": "人民路12号"}, NOW, rules=RULES)
    assert isinstance(amended, Written)
    assert amended.write.ops[0].values["place"] is None
    world.at.at_ms = NOW + 300 * MINUTE
    verified = await world.call(**{**contact, "identity": "verified"}).ask("order.open_emergency")
    sure = (await world.file(str(verified.values["emergency_no"]))).order
    assert (sure.account_no, sure.place) == (ACCOUNT, None)


async def test_1_a_crew_is_sent_at_once_to_the_place_that_the_words_name(world: World) -> None:
    words = "人民路12号后面，电线杆倒了"
    answer = await world.call("").ask("order.open_emergency", text=words)
    order_no = str(answer.values["emergency_no"])
    assert (await world.file(order_no)).order.address == words
    told = {"order_no": order_no, "place_text": "靠近幼儿园", "place_recording": ""}
    assert (await world.call("").ask("order.add_place", **told)).outcome == "added"
    assert (await world.file(order_no)).order.address == f"{words} 靠近幼儿园"
    assert [row.body["queue"] for row in await world.rows(InboxRow)] == ["field"]


async def test_1_the_place_that_the_words_name_goes_before_the_callers_own_until_verified(world: World) -> None:
    contact, words = (await world.meet()).contact, "人民路12号后面，电线杆倒了"
    answer = await world.call(**contact).ask("order.open_emergency", text=words)
    order = (await world.file(str(answer.values["emergency_no"]))).order
    assert (order.address, order.place) == (f"{words} (东城平安路12号)", {"hint": "caller_id"})
    assert told_address(order.address or "", "东城平安路12号") == f"{words} ({masked_address('东城平安路12号')})"
    assert masked_place(order.address or "", words) == f"{words} {masked_address('东城平安路12号')}"
    world.at.at_ms = NOW + 300 * MINUTE
    verified = await world.call(**{**contact, "identity": "verified"}).ask("order.open_emergency", text=words)
    assert (await world.file(str(verified.values["emergency_no"]))).order.address == "东城平安路12号"


async def test_1_danger_told_twice_is_one_order_and_what_was_said_stands_in_its_story(world: World) -> None:
    first = await world.call(CALLER).ask("order.open_emergency", text="电线落地")
    world.at.at_ms = NOW + 10 * MINUTE
    again = await world.call(CALLER).ask("order.open_emergency", text="又着火了")
    assert (again.outcome, again.values["emergency_no"]) == ("known", first.values["emergency_no"])
    assert (again.entry["order_no"], again.private["said"]) == (first.values["emergency_no"], "又着火了")
    await world.call(CALLER).ask("order.open_emergency")
    told = "电线落地\n又着火了"
    assert world.contact["learned"]["danger_text"] == told, "who presses 8 has told it before"
    assert (await world.file(str(first.values["emergency_no"]))).order.description == told, "the crew reads both"
    assert len(await world.rows(WorkOrder)) == 1
    other = await world.call(STRANGER).ask("order.open_emergency", text="着火了")
    world.at.at_ms = NOW + 300 * MINUTE
    later = await world.call(CALLER).ask("order.open_emergency", text="着火了")
    assert (other.outcome, later.outcome) == ("opened", "opened")
    assert len(await world.rows(WorkOrder)) == 3


async def test_1_danger_told_twice_in_the_same_moment_is_one_order(world: World) -> None:
    both = [await world.call(CALLER).answer("order.open_emergency") for _ in range(2)]
    await world.database.commit(both[0].write_set)
    with pytest.raises(Conflict):
        await world.database.commit(both[1].write_set)


async def test_5_danger_on_an_attached_order_detaches_it_and_keeps_number_and_time(world: World) -> None:
    await world.outage()
    number = (await world.call().ask("outage.attach", outage_no="900001")).values["order_no"]
    world.at.at_ms = NOW + 10 * MINUTE
    answer = await world.call().ask("order.open_emergency")
    assert answer.values["emergency_no"] == number
    file = await world.file(str(number))
    assert (file.order.urgency, file.order.sub_of, file.order.created_at) == ("urgent", None, NOW)
    assert {clock.name: clock.due_at for clock in file.clocks}["arrive"] == NOW + 45 * MINUTE


async def test_10_what_is_promised_aloud_is_what_is_likely_if_that_is_longer(world: World) -> None:
    for k in range(3):
        await world.account(f"200000000{k}", "C1", f"+861380000010{k}")
        await world.call(f"+861380000010{k}").ask("order.open_fault", account_no=f"200000000{k}", scope="single")
    world.at.at_ms = NOW + 80 * MINUTE
    answer = await world.call().ask("order.open_fault", account_no=ACCOUNT, scope="single")
    assert answer.values["arrive_min"] == 90, "nobody has come for 80 minutes"
    number = str(answer.values["order_no"])
    assert (await world.clock(number, "arrive")).due_at == world.at.at_ms + 45 * MINUTE, "the regulatory clock stays"
    told = await world.call().ask("orders.status", order_no=number)
    assert told.values["order_due_at"] == world.at.at_ms + 90 * MINUTE


async def test_6_and_20_who_needs_it_gets_a_human_without_a_menu(world: World) -> None:
    await world.account("1000000005", "C1", "+8613800000005", sensitive=["medical", "elderly"])
    await world.account("1000000006", "C1", "+8613800000006", sensitive=["elderly"])
    assert (await world.known("+8613800000005"))["manner"] == "medical"
    assert (await world.known("+8613800000006"))["manner"] == "slow"
    await world.contacts(1, STRANGER, learned={SILENT: True})
    assert (await world.known(STRANGER))["manner"] == "slow"


async def test_19_the_fourth_call_in_vain_counts_and_not_for_a_number_of_many_accounts(world: World) -> None:
    await world.contacts(3)
    assert (await world.known())["manner"] == "normal", "nothing was broken"
    await world.contacts(3, outcome="abandoned")
    assert (await world.known())["manner"] == "repeat"
    await world.account("1000000007", "C1", CALLER)
    assert (await world.known())["manner"] == "normal"


async def test_facts_of_a_stranger_are_few_and_of_a_withheld_number_none(world: World) -> None:
    facts = await world.known("")
    shown = {name: facts[name] for name in ("caller", "caller_known", "match", "matter", "manner", "open_question")}
    assert shown == {
        "caller": "", "caller_known": False, "match": "none", "matter": "none", "manner": "normal",
        "open_question": "none",
    }  # fmt: skip
    assert facts["tz_offset_s"] == 8 * 3600
