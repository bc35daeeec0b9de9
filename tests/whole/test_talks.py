"""Callers, agents and the survey: offers, talks, holds, transfers, dropped sockets, over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.whole.people import Call, Person, Phones, settled, until
from tests.whole.rig import System
from tests.whole.test_calls import contact_of

pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")
ANSWERED = "SELECT answered_at, wait_ms FROM contacts WHERE contact_id = :contact_id"


async def offer_to(agent: Person, phones: Phones, number: str) -> tuple[Call, dict[str, Any]]:
    """Somebody presses 0 and is offered."""
    call = await phones.call(number)
    await call.press("0")
    return call, await agent.offered()


async def connect(agent: Person, phones: Phones, offer: dict[str, Any]) -> Call:
    """Accept, and bring the browser's leg."""
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    leg = await phones.leg(agent.agent_no, answer["connect"]["params"])
    await agent.talks(offer["contact_id"])
    return leg


async def talk(agent: Person, phones: Phones, number: str) -> tuple[Call, Call, str]:
    """Caller and agent talk: the caller's call, the agent's leg, the contact."""
    call, offer = await offer_to(agent, phones, number)
    leg = await connect(agent, phones, offer)
    await call.in_conference()
    return call, leg, offer["contact_id"]


async def test_from_the_queue_to_the_survey(system: System, phones: Phones, agent: Person) -> None:
    call, _, contact_id = await talk(agent, phones, system.number())
    await agent.tell("hold", contact_id=contact_id)
    await call.in_conference("held")
    await agent.tell("unhold", contact_id=contact_id)
    await call.in_conference("unheld")
    await agent.tell("hang_up", contact_id=contact_id)
    await call.in_conference("left")
    await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="explained")
    await call.press("2", "1")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, state="ended", outcome="answered", agent_no="1001")
    assert contact["disposition"] == "resolved"
    surveys = await system.rows("SELECT score, solved, agent_no FROM surveys WHERE contact_id = :id", id=contact_id)
    assert [(s["score"], bool(s["solved"]), s["agent_no"]) for s in surveys] == [(4, True, "1001")]
    async with Person(system.app_url, "4001") as supervisor:
        shown = await supervisor.rest("GET", f"/api/contacts/{contact_id}")
        assert shown["survey"]["score"] == 4
        story = await supervisor.rest("GET", f"/api/contacts/{contact_id}/timeline")
    kinds = [entry["kind"] for entry in story["items"]]
    order = ["turn", "task", "offer", "offer_accepted", "connected", "hold", "hangup", "wrap_up", "survey"]
    firsts = [kinds.index(kind) for kind in order if kind != "survey"]
    assert firsts == sorted(firsts)
    assert "survey" in kinds


async def test_declined_and_missed_offers_keep_the_place(system: System, phones: Phones, agent: Person) -> None:
    call, first = await offer_to(agent, phones, system.number())
    await agent.tell("decline", offer_id=first["offer_id"], reason="technical")
    second = await agent.until(
        lambda: next((o for o in agent.offers.values() if o["offer_id"] != first["offer_id"]), None), "offered again"
    )
    assert await agent.offer_ended(second["offer_id"]) == "expired"
    tasks = await system.rows("SELECT queued_at FROM tasks WHERE contact_id = :id", id=first["contact_id"])
    contact = await contact_of(system, call.call_sid)
    assert [task["queued_at"] for task in tasks] == [contact["queued_at"]]
    await call.hang_up()
    await contact_of(system, call.call_sid, state="ended", outcome="abandoned")


async def test_a_caller_who_leaves_while_it_rings_frees_the_agent(
    system: System, phones: Phones, agent: Person
) -> None:
    call, offer = await offer_to(agent, phones, system.number())
    await call.hang_up()
    assert await agent.offer_ended(offer["offer_id"]) == "rescinded"
    await agent.in_state("available")
    await contact_of(system, call.call_sid, state="ended", outcome="abandoned")


