"""Text messages both ways."""

from __future__ import annotations

import pytest
from aiohttp import web

from local_carrier.messages import segments
from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import CALLER, World


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("停" * 70, 1),
        ("停" * 72, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("€" * 80, 1),
    ],
)
def test_parts_are_counted_as_networks_do(body: str, parts: int) -> None:
    assert segments(body) == parts


async def test_a_text_is_brought_to_the_application_and_its_answer_to_the_phone(world: World) -> None:
    world.app.answers["/twilio/sms"] = "<Message>已登记</Message><Message><Body>第二条</Body></Message>"
    sent = await world.control("POST", "/messages", {"from": CALLER, "body": "停电 "})
    assert sent.status == 201
    await world.wait(2)
    asked = world.app.at("/twilio/sms")[0]
    assert (asked["From"], asked["To"], asked["Body"]) == (CALLER, DEMO_NUMBER, "停电 ")
    assert asked["MessageSid"] == asked["SmsSid"] == sent["message_sid"]
    assert (asked["NumMedia"], asked["NumSegments"]) == ("0", "1")
    pane = await world.control("GET", f"/messages?number={CALLER.replace('+', '%2B')}")
    assert [(line["kind"], line["text"]) for line in pane["lines"]] == [
        ("sent", "停电 "),
        ("received", "已登记"),
        ("received", "第二条"),
    ]
    assert [m["direction"] for m in pane["items"]] == ["inbound", "outbound-reply", "outbound-reply"]


async def test_a_text_sent_over_rest_goes_through_its_states(world: World) -> None:
    form = {"From": DEMO_NUMBER, "To": CALLER, "Body": "停电通知", "StatusCallback": world.app.url("/status")}
    made = await world.rest("POST", "/Messages.json", **form)
    assert (made.status, made["status"], made["num_segments"]) == (201, "queued", "1")
    await world.wait(2)
    assert [f["MessageStatus"] for f in world.app.at("/status")] == ["sending", "sent", "delivered"]
    read = await world.rest("GET", f"/Messages/{made['sid']}.json")
    assert (read["status"], read["error_code"]) == ("delivered", None)
    listed = await world.rest("GET", "/Messages.json", To=CALLER)
    assert [m["sid"] for m in listed["messages"]] == [made["sid"]]


async def test_who_opted_out_gets_no_more(world: World) -> None:
    await world.control("POST", "/messages", {"from": CALLER, "body": "stop"})
    await world.wait(1)
    form = {"From": DEMO_NUMBER, "To": CALLER, "Body": "x"}
    refused = await world.rest("POST", "/Messages.json", **form)
    assert (refused.status, refused["code"]) == (400, 21610)
    await world.control("POST", "/messages", {"from": CALLER, "body": "START"})
    assert (await world.rest("POST", "/Messages.json", **form)).status == 201


async def test_a_number_that_takes_none_is_undelivered_with_a_code(world: World) -> None:
    await world.control("PUT", f"/directory/{CALLER}", {"refuse": "failed"})
    form = {"From": DEMO_NUMBER, "To": CALLER, "Body": "x", "StatusCallback": world.app.url("/status")}
    await world.rest("POST", "/Messages.json", **form)
    await world.wait(2)
    assert [(f["MessageStatus"], f["ErrorCode"]) for f in world.app.at("/status")] == [("undelivered", "30003")]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"From": "+15550100007"}, 21606),
        ({"Body": ""}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"To": "abc"}, 21211),
    ],
)
async def test_what_cannot_be_sent_is_refused(world: World, form: dict[str, str], code: int) -> None:
    whole = {"From": DEMO_NUMBER, "To": CALLER, "Body": "x", **form}
    refused = await world.rest("POST", "/Messages.json", **whole)
    assert (refused.status, refused["code"]) == (400, code)


async def test_a_message_in_the_middle_of_a_call_goes_to_the_caller(world: World) -> None:
    world.app.answers["/twilio/voice"] = '<Message statusCallback="/status">单号 1</Message><Say>sent</Say>'
    leg = world.dial()
    await world.wait(3)
    assert world.heard(leg) == ["sent"]
    assert world.carrier.messages.inbox(CALLER).lines[0]["text"] == "单号 1"
    assert world.app.at("/status")[-1]["MessageStatus"] == "delivered"


async def test_a_plain_answer_is_the_reply_and_the_fallback_is_asked_when_there_is_none() -> None:
    async with World(sms_fallback_path="/sms/fallback") as world:
        world.app.answers = {
            "/twilio/sms": web.Response(status=503),
            "/sms/fallback": web.Response(text="请稍后再试", content_type="text/plain"),
        }
        world.carrier.messages.receive(CALLER, DEMO_NUMBER, "停电")
        await world.wait(2)
        asked = world.app.at("/sms/fallback")[0]
        assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", world.app.url("/twilio/sms"))
        assert world.carrier.messages.inbox(CALLER).lines[-1]["text"] == "请稍后再试"
