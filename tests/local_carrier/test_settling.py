"""The driven clock waits for an application that acts on its own, between requests of the carrier."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from local_carrier.settings import DEMO_NUMBER
from tests.local_carrier.world import World

VOICE, AGENT = "/twilio/voice", "+15550100900"
JOIN = '<Dial action="/after"><Conference waitUrl="">{}</Conference></Dial>'


class Dispatcher:
    """An application that answers first and acts afterwards: calls an agent, then brings the caller into the room."""

    def __init__(self, world: World) -> None:
        self._world, self._tasks = world, asyncio.TaskGroup()
        self.caller = ""
        world.app.answers = {
            VOICE: self._arrived,
            "/join": JOIN.format("talk"),
            "/wait": '<Pause length="60"/>',
            "/agent": self._agent,
            "/after": "<Say>goodbye</Say>",
        }

    async def __aenter__(self) -> Dispatcher:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._tasks.__aexit__(*raised)

    def _later(self, path: str, **form: Any) -> None:
        self._tasks.create_task(self._act(path, form))

    async def _act(self, path: str, form: dict[str, Any]) -> None:
        for _ in range(5):  # whatever an application does between its answer and its request
            await asyncio.sleep(0)
        await self._world.rest("POST", path, **form)

    def _arrived(self, form: dict[str, str]) -> str:
        self.caller = form["CallSid"]
        events = {"StatusCallback": self._world.app.url("/agent"), "StatusCallbackEvent": ["answered", "completed"]}
        self._later("/Conferences/talk/Participants.json", From=DEMO_NUMBER, To=AGENT, **events)
        return '<Enqueue waitUrl="/wait" action="/after">q</Enqueue>'

    def _agent(self, form: dict[str, str]) -> str:
        if form["CallStatus"] == "in-progress":
            self._later(f"/Calls/{self.caller}.json", Url=self._world.app.url("/join"))
        else:
            self._later(f"/Calls/{self.caller}.json", Twiml="<Response><Say>ended</Say></Response>")
        return ""


def written(path: Path) -> str:
    return path.read_text(encoding="utf-8")


async def run(path: Path) -> list[dict[str, Any]]:
    """A call that is brought together with an agent; the ledger without the ports of this run."""
    async with World(seed="s", settle_ms=60, ledger_path=str(path)) as world:
        await world.control("PUT", f"/directory/{AGENT}", {"script": {"hang_up_after_s": 10}})
        async with Dispatcher(world):
            leg = world.dial()
            await world.wait(30)
        assert world.heard(leg)[-1] == "ended"
        address = world.app.url("/").rstrip("/")
    text = written(path).replace(address, "APP")
    return [json.loads(line) for line in text.splitlines()]


async def test_an_application_that_acts_on_its_own_writes_the_same_ledger_again(tmp_path: Path) -> None:
    first, again = await run(tmp_path / "a.jsonl"), await run(tmp_path / "b.jsonl")
    assert first == again
    acted = [line for line in first if line["kind"] == "rest"]
    assert [line["status"] for line in acted] == [201, 200, 200]
    causes = [line for line in first if line["kind"] == "webhook" and line["url"] == "APP/twilio/voice"]
    causes += [line for line in first if line["kind"] == "callback" and line["url"] == "APP/agent"]
    # No time has passed between what the application was told and what it did then.
    assert [line["at"] for line in acted] == [line["at"] for line in causes]
