"""Order: finite boosts, no place lost, a place that is a rank."""

import pytest

from routing import events as ev
from tests.routing.floor import Floor, ignored, offered

TWO = {"queues": {"phone": {}, "vip": {"boost_s": 60}, "emergency": {"boost_s": 86400}}}


def test_the_longest_wait_is_served_first():
    floor = Floor()
    floor.call("a")
    floor.at(5).call("b")
    floor.agent("1001")
    assert floor.rung("a") == ["1001"]
    assert floor.state("b") == "waiting"


@pytest.mark.parametrize(("head_start_s", "first"), [(59, "vip"), (61, "plain")])
def test_a_boost_is_worth_its_seconds_and_no_more(head_start_s: int, first: str):
    floor = Floor(TWO)
    floor.call("plain")
    floor.at(head_start_s).call("vip", "vip")
    floor.agent("1001")
    assert floor.rung(first) == ["1001"]


def test_an_emergency_overtakes_everyone_who_waits():
    floor = Floor(TWO)
    floor.call("a")
    floor.at(3000).call("e", "emergency")
    floor.agent("1001")
    assert floor.rung("e") == ["1001"]


def test_nobody_starves_behind_a_stream_of_boosted_calls():
    floor = Floor(TWO)
    floor.call("plain")
    for minute in range(1, 4):
        floor.at(minute * 50).call(f"vip{minute}", "vip")
    floor.agent("1001")
    order = []
    for _ in range(4):
        (task_id,) = (t.task_id for t in floor.core.state.tasks.values() if t.state == "offered")
        order.append(task_id)
        floor.serve(task_id)
    assert order == ["vip1", "plain", "vip2", "vip3"]


def test_a_changed_priority_counts_at_the_next_decision():
    floor = Floor()
    floor.call("a")
    floor.at(1).call("b")
    floor.do(ev.PriorityChanged(floor.now, "b", 2))
    assert (floor.core.place("b"), floor.core.place("a")) == (0, 1)
    floor.agent("1001")
    assert floor.rung("b") == ["1001"]


def test_priority_of_a_task_being_rung_changes_its_place_without_stopping_the_ringing():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.call("b")
    floor.do(ev.PriorityChanged(floor.now, "a", -5))
    assert floor.rung("a") == ["1001"]
    assert floor.core.place("b") == 0


def test_calls_of_one_instant_stand_in_the_order_of_arrival():
    floor = Floor()
    for name in ("z", "m", "a"):
        floor.call(name)
    assert [floor.core.place(n) for n in ("z", "m", "a")] == [0, 1, 2]


def test_a_place_counts_those_being_rung_and_is_none_once_answered():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.call("b")
    assert floor.core.place("b") == 1
    floor.talk("a")
    assert floor.core.place("b") == 0
    assert floor.core.place("a") is None
    assert floor.core.place("nobody") is None


@pytest.mark.parametrize("how", ["decline", "expire", "media"])
def test_a_task_that_comes_back_keeps_its_place(how: str):
    floor = Floor()
    floor.agent("1001")
    floor.agent("1002", ready=False)
    floor.call("a")
    floor.at(1).call("b")
    key = floor.task("a").key()
    if how == "decline":
        floor.decline("a")
    elif how == "expire":
        floor.at(20)
    else:
        floor.accept("a")
        floor.do(ev.MediaFailed(floor.now, "a", "a.1", "ice"))
    assert floor.state("a") == "waiting"
    assert floor.task("a").key() == key
    floor.ready("1002")
    assert floor.rung("a") == ["1002"]


def test_a_caller_who_redials_within_five_minutes_gets_the_place_back():
    floor = Floor()
    floor.call("a", caller="+1")
    floor.at(10).call("b")
    floor.at(20).do(ev.TaskAbandoned(floor.now, "a"))
    floor.at(319).call("c", caller="+1")
    assert floor.core.place("c") == 0
    assert floor.task("c").root_task_id == "a"


def test_after_five_minutes_a_redial_is_a_new_call():
    floor = Floor()
    floor.call("a", caller="+1")
    floor.at(10).call("b")
    floor.at(20).do(ev.TaskAbandoned(floor.now, "a"))
    floor.at(321).call("c", caller="+1")
    assert floor.core.place("c") == 1


