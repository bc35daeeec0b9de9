"""Calls that we make: when one side goes, or time is over, the other side's call ends too."""

from __future__ import annotations

import pytest

from app.dispatch.intake import take, time_over
from routing.events import DeadlineReached, LegLost, MediaConnected, OutboundStarted
from routing.types import Kind
from tests.app.dispatch.test_phone_rung import Asked, in_batch
from tests.routing.floor import Floor

ENDS = ("conference.end", {"conference": "int-contact-k"})
STOPS = ("customer.cancel", {"task_id": "k"})


def called(kind: Kind) -> Floor:
    """1001 is on the line, and the customer of `k` is being called."""
    floor = Floor()
    floor.agent("1001")
    if kind is Kind.CALLBACK:
        floor.call("k", kind=kind)
        floor.accept("k")
    else:
        floor.do(OutboundStarted(floor.now, "k", "contact-k", "phone", "1001"))
    return floor


def offer_of(floor: Floor) -> str:
    return f"k.{floor.task('k').attempt}"


def next_deadline(floor: Floor) -> Asked:
    due = floor.next_due()
    assert due is not None
    floor.now = due[0]
    reached = DeadlineReached(due[0], due[1], due[2], due[0])
    return in_batch(floor, lambda batch: time_over(batch, reached))


@pytest.mark.parametrize("kind", [Kind.CALLBACK, Kind.OUTBOUND])
@pytest.mark.parametrize("news", ["participant-leave", "busy"])
def test_an_agents_leg_that_goes_takes_the_customers_call_with_it(kind: Kind, news: str) -> None:
    floor = called(kind)
    offer_id = offer_of(floor)
    if news == "busy":
        asked = in_batch(floor, lambda batch: take(batch, "leg_failed", {"offer_id": offer_id, "reason": news}))
    else:
        body = {"event": news, "label": f"agent-{offer_id}", "call_sid": "CA" + "1" * 32}
        asked = in_batch(floor, lambda batch: take(batch, "conference", body))
    assert STOPS in asked


@pytest.mark.parametrize("kind", [Kind.CALLBACK, Kind.OUTBOUND])
def test_a_customer_who_does_not_come_in_time_leaves_no_agent_alone(kind: Kind) -> None:
    assert next_deadline(called(kind)) == [STOPS, ENDS]


@pytest.mark.parametrize("kind", [Kind.CALLBACK, Kind.OUTBOUND])
def test_who_was_called_is_not_kept_on_hold_for_an_agent_who_does_not_come_back(kind: Kind) -> None:
    floor = called(kind)
    floor.do(MediaConnected(floor.now, "k", offer_of(floor)))
    floor.do(LegLost(floor.now, "k", "1001"))
    assert ENDS in next_deadline(floor)


def test_a_deadline_that_was_overtaken_ends_nothing() -> None:
    floor = called(Kind.OUTBOUND)
    due = floor.next_due()
    assert due is not None
    floor.do(MediaConnected(floor.now, "k", offer_of(floor)))
    reached = DeadlineReached(due[0], due[1], due[2], due[0])
    assert in_batch(floor, lambda batch: time_over(batch, reached)) == []


@pytest.mark.parametrize(("over", "asked"), [(False, []), (True, [ENDS])])
def test_a_caller_who_comes_into_the_conference_after_the_talk_goes_on(over: bool, asked: Asked) -> None:
    floor = Floor()
    floor.agent("1001")
    floor.call("k")
    floor.talk("k")
    if over:
        floor.hang_up("k", "agent")
    assert in_batch(floor, lambda batch: take(batch, "caller_alone", {"contact_id": "contact-k"})) == asked
