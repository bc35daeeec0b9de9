"""What an agent does in a call beside talking: presses keys for the other side, dials, gives up."""

from __future__ import annotations

import pytest

from tests.whole.people import Person, Phones
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_talks import connect, offer_to, talk

pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")


async def test_keys_that_an_agent_presses_are_heard_on_the_other_side(
    system: System, phones: Phones, agent: Person
) -> None:
    call, _, contact_id = await talk(agent, phones, system.number())
    await agent.tell("keypad", contact_id=contact_id, digits="12*3#")
    line = await call.line(lambda line: "12*3#" in str(line), "the keys")
    assert line["kind"] == "tones" or "tones" in str(line)
    await agent.tell("hang_up", contact_id=contact_id)
    await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
    await call.hang_up()


async def test_a_dial_that_is_given_up_stops_ringing(system: System, phones: Phones, agent: Person) -> None:
    number = system.number()
    await phones.lives_at(number, answer_after_s=600)
    answer = await agent.tell("dial", to=number)
    await phones.leg("1001", answer["connect"]["params"])
    ringing = await phones.rung(number)
    await agent.tell("hang_up", contact_id=answer["contact_id"])
    assert await ringing.ended() in ("canceled", "completed", "no-answer")
    (row,) = await system.rows("SELECT state, outcome FROM contacts WHERE contact_id = :id", id=answer["contact_id"])
    assert (row["state"], row["outcome"]) == ("ended", "failed")
    await agent.in_state("available", "wrapping")


async def test_an_accepted_call_whose_leg_does_not_come_up_is_given_back(
    system: System, phones: Phones, agent: Person
) -> None:
    call, offer = await offer_to(agent, phones, system.number())
    await agent.tell("accept", offer_id=offer["offer_id"])
    await agent.in_state("connecting", "talking")
    await agent.tell("hang_up", contact_id=offer["contact_id"])
    await agent.until(lambda: offer["contact_id"] not in agent.contacts, "nothing in hand")
    await contact_of(system, call.call_sid, state="waiting")
    again = await agent.offered(contact_id=offer["contact_id"])
    await connect(agent, phones, again)
    await call.in_conference()
    await agent.tell("hang_up", contact_id=offer["contact_id"])
    await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="resolved", note="")
    await call.hang_up()


async def test_a_console_that_is_loaded_anew_keeps_its_call(system: System, phones: Phones, agent: Person) -> None:
    call, leg, contact_id = await talk(agent, phones, system.number())
    await agent.close()
    await agent.open()
    await leg.hang_up()
    await call.in_conference("held")
    again = await agent.tell("accept", offer_id=agent.contacts[contact_id]["offer_id"])
    await phones.leg("1001", again["connect"]["params"])
    await call.in_conference("unheld")
    await agent.tell("hang_up", contact_id=contact_id)
    await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
    await call.hang_up()
    await contact_of(system, call.call_sid, state="ended", outcome="answered")
