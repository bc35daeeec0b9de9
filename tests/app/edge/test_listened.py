"""An order that was to be listened to, once it has been: handed out, and nobody is asked to hear it any more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from app.db.tables import InboxRow, Recording, TaskRow, WarningRow, WorkOrder
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, contact, opened, stock
from tests.app.edge.test_sending_out import jobs

SID = "RE" + "a" * 32


async def to_listen(house: House) -> str:
    """An order whose place is a recording; the desk is asked to hear it, and nobody did for a while."""
    await stock(house)
    await contact(house, "c1")
    sound = {"recording_sid": SID, "purpose": "caller", "state": "completed", "at": NOW}
    await house.insert(Recording, recording_id="r1", contact_id="c1", **sound)
    danger = {"urgency": "urgent", "description": "sparks", "account_no": None, "contact_id": "c1"}
    number = str((await opened(await house.as_(AGENT), **danger, recording_id="r1"))["order_no"])
    warned = {"kind": "emergency_unanswered", "level": "red", "about": f"order:{number}", "order_no": number}
    await house.insert(WarningRow, warning_id="w1", opened_at=NOW, **warned)
    return number


async def task(house: House, number: str, task_id: str, state: str, mode: str = "web") -> None:
    values = {"root_task_id": task_id, "queue": mode, "mode": mode, "queued_at": NOW, "body": {}}
    await house.insert(TaskRow, task_id=task_id, order_no=number, state=state, **values)


async def canceled(house: House) -> list[tuple[str, str]]:
    async with house.db.session() as session:
        bodies: list[dict[str, Any]] = list((await session.exec(select(InboxRow.body))).all())
    return [(body["task_id"], body["reason"]) for body in bodies if body.get("type") == "TaskCanceled"]


@pytest.mark.parametrize("state", ["waiting", "offered", "talking"])
async def test_17_nobody_is_asked_to_hear_what_was_heard(any_house: House, state: str) -> None:
    number = await to_listen(any_house)
    await task(any_house, number, "t1", state)
    client = await any_house.as_(AGENT)
    amended = await client.patch(f"/api/work-orders/{number}", json={"address": "Pole 12", "to_listen": False})
    assert (amended.status_code, amended.json()["state"]) == (200, "accepted"), amended.text
    assert await canceled(any_house) == [("t1", "listened")]
    assert len(await jobs(any_house, number)) == 1
    async with any_house.db.session() as session:
        (sound,) = (await session.exec(select(Recording))).all()
        (warning,) = (await session.exec(select(WarningRow).where(WarningRow.warning_id == "w1"))).all()
    assert (sound.heard_at is not None, sound.heard_by, warning.closed_at is not None) == (True, AGENT, True)
    clocks = {clock["name"]: clock for clock in amended.json()["clocks"]}
    assert clocks["dispatch"]["met_at"] is None, "a crew is looked for; none has it"


async def test_a_crew_that_is_looked_for_is_not_asked_twice_when_the_recording_was_heard(house: House) -> None:
    number = await to_listen(house)
    await task(house, number, "t2", "waiting", "field")
    client = await house.as_(AGENT)
    await client.patch(f"/api/work-orders/{number}", json={"to_listen": False})
    assert (await canceled(house), await jobs(house, number)) == ([], [])


async def test_who_serves_the_caller_and_writes_the_place_spares_everybody_the_recording(any_house: House) -> None:
    number = await to_listen(any_house)
    await task(any_house, number, "t1", "offered")
    talk = {"contact_id": "c1", "root_task_id": "t0", "queue": "emergency", "mode": "phone", "queued_at": NOW}
    await any_house.insert(TaskRow, task_id="t0", state="talking", agent_no=AGENT, body={}, **talk)
    client = await any_house.as_(AGENT)
    amended = await client.patch(f"/api/work-orders/{number}", json={"address": "Pole 12"})
    assert amended.json()["to_listen"] is False
    assert await canceled(any_house) == [("t1", "listened")]
    assert len(await jobs(any_house, number)) == 1


async def test_other_changes_leave_the_recording_to_be_heard(house: House) -> None:
    number = await to_listen(house)
    await task(house, number, "t1", "waiting")
    client = await house.as_(AGENT)
    amended = await client.patch(f"/api/work-orders/{number}", json={"address": "Pole 12"})
    assert (amended.json()["state"], await canceled(house)) == ("accepted", [])
    async with house.db.session() as session:
        (order,) = (await session.exec(select(WorkOrder).where(WorkOrder.order_no == number))).all()
    assert order.to_listen