async def test_a_caller_who_hangs_up_in_the_talk_ends_it(system: System, phones: Phones, agent: Person) -> None:
    call, leg, contact_id = await talk(agent, phones, system.number())
    await call.hang_up()
    await leg.ended()
    await agent.talks(contact_id, "wrapping")
    await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
    await contact_of(system, call.call_sid, state="ended", outcome="answered")


async def test_an_agent_who_hangs_up_the_leg_ends_the_talk(system: System, phones: Phones, agent: Person) -> None:
    call, leg, contact_id = await talk(agent, phones, system.number())
    await leg.hang_up()
    await agent.talks(contact_id, "wrapping")
    await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
    await call.press("1")
    await call.hang_up()
    await contact_of(system, call.call_sid, state="ended", outcome="answered")


async def test_a_dropped_console_puts_the_caller_on_hold_until_it_is_back(
    system: System, phones: Phones, agent: Person
) -> None:
    call, leg, contact_id = await talk(agent, phones, system.number())
    await agent.close()
    await leg.hang_up()
    await call.in_conference("held")
    await agent.open()
    assert contact_id in agent.contacts
    again = await agent.tell("accept", offer_id=agent.contacts[contact_id]["offer_id"])
    await phones.leg("1001", again["connect"]["params"])
    await call.in_conference("unheld")
    await agent.talks(contact_id)
    await agent.tell("hang_up", contact_id=contact_id)
    await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
    await call.hang_up()
    await contact_of(system, call.call_sid, state="ended", outcome="answered")


async def calls_back(agent: Person, phones: Phones, offer: dict[str, Any], number: str) -> tuple[Call, Call]:
    """The agent takes a call-back: their leg, and the call to whoever asked for it."""
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    leg = await phones.leg(agent.agent_no, answer["connect"]["params"])
    return leg, await phones.rung(number)


async def they_talk_and_end(agent: Person, contact_id: str, called: Call, leg: Call) -> None:
    """Both are in the conference; the one who was called hangs up."""
    await called.in_conference()
    await agent.talks(contact_id)
    await called.hang_up()
    await leg.ended()
    await agent.tell("wrap_up", contact_id=contact_id, disposition="callback", note="")
    await settled(agent)


async def test_a_callback_keeps_the_place_and_really_calls(system: System, phones: Phones) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    call = await phones.call(number)
    await call.press("0", "2", "1")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        offer = await agent.offered(contact_id=contact["contact_id"])
        leg, called = await calls_back(agent, phones, offer, number)
        await called.press("1")
        await they_talk_and_end(agent, contact["contact_id"], called, leg)
    tasks = await system.rows("SELECT state FROM tasks WHERE contact_id = :id", id=contact["contact_id"])
    assert [task["state"] for task in tasks if task["state"] in ("waiting", "offered", "talking")] == []


async def test_22_who_rings_before_the_promised_call_and_gives_up_is_called_all_the_same(
    system: System, phones: Phones
) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    first = await phones.call(number)
    await first.press("0", "2", "1")
    assert await first.ended() == "completed"
    await contact_of(system, first.call_sid, outcome="callback_booked")
    again = await phones.call(number)
    await again.press("1")
    contact = await contact_of(system, again.call_sid, state="waiting")
    await again.hang_up()
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        offer = await agent.offered(contact_id=contact["contact_id"])
        leg, called = await calls_back(agent, phones, offer, number)
        await called.press("1")
        await they_talk_and_end(agent, contact["contact_id"], called, leg)


