"""The pace of a queue, figure by figure: what each answer and each handled contact teach the estimate."""

import pytest

from routing import events as ev
from routing.types import Availability, Kind, Mode, TransferMode
from tests.routing.floor import Floor


def one_agent(**queue: object) -> Floor:
    """1001 talks with `first` from the beginning; nobody has waited yet."""
    floor = Floor({"queues": {"phone": {"wrap_up_s": 0, **queue}}})
    floor.agent("1001")
    floor.call("first")
    floor.talk("first")
    return floor


def wait_ms(floor: Floor, queue: str = "phone") -> int:
    return floor.core.expected_wait_ms(queue)


def answer(floor: Floor, before: str, task_id: str, at_s: float) -> None:
    """At that moment the talk before ends, and the task is answered."""
    floor.at(at_s).hang_up(before)
    floor.talk(task_id)


def test_the_first_answer_says_what_one_place_costs():
    floor = one_agent()
    floor.call("a")
    answer(floor, "first", "a", 100)
    assert wait_ms(floor) == 100_000


def test_each_answer_forgets_an_eighth_of_what_was():
    floor = one_agent()
    for task_id in ("a", "b", "c"):
        floor.call(task_id)
    answer(floor, "first", "a", 100)
    answer(floor, "a", "b", 180)
    work, places = 100_000 + 180_000 - 12_500, 1000 + 2000 - 125
    assert wait_ms(floor) == 2 * work * 1000 // places
    answer(floor, "b", "c", 220)
    work, places = work + 220_000 - work // 8, places + 3000 - places // 8
    assert wait_ms(floor) == work * 1000 // places


def test_waits_count_as_often_as_agents_were_at_work():
    floor = one_agent()
    floor.agent("1002")
    floor.call("second")
    floor.talk("second")
    floor.call("a")
    answer(floor, "first", "a", 30)
    pace = floor.core.state.lines["phone"].pace
    assert (pace.work_ms, pace.places) == (60_000, 1000)
    assert wait_ms(floor) == 30_000
    floor.do(ev.AgentStateSet(floor.now, "1002", Availability.BREAK, "meal"))
    assert wait_ms(floor) == 60_000


def test_an_agent_of_three_queues_counts_a_third_in_each():
    floor = Floor({"queues": {"a": {"wrap_up_s": 0}, "b": {}, "c": {}}})
    floor.agent("1001")
    floor.call("first", "a")
    floor.talk("first")
    floor.call("t", "a")
    answer(floor, "first", "t", 90)
    assert floor.core.state.lines["a"].pace.work_ms == 90_000 * 333 // 1000
    assert wait_ms(floor, "a") == 29_970 * 1000 // 333


def test_with_nobody_there_the_pace_of_one_agent_is_said():
    floor = one_agent()
    floor.call("a")
    answer(floor, "first", "a", 100)
    floor.hang_up("a")
    floor.do(ev.ShiftEnded(floor.now, "1001"))
    assert wait_ms(floor) == 100_000


def test_a_wait_that_outlives_the_staff_counts_almost_nothing():
    floor = one_agent()
    floor.call("a")
    floor.at(100).hang_up("first")
    floor.accept("a")
    floor.do(ev.ShiftEnded(floor.now, "1001"))
    floor.media("a")
    assert floor.core.state.lines["phone"].pace.work_ms == 100


def test_the_handling_time_is_the_estimate_until_somebody_has_waited():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.at(40).hang_up("a")
    floor.at(60).wrap_up("a")
    assert wait_ms(floor) == 60_000
    floor.call("b")
    floor.talk("b")
    floor.at(120).hang_up("b")
    floor.at(160).wrap_up("b")
    assert wait_ms(floor) == 60_000 + 40_000 // 8
    floor.call("c")
    floor.talk("c")
    floor.at(161).hang_up("c")
    floor.wrap_up("c")
    assert wait_ms(floor) == 65_000 + (1000 - 65_000) // 8
    floor.agent("1002")
    assert wait_ms(floor) == 57_000 // 2


def test_a_contact_over_in_no_time_still_leaves_an_estimate():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.serve("a")
    assert wait_ms(floor) == 1
    view = floor.core.queue("phone")
    assert view is not None
    assert view.estimate_s == 1


def test_those_ahead_are_counted_at_the_beginning_of_the_wait_without_those_rung():
    floor = one_agent()
    floor.agent("1002")
    floor.call("rung")
    floor.call("a")
    floor.call("b")
    assert (floor.task("rung").ahead, floor.task("a").ahead, floor.task("b").ahead) == (None, 0, 1)
    floor.do(ev.TaskAbandoned(floor.now, "a"))
    answer(floor, "first", "b", 10)
    assert floor.core.state.lines["phone"].pace.places == 2000


def test_a_transfer_teaches_nothing_about_the_queue():
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    floor.agent("1001")
    floor.agent("1002", [("en", 1)])
    floor.call("a", "phone")
    floor.talk("a")
    floor.call("b", "en")
    floor.talk("b")
    floor.do(ev.TransferRequested(0, "a", "1001", TransferMode.COLD, "", "en"))
    assert floor.task("a~1").ahead is None
    floor.at(30).hang_up("b")
    floor.wrap_up("b")
    floor.talk("a~1")
    assert floor.core.state.lines["en"].pace.places == 0


def test_an_answer_teaches_once_even_if_its_leg_is_lost_later():
    floor = one_agent()
    floor.call("a")
    answer(floor, "first", "a", 100)
    floor.do(ev.LegLost(floor.now, "a", "1001"))
    floor.at(160).talk("a")
    assert wait_ms(floor) == 100_000


def test_a_callback_or_a_call_out_that_is_done_counts_as_handled():
    floor = Floor({"queues": {"phone": {"wrap_up_s": 0}}})
    floor.call("k", kind=Kind.CALLBACK)
    floor.agent("1001")
    floor.talk("k")
    floor.at(50).hang_up("k")
    assert wait_ms(floor) == 50_000


@pytest.mark.parametrize(("mode", "usual_ms"), [(Mode.PHONE, 240_000), (Mode.WEB, 480_000), (Mode.FIELD, 3_600_000)])
def test_one_who_comes_is_told_the_usual_time_for_each_ahead_and_once_more(mode: Mode, usual_ms: int):
    floor = Floor({"queues": {"q": {"mode": mode.value}}})
    floor.call("a", "q")
    floor.call("b", "q")
    assert wait_ms(floor, "q") == 3 * usual_ms
    found = floor.core.estimate("b")
    assert found is not None
    assert (found.ahead, found.staffed) == (1, False)
    assert found.high_s == min(7200, 3 * usual_ms // 1000)


def test_a_long_wait_is_said_to_the_millisecond():
    floor = one_agent()
    floor.call("a")
    answer(floor, "first", "a", 6999.997)
    assert wait_ms(floor) == 6_999_997
