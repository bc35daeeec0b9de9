"""What came while no service ran is not lost: it is fetched from the carrier by the one that runs next."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.carrier.twilio import TwilioCarrier
from app.settings import Env, Settings
from tests.whole.databases import SqliteDatabases
from tests.whole.people import Person, Phones, until
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_talks import talk

REPORTER, ACCOUNT = "+8613800000005", "8000000005"
LOOKED = "SELECT at FROM claims WHERE key = 'texts:looked'"


@pytest.mark.timeout(300)
async def test_a_fault_texted_to_nobody_becomes_an_order_and_is_confirmed(tmp_path: Path) -> None:
    system = System(await SqliteDatabases(tmp_path).make(), tmp_path / "system")
    (node,) = system.nodes
    try:
        await asyncio.to_thread(system.start)
        await until(lambda: system.rows(LOOKED), "a first look")
        await asyncio.to_thread(node.kill)
        async with Phones(system.carrier_url) as phones:
            await phones.text(REPORTER, f"BX {ACCOUNT} 家里没电")

            async def given_up() -> bool:
                return bool(await phones.ledger(kind="error", party=REPORTER))

            await until(given_up, "the carrier's word that nobody answered")
            node.start()

            async def confirmed() -> list[str]:
                return await phones.texts(REPORTER)

            (text,) = await until(confirmed, "a confirmation", 90)
            orders = await system.rows("SELECT order_no FROM work_orders WHERE account_no = :no", no=ACCOUNT)
            assert [order["order_no"] in text for order in orders] == [True]
    finally:
        await asyncio.to_thread(system.stop)


@pytest.mark.timeout(300)
async def test_who_hung_up_meanwhile_is_not_talked_to_or_offered_and_the_talk_is_recorded(tmp_path: Path) -> None:
    system = System(await SqliteDatabases(tmp_path).make(), tmp_path / "system")
    (node,) = system.nodes
    try:
        await asyncio.to_thread(system.start)
        async with Phones(system.carrier_url) as phones, Person(system.app_url, "1001") as agent:
            await agent.available()
            talker = system.number()
            talking, leg, contact_id = await talk(agent, phones, talker)
            waiting = await phones.call(system.number())
            await waiting.press("0")
            await contact_of(system, waiting.call_sid, state="waiting")
            carrier = TwilioCarrier(Settings(env=Env.DEMO, carrier_api_url=system.carrier_url))
            assert await carrier.calls_in_progress() == {talking.call_sid, leg.call_sid, waiting.call_sid}
            await carrier.close()
            await asyncio.to_thread(node.kill)
            for call in (talking, leg, waiting):
                await call.hang_up()
                await call.ended()

            async def told() -> bool:
                return "/twilio/recording" in str(await phones.ledger(kind="callback", party=talker))

            await until(told, "the telling of a recording, to nobody")
            node.start()
            await asyncio.to_thread(node.await_ready)
            await agent.open()
            await agent.talks(contact_id, "wrapping")
            await contact_of(system, waiting.call_sid, state="ended", outcome="abandoned")
            await agent.tell("wrap_up", contact_id=contact_id, disposition="resolved", note="")
            await agent.in_state("available")
            assert agent.offers == {}

            async def recorded() -> list[dict[str, Any]]:
                return await system.rows("SELECT state FROM recordings WHERE contact_id = :id", id=contact_id)

            (recording,) = await until(recorded, "the recording of the talk", 90)
            assert recording["state"] == "completed"
    finally:
        await asyncio.to_thread(system.stop)


@pytest.mark.timeout(300)
async def test_an_agent_whose_leg_ended_meanwhile_is_free_and_who_was_dialled_was_reached(tmp_path: Path) -> None:
    system = System(await SqliteDatabases(tmp_path).make(), tmp_path / "system")
    (node,) = system.nodes
    try:
        await asyncio.to_thread(system.start)
        async with (
            Phones(system.carrier_url) as phones,
            Person(system.app_url, "1001") as agent,
            Person(system.app_url, "1002") as dialling,
        ):
            await agent.available()
            caller, leg, contact_id = await talk(agent, phones, system.number())
            await dialling.available()
            number = system.number()
            await phones.lives_at(number, answer_after_s=0.2)
            dialled = await dialling.tell("dial", to=number)
            await phones.leg("1002", dialled["connect"]["params"])
            called = await phones.rung(number)
            await called.in_conference()
            reached = "SELECT state FROM callbacks WHERE contact_id = :id AND state = 'reached'"
            await until(lambda: system.rows(reached, id=dialled["contact_id"]), "the customer is there")
            await asyncio.to_thread(node.kill)
            await leg.hang_up()
            await leg.ended()
            node.start()
            await asyncio.to_thread(node.await_ready)
            await agent.open()
            await dialling.open()
            await agent.talks(contact_id, "wrapping")
            await caller.in_conference("left")
            await caller.hears("满意")
            await caller.hang_up()
            await dialling.tell("hang_up", contact_id=dialled["contact_id"])
            for person, contact in ((agent, contact_id), (dialling, dialled["contact_id"])):
                await person.tell("wrap_up", contact_id=contact, disposition="resolved", note="")

            async def over() -> list[dict[str, Any]]:
                ended = "SELECT outcome, talk_ms FROM contacts WHERE contact_id = :id AND state = 'ended'"
                return await system.rows(ended, id=dialled["contact_id"])

            (contact,) = await until(over, "the end of the dialled call")
            assert contact["outcome"] == "answered"
            assert contact["talk_ms"] > 0
    finally:
        await asyncio.to_thread(system.stop)
