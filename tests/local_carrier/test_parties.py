"""Scripts, the directory, people at their phones, over the control API."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import CALLER, World

MENU = '<Gather numDigits="1" action="/menu"><Say>press 1</Say></Gather>'
OTHER = "+15550100009"


async def test_a_script_listens_presses_speaks_writes_and_hangs_up(world: World) -> None:
    world.app.answers = {
        "/twilio/voice": MENU,
        "/menu": '<Gather input="speech" action="/said"><Say>what happened</Say></Gather>',
        "/said": '<Say>thank you</Say><Pause length="60"/>',
    }
    script = [
        {"hear": "press 1", "press": "1"},
        {"asked": True, "after_s": 1, "say": "no light"},
        {"hear": "thank", "sms": "停电"},
        {"after_s": 2, "hang_up": True},
    ]
    made = await world.control("POST", "/calls", {"from": CALLER, "script": script})
    assert made.status == 201
    await world.wait(30)
    assert world.app.at("/menu")[0]["Digits"] == "1"
    assert world.app.at("/said")[0]["SpeechResult"] == "no light"
    assert world.app.at("/twilio/sms")[0]["Body"] == "停电"
    call = await world.control("GET", f"/calls/{made['call_sid']}")
    assert call["status"] == "completed"
    lines = (await world.control("GET", f"/calls/{made['call_sid']}/transcript"))["lines"]
    assert [line["kind"] for line in lines] == [
        *(
            "status",
            "status",
            "listening",
            "heard",
            "pressed",
            "listening",
            "heard",
            "said",
            "heard",
            "status",
        )
    ]


async def test_a_caller_who_gives_up_in_the_ringing_or_lets_it_ring(world: World) -> None:
    form = {"From": DEMO_NUMBER, "To": OTHER, "Twiml": "<Response><Say>hi</Say></Response>", "Timeout": 20}
    await world.control("PUT", f"/directory/{OTHER}", {"manual": True})
    declined = await world.rest("POST", "/Calls.json", **form)
    await world.wait(2)
    ringing = await world.control("GET", f"/calls?party=%2B{OTHER[1:]}&status=ringing")
    assert [c["call_sid"] for c in ringing["items"]] == [declined["sid"]]
    assert (await world.control("POST", f"/calls/{declined['sid']}/decline"))["status"] == "busy"
    ignored = await world.rest("POST", "/Calls.json", **form)
    await world.wait(40)
    assert (await world.rest("GET", f"/Calls/{ignored['sid']}.json"))["status"] == "no-answer"
    taken = await world.rest("POST", "/Calls.json", **form)
    await world.wait(3)
    assert (await world.control("POST", f"/calls/{taken['sid']}/answer"))["status"] == "in-progress"
    assert (await world.control("POST", f"/calls/{taken['sid']}/answer")).status == 409
    await world.wait(2)
    assert world.heard(world.carrier.legs[taken["sid"]]) == ["hi"]


async def test_a_person_presses_speaks_and_hangs_up(world: World) -> None:
    world.app.answers = {
        "/twilio/voice": MENU,
        "/menu": '<Gather input="speech" action="/said"/>',
        "/said": '<Pause length="60"/>',
    }
    sid = (await world.control("POST", "/calls", {"from": CALLER}))["call_sid"]
    await world.wait(1)
    await world.control("POST", f"/calls/{sid}/keys", {"keys": "1"})
    await world.wait(1)
    await world.control("POST", f"/calls/{sid}/speech", {"text": "hello"})
    await world.wait(8)
    assert world.app.at("/said")[0]["SpeechResult"] == "hello"
    assert (await world.control("POST", f"/calls/{sid}/hangup"))["status"] == "completed"
    assert (await world.control("POST", f"/calls/{sid}/keys", {"keys": "1"})).status == 409


async def test_the_transcript_is_followed_as_it_grows(world: World) -> None:
    world.app.answers["/twilio/voice"] = "<Say>one</Say><Say>two</Say>"
    sid = (await world.control("POST", "/calls", {"from": CALLER}))["call_sid"]
    await world.wait(0.1)
    seen = (await world.control("GET", f"/calls/{sid}/transcript"))["lines"]
    waiting = asyncio.ensure_future(world.control("GET", f"/calls/{sid}/transcript?after={seen[-1]['seq']}&wait=20"))
    await asyncio.sleep(0)
    await world.wait(0.5)
    assert [line["text"] for line in (await waiting)["lines"]] == ["two"]


async def test_a_sentence_is_said_to_whoever_is_connected(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"answer_after_s": 3})
    world.app.answers["/twilio/voice"] = f"<Dial>{OTHER}</Dial>"
    world.dial([{"asked": True, "after_s": 0.5, "say": "hello there"}])
    await world.wait(6)
    phone = next(leg for leg in world.carrier.legs.values() if leg.to == OTHER)
    assert world.heard(phone) == ["hello there"]


async def test_a_client_leg_brings_its_parameters_and_identity(world: World) -> None:
    made = await world.control("POST", "/client-legs", {"identity": "agent_7", "params": {"offer": "o1", "To": "room"}})
    assert made.status == 201
    await world.wait(1)
    asked = world.app.at("/twilio/client")[0]
    assert (asked["From"], asked["To"], asked["offer"]) == ("client:agent_7", "room", "o1")
    assert asked["ApplicationSid"].startswith("AP")
    assert asked["Direction"] == "inbound"


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/calls", {"from": CALLER, "to": "+15550109999"}),
        ("/calls", {"from": ""}),
        ("/calls", {"from": "1" * 141}),
        ("/calls", {"from": CALLER, "script": [{"hear": "(", "press": "1"}]}),
        ("/calls", {"from": CALLER, "script": [{"press": "1", "say": "x"}]}),
        ("/calls", {"from": CALLER, "script": [{"sing": "x"}]}),
        ("/calls", {"from": CALLER, "script": {"hang_up_after_s": "x"}}),
        ("/client-legs", {"identity": ""}),
        ("/client-legs", {"identity": "a", "params": 3}),
        ("/client-legs", {"identity": "a", "params": {"offer": 3}}),
        ("/messages", {"body": "x"}),
        ("/calls", [1]),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(world: World, path: str, data: Any) -> None:
    answer = await world.control("POST", path, data)
    assert answer.status == 400
    assert answer["error"]
    assert not world.carrier.legs


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ledger?after=x", 400),
        ("/ledger?wait=soon", 400),
        ("/ledger?limit=-1", 400),
        ("/ledger?wait=nan", 200),
        ("/calls?limit=many", 400),
        ("/calls/CA0", 404),
        ("/calls/CA0/transcript", 404),
        ("/messages?after=1e3", 400),
        ("/nothing", 404),
    ],
)
async def test_what_cannot_be_read_is_an_error_in_json(world: World, path: str, status: int) -> None:
    answer = await world.control("GET", path)
    assert answer.status == status
    assert bool(answer.json.get("error")) == (status >= 400)


async def test_half_a_character_is_no_text(world: World) -> None:
    answer = await world.control("POST", "/messages", {"from": CALLER, "body": "\ud800"})
    assert (answer.status, world.carrier.ledger.seq) == (400, 0)


async def test_those_who_waited_in_vain_leave_nothing_behind(world: World) -> None:
    leg = world.dial()
    seq = world.carrier.ledger.seq
    await world.control("GET", f"/calls/{leg.sid}/transcript?after=9&wait=0.01")
    await world.control("GET", f"/ledger?after={seq + 9}&wait=0.01")
    assert (leg.handset.waiting, world.carrier.ledger.waiting) == (0, 0)


async def test_the_directory_is_read_changed_and_checked(world: World) -> None:
    assert (await world.control("PUT", f"/directory/{OTHER}", {"name": "张三", "answer_after_s": 2})).status == 200
    assert [e["name"] for e in (await world.control("GET", "/directory"))["items"]] == ["张三"]
    assert (await world.control("PUT", f"/directory/{OTHER}", {"refuse": "maybe"})).status == 400
    assert (await world.control("DELETE", f"/directory/{OTHER}")).status == 204
    assert (await world.control("DELETE", f"/directory/{OTHER}")).status == 404
