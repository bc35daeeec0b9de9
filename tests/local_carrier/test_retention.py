"""What is over is forgotten in the end, oldest first; what stands is not, and the ledger has everything."""

from __future__ import annotations

import json
from pathlib import Path

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import CALLER, World

VOICE = "/twilio/voice"


async def gone(world: World, path: str) -> bool:
    answer = await world.rest("GET", path)
    assert answer.status == 200 or (answer.status, answer["code"]) == (404, 20404)
    return answer.status == 404


async def test_ended_calls_are_forgotten_in_the_end() -> None:
    async with World(kept=3) as world:
        world.app.answers[VOICE] = '<Pause length="60"/>'
        legs = []
        for number in range(5):
            legs.append(world.dial(from_=f"+1555010000{number}"))
            await world.wait(1)
            world.hang_up(legs[-1])
        assert list(world.carrier.legs) == [leg.sid for leg in legs[2:]]
        assert [await gone(world, f"/Calls/{leg.sid}.json") for leg in legs] == [True, True, False, False, False]
        assert len((await world.rest("GET", "/Calls.json"))["calls"]) == 3


async def test_a_call_that_stands_is_kept_and_does_not_keep_the_ended_ones() -> None:
    async with World(kept=2) as world:
        world.app.answers[VOICE] = '<Pause length="600"/>'
        standing = world.dial(from_="+15550100100")
        await world.wait(1)
        for number in range(5):
            leg = world.dial(from_=f"+1555010000{number}")
            await world.wait(1)
            world.hang_up(leg)
        assert list(world.carrier.legs) == [standing.sid, leg.sid]
        assert standing.status == "in-progress"


async def test_texts_are_forgotten_with_their_lines_and_the_rest_keep_their_numbers() -> None:
    async with World(kept=3) as world:
        made = []
        for number in range(5):
            form = {"From": DEMO_NUMBER, "To": CALLER, "Body": f"text {number}"}
            made.append((await world.rest("POST", "/Messages.json", **form))["sid"])
            await world.wait(2)
        assert [await gone(world, f"/Messages/{sid}.json") for sid in made] == [True, True, False, False, False]
        pane = await world.control("GET", f"/messages?after=3&number=%2B{CALLER[1:]}")
        assert [(line["seq"], line["text"]) for line in pane["lines"]] == [(4, "text 3"), (5, "text 4")]
        assert [item["body"] for item in pane["items"]] == ["text 2", "text 3", "text 4"]


async def test_recordings_and_conferences_are_forgotten(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    async with World(kept=2, ledger_path=str(ledger)) as world:
        world.app.answers[VOICE] = lambda form: (
            f'<Dial record="record-from-answer"><Conference waitUrl="">{form["CallSid"]}</Conference></Dial>'
        )
        rooms, recordings = [], []
        for number in range(4):
            leg = world.dial(from_=f"+1555010000{number}")
            await world.wait(1)
            rooms.append((await world.rest("GET", "/Conferences.json", FriendlyName=leg.sid))["conferences"][0]["sid"])
            path = f"/Calls/{leg.sid}/Recordings.json"
            recordings.append((await world.rest("POST", path))["sid"])
            world.hang_up(leg)
            await world.wait(3)
        assert [await gone(world, f"/Conferences/{sid}.json") for sid in rooms] == [True, True, False, False]
        assert [await gone(world, f"/Recordings/{sid}.json") for sid in recordings] == [True, True, True, False]
        assert [await gone(world, f"/Recordings/{sid}.wav") for sid in recordings] == [True, True, True, False]
        assert len(world.carrier.recordings.by_sid) == len(world.carrier.conferences.by_sid) == 2
    written = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert {line["conference_sid"] for line in written if line["kind"] == "conference_created"} == set(rooms)
    assert {line["recording_sid"] for line in written if line["kind"] == "recording_started"} >= set(recordings)


async def test_what_is_counted_for_a_call_is_forgotten_with_it() -> None:
    async with World(kept=1) as world:
        await world.control("PUT", "/faults", {"callback_doubled": 0.5})
        world.app.answers[VOICE] = "<Say>hello</Say>"
        for _ in range(20):
            world.dial()
            await world.wait(5)
        counted = [key for key in (*world.carrier.sids.counted, *world.carrier.faults.counted) if key.startswith("CA")]
        assert 1 <= len(set(counted)) <= 2
