"""A callback is a task that keeps its place; the agent comes first."""

import pytest

from routing import events as ev
from routing.commands import CheckTask, ConnectTask, OfferCallback, OverflowTask, ResumeWait
from routing.types import Kind
from tests.routing.floor import Floor, ignored


def booked(**fields: int) -> Floor:
    floor = Floor({"queues": {"phone": {}}, "callback": {"attempts": 2, "gap_s": 100}})
    floor.call("a")
    floor.at(10).call("b")
    floor.do(ev.CallbackRequested(floor.now, "a", **fields))
    return floor


def test_it_keeps_the_place_and_counts_as_no_abandon():
    floor = booked()
    assert floor.state("a") == "callback_booked"
    assert (floor.core.place("a~1"), floor.core.place("b")) == (0, 1)
    ledger = floor.core.state.lines["phone"].ledger
    assert (ledger.abandoned, ledger.callback_booked) == (0, 1)


def test_the_agent_is_rung_first_and_has_longer_to_reach_the_customer():
    floor = booked()
    floor.agent("1001")
    floor.accept("a~1")
    assert floor.last(ConnectTask).deadline_at == 100_000
    floor.at(99).media("a~1")
    assert floor.state("a~1") == "talking"


def test_not_before_the_time_that_was_asked_for():
    floor = booked(ready_at=60_000)
    floor.agent("1001")
    assert (floor.rung("b"), floor.state("a~1")) == (["1001"], "waiting")
    floor.serve("b")
    assert floor.at(59).state("a~1") == "waiting"
    assert floor.at(60).rung("a~1") == ["1001"]


def test_a_customer_who_does_not_answer_is_tried_again_after_the_gap_and_then_given_up():
    floor = booked()
    floor.agent("1001")
    floor.accept("a~1")
    floor.do(ev.CustomerUnanswered(floor.now, "a~1"))
    assert not floor.said(ResumeWait)
    assert floor.rung("b") == ["1001"]
    floor.serve("b")
    assert floor.at(109).state("a~1") == "waiting"
    assert floor.at(110).rung("a~1") == ["1001"]
    floor.accept("a~1")
    floor.do(ev.CustomerUnanswered(floor.now, "a~1"))
    assert (floor.state("a~1"), floor.shown("1001")) == ("canceled", "available")


def test_after_danger_the_next_try_comes_within_a_minute():
    floor = Floor({"queues": {"emergency": {"boost_s": 86_400}}, "callback": {"attempts": 2, "gap_s": 300}})
    floor.agent("1001")
    floor.call("k", queue="emergency", kind=Kind.CALLBACK)
    floor.accept("k")
    floor.do(ev.CustomerUnanswered(floor.now, "k"))
    assert floor.at(59.999).state("k") == "waiting"
    assert floor.at(60).rung("k") == ["1001"]


def test_a_waiting_callback_keeps_its_changed_priority():
    floor = booked(ready_at=60_000)
    floor.do(ev.PriorityChanged(floor.now, "a~1", -60))
    assert floor.core.place("a~1") == 1
    floor.at(60)
    assert floor.task("a~1").boost_s == -60


@pytest.mark.parametrize("ready_at", [0, 60_000])
def test_a_redial_that_goes_on_waiting_takes_the_place_of_the_callback(ready_at: int):
    floor = booked(ready_at=ready_at)
    floor.at(30).call("c", resumes="a~1")
    assert floor.state("a~1") == "canceled"
    assert (floor.core.place("c"), floor.task("c").root_task_id) == (0, "a")


def test_a_redial_for_a_callback_that_is_gone_is_a_new_call():
    floor = booked()
    floor.call("c", resumes="b")
    assert floor.core.place("c") == 2


def test_it_may_be_queued_for_later_directly():
    floor = Floor()
    floor.agent("1001")
    floor.call("a", ready_at=50_000)
    assert floor.state("a") == "waiting"
    assert floor.at(50).rung("a") == ["1001"]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ev.CallbackRequested(0, "zz"), "no such"),
        (ev.CallbackRequested(0, "a~1"), "none of the caller's"),
        (ev.CustomerUnanswered(0, "zz"), "no such"),
        (ev.CustomerUnanswered(0, "b"), "waiting"),
        (ev.TaskAbandoned(0, "zz"), "no such"),
        (ev.TaskCanceled(0, "zz"), "no such"),
        (ev.PriorityChanged(0, "zz", 1), "no such"),
    ],
)
def test_ignored(event: ev.Event, reason: str):
    assert reason in ignored(booked().do(event))