async def test_danger_is_called_back_without_a_key_also_after_the_caller_rang_again_and_gave_up(
    system: System, phones: Phones
) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    first = await phones.call(number)
    await first.press("8")
    await first.hears("登记")
    await first.hang_up()
    before = await contact_of(system, first.call_sid, state="waiting")
    again = await phones.call(number)
    await again.hears("紧急坐席")
    contact = await contact_of(system, again.call_sid, queue="emergency")
    assert (await contact_of(system, first.call_sid, state="ended"))["contact_id"] == before["contact_id"]
    await again.hang_up()
    orders = await system.rows("SELECT order_no FROM work_orders WHERE contact_phone = :number", number=number)
    assert len(orders) == 1
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        offer = await agent.offered(contact_id=contact["contact_id"])
        assert offer["queue"] == "emergency"
        leg, called = await calls_back(agent, phones, offer, number)
        await called.hears("危险")
        await they_talk_and_end(agent, contact["contact_id"], called, leg)


async def test_the_last_one_who_missed_a_caller_takes_them_in_the_browser(
    system: System, phones: Phones, agent: Person
) -> None:
    call, first = await offer_to(agent, phones, system.number())
    assert await agent.offer_ended(first["offer_id"]) == "expired"
    again = await agent.until(
        lambda: next((o for o in agent.offers.values() if o["offer_id"] != first["offer_id"]), None), "offered again"
    )
    await connect(agent, phones, again)
    await call.in_conference()
    await call.hang_up()
    await agent.tell("wrap_up", contact_id=again["contact_id"], disposition="resolved", note="")


async def test_a_phone_that_is_the_agents_leg_is_rung_into_the_conference(system: System, phones: Phones) -> None:
    phone = (await system.rows("SELECT phone FROM staff WHERE agent_no = '1002'"))[0]["phone"]
    await phones.lives_at(phone, answer_after_s=0.2)
    async with Person(system.app_url, "1002") as agent:
        await agent.available(leg="phone")
        call, offer = await offer_to(agent, phones, system.number())
        answer = await agent.tell("accept", offer_id=offer["offer_id"])
        assert answer["connect"] is None
        leg = await phones.rung(phone)
        await agent.talks(offer["contact_id"])
        await call.in_conference()
        await leg.hang_up()
        await agent.talks(offer["contact_id"], "wrapping")
        await call.hang_up()
        await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="resolved", note="")
        await contact_of(system, call.call_sid, state="ended", outcome="answered")


async def test_a_crew_calls_the_customer_of_its_job_and_the_promise_is_met(system: System, phones: Phones) -> None:
    number = system.number()
    own = (await system.rows("SELECT phone FROM staff WHERE agent_no = '3001'"))[0]["phone"]
    for phone in (number, own):
        await phones.lives_at(phone, answer_after_s=0.2)
    async with Person(system.app_url, "1001") as agent, Person(system.app_url, "3001") as crew:
        fault = {"type": "fault", "description": "dark", "contact_phone": number}
        accounts = await system.rows("SELECT account_no FROM accounts ORDER BY account_no LIMIT 1")
        fault["account_no"] = accounts[0]["account_no"]
        order_no = (await agent.rest("POST", "/api/work-orders", fault))["order_no"]
        await crew.available(leg="phone")
        offer = await crew.offered(order_no=order_no)
        await crew.tell("accept", offer_id=offer["offer_id"])
        dialled = await crew.tell("dial", order_no=order_no)
        assert dialled["connect"] is None
        mine = await phones.rung(own)
        await mine.in_conference()
        called = await phones.rung(number)
        await called.hears("可能被录音")
        await called.in_conference()
        await crew.talks(dialled["contact_id"])
        await called.hang_up()
        await mine.ended()
        await settled(crew)
        await crew.tell("step", order_no=order_no, to="restored")
    clocks = await system.rows("SELECT met_at FROM order_clocks WHERE order_no = :no AND name = 'contact'", no=order_no)
    story = await system.rows("SELECT body FROM journal WHERE order_no = :no AND kind = 'clock'", no=order_no)
    assert [clock["met_at"] is not None for clock in clocks] == [True]
    assert any("customer contacted" in str(row["body"]) for row in story)


