"""Two nodes on one PostgreSQL are one system."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.whole.databases import PostgresDatabases
from tests.whole.front import Front
from tests.whole.people import Person, Phones
from tests.whole.processes import Process
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_hostile_webhooks import FORM, Line
from tests.whole.test_talks import connect

COPIES = 8


@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path) -> AsyncIterator[System]:
    """Two nodes behind one front, which asks them in turn."""
    async with Front() as front:
        system = System(await PostgresDatabases(postgres_url).make(), tmp_path / "pair", nodes=2, app_url=front.url)
        front.nodes = [node.url for node in system.nodes]
        try:
            await asyncio.to_thread(system.start)
            yield system
        finally:
            await asyncio.to_thread(system.stop)


def leader_of(system: System) -> tuple[Process, Process]:
    """The node that leads, and the other."""
    first, second = system.nodes
    return (first, second) if '"event": "leading"' in first.log.read_text("utf-8") else (second, first)


@pytest.mark.timeout(300)
async def test_doubled_webhooks_over_two_nodes_have_one_effect_and_one_answer(pair: System) -> None:
    async with aiohttp.ClientSession() as http:
        signer = Line(pair.app_url, http)
        lines = [Line(node.url, http) for node in pair.nodes]
        for number in range(20):
            form = FORM | {"CallSid": f"CA{number:032x}", "From": f"+861380000{6000 + number}"}
            steps = [
                ("/twilio/voice", form),
                ("/twilio/turn/1.keys", form | {"CallStatus": "in-progress", "Digits": "8"}),
            ]
            for path, fields in steps:
                signature = signer.signature(path, fields)
                answers = await asyncio.gather(
                    *(lines[copy % 2].post(path, fields, signature) for copy in range(COPIES))
                )
                assert len(set(answers)) == 1, answers
                assert answers[0][0] == 200
    rows = await pair.rows("SELECT call_sid, COUNT(*) AS n FROM contacts GROUP BY call_sid")
    assert [row["n"] for row in rows] == [1] * 20
    orders = await pair.rows("SELECT contact_id, COUNT(*) AS n FROM work_orders GROUP BY contact_id")
    assert [row["n"] for row in orders] == [1] * 20


@pytest.mark.timeout(300)
async def test_the_leaders_death_does_not_disturb_a_talk(pair: System) -> None:
    leader, other = leader_of(pair)
    async with Phones(pair.carrier_url) as phones, Person(other.url, "1001") as agent:
        await agent.available()
        call = await phones.call(pair.number())
        await call.press("0")
        offer = await agent.offered()
        await connect(agent, phones, offer)
        await call.in_conference()
        leader.kill()
        await agent.tell("hang_up", contact_id=offer["contact_id"])
        await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="resolved", note="")
        await call.press("1", "1")
        assert await call.ended() == "completed"
        contact = await contact_of(pair, call.call_sid, state="ended", outcome="answered")
        surveys = await pair.rows("SELECT score FROM surveys WHERE contact_id = :id", id=contact["contact_id"])
        assert [survey["score"] for survey in surveys] == [5]
