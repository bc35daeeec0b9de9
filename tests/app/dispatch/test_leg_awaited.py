"""An agent takes a call back and their own leg never comes: somebody else is asked soon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.carrier.urls import Urls
from app.db.tables import OutboxRow
from app.db.write_set import Fence, Insert
from app.dispatch.batch import Batch
from app.dispatch.desk import Desk
from app.dispatch.intake import take, tell
from app.settings import Settings
from routing.events import AgentConnected, AgentDisconnected, OfferAccepted
from routing.types import URGENT_BOOST_S, Kind, Leg, TaskState
from tests.routing.floor import Floor

QUEUES = {"queues": {"phone": {}, "emergency": {"boost_s": URGENT_BOOST_S}}}
LEG = {"label": "agent-k.1", "call_sid": "CA" + "1" * 32, "event": "participant-join"}


class House:
    """A leader whose desk lasts from batch to batch; what was put off comes when its time does."""

    def __init__(self, queue: str, kind: Kind = Kind.CALLBACK) -> None:
        self.floor = Floor(QUEUES)
        self.desk = Desk(self.floor.core, Settings(env="demo"), Urls("http://127.0.0.1:8000"), "")
        self.floor.agent("1001")
        self.floor.agent("1002")
        self.floor.call("k", queue, kind=kind)
        self.agent_no = self.floor.offer("k").agent_no
        self.do(lambda batch: tell(batch, OfferAccepted(self.floor.now, "k.1", self.agent_no)))

    def do(self, what: Callable[[Batch], object]) -> list[tuple[str, Mapping[str, Any]]]:
        batch = Batch(self.desk, Fence("lease", "node", 1), self.floor.now)
        what(batch)
        rows = [op.values for op in batch.finish("").ops if isinstance(op, Insert) and op.table is OutboxRow]
        return [(row["kind"], row["body"]) for row in rows]

    def comes(self) -> None:
        self.do(lambda batch: take(batch, "conference", LEG))

    def page(self, *, gone: bool) -> None:
        event = AgentDisconnected if gone else AgentConnected
        self.do(lambda batch: tell(batch, event(self.floor.now, self.agent_no)))

    def at(self, seconds: float) -> list[tuple[str, Mapping[str, Any]]]:
        self.floor.at(seconds)
        return self.do(lambda batch: [take(batch, *each) for each in self.desk.due(self.floor.now)])

    @property
    def is_connecting(self) -> bool:
        return self.floor.task("k").state is TaskState.CONNECTING


@pytest.mark.parametrize("queue", ["phone", "emergency"])
def test_a_call_back_waits_for_the_agents_leg_as_long_as_a_caller_does(queue: str) -> None:
    house = House(queue)
    house.at(29.9)
    assert house.is_connecting
    asked = house.at(30)
    assert ("leg.end", {"offer_id": "k.1"}) in asked
    other = {"1001": "1002", "1002": "1001"}[house.agent_no]
    assert (house.floor.state("k"), house.floor.rung("k")) == ("offered", [other])


def test_the_customer_has_longer_once_the_agent_is_there() -> None:
    house = House("emergency")
    house.comes()
    house.page(gone=True)
    house.at(60)
    assert house.is_connecting


@pytest.mark.parametrize(("queue", "kind"), [("emergency", Kind.CALLBACK), ("emergency", Kind.CONTACT)])
def test_danger_waits_for_no_page_that_is_gone(queue: str, kind: Kind) -> None:
    house = House(queue, kind)
    house.page(gone=True)
    house.at(4.9)
    assert house.is_connecting
    house.at(5)
    assert not house.is_connecting


def test_a_page_that_was_loaded_again_still_brings_its_leg() -> None:
    house = House("emergency")
    house.page(gone=True)
    house.page(gone=False)
    house.at(5)
    assert house.is_connecting
    house.comes()
    house.at(31)
    assert house.is_connecting


def test_other_calls_survive_the_grace_of_a_page() -> None:
    house = House("phone")
    house.page(gone=True)
    house.at(20)
    assert house.is_connecting


def test_a_phone_rings_on_without_the_page() -> None:
    house = House("emergency")
    agent = house.floor.agent_of(house.agent_no)
    agent.leg = Leg.PHONE
    house.page(gone=True)
    house.at(20)
    assert house.is_connecting
