"""The Message verb in the middle of a call and as the answer to a text."""

from __future__ import annotations

from typing import Any

import pytest

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import CALLER, World

VOICE, SMS = "/twilio/voice", "/twilio/sms"


def texts(world: World, number: str = CALLER) -> list[str]:
    lines = world.carrier.messages.inbox(number).lines
    return [str(line["text"]) for line in lines if line["kind"] == "received"]


def statuses(forms: list[dict[str, str]]) -> list[str]:
    return [form["MessageStatus"] for form in forms]


async def test_the_action_of_a_message_in_a_call_is_asked_at_once_and_the_call_goes_on_there(world: World) -> None:
    world.app.answers = {
        VOICE: '<Message action="/sent" method="GET" statusCallback="/status">单号 1</Message><Say>never</Say>',
        "/sent": "<Say>sent</Say>",
    }
    leg = world.dial()
    await world.wait(5)
    asked = next(a for a in world.app.asked if a.path == "/sent")
    assert (asked.method, asked.form["SmsStatus"], asked.form["CallSid"]) == ("GET", "sending", leg.sid)
    assert asked.form["SmsSid"] == asked.form["MessageSid"]
    assert statuses(world.app.at("/status")) == ["sending", "sent", "delivered"]
    assert (world.heard(leg), texts(world)) == (["sent"], ["单号 1"])
    made = await world.rest("GET", f"/Messages/{asked.form['MessageSid']}.json")
    assert made["direction"] == "outbound-call"


async def test_a_message_in_a_call_that_was_made_goes_to_the_called_party(world: World) -> None:
    await world.control("PUT", f"/directory/{CALLER}", {})
    twiml = "<Response><Message>one</Message><Message><Body>two</Body></Message></Response>"
    await world.rest("POST", "/Calls.json", From=DEMO_NUMBER, To=CALLER, Twiml=twiml)
    await world.wait(5)
    assert texts(world) == ["one", "two"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ('<Message to="12345">x</Message>', 14101),
        ('<Message from="+15550100777">x</Message>', 14102),
        ("<Message> </Message>", 14103),
        (f"<Message>{'x' * 1601}</Message>", 14103),
    ],
)
async def test_a_message_that_cannot_be_sent_is_told_to_the_action(world: World, message: str, code: int) -> None:
    world.app.answers[VOICE] = message.replace("<Message", '<Message action="/sent"')
    world.dial()
    await world.wait(3)
    assert world.errors() == [code]
    assert [(f["SmsStatus"], f["SmsSid"]) for f in world.app.at("/sent")] == [("invalid", "")]
    assert texts(world) == []


async def text(world: World, answers: dict[str, Any]) -> None:
    world.app.answers = answers
    await world.control("POST", "/messages", {"from": CALLER, "body": "停电"})
    await world.wait(3)


async def test_the_action_of_a_reply_goes_on_with_the_session_and_hears_of_its_states(world: World) -> None:
    first = '<Message action="/sent">一</Message><Message>never</Message>'
    await text(world, {SMS: first, "/sent": lambda form: "<Message>二</Message>" if "Body" in form else ""})
    asked = world.app.at("/sent")
    assert statuses(asked) == ["sending", "sending", "sent", "delivered"]
    assert (asked[0]["Body"], asked[0]["From"]) == ("停电", CALLER)
    assert "Body" not in asked[1]
    assert texts(world) == ["一", "二"]


async def test_a_status_callback_takes_the_states_and_the_action_the_session(world: World) -> None:
    await text(world, {SMS: '<Message action="/sent" statusCallback="/status">x</Message>', "/sent": ""})
    assert statuses(world.app.at("/sent")) == ["sending"]
    assert statuses(world.app.at("/status")) == ["sending", "sent", "delivered"]


async def test_one_text_has_ten_replies_at_most(world: World) -> None:
    await text(world, {SMS: "".join(f"<Message>{n}</Message>" for n in range(12))})
    assert texts(world) == [str(n) for n in range(10)]
    assert world.errors() == [14109, 14109]


async def test_other_verbs_do_not_answer_a_text(world: World) -> None:
    await text(world, {SMS: "<Say>x</Say><Redirect method='GET'>/more</Redirect>", "/more": "<Message>y</Message>"})
    assert (world.errors(), texts(world)) == ([14110], ["y"])
    assert [a.method for a in world.app.asked if a.path == "/more"] == ["GET"]


async def test_redirects_without_end_end(world: World) -> None:
    await text(world, {SMS: f"<Redirect>{SMS}</Redirect>"})
    assert len(world.app.at(SMS)) == 10
    assert world.errors() == [14106]
