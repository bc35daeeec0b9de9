"""Why somebody is asked again stands in the story: a leg that did not come up, a customer who was not reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.carrier.urls import Urls
from app.db.tables import JournalRow
from app.db.write_set import Fence, Insert
from app.dispatch.batch import Batch
from app.dispatch.console_commands import execute
from app.dispatch.desk import Desk
from app.dispatch.intake import give_up_leg, stop_ringing, take, tell, time_over
from app.settings import Settings
from routing.events import DeadlineReached, TaskQueued
from routing.types import DeadlineKind, Kind, Mode
from tests.app.dispatch.test_leg_awaited import House
from tests.routing.floor import Floor

Told = list[tuple[str, str, str | None]]


def told(house: House, what: Callable[[Batch], object]) -> Told:
    """Kind, text and reason of what is journaled, without the state of agents."""
    batch = Batch(house.desk, Fence("lease", "node", 1), house.floor.now)
    what(batch)
    ops = batch.finish("").ops
    rows: list[Any] = [op.values for op in ops if isinstance(op, Insert) and op.table is JournalRow]
    about = [row for row in rows if row["contact_id"] == house.floor.task("k").contact_id]
    return [(row["kind"], row["body"]["text"], row["body"].get("reason")) for row in about]


def no_media(house: House) -> Told:
    due_at = house.floor.task("k").deadline_at
    assert due_at is not None
    house.floor.now = due_at
    return told(house, lambda batch: time_over(batch, DeadlineReached(due_at, DeadlineKind.TASK, "k", due_at)))


@pytest.mark.parametrize("kind", [Kind.CONTACT, Kind.CALLBACK])
def test_an_offer_whose_audio_never_came_is_told_before_the_next_one(kind: Kind) -> None:
    failed, again = no_media(House("phone", kind))
    assert failed == ("offer", "offer failed: no_media", "no_media")
    assert (again[0], again[2]) == ("offer", None), "the other agent is asked"


def test_a_phone_that_did_not_come_up_is_told_with_the_carriers_word() -> None:
    house = House("phone", Kind.CONTACT)
    body = {"offer_id": "k.1", "reason": "busy"}
    assert told(house, lambda batch: take(batch, "leg_failed", body))[0] == ("offer", "offer failed: busy", "busy")


@pytest.mark.parametrize("declined", [True, False])
def test_a_job_that_its_crew_does_not_take_is_told_in_the_story_of_the_order(*, declined: bool) -> None:
    floor = Floor({"queues": {"field": {"mode": "field"}}})
    floor.agent("3002", modes=(Mode.FIELD,))
    floor.do(TaskQueued(floor.now, "k", "order:7", "field"))
    desk = Desk(floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")
    batch = Batch(desk, Fence("lease", "node", 1), floor.now)
    if declined:
        execute(batch, {"command": "decline", "agent_no": "3002", "offer_id": "k.1", "reason": "busy"})
    else:
        due = floor.next_due()
        assert due is not None
        batch = Batch(desk, Fence("lease", "node", 1), due[0])
        tell(batch, DeadlineReached(due[0], due[1], due[2], due[0]))
    rows: list[Any] = [op.values for op in batch.finish("").ops if isinstance(op, Insert) and op.table is JournalRow]
    (missed,) = [row for row in rows if row["kind"] in ("offer_declined", "offer_expired")]
    assert (missed["kind"], missed["order_no"]) == ("offer_declined" if declined else "offer_expired", "7")
    assert (missed["agent_no"], missed["contact_id"]) == ("3002", None)


@pytest.mark.parametrize(
    ("word", "why"),
    [("busy", "busy"), ("no-answer", "no_answer"), ("completed", "hung_up"), ("canceled", "failed")],
)
def test_each_call_back_in_vain_is_told_once_with_why(word: str, why: str) -> None:
    house = House("phone")
    house.comes()
    body = {"task_id": "k", "reason": word}
    assert told(house, lambda batch: take(batch, "customer_unanswered", body)) == [("note", "not reached", why)]


def test_who_gives_up_is_told_once() -> None:
    calling, waiting = House("phone"), House("phone", Kind.CONTACT)
    calling.comes()
    assert [row[0] for row in told(calling, lambda batch: stop_ringing(batch, calling.floor.task("k")))] == ["hangup"]
    rows = told(waiting, lambda batch: give_up_leg(batch, waiting.floor.task("k")))
    assert "offer failed: given_up" not in [row[1] for row in rows]
    assert "hangup" in [row[0] for row in rows]
