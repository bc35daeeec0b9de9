"""Status=canceled and Status=completed on calls in every state, a phone that rings within a Dial among them."""

from __future__ import annotations

from typing import Any

import pytest

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import World

VOICE = "/twilio/voice"
OTHER = "+15550100009"
FORM = {"From": DEMO_NUMBER, "To": OTHER, "Twiml": "<Response><Pause length='60'/></Response>"}


async def called(world: World, state: str) -> str:
    """The sid of a call made over REST that is in `state`."""
    await world.control("PUT", f"/directory/{OTHER}", {"answer_after_s": 1 if state == "in-progress" else None})
    if state == "queued":
        await world.rest("POST", "/Calls.json", **FORM)
    made = await world.rest("POST", "/Calls.json", **FORM, StatusCallback=world.app.url("/status"))
    await world.wait(0.1 if state == "queued" else 3)
    sid = str(made["sid"])
    assert (await world.rest("GET", f"/Calls/{sid}.json"))["status"] == state
    return sid


@pytest.mark.parametrize(
    ("state", "wanted", "then"),
    [
        ("queued", "canceled", "canceled"),
        ("queued", "completed", "canceled"),
        ("ringing", "canceled", "canceled"),
        ("ringing", "completed", "canceled"),
        ("in-progress", "canceled", "in-progress"),
        ("in-progress", "completed", "completed"),
    ],
)
async def test_a_call_is_ended_over_rest_in_every_state(world: World, state: str, wanted: str, then: str) -> None:
    sid = await called(world, state)
    answer = await world.rest("POST", f"/Calls/{sid}.json", Status=wanted)
    assert (answer.status, answer["status"]) == (200, then)
    await world.wait(10)
    assert (await world.rest("GET", f"/Calls/{sid}.json"))["status"] == then
    told = [form["CallStatus"] for form in world.app.at("/status")]
    assert told == ([] if then == "in-progress" else [then])


async def ringing_within_a_dial(world: World) -> tuple[Any, Any]:
    """The caller and the phone that rings for it."""
    await world.control("PUT", f"/directory/{OTHER}", {"manual": True})
    world.app.answers = {VOICE: f'<Dial action="/done"><Number>{OTHER}</Number></Dial>', "/done": "<Say>nobody</Say>"}
    caller = world.dial()
    await world.wait(2)
    phone = next(leg for leg in world.carrier.legs.values() if leg.to == OTHER)
    assert phone.status == "ringing"
    return caller, phone


async def test_a_phone_that_rings_within_a_dial_is_ended_by_completed_and_not_by_canceled(world: World) -> None:
    caller, phone = await ringing_within_a_dial(world)
    kept = await world.rest("POST", f"/Calls/{phone.sid}.json", Status="canceled")
    assert (kept.status, kept["status"]) == (200, "ringing")
    ended = await world.rest("POST", f"/Calls/{phone.sid}.json", Status="completed")
    assert ended["status"] == "canceled"
    await world.wait(2)
    done = world.app.at("/done")[0]
    assert (done["DialCallStatus"], done["DialCallSid"], done["DialBridged"]) == ("canceled", phone.sid, "false")
    assert world.heard(caller)[-1] == "nobody"


async def test_a_caller_who_is_completed_while_a_phone_rings_takes_it_along(world: World) -> None:
    caller, phone = await ringing_within_a_dial(world)
    assert (await world.rest("POST", f"/Calls/{caller.sid}.json", Status="canceled"))["status"] == "in-progress"
    assert (await world.rest("POST", f"/Calls/{caller.sid}.json", Status="completed"))["status"] == "completed"
    await world.wait(1)
    assert phone.status == "canceled"
    assert [form["DialCallStatus"] for form in world.app.at("/done")] == ["canceled"]


async def test_a_status_that_cannot_be_given_is_refused(world: World) -> None:
    sid = await called(world, "in-progress")
    refused = await world.rest("POST", f"/Calls/{sid}.json", Status="busy")
    assert (refused.status, refused["code"]) == (400, 20001)
