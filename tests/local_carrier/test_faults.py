"""Misfortune by the seed, and what it leaves in the ledger."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from local_carrier.faults import FaultRates
from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import World

OTHER = "+15550100009"
EVENTS = ["initiated", "ringing", "answered", "completed"]


async def told(world: World) -> list[str]:
    await world.control("PUT", f"/directory/{OTHER}", {"script": {"hang_up_after_s": 3}})
    form = {"From": DEMO_NUMBER, "To": OTHER, "Twiml": "<Response><Pause length='20'/></Response>"}
    await world.rest("POST", "/Calls.json", **form, StatusCallback=world.app.url("/status"), StatusCallbackEvent=EVENTS)
    await world.wait(60)
    return [f["SequenceNumber"] for f in world.app.at("/status")]


@pytest.mark.parametrize(
    ("rates", "sequence"),
    [
        ({}, ["0", "1", "2", "3"]),
        ({"callback_lost": 1}, []),
        ({"callback_doubled": 1}, sorted("01230123")),
    ],
)
async def test_callbacks_are_lost_or_doubled(world: World, rates: dict[str, float], sequence: list[str]) -> None:
    assert (await world.control("PUT", "/faults", rates)).status == 200
    assert sorted(await told(world)) == sequence


async def test_a_doubled_callback_carries_the_same_token(world: World) -> None:
    await world.control("PUT", "/faults", {"callback_doubled": 1})
    await told(world)
    tokens = [(a.form["SequenceNumber"], a.headers["I-Twilio-Idempotency-Token"]) for a in world.app.asked]
    assert len(set(tokens)) == 4


async def test_callbacks_come_late_and_out_of_order() -> None:
    for rates in ({"callback_reordered": 0.5}, {"callback_late": 0.6, "callback_late_ms": 20_000}):
        async with World(seed="3", rates=FaultRates.from_json(rates)) as world:
            sequence = await told(world)
            assert sorted(sequence) == ["0", "1", "2", "3"]
            assert sequence != ["0", "1", "2", "3"]


async def test_the_same_seed_has_the_same_misfortune() -> None:
    seen = []
    for seed in ("a", "a", "b"):
        rates = FaultRates(callback_doubled=0.5, callback_lost=0.3, callback_late=0.5)
        async with World(seed=seed, rates=rates) as world:
            seen.append(await told(world))
    assert seen[0] == seen[1] != seen[2]


async def test_rest_refuses_before_the_effect(world: World) -> None:
    form = {"From": DEMO_NUMBER, "To": OTHER, "Body": "x"}
    for rates, status, code in (({"rest_429": 1}, 429, 20429), ({"rest_500": 1}, 500, 20500)):
        await world.control("PUT", "/faults", rates)
        refused = await world.rest("POST", "/Messages.json", **form)
        assert (refused.status, refused["code"]) == (status, code)
    assert not world.carrier.messages.by_sid


@pytest.mark.parametrize(("fault", "effects"), [("rest_reply_lost", 1), ("rest_dropped", 0)])
async def test_a_lost_reply_has_had_its_effect_and_a_dropped_request_has_not(
    world: World, fault: str, effects: int
) -> None:
    await world.control("PUT", "/faults", {fault: 1})
    with pytest.raises(aiohttp.ClientError):
        await world.rest("POST", "/Messages.json", From=DEMO_NUMBER, To=OTHER, Body="x")
    assert len(world.carrier.messages.by_sid) == effects
    await world.wait(3)
    assert world.carrier.ledger.read(kind="rest")[-1]["reply_lost"] is True


async def test_a_slow_answer_has_its_effect_when_it_comes(world: World) -> None:
    await world.control("PUT", "/faults", {"rest_slow": 1, "rest_slow_ms": 60_000})
    asking = asyncio.ensure_future(world.rest("POST", "/Messages.json", To=OTHER, From=DEMO_NUMBER, Body="x"))
    while not asking.done():
        await world.wait(0.5)
        await asyncio.sleep(0.01)
    made = world.carrier.messages.by_sid[asking.result()["sid"]]
    world.carrier.ledger.flush()
    (line,) = world.carrier.ledger.read(kind="rest")
    assert line["at"] < made.created_at <= line["at"] + 60_000


async def test_a_caller_can_be_gone_at_any_point(world: World) -> None:
    await world.control("PUT", "/faults", {"caller_gone": 1, "caller_gone_ms": 4000})
    world.app.answers["/twilio/voice"] = '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>'
    world.app.answers["/wait"] = '<Pause length="60"/>'
    legs = [world.dial(from_=f"+1555010000{n}") for n in range(5)]
    await world.wait(5)
    assert all(leg.over for leg in legs)
    assert len({leg.ended_at for leg in legs}) > 1


async def test_unknown_faults_and_rates_out_of_range_are_refused(world: World) -> None:
    for rates in ({"meteor": 1}, {"rest_429": 2}, {"rest_429": True}, {"callback_late_ms": -1}):
        answer = await world.control("PUT", "/faults", rates)
        assert answer.status == 400
        assert answer["error"]
