"""Callbacks: one for each number, the place kept, and one matter stays one task."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.tables import Callback, InboxRow, TaskRow
from tests.app.world import CALLER, MINUTE, NOW, STRANGER, World


async def events(world: World) -> list[dict[str, Any]]:
    """What the leader is told, without the order in which ids were made."""
    return [row.body for row in await world.rows(InboxRow)]


async def task(world: World, contact_id: str, **values: Any) -> None:
    """The task as the leader wrote it."""
    base = {"root_task_id": "t1", "queue": "phone", "mode": "phone", "state": "waiting", "queued_at": NOW, "body": {}}
    await world.put(TaskRow, task_id="t1~1", contact_id=contact_id, **{**base, **values})


async def test_22_a_waiting_caller_who_wants_a_callback_keeps_the_place(world: World) -> None:
    world.call(task_id="t1")
    answer = await world.ask("callback.book", _line="phone", phone=CALLER, queue="phone", reason="asked")
    assert answer.outcome == "booked"
    (event,) = await events(world)
    assert event["contact_id"] == world.contact["contact_id"]
    assert "type" not in event, "no new task: the leader lets a callback follow in the same place"
    (row,) = await world.rows(Callback)
    assert (row.phone, row.task_id, row.state) == (CALLER, "t1", "booked")
    assert (await world.known())["matter"] == "callback"


async def test_asking_twice_in_one_call_books_once(world: World) -> None:
    world.call(task_id="t1")
    for _ in range(2):
        await world.ask("callback.book", _line="phone", phone=CALLER, queue="phone", reason="asked")
    assert (len(await world.rows(Callback)), len(await events(world))) == (1, 1)


async def test_22_a_redial_takes_the_open_task_over(world: World) -> None:
    world.call(task_id="t1")
    first = world.contact["contact_id"]
    await world.ask("callback.book", _line="phone", phone=CALLER, queue="phone", reason="asked")
    await task(world, first)
    world.at.at_ms = NOW + 5 * MINUTE
    answer = await world.call().ask("callback.reclaim", phone=CALLER)
    assert (answer.outcome, world.contact["learned"]["resumes"]) == ("reclaimed", "t1~1")
    assert (await world.known())["matter"] == "none"


async def test_a_callback_whose_task_has_ended_is_not_open_any_more(world: World) -> None:
    world.call(task_id="t1")
    await world.ask("callback.book", _line="phone", phone=CALLER, queue="phone", reason="asked")
    await task(world, world.contact["contact_id"], state="done", ended_at=NOW + MINUTE)
    world.at.at_ms = NOW + 10 * MINUTE
    assert (await world.known())["matter"] == "none"
    again = await world.call().ask("callback.book", phone=CALLER, queue="phone", reason="sms")
    assert again.outcome == "booked"
    assert [event["kind"] for event in await events(world) if "kind" in event] == ["callback"]


async def test_1_danger_takes_the_place_of_an_ordinary_callback(world: World) -> None:
    world.call(task_id="t1")
    await world.ask("callback.book", _line="phone", phone=CALLER, queue="phone", reason="asked")
    await task(world, world.contact["contact_id"])
    await world.call().ask("callback.book", phone=CALLER, queue="emergency", reason="caller_gone")
    assert sorted((row.queue, row.state) for row in await world.rows(Callback)) == [
        ("emergency", "booked"),
        ("phone", "replaced"),
    ]
    assert [event["queue"] for event in await events(world) if event.get("type") == "TaskQueued"] == ["emergency"]


async def test_another_number_is_called_only_at_home_and_a_withheld_one_never(world: World) -> None:
    world.call("")
    assert (await world.ask("callback.book", phone="", queue="phone", reason="asked")).outcome == "refused"
    world.call(STRANGER)
    booked = await world.ask("callback.book", phone="+8613800000077", queue="phone", reason="asked")
    assert booked.outcome == "booked"
    assert world.contact["learned"]["callback_phone"] == "+8613800000077"


@pytest.mark.parametrize("caller", ["+5352345678", "+881612345678", "+97912345678", "+8616812345", "+861681234567"])
async def test_a_made_up_caller_id_brings_no_call_to_where_calls_are_dear(world: World, caller: str) -> None:
    world.call(caller, to_number="+15550095598", task_id="t1")
    answer = await world.ask("callback.book", _line="phone", phone=caller, queue="phone", reason="asked")
    assert (answer.outcome, await world.rows(Callback)) == ("refused", [])


async def test_a_caller_of_the_dialled_numbers_own_country_is_called_back(world: World) -> None:
    world.call("+15550100002", to_number="+15550095598", task_id="t1")
    answer = await world.ask("callback.book", _line="phone", phone="+15550100002", queue="phone", reason="asked")
    assert answer.outcome == "booked"


@pytest.mark.parametrize("number", ["10086", "95598", "12395", "96110", "+861681234567", "01088886666"])
async def test_services_paid_lines_and_our_own_number_are_not_called_back(world: World, number: str) -> None:
    world.call(to_number="+861088886666")
    assert (await world.ask("callback.check", number=number)).outcome == "refused"
    assert (await world.ask("callback.book", phone=number, queue="phone", reason="asked")).outcome == "refused"
