"""When nobody can: hours, nobody there, full, too long, overflow and return."""

from typing import Any

import pytest

from routing import events as ev
from routing.commands import DivertTask, OfferCallback, OverflowTask
from routing.config import parse
from routing.types import Availability, Kind, TransferMode
from tests.routing.floor import Floor, ignored


def queue(**keys: Any) -> Floor:
    return Floor({"queues": {"phone": keys}})


def close(floor: Floor, name: str = "phone", *, open_: bool = False) -> None:
    floor.do(ev.HoursChanged(floor.now, name, open_))


@pytest.mark.parametrize(
    ("rule", "state", "after"),
    [
        ("serve", "waiting", None),
        ("callback", "callback_booked", "a~1"),
        ("voicemail", "overflowed", None),
        ("message", "overflowed", None),
    ],
)
@pytest.mark.parametrize("when", ["before", "while"])
def test_closing(rule: str, state: str, after: str | None, when: str):
    floor = queue(on_close=rule)
    if when == "before":
        close(floor)
    floor.call("a")
    if when == "while":
        close(floor)
    assert floor.state("a") == state
    assert [c.rule.value for c in floor.said(DivertTask)] == ([] if rule == "serve" else [rule])
    if after:
        assert (floor.task(after).kind, floor.task(after).key()[:2]) == (Kind.CALLBACK, (0, 0))


def test_who_is_being_rung_at_closing_is_still_served():
    floor = queue(on_close="message")
    floor.agent("1001")
    floor.call("a")
    close(floor)
    assert floor.rung("a") == ["1001"]
    floor.decline("a")
    assert floor.state("a") == "overflowed"


def test_opening_again_takes_callers():
    floor = queue(on_close="message")
    close(floor)
    close(floor, open_=True)
    floor.call("a")
    assert floor.state("a") == "waiting"
    assert ignored(floor.do(ev.HoursChanged(0, "phone", True))) == "nothing changed"
    assert ignored(floor.do(ev.HoursChanged(0, "nowhere", True))) == "no queue nowhere"


@pytest.mark.parametrize(("rule", "state"), [("serve", "waiting"), ("voicemail", "overflowed")])
def test_nobody_there(rule: str, state: str):
    floor = queue(on_nobody=rule)
    floor.call("a")
    assert floor.state("a") == state


def test_the_last_agent_leaving_evacuates_those_who_wait():
    floor = queue(on_nobody="callback")
    floor.agent("1001")
    floor.call("busy")
    floor.talk("busy")
    floor.call("a")
    assert floor.state("a") == "waiting"
    floor.do(ev.AgentStateSet(0, "1001", Availability.BREAK, "meal"))
    assert floor.state("a") == "callback_booked"
    assert floor.state("a~1") == "waiting"


def test_a_short_loss_of_the_connection_evacuates_nobody():
    floor = queue(on_nobody="message")
    floor.agent("1001")
    floor.call("busy")
    floor.talk("busy")
    floor.call("a")
    floor.do(ev.AgentDisconnected(0, "1001"))
    assert floor.at(29).state("a") == "waiting"
    floor.at(30)
    assert floor.state("a") == "overflowed"


@pytest.mark.parametrize(
    ("rule", "state"), [("callback", "callback_booked"), ("message", "overflowed"), ("serve", "waiting")]
)
def test_full(rule: str, state: str):
    floor = queue(max_size=1, on_full=rule)
    floor.call("a")
    floor.call("b")
    assert (floor.state("a"), floor.state("b")) == ("waiting", state)


OVER: dict[str, Any] = {
    "queues": {
        "en": {"skills": ["en"], "overflow_to": "phone", "overflow_after_s": 40, "max_size": 1},
        "phone": {"max_size": 2},
    }
}


def test_a_full_chat_queue_says_so_and_work_on_site_is_never_dropped():
    limits = {"max_size": 1, "max_wait_s": 5}
    floor = Floor({"queues": {"web": {"mode": "web", **limits}, "field": {"mode": "field", **limits}}})
    for name in ("web", "field"):
        floor.call(f"{name}1", name)
        floor.call(f"{name}2", name)
    assert (floor.state("field1"), floor.state("field2")) == ("waiting", "waiting")
    assert [(c.task_id, c.rule.value) for c in floor.said(DivertTask)] == [("web2", "message")]
    assert floor.at(600).state("field1") == "waiting"


def test_full_goes_to_the_overflow_queue_if_that_takes_it():
    floor = Floor(OVER)
    floor.agent("1001")
    floor.call("a", "en")
    floor.call("b", "en")
    assert floor.state("b") == "overflowed"
    assert floor.rung("b~1") == ["1001"]
    assert floor.last(OverflowTask).reason == "full"