def test_requests_of_those_who_talk_are_ignored():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.accept("a")
    assert "on the line" in ignored(floor.do(ev.CustomerUnanswered(0, "a")))
    floor.media("a")
    assert "talking" in ignored(floor.do(ev.CallbackRequested(0, "a")))
    assert "talking" in ignored(floor.do(ev.PriorityChanged(0, "a", 5)))
    assert "talking" in ignored(floor.do(ev.TaskMoved(0, "a", "phone")))


def test_a_callback_does_not_overflow_and_is_never_too_many():
    keys = {"overflow_to": "other", "overflow_after_s": 60, "max_size": 1}
    floor = Floor({"queues": {"phone": keys, "other": {"skills": ["en"]}}})
    floor.agent("1001", [("en", 1)], ready=False)
    floor.call("a")
    floor.do(ev.CallbackRequested(0, "a"))
    floor.call("b", kind=Kind.CALLBACK)
    floor.agent("1002", [("en", 1)], ready=False)
    assert floor.at(120).said(OverflowTask) == []
    assert (floor.state("a~1"), floor.state("b")) == ("waiting", "waiting")


def test_the_offer_of_a_callback_asks_the_carrier_nothing():
    floor = Floor({"queues": {"phone": {"callback_after_s": 30}}})
    floor.call("a")
    floor.at(31)
    assert (len(floor.said(OfferCallback)), floor.said(CheckTask)) == (1, [])


def test_a_contact_names_the_callback_that_follows_it():
    floor = booked()
    floor.call("c")
    floor.do(ev.CallbackRequested(floor.now, "c"))
    assert floor.core.changed.tasks["c"].successor_id == "c~1"


def test_ready_now_is_no_gap():
    floor = booked(ready_at=10_000)
    floor.agent("1001")
    assert floor.rung("a~1") == ["1001"]
    floor.call("c", ready_at=10_000)
    floor.agent("1002")
    floor.agent("1003")
    assert (floor.rung("b"), floor.rung("c")) == (["1002"], ["1003"])


def test_what_resumes_a_callback_has_its_root_not_that_of_a_call_broken_off():
    floor = Floor({"queues": {"phone": {}}})
    floor.call("x", caller="p")
    floor.call("b", caller="p")
    floor.do(ev.TaskAbandoned(0, "x"))
    floor.do(ev.CallbackRequested(0, "b"))
    floor.call("c", caller="p", resumes="b~1")
    assert floor.task("c").root_task_id == "b"


def test_the_offer_of_an_unanswered_callback_ends_with_its_reason():
    floor = booked()
    floor.agent("1001")
    offer = floor.offer("a~1")
    floor.at(12).accept("a~1")
    floor.do(ev.CustomerUnanswered(floor.now, "a~1"))
    assert (offer.state.value, offer.reason, offer.ended_at) == ("rescinded", "no_answer", 12_000)


def test_who_calls_instead_of_being_called_keeps_the_priority():
    floor = booked()
    floor.do(ev.PriorityChanged(floor.now, "a~1", 50))
    floor.at(20).call("again", resumes="a~1")
    assert (floor.task("again").boost_s, floor.core.place("again")) == (50, 0)
    floor.do(ev.PriorityChanged(floor.now, "b", 10))
    floor.do(ev.CallbackRequested(floor.now, "b"))
    floor.call("more", resumes="b~1", boost_s=70)
    assert floor.task("more").boost_s == 70


def test_a_callback_for_later_does_not_wait_for_the_last_agent():
    floor = Floor({"queues": {"phone": {"last_agent_s": 30}}})
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.agent("1002")
    floor.call("k", kind=Kind.CALLBACK, ready_at=10_000, last_agent="1001")
    assert floor.task("k").personal_until == 0
    assert floor.at(10).rung("k") == ["1002"]
