"""Danger that was written, spoken or keyed in: the same order, the same red warning, a talk like any other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole.people import Call, Person, Phones, settled, until
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_talks import they_talk_and_end

pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")


async def order_of(system: System, number: str) -> str:
    """The one urgent order of this number."""

    async def found() -> list[dict[str, Any]]:
        return await system.rows(
            "SELECT order_no FROM work_orders WHERE contact_phone = :number AND urgency = 'urgent'", number=number
        )

    (row,) = await until(found, "no urgent order")
    return str(row["order_no"])


async def warned(system: System, order_no: str) -> list[dict[str, Any]]:
    """The warnings of this order."""
    return await system.rows("SELECT kind, level FROM warnings WHERE order_no = :no", no=order_no)


async def is_contacted(system: System, order_no: str) -> bool:
    """Whether the promise to contact the customer is met."""
    query = "SELECT met_at FROM order_clocks WHERE order_no = :no AND name = 'contact'"
    return [row["met_at"] is not None for row in await system.rows(query, no=order_no)] == [True]


async def they_answer_and_end(agent: Person, phones: Phones, offer: dict[str, Any], call: Call) -> None:
    """A caller in line is talked to and hangs up: whoever is gone before would be called back in a later test."""
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    leg = await phones.leg("1001", answer["connect"]["params"])
    await they_talk_and_end(agent, offer["contact_id"], call, leg)


async def test_who_wrote_of_danger_is_called_and_the_agent_talks_on_that_call(system: System, phones: Phones) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    await phones.text(number, "小区配电箱着火了")
    await phones.texted(number, "紧急情况已登记|已紧急登记")
    await phones.text(number, "东湖路3号")
    order_no = await order_of(system, number)
    assert await warned(system, order_no) == [{"kind": "hazard", "level": "red"}]
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        offer = await agent.offered(queue="emergency")
        assert offer["reason"] == "danger_written"
        assert offer["danger"] == {"order_no": order_no, "words": "小区配电箱着火了", "state": "accepted"}
        answer = await agent.tell("accept", offer_id=offer["offer_id"])
        leg = await phones.leg("1001", answer["connect"]["params"])
        called = await phones.rung(number)
        await called.in_conference()
        await agent.talks(offer["contact_id"])
        contact = agent.contacts[offer["contact_id"]]
        assert (contact["channel"], contact["mode"]) == ("sms", "phone")
        assert contact["danger"]["order_no"] == order_no
        assert await is_contacted(system, order_no)
        await phones.ask("POST", f"/control/calls/{called.call_sid}/speech", {"text": "火越烧越大"})
        await leg.hears("火越烧越大")
        await agent.tell("hold", contact_id=offer["contact_id"])
        await called.in_conference("held")
        await agent.tell("unhold", contact_id=offer["contact_id"])
        await called.hang_up()
        await leg.ended()
        await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="callback", note="")
        await settled(agent)


async def test_who_writes_no_more_is_called_all_the_same_and_a_place_told_later_is_kept(
    system: System, phones: Phones
) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    await phones.text(number, "变压器冒烟了")
    order_no = await order_of(system, number)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        offer = await agent.offered(queue="emergency")
        assert (offer["reason"], offer["danger"]["order_no"]) == ("danger_written", order_no)
        await phones.text(number, "东湖路3号")

        async def placed() -> list[dict[str, Any]]:
            return await system.rows(
                "SELECT order_no FROM work_orders WHERE order_no = :no AND address = '东湖路3号'", no=order_no
            )

        await until(placed, "the place is not on the order")
        (row,) = await system.rows("SELECT state FROM contacts WHERE contact_id = :id", id=offer["contact_id"])
        assert row["state"] == "offered"
        answer = await agent.tell("accept", offer_id=offer["offer_id"])
        leg = await phones.leg("1001", answer["connect"]["params"])
        called = await phones.rung(number)
        await they_talk_and_end(agent, offer["contact_id"], called, leg)


async def test_key_8_is_a_red_warning_with_its_order_once(system: System, phones: Phones) -> None:
    number = system.number()
    call = await phones.call(number)
    await call.press("8")
    await call.hears("登记")
    order_no = await order_of(system, number)
    assert await warned(system, order_no) == [{"kind": "hazard", "level": "red"}]
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        await call.press("#")
        offer = await agent.offered(queue="emergency")
        assert offer["danger"] == {"order_no": order_no, "words": None, "state": "accepted"}
        await they_answer_and_end(agent, phones, offer, call)
    assert await is_contacted(system, order_no)
    assert len(await warned(system, order_no)) == 1


async def test_rule_2_danger_said_while_waiting_in_line_is_heard_and_other_talk_is_not_kept(
    system: System, phones: Phones
) -> None:
    number = system.number()
    call = await phones.call(number)
    await call.press("0")
    await call.hears("没有坐席在线")
    await call.say("你先把门关一下")
    await call.say("哎呀外面的电线冒火了")
    await call.hears("远离")
    order_no = await order_of(system, number)
    assert await warned(system, order_no) == [{"kind": "hazard", "level": "red"}]
    kept = await system.rows("SELECT body FROM journal_private")
    assert any("冒火" in str(row["body"]) for row in kept)
    assert not any("把门关" in str(row["body"]) for row in kept)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        await call.press("#")
        offer = await agent.offered(queue="emergency")
        await they_answer_and_end(agent, phones, offer, call)


async def booked(system: System, phones: Phones, number: str, **lives: Any) -> str:
    """A callback that a caller has just booked; the contact."""
    await phones.lives_at(number, **{"answer_after_s": 0.2, **lives})
    call = await phones.call(number)
    await call.press("0", "2", "1")
    assert await call.ended() == "completed"
    return str((await contact_of(system, call.call_sid, outcome="callback_booked"))["contact_id"])


async def accepted(agent: Person, phones: Phones, contact_id: str) -> tuple[Call, dict[str, Any]]:
    """The agent's leg is there, the customer rings."""
    offer = await agent.offered(contact_id=contact_id)
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    return await phones.leg(agent.agent_no, answer["connect"]["params"]), offer


