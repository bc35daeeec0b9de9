"""Two nodes on one PostgreSQL are one system."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.whole.databases import PostgresDatabases
from tests.whole.documents import wrong_documents
from tests.whole.front import Alternating
from tests.whole.people import Person, Phones, until
from tests.whole.processes import Process
from tests.whole.rig import OPERATIONS, System
from tests.whole.test_calls import contact_of
from tests.whole.test_hostile_webhooks import FORM, Line
from tests.whole.test_talks import connect

COPIES = 8


PATIENT = OPERATIONS.replace("offer_timeout_s = 6", "offer_timeout_s = 60")


@pytest.fixture
async def front() -> AsyncIterator[Alternating]:
    """Sends every webhook of a call to another node than the one before."""
    async with Alternating() as running:
        yield running


@pytest.fixture
async def pair(postgres_url: str, tmp_path: Path, front: Alternating) -> AsyncIterator[System]:
    """Two nodes behind one front."""
    database = await PostgresDatabases(postgres_url).make()
    system = System(database, tmp_path / "pair", nodes=2, app_url=front.url, operations=PATIENT)
    front.nodes = [node.url for node in system.nodes]
    try:
        await asyncio.to_thread(system.start)
        yield system
        async with Phones(system.carrier_url) as phones:
            assert await wrong_documents(phones) == []
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


@pytest.mark.timeout(300)
async def test_two_nodes_serve_one_call_in_turn_from_the_ring_to_the_survey(pair: System, front: Alternating) -> None:
    leader, other = leader_of(pair)
    async with Phones(pair.carrier_url) as phones, Person(other.url, "1001") as agent:
        call = await phones.call(pair.number())
        await call.press("0")
        await call.hears("请稍候|排队|等待|坐席")
        await agent.available()
        offer = await agent.offered()
        await connect(agent, phones, offer)
        await call.in_conference()
        await agent.tell("hold", contact_id=offer["contact_id"])
        await call.in_conference("held")
        await agent.tell("unhold", contact_id=offer["contact_id"])
        await call.in_conference("unheld")
        await agent.tell("hang_up", contact_id=offer["contact_id"])
        await agent.tell("wrap_up", contact_id=offer["contact_id"], disposition="resolved", note="")
        await call.press("2", "1")
        assert await call.ended() == "completed"
        await contact_of(pair, call.call_sid, state="ended", outcome="answered", agent_no="1001")
        surveys = await pair.rows("SELECT score FROM surveys WHERE contact_id = :id", id=offer["contact_id"])
        assert [survey["score"] for survey in surveys] == [4]
    took = front.took[call.call_sid]
    assert took == [front.nodes[number % 2] for number in range(len(took))]
    assert {took.count(node.url) >= 4 for node in (leader, other)} == {True}, took


async def presence_of(system: System, agent_no: str) -> str:
    """What the core believes of this agent."""
    ((body,),) = [
        row.values() for row in await system.rows("SELECT body FROM agents WHERE agent_no = :no", no=agent_no)
    ]
    return str((json.loads(body) if isinstance(body, str) else body)["presence"])


@pytest.mark.timeout(300)
async def test_agents_of_a_dead_node_keep_their_offers_and_calls_and_come_back_at_the_other(pair: System) -> None:
    leader, other = leader_of(pair)
    async with (
        Phones(pair.carrier_url) as phones,
        Person(other.url, "1001") as talking,
        Person(other.url, "1002") as offered,
    ):
        await talking.available()
        call = await phones.call(pair.number())
        await call.press("0")
        talk = (await talking.offered())["contact_id"]
        await connect(talking, phones, next(iter(talking.offers.values())))
        await call.in_conference()
        await offered.available(leg="browser")
        second = await phones.call(pair.number())
        await second.press("0")
        offer = await offered.offered()
        other.kill()
        for person in (talking, offered):

            async def lost(agent_no: str = person.agent_no) -> bool:
                return await presence_of(pair, agent_no) == "lost"

            await until(lost, f"grace of {person.agent_no}")
            await person.close()
            await person.open(leader.url)
        assert talking.contacts[talk]["state"] == "talking"
        assert offer["offer_id"] in offered.offers
        await connect(offered, phones, offer)
        await second.in_conference()
        events = [line.get("event") for line in call.lines if line["kind"] == "conference"]
        assert "held" not in events
        for person, contact_id in ((talking, talk), (offered, offer["contact_id"])):
            await person.tell("hang_up", contact_id=contact_id)
            await person.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
        for caller in (call, second):
            await caller.press("1", "1")
            assert await caller.ended() == "completed"
            await contact_of(pair, caller.call_sid, state="ended", outcome="answered")