def test_a_redial_to_another_queue_keeps_the_time_but_not_the_boost():
    floor = Floor(TWO)
    floor.call("a", "vip", caller="+1")
    floor.at(5).do(ev.TaskAbandoned(floor.now, "a"))
    floor.at(9).call("b", caller="+1")
    assert (floor.task("b").queued_at, floor.task("b").boost_s) == (0, 0)


def test_a_redial_keeps_a_raised_boost_in_the_same_queue():
    floor = Floor()
    floor.call("a", caller="+1")
    floor.do(ev.PriorityChanged(0, "a", 300))
    floor.at(5).do(ev.TaskAbandoned(floor.now, "a"))
    floor.at(9).call("b", caller="+1")
    assert floor.task("b").boost_s == 300


def test_an_answered_caller_who_calls_again_has_no_old_place():
    floor = Floor()
    floor.agent("1001")
    floor.call("a", caller="+1")
    floor.serve("a")
    floor.at(9).call("b", caller="+1")
    assert floor.task("b").queued_at == 9000


def test_a_duplicate_is_ignored_even_after_the_end():
    floor = Floor()
    floor.call("a")
    assert ignored(floor.call("a")) == "this task is known"
    floor.do(ev.TaskAbandoned(0, "a"))
    assert ignored(floor.call("a")) == "this task is known"


def test_a_moved_task_keeps_its_place_in_the_other_queue():
    floor = Floor(TWO)
    floor.call("a")
    floor.at(10).call("v", "vip", boost_s=0)
    floor.do(ev.TaskMoved(floor.now, "a", "vip"))
    assert floor.state("a") == "transferred"
    assert floor.core.place("a~1") == 0
    assert floor.task("a~1").root_task_id == "a"


def test_time_never_runs_backwards():
    floor = Floor()
    floor.at(10).call("a")
    floor.do(ev.TaskQueued(2000, "b", "c", "phone"))
    assert floor.task("b").queued_at == 10_000


def test_a_queued_at_in_the_future_is_read_as_now():
    floor = Floor()
    floor.call("a", queued_at=5_000_000)
    assert floor.task("a").queued_at == 0


def test_capacity_freed_anywhere_dispatches_at_once():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.call("b")
    floor.hang_up("a")
    assert floor.state("b") == "waiting"
    assert offered(floor.wrap_up("a")) == [("b", "1001")]


def test_a_redial_at_the_last_moment_of_five_minutes_has_the_place_back():
    for after_s, queued_at in ((300, 0), (300.001, 300_001)):
        floor = Floor()
        floor.call("a", caller="+1")
        floor.do(ev.TaskAbandoned(0, "a"))
        floor.at(after_s).call("b", caller="+1")
        assert floor.task("b").queued_at == queued_at


def test_what_is_remembered_of_calls_that_ended():
    floor = Floor()
    floor.agent("1001")
    for task_id, caller in (("a", "+1"), ("b", ""), ("c", "+3")):
        floor.call(task_id, caller=caller)
        floor.do(ev.TaskAbandoned(0, task_id) if task_id != "c" else ev.TaskCanceled(0, "c"))
    snapshot = floor.core.snapshot()
    assert {e["task_id"]: e["abandoned"] for e in snapshot["ended"]} == {"a": True, "b": True, "c": False}
    assert snapshot["redials"] == {"+1": "a"}
    floor.at(301).call("d")
    snapshot = floor.core.snapshot()
    assert (snapshot["ended"], snapshot["redials"]) == ([], {})


def test_two_who_wait_for_the_same_agent_are_both_served_and_nothing_is_left_of_it():
    floor = Floor({"queues": {"phone": {"last_agent_s": 100, "wrap_up_s": 0}}})
    floor.agent("1001")
    homes = len(floor.core.state.homes["1001"])
    floor.call("x")
    floor.talk("x")
    for task_id in ("a", "b", "c"):
        floor.call(task_id, last_agent="1001")
    floor.do(ev.TaskAbandoned(0, "a"))
    floor.hang_up("x")
    for task_id in ("b", "c"):
        assert floor.rung(task_id) == ["1001"]
        floor.serve(task_id)
    state = floor.core.state
    assert (len(state.homes["1001"]), len(state.lines["phone"].buckets)) == (homes, 1)


def test_the_board_hears_of_a_priority_that_changed():
    floor = Floor()
    floor.call("a")
    floor.at(5).call("b")
    floor.do(ev.PriorityChanged(floor.now, "b", 60))
    assert "phone" in floor.core.changed.lines
    view = floor.core.queue("phone")
    assert view is not None
    assert view.oldest_at == 5000