def test_too_long_overflows_with_the_same_place():
    floor = Floor(OVER)
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.call("a", "en")
    floor.at(39).call("p")
    floor.at(40)
    assert floor.state("a") == "overflowed"
    assert floor.core.place("a~1") == 0
    assert (floor.task("a~1").queued_at, floor.task("a~1").return_queue) == (0, "en")


def test_no_overflow_into_a_queue_without_staff_but_it_is_tried_again():
    floor = Floor(OVER)
    floor.call("a", "en")
    assert floor.at(45).state("a") == "waiting"
    floor.agent("1001")
    assert floor.at(79).state("a") == "waiting"
    assert floor.at(80).state("a~1") == "offered"


def test_it_returns_when_the_overflow_queue_loses_its_staff_and_does_not_go_twice():
    floor = Floor(OVER)
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.call("a", "en")
    floor.at(40)
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    assert floor.last(OverflowTask).reason == "return"
    back = floor.task("a~1~1")
    assert (back.queue, back.queued_at, back.returned) == ("en", 0, True)
    floor.ready("1001")
    assert floor.at(500).state("a~1~1") == "waiting"


def test_waiting_too_long_ends_by_rule():
    floor = queue(max_wait_s=60)
    floor.call("a")
    assert floor.at(59).state("a") == "waiting"
    floor.at(60)
    assert floor.last(DivertTask).reason == "max_wait"
    assert floor.state("a~1") == "waiting"
    assert floor.at(300).state("a~1") == "waiting"


def test_serving_without_end_if_the_rule_says_so():
    floor = queue(max_wait_s=60, on_max_wait="serve")
    floor.call("a")
    assert floor.at(100).state("a") == "waiting"


def test_too_long_is_noticed_when_the_ringing_ends():
    floor = queue(max_wait_s=10, on_max_wait="message")
    floor.agent("1001")
    floor.call("a")
    floor.at(20)
    assert floor.core.task("a") is None


def test_a_callback_may_be_offered_after_a_while_once():
    floor = queue(callback_after_s=120)
    floor.call("a")
    floor.at(119)
    assert not floor.said(OfferCallback)
    floor.at(1000)
    assert floor.said(OfferCallback) == [OfferCallback("a")]


def test_a_queue_that_is_removed_serves_who_is_in_it_and_takes_nobody_new():
    floor = Floor({"queues": {"phone": {}, "old": {}}})
    floor.call("a", "old")
    floor.do(ev.ConfigChanged(0, parse({"queues": {"phone": {}}})))
    assert ignored(floor.call("b", "old")) == "no queue old"
    floor.agent("1001")
    assert floor.rung("a") == ["1001"]
    floor.serve("a")
    floor.do(ev.ConfigChanged(0, parse({"queues": {"phone": {}}})))
    assert floor.core.queue("old") is None


def test_a_configuration_changed_in_the_middle_counts_at_once():
    floor = queue(skills=["fault"])
    floor.agent("1001")
    floor.call("a")
    floor.do(ev.ConfigChanged(0, parse({"queues": {"phone": {"max_wait_s": 60}}})))
    assert floor.rung("a") == ["1001"]
    assert floor.core.state.lines["phone"].queue.max_wait_s == 60


def test_a_configuration_that_unstaffs_a_queue_applies_its_rule():
    floor = queue()
    floor.agent("1001", [("fault", 1)])
    floor.call("x")
    floor.talk("x")
    floor.call("a")
    floor.do(ev.ConfigChanged(0, parse({"queues": {"phone": {"skills": ["en"], "on_nobody": "message"}}})))
    assert floor.state("a") == "overflowed"


def test_a_queue_keeps_its_mode_while_tasks_are_open():
    floor = queue()
    floor.call("a")
    changed = parse({"queues": {"phone": {"mode": "web"}}})
    assert "mode" in ignored(floor.do(ev.ConfigChanged(0, changed)))
    floor.do(ev.TaskAbandoned(0, "a"))
    floor.do(ev.ConfigChanged(0, changed))
    assert floor.core.state.lines["phone"].queue.mode.value == "web"


def test_a_queue_that_comes_back_takes_callers_again():
    floor = Floor({"queues": {"phone": {}, "old": {}}})
    floor.call("a", "old")
    floor.do(ev.ConfigChanged(0, parse({"queues": {"phone": {}}})))
    floor.do(ev.ConfigChanged(0, parse({"queues": {"phone": {}, "old": {}}})))
    floor.call("b", "old")
    assert floor.state("b") == "waiting"


@pytest.mark.parametrize(
    ("task", "to", "reason"),
    [("a", "phone", "no other"), ("a", "gone", "no other"), ("a", "web", "mode"), ("z", "en", "no such")],
)
def test_moves_that_cannot_be(task: str, to: str, reason: str):
    floor = Floor({"queues": {"phone": {}, "en": {}, "web": {"mode": "web"}}})
    floor.call("a")
    assert reason in ignored(floor.do(ev.TaskMoved(0, task, to)))


