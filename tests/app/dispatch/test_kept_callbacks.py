"""The promise to call back: whatever becomes of the task before the leader hears of it, a call back follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.carrier.urls import Urls
from app.db.tables import Callback
from app.db.write_set import Change, Fence
from app.dispatch.batch import Batch
from app.dispatch.desk import Desk
from app.dispatch.intake import take
from app.settings import Settings
from routing import events as ev
from routing.types import URGENT_BOOST_S, Kind, Task, TaskState, TransferMode
from tests.routing.floor import Floor

QUEUES = {"phone": {}, "emergency": {"boost_s": URGENT_BOOST_S}, "en": {"skills": ["en"]}}


class House:
    """A floor whose leader is told of callbacks."""

    def __init__(self, **config: Any) -> None:
        self.floor = Floor({"queues": QUEUES, **config})
        self.desk = Desk(self.floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")

    def do(self, what: Callable[[Batch], object]) -> list[dict[str, Any]]:
        """What is written of callbacks, in one transaction of the leader."""
        self.desk.index(self.floor.core.state.tasks.values())
        batch = Batch(self.desk, Fence("lease", "node", 1), self.floor.now)
        what(batch)
        ops = batch.finish("").ops
        return [{**op.key, "to": op.values} for op in ops if isinstance(op, Change) and op.table is Callback]

    def told(self, event: ev.Event) -> list[dict[str, Any]]:
        return self.do(lambda batch: batch.apply(event))

    def promised(self, contact_id: str = "contact-a") -> Task:
        """The call back that waits after the caller was promised one."""
        body = {"contact_id": contact_id, "queue": "phone", "phone": "+8613800000001", "lang": "en"}
        self.do(lambda batch: take(batch, "callback_requested", body))
        waiting = [task for task in self.floor.core.state.tasks.values() if task.contact_id == contact_id]
        (task,) = [task for task in waiting if task.kind is Kind.CALLBACK]
        assert task.state in (TaskState.WAITING, TaskState.OFFERED)
        return task


def test_in_line_after_a_transfer() -> None:
    house = House()
    house.floor.agent("1001")
    house.floor.call("a")
    house.floor.talk("a")
    house.floor.at(60).do(ev.TransferRequested(60_000, "a", "1001", TransferMode.COLD, "", "en"))
    task = house.promised()
    assert (task.queue, task.queued_at, task.earlier_talk_ms) == ("en", 0, 60_000)


def test_after_a_warm_transfer_that_was_cancelled() -> None:
    house = House()
    house.floor.agent("1001")
    house.floor.call("a")
    house.floor.talk("a")
    house.floor.agent("1002")
    house.floor.at(20).do(ev.TransferRequested(20_000, "a", "1001", TransferMode.WARM, "1002", ""))
    (asked,) = [task for task in house.floor.core.state.tasks.values() if task.kind is Kind.CONSULT]
    house.floor.at(30).do(ev.TransferCanceled(30_000, "a", "1001"))
    house.floor.at(60).do(ev.TransferRequested(60_000, "a", "1001", TransferMode.COLD, "", "en"))
    task = house.promised()
    assert (task.queue, task.queued_at, task.earlier_talk_ms) == ("en", 0, 60_000)
    assert house.floor.core.task(asked.task_id) is None, "nobody is asked any more"


def test_after_an_overflow_of_which_the_turn_did_not_know() -> None:
    queues = {"phone": {"overflow_to": "en", "overflow_after_s": 5}, "en": {"skills": ["en"]}}
    house = House(queues=queues)
    house.floor.agent("1001", [("en", 1)])
    house.floor.call("x", queue="en")
    house.floor.call("a")
    house.floor.at(5)
    assert house.floor.state("a") == "overflowed"
    task = house.promised()
    assert (task.queue, task.queued_at) == ("en", 0)


def test_while_an_agent_has_just_accepted() -> None:
    house = House()
    house.floor.agent("1001")
    house.floor.call("a")
    house.floor.at(3).accept("a")
    task = house.promised()
    assert (task.queued_at, house.floor.core.task("a"), house.floor.rung(task.task_id)) == (0, None, ["1001"])


def test_for_danger_the_boost_stays() -> None:
    house = House()
    house.floor.call("a", queue="emergency")
    task = house.promised()
    assert (task.queue, task.boost_s) == ("emergency", URGENT_BOOST_S)


def test_what_was_spoken_before_stays_with_the_contact_also_in_the_emergency_line() -> None:
    house = House()
    house.floor.agent("1001")
    house.floor.call("a")
    house.floor.talk("a")
    house.floor.at(60).do(ev.TransferRequested(60_000, "a", "1001", TransferMode.COLD, "", "emergency"))
    task = house.promised()
    assert (task.queue, task.queued_at, task.earlier_talk_ms) == ("emergency", 0, 60_000)


@pytest.mark.parametrize("gone", ["abandoned", "by_rule"])
def test_when_nothing_waits_any_more_or_the_rule_was_first(gone: str) -> None:
    rule = {"on_close": "callback"} if gone == "by_rule" else {}
    house = House(queues={"phone": rule})
    house.floor.call("a")
    if gone == "by_rule":
        house.floor.do(ev.HoursChanged(0, "phone", False))
    else:
        house.floor.do(ev.TaskAbandoned(0, "a"))
    assert house.promised().queue == "phone"


def test_the_promise_is_followed_to_its_end() -> None:
    house = House(callback={"attempts": 2, "gap_s": 1})
    house.floor.call("a")
    task_id = house.promised().task_id
    house.floor.agent("1001")
    offer_id = house.floor.offer(task_id).offer_id
    calling = {"contact_id": "contact-a", "state": "booked", "to": {"state": "calling"}}
    assert house.told(ev.OfferAccepted(0, offer_id, "1001")) == [calling]
    assert house.told(ev.CustomerUnanswered(0, task_id)) == [], "it is tried again"
    house.floor.at(1).accept(task_id)
    house.floor.media(task_id)
    house.floor.now = 61_000
    reached = {"state": "reached", "ended_at": 61_000}
    assert [each["to"] for each in house.told(ev.TalkEnded(61_000, task_id, "caller"))] == [reached, reached]


def test_called_in_vain_it_has_failed() -> None:
    house = House(callback={"attempts": 1})
    house.floor.call("a")
    task_id = house.promised().task_id
    house.floor.agent("1001")
    house.floor.accept(task_id)
    failed = house.told(ev.CustomerUnanswered(0, task_id))
    assert {(each["state"], each["to"]["state"]) for each in failed} == {("booked", "failed"), ("calling", "failed")}
