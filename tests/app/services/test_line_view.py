"""What a waiting caller may be told, by what stands in the rows."""

from __future__ import annotations

import pytest

from app.db.tables import Lease, LineRow, TaskRow
from app.usecases.call_state import CallState
from app.usecases.line_view import queue_tick
from ivr_flows.inputs import QueueTick
from ivr_flows.session import Line, Session
from tests.app.world import NOW, World

IN_LINE = Session("r", "voice", "zh-CN", (), {}, 0, "queue").encode()


@pytest.mark.parametrize(
    ("row", "note", "offered"),
    [
        ({"state": "waiting"}, "", True),
        ({"state": "offered"}, "calling", False),
        ({"state": "connecting"}, "calling", False),
        ({"state": "waiting", "staffed": False}, "unmanned", True),
        ({"state": "offered", "stage": 2}, "widened", True),
    ],
)
async def test_no_wait_is_said_while_an_agent_is_being_called(
    world: World, row: dict[str, object], note: str, offered: bool
) -> None:
    figures = {"ahead": 1, "estimate_low_s": 120, "estimate_high_s": 360}
    task = {"root_task_id": "t", "queue": "phone", "mode": "phone", "queued_at": NOW, "body": {}}
    await world.put(Lease, name="routing", owner="n1", epoch=1, expires_at=NOW + 6_000)
    await world.put(TaskRow, task_id="t", **task, **figures, **row)
    state = CallState("c", 1, "r", IN_LINE, True, None, 1, {"task_id": "t", "answered_at": None})
    tick = await queue_tick(world.database, state, NOW)
    assert tick == QueueTick(1, 2, 6, callback_offered=offered, first=True, note=note)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("waiting", QueueTick(1, callback_offered=True, first=True)),
        ("offered", QueueTick(1, 2, 6, first=True, note="calling")),
    ],
)
async def test_no_wait_is_said_where_the_only_agent_does_not_answer(world: World, state: str, told: QueueTick) -> None:
    figures = {"ahead": 1, "estimate_low_s": 120, "estimate_high_s": 360, "state": state}
    task = {"root_task_id": "t", "queue": "phone", "mode": "phone", "queued_at": NOW, "body": {}}
    line = {"name": "phone", "mode": "phone", "open": True, "unmanned": True, "unanswered": True, "body": {}}
    await world.put(Lease, name="routing", owner="n1", epoch=1, expires_at=NOW + 6_000)
    await world.put(LineRow, **line)
    await world.put(TaskRow, task_id="t", **task, **figures)
    call = CallState("c", 1, "r", IN_LINE, True, None, 1, {"task_id": "t", "answered_at": None})
    assert await queue_tick(world.database, call, NOW) == told


@pytest.mark.parametrize(
    ("answered", "waiting_at", "first"), [(True, NOW - 1, True), (True, 1, False), (False, NOW - 1, False)]
)
async def test_who_is_handed_on_hears_the_place_and_the_offer_at_once_and_once(
    world: World, answered: bool, waiting_at: int, first: bool
) -> None:
    """What was said 20 s ago was said in the line before the talk."""
    session = Session("r", "voice", "zh-CN", (), {}, 0, "queue", line=Line("phone", 0, NOW - 20_000))
    task = {"root_task_id": "t", "queue": "phone", "mode": "phone", "state": "waiting", "queued_at": 1, "body": {}}
    await world.put(TaskRow, task_id="t", waiting_at=waiting_at, **task)
    contact = {"task_id": "t", "answered_at": NOW - 9_000 if answered else None}
    state = CallState("c", 1, "r", session.encode(), True, None, 1, contact)
    assert (await queue_tick(world.database, state, NOW)).first is first
