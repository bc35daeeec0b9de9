"""One call from dialling to hanging up: menu, queue, an agent's client leg, a conference, the end."""

from __future__ import annotations

from twilio.request_validator import RequestValidator

from local_carrier.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_NUMBER
from tests.local_carrier.world import CALLER, World

ROOM = (
    '<Dial action="/after"><Conference beep="false" waitUrl="" participantLabel="{label}" '
    'statusCallback="/room" statusCallbackEvent="start end join leave">r1</Conference></Dial>'
)


DOCUMENTS = {
    "/twilio/voice": '<Gather numDigits="1" action="/menu"><Say>故障请按1</Say></Gather>',
    "/menu": '<Enqueue waitUrl="/wait" action="/left">phone</Enqueue>',
    "/wait": "<Say>您是下一位</Say><Pause length='5'/>",
    "/twilio/client": ROOM.format(label="agent"),
    "/join": ROOM.format(label="caller"),
    "/after": "<Say>请评价</Say>",
}


async def test_a_caller_is_queued_bridged_with_an_agent_and_goes_on_to_the_survey(world: World) -> None:
    app = world.app
    app.answers = {**DOCUMENTS}
    leg = world.dial([{"hear": "故障", "press": "1"}])
    await world.wait(3)
    assert world.heard(leg) == ["故障请按1", "您是下一位"]
    asked = app.at("/twilio/voice")[0]
    assert asked["From"] == CALLER
    assert asked["To"] == DEMO_NUMBER
    assert asked["CallStatus"] == "ringing"
    assert asked["Direction"] == "inbound"
    assert asked["AccountSid"] == DEMO_ACCOUNT_SID
    assert app.at("/menu")[0]["Digits"] == "1"
    assert app.at("/wait")[0]["QueuePosition"] == "1"

    agent = world.carrier.dialling.connect_client("agent1", {"reservation": "r-1"})
    await world.wait(1)
    assert app.at("/twilio/client")[0]["From"] == "client:agent1"
    assert app.at("/twilio/client")[0]["reservation"] == "r-1"
    moved = await world.rest("POST", f"/Calls/{leg.sid}.json", Url=app.url("/join"))
    assert moved.status == 200
    await world.wait(1)
    assert app.at("/left")[0]["QueueResult"] == "redirected"
    world.say(agent, "您好")
    world.say(leg, "家里停电了")
    assert world.heard(leg)[-1] == "您好"
    assert world.heard(agent)[-1] == "家里停电了"

    rooms = await world.rest("GET", "/Conferences.json", FriendlyName="r1", Status="in-progress")
    room = rooms["conferences"][0]["sid"]
    world.hang_up(agent)
    await world.wait(1)
    assert agent.status == "completed"
    ended = await world.rest("POST", f"/Conferences/{room}.json", Status="completed")
    assert ended["status"] == "completed"
    await world.wait(5)
    assert app.at("/after")[-1]["DialCallStatus"] == "answered"
    assert world.heard(leg)[-1] == "请评价"
    assert leg.status == "completed"

    check_callbacks(world, {leg.sid, agent.sid})


def check_callbacks(world: World, ended: set[str]) -> None:
    """What was told about the room, in order, and about the ends of the calls."""
    app = world.app
    events = [(f["StatusCallbackEvent"], f.get("ParticipantLabel", "")) for f in app.at("/room")]
    assert events == [
        ("participant-join", "agent"),
        ("participant-join", "caller"),
        ("conference-start", "caller"),
        ("participant-leave", "agent"),
        ("conference-end", ""),
        ("participant-leave", "caller"),
    ]
    assert [f["SequenceNumber"] for f in app.at("/room")] == [str(n) for n in range(1, 7)]
    statuses = [(f["CallSid"], f["CallStatus"]) for f in app.at("/twilio/voice/status")]
    assert sorted(statuses) == sorted((sid, "completed") for sid in ended)


async def test_every_webhook_is_signed_as_the_carriers_own_validator_expects(world: World) -> None:
    world.app.answers = {"/twilio/voice": '<Gather action="/menu?step=1"><Say>press</Say></Gather>'}
    leg = world.dial([{"hear": "press", "press": "5#"}])
    await world.wait(10)
    assert leg.over
    validator = RequestValidator(DEMO_AUTH_TOKEN)
    assert len(world.app.asked) == 3
    for asked in world.app.asked:
        url = world.app.url(asked.path) + (f"?{asked.query}" if asked.query else "")
        assert validator.validate(url, dict(asked.pairs), asked.headers["X-Twilio-Signature"])
        assert not validator.validate(url + "x", dict(asked.pairs), asked.headers["X-Twilio-Signature"])
        assert asked.headers["I-Twilio-Idempotency-Token"]
