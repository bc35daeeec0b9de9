"""A line that lets its callers go: one promise to call back, said to the caller, kept once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.whole.conftest import Databases
from tests.whole.invariants import hold
from tests.whole.people import Call, Person, Phones
from tests.whole.rig import OPERATIONS, System
from tests.whole.test_calls import contact_of
from tests.whole.test_danger import accepted
from tests.whole.test_talks import talk, they_talk_and_end, wrapped_up

RULES = 'callback_after_s = 1\nmax_size = 1\non_full = "callback"\non_nobody = "callback"\n'
WITHHELD = "+266696687"
pytestmark = pytest.mark.usefixtures("nobody_stays_on_the_line")


@pytest.fixture(scope="module")
def system(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The line takes one caller, and nobody while no agent is there."""
    folder = tmp_path_factory.mktemp(f"full-{databases.name}")
    operations = OPERATIONS.replace("callback_after_s = 1\n", RULES)
    made = System(asyncio.run(databases.make()), folder, operations=operations)
    try:
        made.start()
        yield made
        asyncio.run(hold(made))
    finally:
        made.stop()


async def promises(system: System, contact_id: str) -> list[dict[str, Any]]:
    """What this contact was promised, but for what they took back themselves."""
    query = "SELECT phone, state, reason FROM callbacks WHERE contact_id = :id AND state <> 'reclaimed'"
    return await system.rows(query, id=contact_id)


async def turned_away(system: System, phones: Phones, number: str) -> Call:
    """Nobody is there; the caller has heard what was promised and is asked."""
    call = await phones.call(number)
    await call.press("0")
    await call.hears("人工暂时无法接听")
    await call.hears("我们会回电您的来电号码，排位保留")
    return call


async def answers(phones: Phones, call: Call, keys: str) -> None:
    """Press at the question that has just been heard."""
    await phones.ask("POST", f"/control/calls/{call.call_sid}/keys", {"keys": keys})


async def called_back_once(system: System, phones: Phones, contact_id: str, number: str, reason: str) -> None:
    """The only call back of the contact is offered, made and answered."""
    assert await promises(system, contact_id) == [{"phone": number, "state": "booked", "reason": reason}]
    tasks = "SELECT state FROM tasks WHERE contact_id = :id AND kind = 'callback' AND state <> 'canceled'"
    assert await system.rows(tasks, id=contact_id) == [{"state": "waiting"}]
    await phones.lives_at(number, answer_after_s=0.2)
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        leg, offer = await accepted(agent, phones, contact_id)
        assert offer["kind"] == "callback"
        called = await phones.rung(number)
        await called.press("1")
        await they_talk_and_end(agent, contact_id, called, leg)
    assert await promises(system, contact_id) == [{"phone": number, "state": "reached", "reason": reason}]
    assert await system.rows(tasks, id=contact_id) == [{"state": "done"}]
    ended = await system.rows("SELECT state, outcome FROM contacts WHERE contact_id = :id", id=contact_id)
    assert ended == [{"state": "ended", "outcome": "answered"}]
    rung = "SELECT state FROM outbox WHERE contact_id = :id AND kind = 'customer.ring'"
    assert len(await system.rows(rung, id=contact_id)) == 1


@pytest.mark.parametrize("key", ["1", "3", "hang_up"])
async def test_who_is_let_go_is_called_back_once_whatever_they_press(system: System, phones: Phones, key: str) -> None:
    number = system.number()
    call = await turned_away(system, phones, number)
    if key == "hang_up":
        await call.hang_up()
    else:
        await answers(phones, call, key)
        if key == "3":
            await call.press(key)  # not understood twice: the promise stands
        await call.hears("我们会回电.*排位保留，再见")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    await called_back_once(system, phones, contact["contact_id"], number, "nobody")


async def test_who_says_nothing_is_called_back_at_their_number(system: System, phones: Phones) -> None:
    number = system.number()
    call = await turned_away(system, phones, number)
    await call.hears("我们会回电.*排位保留，再见")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    await called_back_once(system, phones, contact["contact_id"], number, "nobody")


async def test_another_number_is_called_instead(system: System, phones: Phones) -> None:
    other = system.number()
    call = await turned_away(system, phones, system.number())
    await answers(phones, call, "2")
    await call.press(other.removeprefix("+86") + "#", "1")
    await call.hears("我们会回电.*排位保留，再见")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    await called_back_once(system, phones, contact["contact_id"], other, "nobody")


async def test_who_asks_for_a_person_again_has_one_promise(system: System, phones: Phones) -> None:
    number = system.number()
    call = await turned_away(system, phones, number)
    await answers(phones, call, "0")
    await call.hears("我们会回电您的来电号码，排位保留")
    await call.hang_up()
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    states = await system.rows("SELECT state FROM callbacks WHERE contact_id = :id", id=contact["contact_id"])
    assert sorted(row["state"] for row in states) == ["booked", "reclaimed"]
    await called_back_once(system, phones, contact["contact_id"], number, "nobody")


async def test_a_withheld_number_is_promised_nothing_and_asked_for_one(system: System, phones: Phones) -> None:
    number = system.number()
    call = await phones.call(WITHHELD)
    await call.press("0")
    await call.hears("人工暂时无法接听")
    await call.hears("请输入回电号码")
    await answers(phones, call, number.removeprefix("+86") + "#")
    await call.press("1")
    assert await call.ended() == "completed"
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    await called_back_once(system, phones, contact["contact_id"], number, "asked")


async def test_who_gives_no_number_is_called_by_nobody(system: System, phones: Phones) -> None:
    call = await phones.call(WITHHELD)
    await call.press("0")
    await call.hears("请输入回电号码")
    await call.hang_up()
    contact = await contact_of(system, call.call_sid, state="ended")
    assert (contact["outcome"], await promises(system, contact["contact_id"])) == ("self_service", [])


async def test_a_full_line_promises_the_same(system: System, phones: Phones) -> None:
    number = system.number()
    async with Person(system.app_url, "1001") as agent:
        await agent.available()
        talking, _, contact_id = await talk(agent, phones, system.number())
        waiting = await phones.call(system.number())
        await waiting.press("0")
        await waiting.hears("下一位|没有坐席在线")
        call = await turned_away(system, phones, number)
        await answers(phones, call, "1")
        assert await call.ended() == "completed"
        await waiting.hang_up()
        await waiting.ended()
        await talking.hang_up()
        await agent.tell("set_state", state="break", reason="meal")
        await wrapped_up(agent, contact_id)
    contact = await contact_of(system, call.call_sid, outcome="callback_booked")
    await called_back_once(system, phones, contact["contact_id"], number, "full")