async def wrapped_up(agent: Person, contact_id: str) -> None:
    """The one who has given a caller away writes down why, and is free."""
    await agent.talks(contact_id, "wrapping")
    await agent.tell("wrap_up", contact_id=contact_id, disposition="other", note="")


async def until_offered_to(person: Person, contact_id: str) -> dict[str, Any]:
    """The offer of this contact to this person."""
    return await person.offered(contact_id=contact_id)


async def test_a_cold_transfer_to_a_colleague(system: System, phones: Phones, agent: Person) -> None:
    call, _, contact_id = await talk(agent, phones, system.number())
    async with Person(system.app_url, "1002") as other:
        await other.available(leg="browser")
        await agent.tell("transfer", contact_id=contact_id, to={"agent_no": "1002"}, mode="cold")
        await wrapped_up(agent, contact_id)
        offer = await until_offered_to(other, contact_id)
        await connect(other, phones, offer)
        await call.in_conference()
        await other.tell("hang_up", contact_id=contact_id)
        await other.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
        await call.hang_up()
        contact = await contact_of(system, call.call_sid, state="ended", outcome="answered", agent_no="1002")
        tasks = await system.rows("SELECT body FROM tasks WHERE contact_id = :id", id=contact_id)
        bodies = [json.loads(task["body"]) if isinstance(task["body"], str) else task["body"] for task in tasks]
        assert contact["talk_ms"] == sum(body["talk_ms"] for body in bodies) > max(body["talk_ms"] for body in bodies)
        for person in (agent, other):
            listed = await person.rest("GET", "/api/contacts", agent_no=person.agent_no)
            assert listed["items"][0]["contact_id"] == contact_id
            assert (await person.rest("GET", f"/api/contacts/{contact_id}"))["agent_no"] == "1002"


async def test_a_cold_transfer_to_a_queue(system: System, phones: Phones, agent: Person) -> None:
    call, _, contact_id = await talk(agent, phones, system.number())
    await agent.tell("transfer", contact_id=contact_id, to={"queue": "emergency"}, mode="cold")
    await wrapped_up(agent, contact_id)
    async with Person(system.app_url, "1002") as other:
        await other.available(leg="browser")
        offer = await until_offered_to(other, contact_id)
        assert offer["queue"] == "emergency"
        await connect(other, phones, offer)
        await call.in_conference()
        await call.hang_up()
        await other.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
        await contact_of(system, call.call_sid, state="ended", outcome="answered")


@pytest.mark.parametrize("ending", ["complete_transfer", "cancel_transfer"])
async def test_a_warm_transfer(system: System, phones: Phones, agent: Person, ending: str) -> None:
    call, _, contact_id = await talk(agent, phones, system.number())
    answered = await system.rows(ANSWERED, contact_id=contact_id)
    async with Person(system.app_url, "1002") as other:
        await other.available(leg="browser")
        await agent.tell("transfer", contact_id=contact_id, to={"agent_no": "1002"}, mode="warm")
        await call.in_conference("held")
        offer = await until_offered_to(other, contact_id)
        answer = await other.tell("accept", offer_id=offer["offer_id"])
        leg = await phones.leg("1002", answer["connect"]["params"])
        await leg.in_conference()
        await other.talks(contact_id)
        await agent.tell(ending, contact_id=contact_id)
        await call.in_conference("unheld")
        stays = other if ending == "complete_transfer" else agent
        if stays is other:
            await wrapped_up(agent, contact_id)
        await stays.talks(contact_id)
        await stays.tell("hang_up", contact_id=contact_id)
        await call.hang_up()
        await stays.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
        await contact_of(system, call.call_sid, state="ended", outcome="answered", agent_no=stays.agent_no)
        assert await system.rows(ANSWERED, contact_id=contact_id) == answered
        await settled(other)


async def test_nothing_rings_for_nobody(system: System, phones: Phones) -> None:
    async def idle() -> bool:
        got = await phones.ask("GET", "/control/calls", live="true")
        return not got["items"]

    await until(idle, "live calls at the carrier")
