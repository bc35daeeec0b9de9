"""A call that an agent began: it counts as a talk from when the customer is with the agent, not from the pick-up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.carrier.urls import Urls
from app.db.tables import Callback, Contact, JournalRow, TaskRow
from app.db.write_set import Change, Fence, Insert, Op, Put
from app.dispatch.batch import Batch
from app.dispatch.desk import Desk
from app.dispatch.intake import hang_up, take, tell, time_over
from app.settings import Settings
from routing.codec import encode
from routing.events import DeadlineReached, LegLost, MediaConnected, OutboundStarted, WrapUpCompleted
from tests.routing.floor import Floor

Act = Callable[[Batch], object]


class Dialling:
    """1001 has dialled, and the customer picks up at second 2; what is written of it."""

    def __init__(self) -> None:
        self.floor = Floor()
        self.floor.agent("1001")
        self.floor.do(OutboundStarted(0, "k", "contact-k", "phone", "1001"))
        self.desk = Desk(self.floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")
        self.desk.index(self.floor.core.state.tasks.values())
        self.contact: dict[str, Any] = {}
        self.task: dict[str, Any] = {}
        self.promise: dict[str, Any] = {"state": "calling"}
        self.told: list[str] = []
        self.at(2, lambda batch: take(batch, "event", encode(MediaConnected(2000, "k", "k.0"))))

    def at(self, seconds: float, act: Act) -> None:
        """One transaction of the leader."""
        self.floor.at(seconds)
        self.now(act)

    def now(self, act: Act) -> None:
        batch = Batch(self.desk, Fence("lease", "node", 1), self.floor.now)
        act(batch)
        for op in batch.finish("").ops:
            self._keep(op)

    def _keep(self, op: Op) -> None:
        if isinstance(op, Change) and op.table is Contact:
            self.contact |= op.values
        elif isinstance(op, Change) and op.table is Callback and op.key["state"] == self.promise["state"]:
            self.promise |= op.values
        elif isinstance(op, Put) and op.table is TaskRow:
            self.task |= op.values
        elif isinstance(op, Insert) and op.table is JournalRow:
            self.told.append(f"{op.values['kind']}: {op.values['body'].get('reason') or op.values['body']['text']}")

    def joins(self, seconds: float) -> None:
        self.at(seconds, lambda batch: take(batch, "customer_joined", {"task_id": "k"}))

    def ends(self, seconds: float, act: Act) -> None:
        """The end of the talk, and of the wrap-up."""
        self.at(seconds, act)
        self.at(seconds + 1, lambda batch: tell(batch, WrapUpCompleted(batch.at_ms, "k", "1001")))


def agent_hangs_up(batch: Batch) -> None:
    task = batch.core.task("k")
    assert task is not None
    hang_up(batch, task, "agent")


def customer_hangs_up(batch: Batch) -> None:
    take(batch, "call_ended", {"contact_id": "contact-k", "outgoing": False})


@pytest.mark.parametrize(("act", "why"), [(agent_hangs_up, "given_up"), (customer_hangs_up, "hung_up")])
def test_who_heard_only_the_words_before_the_talk_was_not_reached(act: Act, why: str) -> None:
    call = Dialling()
    call.ends(5, act)
    assert (call.contact["outcome"], call.contact["talk_ms"], call.contact.get("answered_at")) == ("failed", 0, None)
    assert (call.task["talk_ms"], call.task["answered_at"]) == (0, None)
    assert call.promise == {"state": why, "ended_at": 5_000}
    assert f"note: {why}" in call.told
    assert "connected: talking to 1001" not in call.told
    assert call.floor.shown("1001") == "available"


@pytest.mark.parametrize("act", [agent_hangs_up, customer_hangs_up])
def test_the_talk_begins_when_the_customer_is_there(act: Act) -> None:
    call = Dialling()
    call.joins(6)
    assert (call.contact["answered_at"], call.promise) == (6_000, {"state": "reached", "ended_at": 6_000})
    assert call.told == ["connected: talking to 1001"]
    call.ends(16, act)
    assert (call.contact["outcome"], call.contact["talk_ms"]) == ("answered", 10_000)
    assert (call.task["talk_ms"], call.task["answered_at"]) == (10_000, 6_000)
    assert call.promise["state"] == "reached"
    assert call.desk.joined == {}


def test_who_comes_when_the_agent_has_just_gone_was_not_reached() -> None:
    call = Dialling()
    call.at(5, agent_hangs_up)
    call.joins(5)
    assert (call.promise["state"], call.contact.get("answered_at")) == ("given_up", None)


def test_an_agent_whose_leg_is_lost_during_the_words_has_reached_nobody() -> None:
    call = Dialling()
    call.at(4, lambda batch: tell(batch, LegLost(batch.at_ms, "k", "1001")))
    due = call.floor.next_due()
    assert due is not None
    call.floor.now = due[0]
    call.now(lambda batch: time_over(batch, DeadlineReached(due[0], due[1], due[2], due[0])))
    assert call.promise["state"] == "failed"
