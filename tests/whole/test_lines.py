"""Waiting for the second time: what is heard, the callback that is promised there, and the figures of both lines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole.people import Call, Person, Phones
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_talks import talk, they_talk_and_end, wrapped_up

pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")


async def handed_on(agent: Person, phones: Phones, number: str, to: str) -> tuple[Call, str]:
    """A caller who talked with the agent and now waits in the line `to`, where nobody is."""
    call, _, contact_id = await talk(agent, phones, number)
    await agent.tell("set_state", state="break", reason="meal")
    await agent.tell("transfer", contact_id=contact_id, to={"queue": to}, mode="cold")
    await wrapped_up(agent, contact_id)
    return call, contact_id


async def called_back(agent: Person, phones: Phones, number: str, contact_id: str) -> dict[str, Any]:
    """The agent takes the callback and talks with the customer; the offer."""
    await agent.available()
    offer = await agent.offered(contact_id=contact_id)
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    leg = await phones.leg(agent.agent_no, answer["connect"]["params"])
    called = await phones.rung(number)
    if offer["queue"] != "emergency":
        await called.press("1")
    await they_talk_and_end(agent, contact_id, called, leg)
    return offer


@pytest.mark.parametrize("to", ["phone", "emergency"])
async def test_a_callback_booked_after_a_transfer_is_made(
    system: System, phones: Phones, agent: Person, to: str
) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=0.2)
    call, contact_id = await handed_on(agent, phones, number, to)
    await call.hears("下一位|没有坐席在线" if to == "phone" else "")
    await call.press("2", "1")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, state="waiting", queue=to)
    assert contact["talk_ms"] > 0
    promised = "SELECT state, queue FROM callbacks WHERE contact_id = :id"
    assert [tuple(row.values()) for row in await system.rows(promised, id=contact_id)] == [("booked", to)]
    offer = await called_back(agent, phones, number, contact_id)
    assert (offer["kind"], offer["queue"]) == ("callback", to)
    ended = await contact_of(system, call.call_sid, state="ended", outcome="answered")
    assert (ended["contact_id"], ended["answered_at"]) == (contact_id, contact["answered_at"])
    assert [row["state"] for row in await system.rows(promised, id=contact_id)] == ["reached"]


async def test_who_gives_up_after_a_transfer_was_answered_and_is_abandoned_in_the_second_line(
    system: System, phones: Phones, agent: Person
) -> None:
    call, contact_id = await handed_on(agent, phones, system.number(), "emergency")
    await call.hang_up()
    contact = await contact_of(system, call.call_sid, state="ended", outcome="answered")
    assert contact["talk_ms"] > 0
    async with Person(system.app_url, "4001") as supervisor:
        for queue, result in (("phone", "answered"), ("emergency", "abandoned")):
            found = await supervisor.rest("GET", "/api/contacts", queued_in=queue, result=result)
            assert contact_id in [each["contact_id"] for each in found["items"]]
