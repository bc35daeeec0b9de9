"""Whoever we call is with an agent or off the line: nobody waits alone in a conference."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.whole.conftest import Databases
from tests.whole.invariants import hold
from tests.whole.people import Call, Person, Phones, until
from tests.whole.rig import OPERATIONS, System
from tests.whole.test_calls import contact_of
from tests.whole.test_danger import accepted, booked
from tests.whole.test_talks import they_talk_and_end

AT_ONCE = "[callback]\ngap_s = 1\n"
pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")


@pytest.fixture(scope="module")
def system(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Another attempt follows in a second."""
    folder = tmp_path_factory.mktemp(f"again-{databases.name}")
    made = System(asyncio.run(databases.make()), folder, operations=OPERATIONS + AT_ONCE)
    try:
        made.start()
        yield made
        asyncio.run(hold(made))
    finally:
        made.stop()


async def in_danger(system: System, phones: Phones, number: str) -> str:
    """Somebody pressed 8 and is gone; the contact."""
    await phones.lives_at(number, answer_after_s=0.2)
    call = await phones.call(number)
    await call.press("8")
    await call.hears("登记")
    await call.hang_up()
    return str((await contact_of(system, call.call_sid, state="waiting", queue="emergency"))["contact_id"])


async def called_again(agent: Person, phones: Phones, contact_id: str, number: str, *keys: str) -> None:
    """The next attempt follows, and they speak."""
    leg, _ = await accepted(agent, phones, contact_id)
    called = await phones.rung(number)
    await called.press(*keys)
    await they_talk_and_end(agent, contact_id, called, leg)


async def off_the_line(system: System, phones: Phones, called: Call, contact_id: str) -> None:
    """The customer's call is over without a talk, and nothing goes on at the carrier."""
    assert await called.ended() == "completed"
    joins = [
        line
        for line in await phones.ledger(kind="conference_event")
        if line["call_sid"] == called.call_sid and line["event"] == "participant-join"
    ]
    assert joins == []
    promises = await system.rows("SELECT state FROM callbacks WHERE contact_id = :id", id=contact_id)
    assert "reached" not in [promise["state"] for promise in promises]
    connected = await system.rows(
        "SELECT seq FROM journal WHERE contact_id = :id AND kind = 'connected'", id=contact_id
    )
    assert connected == []


@pytest.mark.parametrize("how", ["hangs_up", "loses_the_leg"])
async def test_danger_is_called_again_when_the_agent_goes_before_they_spoke(
    system: System, phones: Phones, how: str
) -> None:
    number = system.number()
    contact_id = await in_danger(system, phones, number)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        leg, _ = await accepted(agent, phones, contact_id)
        called = await phones.rung(number)
        await called.hears("危险")
        assert agent.contacts[contact_id]["state"] == "connecting"
        if how == "hangs_up":
            await agent.tell("hang_up", contact_id=contact_id)
        else:
            await leg.hang_up()
        await off_the_line(system, phones, called, contact_id)
        await leg.ended()
        await called_again(agent, phones, contact_id, number)


async def test_danger_goes_to_another_agent_when_the_page_of_the_first_is_gone(system: System, phones: Phones) -> None:
    number = system.number()
    contact_id = await in_danger(system, phones, number)
    async with Person(system.app_url, "1001") as first, Person(system.app_url, "1002") as second:
        await first.available()
        offer = await first.offered(contact_id=contact_id)
        await first.tell("accept", offer_id=offer["offer_id"])
        await second.available()
        await first.close()
        await called_again(second, phones, contact_id, number)
        await first.open()  # and leaves as one who goes home


async def test_who_pressed_1_is_not_left_alone_by_an_agent_who_hangs_up(system: System, phones: Phones) -> None:
    number = system.number()
    contact_id = await booked(system, phones, number)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        leg, _ = await accepted(agent, phones, contact_id)
        called = await phones.rung(number)
        await called.press("1")
        await called.hears("正在为您接通坐席")
        await agent.tell("hang_up", contact_id=contact_id)
        await off_the_line(system, phones, called, contact_id)
        await leg.ended()
        await called_again(agent, phones, contact_id, number, "1")
    (promise,) = await system.rows("SELECT state FROM callbacks WHERE contact_id = :id", id=contact_id)
    assert promise["state"] == "reached"


async def test_29_who_is_dialled_hears_a_good_bye_and_was_not_reached_when_the_agent_has_hung_up(
    system: System, phones: Phones, agent: Person
) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    opinion = {"type": "complaint", "description": "late", "contact_phone": number}
    order_no = (await agent.rest("POST", "/api/work-orders", opinion))["order_no"]
    answer = await agent.tell("dial", order_no=order_no)
    leg = await phones.leg("1001", answer["connect"]["params"])
    called = await phones.rung(number)
    await called.hears("可能被录音")
    await agent.talks(answer["contact_id"])
    await agent.tell("hang_up", contact_id=answer["contact_id"])
    await leg.ended()
    await called.hears("再见")
    await off_the_line(system, phones, called, answer["contact_id"])
    await agent.tell("wrap_up", contact_id=answer["contact_id"], disposition="other", note="")

    async def over() -> list[dict[str, Any]]:
        return await system.rows(
            "SELECT outcome, answered_at, talk_ms FROM contacts WHERE contact_id = :id AND state = 'ended'",
            id=answer["contact_id"],
        )

    (contact,) = await until(over, "the contact goes on")
    assert contact == {"outcome": "failed", "answered_at": None, "talk_ms": 0}, "they never spoke"
    (promise,) = await system.rows("SELECT state FROM callbacks WHERE contact_id = :id", id=answer["contact_id"])
    assert promise["state"] == "given_up"
    (clock,) = await system.rows(
        "SELECT met_at FROM order_clocks WHERE order_no = :no AND name = 'contact'", no=order_no
    )
    assert clock["met_at"] is None
