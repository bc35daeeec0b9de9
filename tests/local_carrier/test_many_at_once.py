"""Callers, agents and an application that interferes at random: in the end nothing is left over."""

from __future__ import annotations

import random
from typing import Any

import pytest

from local_carrier.faults import FaultRates
from local_carrier.leg import Leg
from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import World

ROOM = (
    '<Dial action="/after"><Conference {0} statusCallback="/room" statusCallbackEvent="join leave end">r{1}'
    "</Conference></Dial>"
)


def document(dice: random.Random) -> str:
    """Something that an application may answer with."""
    room = dice.randrange(3)
    return dice.choice(
        [
            '<Enqueue waitUrl="/wait" action="/after">q</Enqueue>',
            '<Dial timeout="20" action="/after"><Queue url="/wait">q</Queue></Dial>',
            ROOM.format('waitUrl=""', room),
            ROOM.format('endConferenceOnExit="true" participantLabel="x"', room),
            '<Dial action="/after"><Number>+15550100900</Number><Client>agent</Client></Dial>',
            '<Gather input="dtmf speech" action="/after"><Say>well?</Say></Gather>',
            '<Record action="/after" maxLength="9"/>',
            '<Pause length="7"/><Redirect>/after</Redirect>',
            "<Say>goodbye</Say><Hangup/>",
        ]
    )


def wait_document(dice: random.Random) -> str:
    return dice.choice(['<Pause length="5"/>', "<Say>wait</Say><Leave/>", "<Hangup/>", '<Gather timeout="3"/>', ""])


async def interfere(world: World, dice: random.Random, legs: list[Leg]) -> None:
    leg = dice.choice(legs)
    form: dict[str, Any] = dice.choice(
        [{"Url": world.app.url("/any")}, {"Status": "completed"}, {"Twiml": "<Response><Leave/></Response>"}]
    )
    if dice.random() < 0.5:
        await world.rest("POST", f"/Calls/{leg.sid}.json", **form)
        return
    room = world.carrier.conferences.find(f"r{dice.randrange(3)}")
    if room is None or not room.participants:
        return
    one = dice.choice(list(room.participants))
    path = f"/Conferences/{room.sid}"
    change: dict[str, Any] = dice.choice(
        [{"Hold": "true"}, {"Hold": "false"}, {"Muted": "true"}, {"AnnounceUrl": world.app.url("/wait")}]
    )
    match dice.randrange(4):
        case 0:
            await world.rest("DELETE", f"{path}/Participants/{one}.json")
        case 1:
            await world.rest("POST", f"{path}.json", Status="completed")
        case 2:
            form = {"From": DEMO_NUMBER, "To": "+15550100900", "Timeout": "10"}
            await world.rest("POST", f"{path}/Participants.json", **form)
        case _:
            await world.rest("POST", f"{path}/Participants/{one}.json", **change)


@pytest.mark.parametrize("seed", range(12))
async def test_in_the_end_nothing_is_left_over(seed: int) -> None:
    dice = random.Random(seed)
    rates = FaultRates(callback_doubled=0.1, callback_lost=0.1, callback_late=0.2, caller_gone=0.05)
    async with World(seed=str(seed), rates=rates, max_documents=30) as world:
        world.app.answers = {
            path: lambda _form: document(dice) for path in ("/twilio/voice", "/twilio/client", "/after", "/any")
        }
        world.app.answers["/wait"] = lambda _form: wait_document(dice)
        await world.control("PUT", "/directory/+15550100900", {"script": {"hang_up_after_s": 15}})
        legs: list[Leg] = []
        for index in range(25):
            legs.append(world.dial(from_=f"+1555010{index:04}"))
            if index % 3 == 0:
                legs.append(world.carrier.dialling.connect_client(f"agent{index}", {}))
            await world.wait(dice.random() * 4)
            await interfere(world, dice, legs)
            world.press(dice.choice(legs), dice.choice(["1", "*", "#"]))
            world.say(dice.choice(legs), "hello")
        for leg in legs:
            world.hang_up(leg)
        await world.wait(300)
        assert all(leg.over for leg in world.carrier.legs.values())
        assert not any(queue.members or queue.diallers for queue in world.carrier.queues.by_sid.values())
        rooms = world.carrier.conferences.by_sid.values()
        assert not any(room.participants for room in rooms)
        assert {room.status for room in rooms} <= {"completed"}
        recordings = world.carrier.recordings.by_sid.values()
        assert {recording.status for recording in recordings} <= {"completed"}
        assert world.clock.running == 0
        kinds = {line["kind"] for line in world.carrier.ledger.read(limit=100_000)}
        assert {"queue_joined", "conference_event", "callback", "rest", "call_status"} <= kinds
