"""Supervisors hear of customers whose agent does not answer in writing, and of danger that no crew takes."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.tables import Contact, JournalRow, Message, OfferRow, Staff, TaskRow, WarningRow, WorkOrder
from app.usecases.due import Due
from app.usecases.notice_due import notice_due
from app.usecases.shapes.base import iso
from tests.app.world import MINUTE, NOW, World

SECOND = 1_000


async def passed(world: World, at: int) -> list[WarningRow]:
    """The warnings that are open after a pass at this instant, by when they were opened."""
    await notice_due(Due(world.database, world.tools, at))
    rows: list[WarningRow] = await world.rows(WarningRow)
    return sorted((row for row in rows if row.closed_at is None), key=lambda row: (row.opened_at, row.kind))


async def shown(world: World, at: int) -> list[tuple[str, str]]:
    return [(row.kind, row.level) for row in await passed(world, at)]


async def chats(world: World, since: int, **learned: Any) -> None:
    """An agent has accepted a chat at `since`."""
    await world.put(Staff, agent_no="2001", name="许宁", role="agent", password_hash="", unit="north", modes=["web"])
    contact = {"channel": "chat", "from_number": "", "to_number": "", "state": "talking", "started_at": since}
    await world.put(Contact, contact_id="c1", agent_no="2001", learned=learned, **contact)
    task = {"root_task_id": "t1", "queue": "web", "mode": "web", "kind": "contact", "state": "talking", "body": {}}
    await world.put(TaskRow, task_id="t1", contact_id="c1", agent_no="2001", queued_at=0, answered_at=since, **task)


async def says(world: World, who: str, at: int) -> None:
    base = {"channel": "chat", "direction": "inbound", "peer": "", "text": "…", "from_kind": who}
    await world.put(Message, message_id=f"{who}-{at}", contact_id="c1", at=at, **base)


async def test_a_chat_that_its_agent_leaves_unanswered_warns_after_three_minutes_until_it_is_answered(
    world: World,
) -> None:
    await chats(world, NOW)
    await says(world, "customer", NOW + SECOND)
    assert await shown(world, NOW + 3 * MINUTE - 1) == []
    (warning,) = await passed(world, NOW + 3 * MINUTE)
    assert (warning.kind, warning.level, warning.unit) == ("chat_unanswered", "orange", "north")
    assert (warning.agent_no, warning.contact_id, warning.facts) == ("2001", "c1", {"since": iso(NOW)})
    await says(world, "agent", NOW + 4 * MINUTE)
    assert await shown(world, NOW + 4 * MINUTE) == []
    await says(world, "customer", NOW + 5 * MINUTE)
    await says(world, "customer", NOW + 7 * MINUTE)
    assert await shown(world, NOW + 8 * MINUTE - 1) == []
    (again,) = await passed(world, NOW + 8 * MINUTE)
    assert again.facts == {"since": iso(NOW + 5 * MINUTE)}, "the first line without an answer counts"
    story = [row.body["text"] for row in await world.rows(JournalRow) if row.contact_id == "c1"]
    assert story == ["warning: chat_unanswered", "over: chat_unanswered", "warning: chat_unanswered"]


@pytest.mark.parametrize(("state", "red_at_once"), [("accepted", True), ("restored", False)])
async def test_danger_in_writing_warns_red_after_a_minute_while_it_is_not_restored(
    world: World, state: str, red_at_once: bool
) -> None:
    order = {"type": "fault", "urgency": "urgent", "state": state, "crew_no": "3001", "changed_at": NOW}
    await world.put(WorkOrder, order_no="1", created_at=NOW, **order)
    await chats(world, NOW, emergency_no="1")
    assert await shown(world, NOW + MINUTE - 1) == []
    assert await shown(world, NOW + MINUTE) == ([("danger_chat_unanswered", "red")] if red_at_once else [])
    kind = ("danger_chat_unanswered", "red") if red_at_once else ("chat_unanswered", "orange")
    assert await shown(world, NOW + 3 * MINUTE) == [kind]


async def test_words_of_danger_without_an_order_are_danger_too(world: World) -> None:
    await chats(world, NOW)
    hazard = {"kind": "hazard", "level": "red", "about": "contact:c1", "contact_id": "c1", "opened_at": NOW}
    await world.put(WarningRow, warning_id="h1", **hazard)
    assert ("danger_chat_unanswered", "red") in await shown(world, NOW + MINUTE)


async def test_what_was_acknowledged_or_has_ended_does_not_warn(world: World) -> None:
    await chats(world, NOW)
    (warning,) = await passed(world, NOW + 3 * MINUTE)
    seen = {"acknowledged_at": NOW, "acknowledged_by": "S1", "closed_at": NOW}
    await world.put(WarningRow, **{**warning.model_dump(), **seen})
    assert await shown(world, NOW + 4 * MINUTE) == []
    (task,) = await world.rows(TaskRow)
    await says(world, "agent", NOW + 5 * MINUTE)
    await says(world, "customer", NOW + 6 * MINUTE)
    assert await shown(world, NOW + 10 * MINUTE) == [("chat_unanswered", "orange")], "another silence, another warning"
    await world.put(TaskRow, **{**task.model_dump(), "state": "wrapping"})
    assert await shown(world, NOW + 11 * MINUTE) == []


async def job(world: World, state: str = "waiting", **more: Any) -> None:
    """A danger order, sent out at NOW."""
    order = {"type": "fault", "urgency": "urgent", "state": "dispatched", "changed_at": NOW, "created_at": NOW}
    await world.put(WorkOrder, **{"order_no": "1", **order, **more})
    task = {"root_task_id": "t1", "queue": "field", "mode": "field", "kind": "contact", "body": {}}
    await world.put(TaskRow, task_id="t1", order_no="1", state=state, queued_at=NOW, waiting_at=NOW, **task)


async def missed(world: World, n: int, agent_no: str, state: str) -> None:
    base = {"task_id": "t1", "queue": "field", "mode": "field", "at": NOW, "body": {}}
    ended_at = NOW + n * SECOND
    await world.put(OfferRow, offer_id=f"t1.{n}", agent_no=agent_no, state=state, ended_at=ended_at, **base)


async def test_danger_that_no_crew_has_for_a_minute_warns_until_one_has_it(world: World) -> None:
    await job(world)
    assert await shown(world, NOW + MINUTE - 1) == []
    (warning,) = await passed(world, NOW + MINUTE)
    assert (warning.kind, warning.level, warning.order_no) == ("danger_no_crew", "red", "1")
    assert (warning.unit, warning.facts) == (None, {"since": iso(NOW)})
    (order,) = await world.orders()
    await world.put(WorkOrder, **{**order.model_dump(), "crew_no": "3001", "state": "crew_assigned"})
    assert await shown(world, NOW + 2 * MINUTE) == []


async def test_danger_that_was_never_sent_out_warns_as_well(world: World) -> None:
    order = {"type": "fault", "urgency": "urgent", "state": "accepted", "changed_at": NOW, "created_at": NOW}
    await world.put(WorkOrder, order_no="1", **order)
    await world.put(WorkOrder, order_no="2", **{**order, "urgency": "normal"})
    await world.put(WorkOrder, order_no="3", **{**order, "state": "merged", "sub_of": "1"})
    assert [row.order_no for row in await passed(world, NOW + MINUTE)] == ["1"]


async def test_crews_that_do_not_take_danger_stand_in_one_warning_at_once(world: World) -> None:
    await job(world)
    await missed(world, 1, "3002", "expired")
    await missed(world, 2, "3003", "rescinded")
    (first,) = await passed(world, NOW + 2 * SECOND)
    told = {"misses": 1, "missed_by": "3002", "missed_how": "expired", "missed_at": iso(NOW + SECOND)}
    assert first.facts == {"since": iso(NOW), **told}
    await missed(world, 3, "3001", "declined")
    (second,) = await passed(world, NOW + 4 * SECOND)
    assert second.warning_id == first.warning_id
    assert (second.facts["misses"], second.facts["missed_by"], second.facts["missed_how"]) == (2, "3001", "declined")
    version = second.version
    (third,) = await passed(world, NOW + 5 * SECOND)
    assert third.version == version, "nothing is written while nothing changes"
