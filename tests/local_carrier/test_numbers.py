"""The carrier's numbers for what an application gets wrong, where no other test has them."""

from __future__ import annotations

from typing import Any

import pytest

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import CALLER, World

VOICE = "/twilio/voice"
OTHER = "+15550100009"
ROOM = '<Dial><Conference participantLabel="{}">r</Conference></Dial>'


@pytest.mark.parametrize(
    ("document", "number"),
    [
        ("<Say> </Say>", 13520),
        ("<Play> </Play>", 11100),
        ("<Dial/>", 13223),
        ("<Dial>95598</Dial>", 13223),
        ("<Dial><Number>+1 555 010 0002</Number></Dial>", 13223),
        ("<Dial><Sip>desk</Sip></Dial>", 13243),
        ('<Dial callerId="+15550100777">+15550100009</Dial>', 13214),
        ("<Dial><Number>+15550100009</Number><Conference>r</Conference></Dial>", 13000),
        ("<Dial><Conference> </Conference></Dial>", 13237),
        (f"<Dial><Conference>{'r' * 129}</Conference></Dial>", 13237),
        ('<Dial><Conference coach="CA0">r</Conference></Dial>', 13240),
        (ROOM.format("x" * 129), 16023),
        (ROOM.format("a/b"), 16023),
        (ROOM.format("CA" + "0" * 32), 16023),
        ("<Enqueue> </Enqueue>", 14204),
        (f"<Enqueue>{'q' * 65}</Enqueue>", 14205),
        ("<Dial><Queue> </Queue></Dial>", 14212),
        (f"<Dial><Queue>{'q' * 65}</Queue></Dial>", 14213),
        ("<Dial><Queue>nobody</Queue></Dial>", 0),
    ],
)
async def test_what_a_document_gets_wrong_is_reported_and_the_call_goes_on(
    world: World, document: str, number: int
) -> None:
    world.app.answers[VOICE] = document + "<Say>after</Say>"
    leg = world.dial()
    await world.wait(60)
    assert world.errors() == [number]
    assert world.heard(leg)[-1] == "after"


async def test_a_number_that_cannot_be_dialled_leaves_the_others(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers[VOICE] = f'<Dial action="/done"><Number>5</Number><Number sendDigits="w1">{OTHER}</Number></Dial>'
    leg = world.dial({"hang_up_after_s": 9})
    await world.wait(10)
    assert world.errors() == [13223]
    assert world.app.at("/done")[0]["DialCallStatus"] == "completed"
    phone = next(child for child in world.carrier.legs.values() if child.to == OTHER)
    assert world.heard(phone) == ["w1"]
    assert [line["to"] for line in leg.handset.lines if line["kind"] == "connected"] == [OTHER]


async def test_a_verb_that_a_room_does_not_have_is_an_error(world: World) -> None:
    world.app.answers = {VOICE: '<Dial><Conference waitUrl="/wait">r</Conference></Dial>', "/wait": "<Gather/>"}
    world.dial()
    await world.wait(5)
    assert world.errors() == [13238]
    assert [line["kind"] for line in world.carrier.ledger.read() if line.get("code")] == ["error"]


async def test_a_label_that_cannot_be_is_refused(world: World) -> None:
    for label in ("x" * 129, "a/b", "CA" + "0" * 32):
        form = {"From": DEMO_NUMBER, "To": OTHER, "Label": label}
        refused = await world.rest("POST", "/Conferences/room/Participants.json", **form)
        assert (refused.status, refused["code"]) == (400, 16024)
    assert not world.carrier.legs
    assert not world.carrier.conferences.by_sid


async def test_what_is_still_in_use_is_not_deleted(world: World) -> None:
    world.app.answers = {VOICE: '<Enqueue waitUrl="">line</Enqueue>'}
    leg = world.dial()
    await world.wait(1)
    queue = (await world.rest("GET", "/Queues.json"))["queues"][0]
    for path in (f"/Queues/{queue['sid']}.json", f"/Calls/{leg.sid}.json"):
        refused = await world.rest("DELETE", path)
        assert (refused.status, refused["code"]) == (409, 20409)


async def test_a_method_that_a_path_does_not_have_is_20004(world: World) -> None:
    refused = await world.rest("DELETE", "/Calls.json")
    assert (refused.status, refused["code"]) == (405, 20004)


@pytest.mark.parametrize(
    ("form", "number"),
    [({"HoldUrl": "ftp://x"}, 21205), ({"HoldUrl": "http://a.example/", "HoldMethod": "PUT"}, 21209)],
)
async def test_a_refused_change_of_a_participant_changes_nothing(
    world: World, form: dict[str, Any], number: int
) -> None:
    world.app.answers[VOICE] = '<Dial><Conference waitUrl="">r</Conference></Dial>'
    leg = world.dial()
    await world.wait(1)
    path = f"/Conferences/r/Participants/{leg.sid}.json"
    refused = await world.rest("POST", path, Muted="true", Hold="true", **form)
    assert (refused.status, refused["code"]) == (400, number)
    kept = await world.rest("GET", path)
    assert (kept["muted"], kept["hold"]) == (False, False)


async def test_an_opted_out_party_is_not_answered_either(world: World) -> None:
    world.app.answers["/twilio/sms"] = '<Message statusCallback="/status">bye</Message>'
    await world.control("POST", "/messages", {"from": CALLER, "body": "STOP"})
    await world.wait(2)
    assert [(f["MessageStatus"], f["ErrorCode"]) for f in world.app.at("/status")] == [("failed", "21610")]


async def test_one_who_is_not_there_cannot_be_coached(world: World) -> None:
    world.app.answers[VOICE] = '<Dial><Conference waitUrl="">r</Conference></Dial>'
    leg = world.dial()
    await world.wait(1)
    path = f"/Conferences/r/Participants/{leg.sid}.json"
    refused = await world.rest("POST", path, Coaching="true", CallSidToCoach="CA" + "0" * 32)
    assert (refused.status, refused["code"]) == (400, 16028)


@pytest.mark.parametrize(("asked", "seconds"), [(1, 5), (5, 5), (600, 600), (9_999, 600)])
async def test_numbers_beyond_their_limits_are_the_limits(world: World, asked: int, seconds: int) -> None:
    world.app.answers[VOICE] = f'<Dial timeout="{asked}" action="/done">{OTHER}</Dial>'
    world.dial()
    await world.wait(seconds + 5)
    assert not world.app.at("/done")
    await world.wait(1)
    assert world.app.at("/done")[0]["DialCallStatus"] == "no-answer"
    assert world.errors() == []


async def test_leave_outside_a_queue_is_warned_of_and_the_next_verb_runs(world: World) -> None:
    world.app.answers[VOICE] = "<Leave/><Say>still here</Say>"
    leg = world.dial()
    await world.wait(3)
    assert (world.errors(), world.heard(leg)) == ([12200], ["still here"])