def test_who_overflowed_stays_while_the_other_queue_serves():
    floor = Floor({"queues": {"phone": {"overflow_to": "en", "overflow_after_s": 30}, "en": {"skills": ["en"]}}})
    floor.agent("1001", [("en", 1)])
    floor.call("busy", "en")
    floor.talk("busy")
    floor.call("a")
    floor.at(31).agent("1002", [("en", 1)])
    floor.decline("a~1")
    assert [c.reason for c in floor.said(OverflowTask)] == ["waited"]
    assert floor.state("a~1") == "waiting"


def test_no_overflow_into_a_closed_queue():
    floor = Floor({"queues": {"phone": {"overflow_to": "en", "overflow_after_s": 30}, "en": {"skills": ["en"]}}})
    floor.agent("1001", [("en", 1)])
    floor.do(ev.OutboundStarted(0, "out", "c-out", "phone", "1001"))
    close(floor, "en")
    floor.call("a")
    assert floor.at(31).said(OverflowTask) == []
    close(floor, "en", open_=True)
    assert [c.to_queue for c in floor.at(61).said(OverflowTask)] == ["en"]


def test_a_limit_that_is_new_counts_for_those_who_wait():
    floor = queue()
    floor.call("a")
    floor.at(10).do(ev.ConfigChanged(floor.now, parse({"queues": {"phone": {"max_wait_s": 60}}})))
    floor.at(60)
    assert floor.last(DivertTask).reason == "max_wait"


def test_a_way_out_that_was_taken_out_of_the_configuration_is_no_way_out():
    floor = Floor({"queues": {"a": {"overflow_to": "b", "overflow_after_s": 30}, "b": {}}})
    floor.call("t", "a")
    floor.do(ev.ConfigChanged(floor.now, parse({"queues": {"a": {}, "b": {}}})))
    floor.agent("1001", ready=False)
    assert floor.at(100).state("t") == "waiting"
    assert floor.task("t").queue == "a"


def test_a_transfer_does_not_overflow():
    floor = Floor({"queues": {"a": {}, "b": {"skills": ["b"], "overflow_to": "a", "overflow_after_s": 30}}})
    floor.agent("1001")
    floor.agent("1002", [("b", 1)])
    floor.call("x", "b")
    floor.call("t", "a")
    floor.talk("x")
    floor.talk("t")
    floor.do(ev.TransferRequested(floor.now, "t", "1001", TransferMode.COLD, "", "b"))
    floor.at(40)
    assert floor.task("t~1").queue == "b"
    assert floor.said(OverflowTask) == []


def overflowed(**b: Any) -> Floor:
    """`t` came from a and waits in b behind `x`, with whom 1001 talks."""
    floor = Floor({"queues": {"a": {"skills": ["a"], "overflow_to": "b", "overflow_after_s": 30}, "b": b}})
    floor.agent("1001")
    floor.call("x", "b")
    floor.talk("x")
    floor.call("t", "a")
    assert floor.at(30).task("t~1").queue == "b"
    return floor


def test_it_returns_when_the_overflow_queue_closes():
    floor = overflowed()
    close(floor, "b")
    assert floor.task("t~1~1").queue == "a"
    assert [c.reason for c in floor.said(OverflowTask)] == ["waited", "return"]


def test_it_stays_where_it_is_when_the_queue_it_came_from_is_gone():
    floor = overflowed()
    floor.do(ev.ConfigChanged(floor.now, parse({"queues": {"b": {}}})))
    close(floor, "b")
    assert floor.state("t~1") == "waiting"


def test_who_is_rung_at_closing_returns_when_the_agent_declines():
    floor = overflowed()
    floor.hang_up("x")
    floor.wrap_up("x")
    close(floor, "b")
    assert floor.rung("t~1") == ["1001"]
    floor.decline("t~1")
    assert floor.task("t~1~1").queue == "a"


def test_no_overflow_into_a_queue_that_is_no_longer_configured():
    floor = Floor({"queues": {"a": {"skills": ["a"], "overflow_to": "b", "overflow_after_s": 30}, "b": {}}})
    floor.agent("1001")
    floor.call("x", "b")
    floor.talk("x")
    floor.call("t", "a")
    floor.do(ev.ConfigChanged(floor.now, parse({"queues": {"c": {"skills": ["c"]}}})))
    assert floor.at(100).state("t") == "waiting"
    assert floor.task("t").queue == "a"


def test_the_time_until_which_it_is_closed_may_change():
    floor = Floor()
    floor.do(ev.HoursChanged(0, "phone", False, 60_000))
    assert ignored(floor.do(ev.HoursChanged(0, "phone", False, 60_000))) == "nothing changed"
    floor.do(ev.HoursChanged(0, "phone", False, 90_000))
    assert floor.core.changed.lines["phone"].open_until == 90_000
