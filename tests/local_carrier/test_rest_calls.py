"""Calls over REST: making, reading, changing, listing; credentials, errors, pages, pace."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from local_carrier.settings import DEMO_ACCOUNT_SID, DEMO_NUMBER
from tests.local_carrier.world import CALLER, World

OTHER = "+15550100009"
EVENTS = ["initiated", "ringing", "answered", "completed"]


async def call(world: World, **form: Any) -> Any:
    defaults = {"From": DEMO_NUMBER, "To": OTHER, "Twiml": "<Response><Pause length='20'/></Response>"}
    return await world.rest("POST", "/Calls.json", **{**defaults, **form})


async def test_a_call_is_made_answered_and_told_about_in_order(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"answer_after_s": 3})
    world.app.answers["/survey"] = "<Say>how was it</Say>"
    made = await call(
        world,
        Twiml="",
        Url=world.app.url("/survey"),
        StatusCallback=world.app.url("/status"),
        StatusCallbackEvent=EVENTS,
    )
    assert (made.status, made["status"], made["direction"]) == (201, "queued", "outbound-api")
    assert made["queue_time"] == "0"
    await world.wait(2)
    assert (await world.rest("GET", f"/Calls/{made['sid']}.json"))["status"] == "ringing"
    await world.wait(10)
    asked = world.app.at("/survey")[0]
    assert (asked["Direction"], asked["CallStatus"], asked["To"]) == ("outbound-api", "in-progress", OTHER)
    told = world.app.at("/status")
    assert [(f["CallStatus"], f["SequenceNumber"]) for f in told] == [
        ("initiated", "0"),
        ("ringing", "1"),
        ("in-progress", "2"),
        ("completed", "3"),
    ]
    assert all(f["CallbackSource"] == "call-progress-events" for f in told)
    assert told[-1]["CallDuration"] == "1"
    read = await world.rest("GET", f"/Calls/{made['sid']}.json")
    assert (read["status"], read["duration"]) == ("completed", "1")


async def test_only_completed_is_told_unless_more_is_asked_for(world: World) -> None:
    await call(world, StatusCallback=world.app.url("/status"), Timeout=5)
    await world.wait(30)
    assert [f["CallStatus"] for f in world.app.at("/status")] == ["no-answer"]


@pytest.mark.parametrize(
    ("entry", "status"),
    [({"refuse": "busy"}, "busy"), ({"refuse": "failed"}, "failed"), ({"answer_after_s": None}, "no-answer")],
)
async def test_a_call_that_nobody_takes_has_its_status(world: World, entry: dict[str, Any], status: str) -> None:
    await world.control("PUT", f"/directory/{OTHER}", entry)
    made = await call(world, Timeout=20)
    await world.wait(26)
    assert (await world.rest("GET", f"/Calls/{made['sid']}.json"))["status"] == status


async def test_the_ring_timeout_has_five_seconds_more(world: World) -> None:
    made = await call(world, Timeout=20)
    await world.wait(25)
    assert (await world.rest("GET", f"/Calls/{made['sid']}.json"))["status"] == "ringing"
    await world.wait(0.5)
    assert (await world.rest("GET", f"/Calls/{made['sid']}.json"))["status"] == "no-answer"


async def test_calls_are_paced_one_a_second_and_say_how_long_they_wait(world: World) -> None:
    made = [await call(world) for _ in range(3)]
    assert [m["queue_time"] for m in made] == ["0", "1000", "2000"]
    await world.wait(1.5)
    statuses = [(await world.rest("GET", f"/Calls/{m['sid']}.json"))["status"] for m in made]
    assert statuses == ["ringing", "ringing", "queued"]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"To": ""}, 21201),
        ({"From": ""}, 21213),
        ({"To": "10086"}, 21211),
        ({"From": "1"}, 21212),
        ({"From": "+15550100001"}, 21210),
        ({"Twiml": ""}, 21205),
        ({"Twiml": "", "Url": "ftp://x"}, 21205),
        ({"Twiml": "<Response>" + "x" * 4000 + "</Response>"}, 32018),
        ({"Timeout": "4"}, 21208),
        ({"Twiml": "", "Url": "http://a.example/", "Method": "PUT"}, 21209),
        ({"Twiml": "", "ApplicationSid": "AP" + "0" * 32}, 21218),
        ({"StatusCallback": "http://a.example/", "StatusCallbackEvent": "started"}, 21626),
        ({"TimeLimit": "0"}, 20001),
        ({"SendDigits": "1x"}, 21206),
        ({"SendDigits": "1" * 33}, 21206),
        ({"MachineDetection": "Sometimes"}, 20001),
        ({"StatusCallback": "nonsense"}, 21609),
    ],
)
async def test_what_cannot_be_done_is_refused_with_the_carriers_code(
    world: World, form: dict[str, str], code: int
) -> None:
    refused = await call(world, **form)
    assert (refused.status, refused["code"], refused["status"]) == (400, code, 400)
    assert refused["more_info"].endswith(f"/docs/errors/{code}")
    assert not world.carrier.legs


async def test_credentials_are_checked_before_anything_else() -> None:
    async with World(api_keys={"SK1": "s3"}, auth_tokens=("new", "old")) as world:
        for auth, status in (
            (f"{DEMO_ACCOUNT_SID}:new", 200),
            (f"{DEMO_ACCOUNT_SID}:old", 200),
            ("SK1:s3", 200),
            ("SK1:s4", 401),
            (f"{DEMO_ACCOUNT_SID}:", 401),
            (":", 401),
        ):
            answer = await world.rest("GET", "/Calls.json", auth=auth)
            assert answer.status == status, auth
            if status == 401:
                assert answer["code"] == 20003


async def test_what_is_not_there_is_20404(world: World) -> None:
    for path in ("/Calls/CA" + "0" * 32 + ".json", "/Nothing.json", "/Conferences/CF" + "0" * 32 + ".json"):
        answer = await world.rest("GET", path)
        assert (answer.status, answer["code"]) == (404, 20404)


async def test_a_call_is_redirected_only_while_it_stands(world: World) -> None:
    world.app.answers["/twilio/voice"] = '<Pause length="60"/>'
    leg = world.dial()
    await world.wait(1)
    path = f"/Calls/{leg.sid}.json"
    assert (await world.rest("POST", path, Url=world.app.url("/next"), Method="GET")).status == 200
    await world.wait(0.5)
    assert [(a.path, a.method) for a in world.app.asked if a.path == "/next"] == [("/next", "GET")]
    world.hang_up(leg)
    for form in ({"Url": world.app.url("/next")}, {"Status": "completed"}):
        refused = await world.rest("POST", path, **form)
        assert (refused.status, refused["code"]) == (400, 21220)


async def test_a_ringing_call_can_be_cancelled_but_not_redirected(world: World) -> None:
    made = await call(world, StatusCallback=world.app.url("/status"))
    await world.wait(2)
    path = f"/Calls/{made['sid']}.json"
    refused = await world.rest("POST", path, Twiml="<Response/>")
    assert refused["code"] == 21220
    assert (await world.rest("POST", path, Status="canceled"))["status"] == "canceled"
    await world.wait(1)
    assert [f["CallStatus"] for f in world.app.at("/status")] == ["canceled"]


async def test_cancelling_does_nothing_to_a_call_that_stands_and_completing_ends_it(world: World) -> None:
    world.app.answers["/twilio/voice"] = '<Pause length="60"/>'
    leg = world.dial()
    await world.wait(1)
    assert (await world.rest("POST", f"/Calls/{leg.sid}.json", Status="canceled"))["status"] == "in-progress"
    assert (await world.rest("POST", f"/Calls/{leg.sid}.json", Status="completed"))["status"] == "completed"
    assert leg.over


async def test_lists_are_filtered_and_paged(world: World) -> None:
    world.app.answers["/twilio/voice"] = '<Pause length="60"/>'
    legs = [world.dial(from_=f"+1555010000{n}") for n in range(1, 6)]
    await world.wait(1)
    world.hang_up(legs[0])
    first = await world.rest("GET", "/Calls.json", PageSize=2)
    assert [c["sid"] for c in first["calls"]] == [legs[4].sid, legs[3].sid]
    assert (first["page"], first["page_size"], first["start"], first["end"]) == (0, 2, 0, 1)
    assert first["previous_page_uri"] is None
    rest = first["next_page_uri"].split(f"/Accounts/{DEMO_ACCOUNT_SID}")[1]
    second = await world.rest("GET", rest)
    assert [c["sid"] for c in second["calls"]] == [legs[2].sid, legs[1].sid]
    live = await world.rest("GET", "/Calls.json", Status="in-progress", To=DEMO_NUMBER)
    assert len(live["calls"]) == 4
    mine = await world.rest("GET", "/Calls.json", From=CALLER)
    assert [c["status"] for c in mine["calls"]] == ["completed"]
    today = {"StartTime>": "2026-01-01", "StartTime<": "2026-01-02"}
    assert len((await world.rest("GET", "/Calls.json", **today))["calls"]) == 5
    assert (await world.rest("GET", "/Calls.json", **{"StartTime<": "2025-12-31"}))["calls"] == []


async def test_who_answered_is_told_to_the_document_or_in_a_callback(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"answered_by": "machine_start"})
    world.app.answers["/survey"] = '<Pause length="2"/>'
    await call(world, Twiml="", Url=world.app.url("/survey"), MachineDetection="Enable")
    await call(
        world,
        Twiml="",
        Url=world.app.url("/survey"),
        MachineDetection="Enable",
        AsyncAmd="true",
        AsyncAmdStatusCallback=world.app.url("/amd"),
    )
    await world.wait(10)
    assert [f.get("AnsweredBy") for f in world.app.at("/survey")] == ["machine_start", None]
    assert world.app.at("/amd")[0]["AnsweredBy"] == "machine_start"


async def test_the_fallback_of_a_call_that_is_made_has_a_method_of_its_own(world: World) -> None:
    world.app.answers["/sorry"] = "<Say>later</Say><Redirect>/gone</Redirect>"
    world.app.answers["/gone"] = web.Response(status=500)
    await world.control("PUT", f"/directory/{OTHER}", {})
    urls = {"Url": world.app.url("/gone"), "FallbackUrl": world.app.url("/sorry")}
    await call(world, Twiml="", Method="POST", FallbackMethod="GET", **urls)
    await world.wait(5)
    asked = [(a.path, a.method) for a in world.app.asked if a.path in ("/gone", "/sorry")]
    assert asked == [("/gone", "POST"), ("/sorry", "GET"), ("/gone", "POST")]
    assert next(a.form for a in world.app.asked if a.path == "/sorry")["ErrorCode"] == "11200"


async def test_the_address_goes_before_inline_twiml_and_both_are_refused_for_a_call_that_stands(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers["/url"] = '<Say>from the address</Say><Pause length="60"/>'
    both = {"Url": world.app.url("/url"), "Twiml": "<Response><Say>inline</Say></Response>"}
    made = await call(world, **both)
    await world.wait(5)
    assert world.heard(world.carrier.legs[made["sid"]]) == ["from the address"]
    refused = await world.rest("POST", f"/Calls/{made['sid']}.json", **both)
    assert (refused.status, refused["code"]) == (400, 20001)


async def test_digits_are_sent_before_the_document_is_asked_for(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers["/url"] = "<Say>hello</Say>"
    made = await call(world, Twiml="", Url=world.app.url("/url"), SendDigits="W12#", MachineDetection="Enable")
    await world.wait(5)
    assert world.heard(world.carrier.legs[made["sid"]]) == ["W12#", "hello"]
    assert "AnsweredBy" not in world.app.at("/url")[0]


async def test_a_call_that_stands_is_given_another_limit_and_another_callback(world: World) -> None:
    world.app.answers["/twilio/voice"] = '<Pause length="600"/>'
    leg = world.dial()
    await world.wait(5)
    changed = {"TimeLimit": "20", "StatusCallback": world.app.url("/status")}
    assert (await world.rest("POST", f"/Calls/{leg.sid}.json", **changed)).status == 200
    await world.wait(14)
    assert leg.status == "in-progress"
    await world.wait(2)
    assert leg.status == "completed"
    assert [(f["CallStatus"], f["CallDuration"]) for f in world.app.at("/status")] == [("completed", "20")]
