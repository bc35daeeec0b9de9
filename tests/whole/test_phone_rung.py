"""The only agent of a queue misses a call: offered again, and their own phone rings with key 1 to take it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whole.people import Call, Person, Phones, until
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_talks import offer_to

pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")
WAITS = "有来电无人接听"


async def missed(system: System, phones: Phones, agent: Person) -> tuple[Call, dict[str, Any], Call]:
    """A call missed once and offered again: the caller, the second offer, the agent's phone."""
    (row,) = await system.rows("SELECT phone FROM staff WHERE agent_no = '1001'")
    await phones.lives_at(row["phone"], answer_after_s=0.2)
    caller, first = await offer_to(agent, phones, system.number())
    assert await agent.offer_ended(first["offer_id"]) == "expired"
    offers = agent.offers
    second = await agent.until(
        lambda: next((o for o in offers.values() if o["offer_id"] != first["offer_id"]), None), "offered again"
    )
    return caller, second, await phones.rung(row["phone"])


async def test_key_1_on_the_rung_phone_takes_the_call(system: System, phones: Phones, agent: Person) -> None:
    caller, offer, phone = await missed(system, phones, agent)
    await phone.press("5", "1")
    await phone.in_conference()
    assert WAITS in phone.told()
    await caller.in_conference()
    assert await agent.offer_ended(offer["offer_id"]) == "accepted"
    await agent.talks(offer["contact_id"])
    await phone.hang_up()
    await agent.talks(offer["contact_id"], "wrapping")
    await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="resolved", note="")
    await caller.hang_up()
    await contact_of(system, caller.call_sid, state="ended", outcome="answered", agent_no="1001")


async def test_the_phone_stops_when_the_screen_takes_the_call(system: System, phones: Phones, agent: Person) -> None:
    caller, offer, phone = await missed(system, phones, agent)
    await phone.hears(WAITS)
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    leg = await phones.leg("1001", answer["connect"]["params"])
    await caller.in_conference()
    assert await phone.ended() == "completed"
    assert not any(line["kind"] == "conference" for line in phone.lines), phone.told()
    await agent.talks(offer["contact_id"])
    await leg.hang_up()
    await caller.hang_up()


async def test_the_phone_stops_when_the_caller_is_gone(system: System, phones: Phones, agent: Person) -> None:
    caller, _, phone = await missed(system, phones, agent)
    await phone.hears(WAITS)
    await caller.hang_up()
    assert await phone.ended() == "completed"
    await agent.in_state("available")


async def test_a_phone_that_nobody_answers_leaves_the_offer_on_the_screen(
    system: System, phones: Phones, agent: Person
) -> None:
    caller, offer, phone = await missed(system, phones, agent)
    await phone.hang_up()
    await phone.ended()
    answer = await agent.tell("accept", offer_id=offer["offer_id"])
    await phones.leg("1001", answer["connect"]["params"])
    await caller.in_conference()

    async def left() -> bool:
        legs = await system.rows("SELECT state FROM legs WHERE call_sid = :sid", sid=phone.call_sid)
        return [leg["state"] for leg in legs] == ["left"]

    await until(left, "the phone's leg is over")
    await agent.talks(offer["contact_id"])
    await caller.hang_up()
