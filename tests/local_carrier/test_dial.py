"""Dial to other phones, and what the number, client and SIP nouns add."""

from __future__ import annotations

import pytest

from tests.local_carrier.world import CALLER, World

VOICE = "/twilio/voice"
OTHER = "+15550100009"


async def test_the_first_to_answer_is_connected_and_the_rest_are_cancelled(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"answer_after_s": 5})
    await world.control("PUT", "/directory/client:agent1", {"answer_after_s": 2})
    world.app.answers[VOICE] = (
        f'<Dial action="/done"><Number statusCallback="/leg" statusCallbackEvent="completed">{OTHER}</Number>'
        '<Client><Identity>agent1</Identity><Parameter name="order" value="7"/></Client></Dial>'
    )
    leg = world.dial()
    await world.wait(4)
    client = next(c for c in world.carrier.legs.values() if c.to == "client:agent1")
    number = next(c for c in world.carrier.legs.values() if c.to == OTHER)
    assert (client.parent_sid, client.direction, client.from_) == (leg.sid, "outbound-dial", CALLER)
    assert number.status == "canceled"
    assert world.app.at("/leg")[0]["CallStatus"] == "canceled"
    assert world.app.at("/leg")[0]["ParentCallSid"] == leg.sid
    world.say(client, "good morning")
    assert world.heard(leg)[-1] == "good morning"
    await world.wait(8)
    world.hang_up(client)
    await world.wait(0.5)
    done = world.app.at("/done")[0]
    assert (done["DialCallStatus"], done["DialBridged"], done["DialCallSid"]) == (
        "completed",
        "true",
        client.sid,
    )
    assert done["DialCallDuration"] == "9"
    assert dict(client.extra) == {"order": "7"}


@pytest.mark.parametrize(
    ("entry", "status"),
    [({"refuse": "busy"}, "busy"), ({"refuse": "failed"}, "failed"), ({"refuse": "rejected"}, "busy")],
)
async def test_a_refusal_is_the_status_and_the_caller_goes_on(world: World, entry: dict[str, str], status: str) -> None:
    await world.control("PUT", f"/directory/{OTHER}", entry)
    world.app.answers = {
        VOICE: f'<Dial action="/done">{OTHER}</Dial><Say>never</Say>',
        "/done": "<Say>sorry</Say>",
    }
    leg = world.dial()
    await world.wait(10)
    assert (world.app.at("/done")[0]["DialCallStatus"], world.app.at("/done")[0]["DialBridged"]) == (
        status,
        "false",
    )
    assert world.heard(leg)[-1] == "sorry"


async def test_a_number_that_is_not_in_the_directory_rings_until_the_timeout(world: World) -> None:
    world.app.answers[VOICE] = f'<Dial timeout="10" action="/done">{OTHER}</Dial>'
    world.dial()
    await world.wait(15)
    assert not world.app.at("/done")
    await world.wait(1)
    assert world.app.at("/done")[0]["DialCallStatus"] == "no-answer"


async def test_without_action_the_next_verb_follows(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"refuse": "busy"})
    world.app.answers[VOICE] = f"<Dial>{OTHER}</Dial><Say>nobody there</Say>"
    leg = world.dial()
    await world.wait(5)
    assert world.heard(leg)[-1] == "nobody there"


async def test_a_whisper_is_heard_by_the_called_party_before_the_bridge(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"script": [{"hear": "press 1", "after_s": 1, "press": "1"}]})
    world.app.answers = {
        VOICE: f'<Dial><Number url="/whisper">{OTHER}</Number></Dial>',
        "/whisper": '<Gather numDigits="1" action="/taken"><Say>press 1</Say></Gather><Hangup/>',
        "/taken": "",
    }
    leg = world.dial()
    await world.wait(2)
    assert not [line for line in leg.handset.lines if line["kind"] == "connected"]
    await world.wait(2)
    assert [line["to"] for line in leg.handset.lines if line["kind"] == "connected"] == [OTHER]
    child = next(c for c in world.carrier.legs.values() if c.to == OTHER)
    assert world.app.at("/whisper")[0]["CallSid"] == child.sid