async def test_20_who_speaks_to_the_callback_instead_of_pressing_1_is_connected(system: System, phones: Phones) -> None:
    number = system.number()
    contact_id = await booked(system, phones, number)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        leg, _ = await accepted(agent, phones, contact_id)
        called = await phones.rung(number)
        await called.say("喂，你好，哪位")
        await agent.until(lambda: agent.contacts[contact_id]["state"] == "connecting", "still alone")
        speech = f"/api/demo-leg/{leg.call_sid}/speech"
        assert await agent.refused("POST", speech, {"text": "您好"}) == "not_on_line"
        await called.say("谁呀")
        await called.in_conference()
        await agent.talks(contact_id)
        await phones.ask("POST", f"/control/calls/{leg.call_sid}/speech", {"text": "您好"})
        await called.hears("您好")
        await called.hang_up()
        await leg.ended()
        await agent.tell("wrap_up", contact_id=contact_id, disposition="callback", note="")
        await settled(agent)
    tasks = await system.rows("SELECT kind FROM tasks WHERE contact_id = :id AND kind = 'contact'", id=contact_id)
    assert len(tasks) == 1  # no second place in line


async def test_20_silence_at_the_callback_keeps_the_place_for_the_next_attempt(system: System, phones: Phones) -> None:
    number = system.number()
    contact_id = await booked(system, phones, number)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        leg, _ = await accepted(agent, phones, contact_id)
        called = await phones.rung(number)
        await called.hears("说一句话")
        await called.hears("没有听到")
        assert await called.ended() == "completed"
        await leg.ended()
        await agent.close()  # the wait was longer than a console may be silent
        await agent.open()
        await agent.in_state("available")
        own = (await agent.rest("GET", "/api/contacts?agent_no=1001"))["items"]
    (task,) = await system.rows(
        "SELECT state, body FROM tasks WHERE contact_id = :id AND kind = 'callback'", id=contact_id
    )
    assert task["state"] == "waiting"
    async with Person(system.app_url, "4001") as boss:
        (listed,) = [
            each for each in (await boss.rest("GET", "/api/callbacks"))["items"] if each["contact_id"] == contact_id
        ]
    assert listed["next_at"] > listed["at"]
    shown = {each["contact_id"]: each.get("callback") for each in own}
    assert shown[contact_id] == {"state": "calling", "dials": 1, "next_at": listed["next_at"]}
