"""The driven clock stands still while anything is in flight; the ledger is the same for the same seed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from local_carrier.clock import DRIVEN_EPOCH_MS, DrivenClock, RealClock, sleep
from local_carrier.ledger import Ledger
from tests.local_carrier.world import World

VOICE = "/twilio/voice"


async def test_timers_fire_in_order_and_time_jumps_between_them() -> None:
    clock, fired = DrivenClock(), []
    for due in (300, 100, 200):
        clock.call_at(DRIVEN_EPOCH_MS + due, lambda due=due: fired.append((due, clock.now_ms() - DRIVEN_EPOCH_MS)))  # type: ignore[misc]
    cancelled = clock.call_at(DRIVEN_EPOCH_MS + 150, lambda: fired.append((150, 0)))
    cancelled.cancel()
    await clock.advance(250)
    assert fired == [(100, 100), (200, 200)]
    assert clock.now_ms() - DRIVEN_EPOCH_MS == 250
    await clock.run()
    assert fired[-1] == (300, 300)


async def test_time_waits_for_what_is_in_flight() -> None:
    clock, gate, seen = DrivenClock(), asyncio.Event(), []

    async def slow() -> None:
        await gate.wait()
        seen.append(clock.now_ms() - DRIVEN_EPOCH_MS)
        await sleep(clock, 50)
        seen.append(clock.now_ms() - DRIVEN_EPOCH_MS)

    clock.spawn(slow())
    clock.call_at(DRIVEN_EPOCH_MS + 10, lambda: seen.append(-10))
    advancing = asyncio.ensure_future(clock.advance(100))
    for _ in range(20):
        await asyncio.sleep(0)
    assert seen == []
    gate.set()
    await advancing
    assert seen == [0, -10, 50]


async def test_a_task_that_is_ended_is_no_longer_in_flight() -> None:
    clock = DrivenClock()
    clock.spawn(sleep(clock, 60_000))
    await clock.advance(1)
    assert clock.running == 0
    await clock.close()
    assert clock.running == 0


async def test_the_real_clock_never_goes_back() -> None:
    clock = RealClock()
    before = clock.now_ms()
    await sleep(clock, 1)
    assert clock.now_ms() > before


async def day(seed: str, path: Path) -> str:
    """Thirty calls with a queue, agents and callbacks; the ledger as text, without the application's port."""
    async with World(seed=seed, ledger_path=str(path)) as world:
        world.app.answers = {
            VOICE: '<Gather numDigits="1" action="/menu"><Say>press 1</Say></Gather>',
            "/menu": '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>',
            "/wait": '<Say>wait</Say><Pause length="9"/>',
            "/twilio/client": '<Dial timeout="90"><Queue>q</Queue></Dial>',
        }
        await world.control("PUT", "/faults", {"callback_doubled": 0.3, "callback_late": 0.3, "caller_gone": 0.1})
        for index in range(20):
            script = {"steps": [{"hear": "press 1", "press": "1"}], "hang_up_after_s": 40 + index}
            world.dial(script, from_=f"+155501{index:05}")
            await world.wait(1)
            if index % 2:
                world.carrier.dialling.connect_client(f"agent{index}", {})
        await world.wait(300)
        address = world.app.url("/").rstrip("/")
    return written(path).replace(address, "APP")


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


async def test_the_same_seed_writes_the_same_ledger(tmp_path: Path) -> None:
    first = await day("s1", tmp_path / "a.jsonl")
    again = await day("s1", tmp_path / "b.jsonl")
    other = await day("s2", tmp_path / "c.jsonl")
    assert first == again
    assert first != other
    lines = [json.loads(line) for line in first.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    keys = [(line["at"], line["party"], line["number"]) for line in lines]
    assert keys == sorted(keys)
    assert sum(line["kind"] == "call_created" for line in lines) == 30


async def test_a_ledger_goes_on_where_it_was_after_a_restart_and_sids_do_not_repeat(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    sids = []
    for _ in range(2):
        async with World(ledger_path=str(path)) as world:
            sids.append(world.dial().sid)
            await world.wait(1)
    assert sids[0] != sids[1]
    lines = [json.loads(line) for line in written(path).splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["kind"] for line in lines].count("carrier_started") == 2


async def test_half_a_line_left_by_a_kill_is_closed_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(RealClock(), str(path))
    ledger.record("+15550100001", "key", key="1")
    ledger.close()
    with path.open("a", encoding="utf-8") as file:
        file.write('{"seq":2,"at":')
    reopened = Ledger(RealClock(), str(path))
    reopened.record("+15550100001", "key", key="2")
    reopened.close()
    last = Ledger(RealClock(), str(path))
    kept: list[dict[str, Any]] = last.read()
    last.close()
    assert [(line["seq"], line["number"], line["key"]) for line in kept] == [(1, 1, "1"), (2, 2, "2")]


async def test_the_ledger_is_read_over_http_by_place_and_field(world: World) -> None:
    world.app.answers[VOICE] = "<Say>hello</Say>"
    leg = world.dial()
    world.dial(from_="+15550100002")
    await world.wait(5)
    mine = await world.control("GET", f"/ledger?kind=webhook&party=%2B{leg.from_[1:]}")
    assert [line["url"] for line in mine["items"]] == [world.app.url(VOICE)]
    assert "<Say>hello</Say>" in mine["items"][0]["body"]
    assert ["CallSid", leg.sid] in [list(pair) for pair in mine["items"][0]["params"]]
    page = await world.control("GET", "/ledger?limit=3")
    assert len(page["items"]) == 3
    following = await world.control("GET", f"/ledger?limit=3&after={page['next_after']}")
    assert following["items"][0]["seq"] == page["items"][-1]["seq"] + 1


async def test_the_ledger_can_be_waited_for(world: World) -> None:
    seen = await world.control("GET", "/ledger")
    following = asyncio.ensure_future(world.control("GET", f"/ledger?after={seen['next_after']}&wait=20"))
    await asyncio.sleep(0)
    world.dial()
    await world.wait(1)
    kinds = [line["kind"] for line in (await following)["items"]]
    assert "call_created" in kinds