async def test_one_who_refuses_in_the_whisper_was_never_bridged(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers = {
        VOICE: f'<Dial action="/done"><Number url="/whisper">{OTHER}</Number></Dial>',
        "/whisper": "<Hangup/>",
    }
    world.dial()
    await world.wait(5)
    done = world.app.at("/done")[0]
    assert (done["DialCallStatus"], done["DialBridged"]) == ("completed", "false")


async def test_a_caller_who_hangs_up_ends_the_other_side_and_the_action_is_told(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers[VOICE] = f'<Dial action="/done">{OTHER}</Dial>'
    leg = world.dial({"hang_up_after_s": 6})
    await world.wait(8)
    child = next(c for c in world.carrier.legs.values() if c.to == OTHER)
    assert (leg.status, child.status) == ("completed", "completed")
    done = world.app.at("/done")[0]
    assert (done["CallStatus"], done["DialCallStatus"]) == ("completed", "completed")


async def test_star_hangs_up_on_the_other_side_where_wanted(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers[VOICE] = f'<Dial hangupOnStar="true" timeLimit="60">{OTHER}</Dial><Say>still here</Say>'
    leg = world.dial([{"after_s": 5, "press": "*"}])
    await world.wait(5.5)
    assert world.heard(leg)[-1] == "still here"
    assert leg.status == "in-progress"


async def test_the_time_limit_ends_the_bridge(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers[VOICE] = f'<Dial timeLimit="20" action="/done">{OTHER}</Dial>'
    world.dial()
    await world.wait(22)
    assert world.app.at("/done")[0]["DialCallDuration"] == "20"


async def test_answer_on_bridge_keeps_the_caller_ringing_until_then(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"answer_after_s": 4})
    world.app.answers[VOICE] = f'<Dial answerOnBridge="true">{OTHER}</Dial>'
    leg = world.dial()
    await world.wait(3)
    assert leg.status == "ringing"
    await world.wait(2)
    assert leg.status == "in-progress"


async def test_sequential_rings_one_after_another(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {"refuse": "busy"})
    await world.control("PUT", "/directory/sip:desk@pbx.invalid", {})
    world.app.answers[VOICE] = f'<Dial sequential="true"><Number>{OTHER}</Number><Sip>sip:desk@pbx.invalid</Sip></Dial>'
    leg = world.dial()
    await world.wait(4)
    assert [line["to"] for line in leg.handset.lines if line["kind"] == "connected"] == ["sip:desk@pbx.invalid"]


async def test_a_client_needs_a_caller_id_to_dial_a_number(world: World) -> None:
    world.app.answers["/twilio/client"] = f'<Dial action="/done">{OTHER}</Dial>'
    world.carrier.dialling.connect_client("agent1", {})
    await world.wait(1)
    assert world.app.at("/done")[0]["DialCallStatus"] == "failed"
    assert world.errors() == [13214]
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers["/twilio/client"] = f'<Dial callerId="+15550095598">{OTHER}</Dial>'
    world.carrier.dialling.connect_client("agent2", {})
    await world.wait(3)
    child = next(c for c in world.carrier.legs.values() if c.to == OTHER)
    assert (child.from_, child.status) == ("+15550095598", "in-progress")


async def test_a_redirect_of_the_called_side_frees_the_caller(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers = {VOICE: f"<Dial>{OTHER}</Dial><Say>alone</Say>", "/moved": "<Say>elsewhere</Say>"}
    leg = world.dial()
    await world.wait(3)
    child = next(c for c in world.carrier.legs.values() if c.to == OTHER)
    await world.rest("POST", f"/Calls/{child.sid}.json", Url=world.app.url("/moved"))
    await world.wait(0.2)
    assert world.heard(leg)[-1] == "alone"
    assert world.heard(child)[-1] == "elsewhere"


async def test_a_recorded_dial_tells_where_the_recording_is(world: World) -> None:
    await world.control("PUT", f"/directory/{OTHER}", {})
    world.app.answers[VOICE] = (
        f'<Dial action="/done" record="record-from-answer-dual" recordingStatusCallback="/rec">{OTHER}</Dial>'
    )
    world.dial({"hang_up_after_s": 11})
    await world.wait(20)
    told = world.app.at("/rec")[0]
    assert (told["RecordingStatus"], told["RecordingChannels"]) == ("completed", "2")
    assert told["RecordingSource"] == "DialVerb"
    assert told["RecordingDuration"] == "10"
    assert world.app.at("/done")[0]["RecordingUrl"] == told["RecordingUrl"]
