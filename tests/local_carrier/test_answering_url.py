"""The ten-line application of the documentation, called through the carrier: menu, queue, second phone, text."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn

from tests.local_carrier.test_process import free_port
from tests.local_carrier.world import CALLER, World

FILE = Path(__file__).parents[2] / "docs" / "answering_url.py"
AGENT, SECOND = "+15550100009", "+15550100002"


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    spec = importlib.util.spec_from_file_location("answering_url", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(module.app, port=port, log_level="critical", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def test_a_person_waits_is_served_rings_a_second_phone_and_texts() -> None:
    async with serving() as url, World(app_url=url) as world:
        caller, agent = world.dial(), world.dial(from_=AGENT)
        await world.wait(1)
        world.press(caller, "1")
        await world.wait(2)
        assert world.heard(caller)[0].startswith("Press 1 to wait")
        assert (await world.control("GET", "/state"))["queues"][0]["members"] == [caller.sid]
        world.press(agent, "2")
        await world.wait(2)
        world.say(agent, "how can I help?")
        assert world.heard(caller)[-1] == "how can I help?"

        third = world.dial(from_="+15550100004")
        await world.wait(1)
        world.press(third, "3")
        await world.wait(2)
        (ringing,) = (await world.control("GET", "/calls?status=ringing"))["items"]
        assert ringing["party"] == SECOND
        await world.control("POST", f"/calls/{ringing['call_sid']}/answer")
        await world.wait(1)
        world.say(third, "hello")
        assert (await world.control("GET", f"/calls/{ringing['call_sid']}/transcript"))["lines"][-1]["text"] == "hello"

        await world.control("POST", "/messages", {"from": CALLER, "body": "停电"})
        await world.wait(3)
        assert [m.body for m in world.carrier.messages.of(CALLER)] == ["停电", "Thank you. 谢谢。"]
        assert 12200 not in world.errors()


def test_it_is_ten_lines() -> None:
    assert len([line for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip()]) == 10
