"""Danger that was written, spoken or keyed in: the same order, the same red warning, a talk like any other."""

from __future__ import annotations

from typing import Any

from tests.whole.people import Person, Phones, until
from tests.whole.rig import System
from tests.whole.test_talks import nobody_stays_on_the_line, settled

assert nobody_stays_on_the_line


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
        assert offer["danger"] == {"order_no": order_no, "words": "小区配电箱着火了"}
        answer = await agent.tell("accept", offer_id=offer["offer_id"])
        leg = await phones.leg("1001", answer["connect"]["params"])
        called = await phones.rung(number)
        await called.in_conference()
        await agent.talks(offer["contact_id"])
        contact = agent.contacts[offer["contact_id"]]
        assert (contact["channel"], contact["mode"]) == ("sms", "phone")
        assert contact["danger"]["order_no"] == order_no
        await phones.ask("POST", f"/control/calls/{called.call_sid}/speech", {"text": "火越烧越大"})
        await leg.hears("火越烧越大")
        await agent.tell("hold", contact_id=offer["contact_id"])
        await called.in_conference("held")
        await agent.tell("unhold", contact_id=offer["contact_id"])
        await called.hang_up()
        await leg.ended()
        await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="callback", note="")
        await settled(agent)


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
        assert offer["danger"] == {"order_no": order_no, "words": None}
        await call.hang_up()
        await settled(agent)
    assert len(await warned(system, order_no)) == 1
