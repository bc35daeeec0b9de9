"""What counts as waiting, and the callback of somebody who was handed on: the place stays, a talk is no wait."""

import pytest

from routing import events as ev
from routing.commands import MakeOffer
from routing.types import GRACE_MS, TransferMode
from tests.routing.floor import Floor


def handed_on(**queues: object) -> Floor:
    """`a` waited 5 s, talked with 1001 until 65 s, and was handed on to `en`, where nobody is."""
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}, **queues}})
    floor.call("a")
    floor.at(5).agent("1001")
    floor.talk("a")
    floor.at(65).do(ev.TransferRequested(floor.now, "a", "1001", TransferMode.COLD, "", "en"))
    return floor


def waited_ms(floor: Floor) -> int:
    return floor.last(MakeOffer).why.waited_ms


def test_the_wait_of_who_was_handed_on_begins_after_the_talk():
    floor = handed_on()
    assert (floor.task("a~1").queued_at, floor.task("a~1").waiting_at) == (0, 65_000)
    floor.at(70).agent("1002", [("en", 1)])
    assert waited_ms(floor) == 5_000


def test_who_was_handed_on_may_be_called_back_and_keeps_the_place():
    floor = handed_on()
    floor.at(70).call("b", queue="en")
    floor.at(80).do(ev.CallbackRequested(floor.now, "a~1"))
    assert (floor.state("a~1"), floor.core.place("a~1~1"), floor.core.place("b")) == ("callback_booked", 0, 1)
    floor.at(90).agent("1002", [("en", 1)])
    assert (floor.rung("a~1~1"), waited_ms(floor)) == (["1002"], 25_000)
    floor.talk("a~1~1")
    assert floor.task("a~1~1").earlier_talk_ms == 60_000


def test_who_is_rung_for_a_caller_that_takes_a_callback_is_free_again():
    floor = handed_on()
    floor.agent("1002", [("en", 1)])
    assert floor.rung("a~1") == ["1002"]
    floor.do(ev.CallbackRequested(floor.now, "a~1"))
    assert (floor.rung("a~1~1"), floor.core.task("a~1")) == (["1002"], None)


def test_the_wait_goes_on_through_overflow_and_move():
    keys = {"overflow_to": "other", "overflow_after_s": 60}
    floor = Floor({"queues": {"phone": keys, "other": {"skills": ["en"]}, "third": {"skills": ["fr"]}}})
    floor.agent("1001", [("en", 1)], ready=False)
    floor.agent("1002", [("en", 1)])
    floor.call("x", queue="other")
    floor.call("a")
    floor.at(60)
    floor.at(90).do(ev.TaskMoved(floor.now, "a~1", "third"))
    assert floor.task("a~1~1").waiting_at == 0
    assert floor.task("a~1~1").entered_at == 90_000


def test_after_a_lost_leg_the_wait_begins_anew():
    floor = Floor()
    floor.call("a")
    floor.at(5).agent("1001")
    floor.talk("a")
    floor.at(100).do(ev.LegLost(floor.now, "a", "1001"))
    floor.at(100 + GRACE_MS // 1000)
    assert (floor.state("a"), floor.task("a").waiting_at, floor.task("a").queued_at) == ("waiting", 130_000, 0)


@pytest.mark.parametrize("after_s", [20, 200])
def test_the_time_between_two_calls_is_no_wait_though_the_place_is_kept(after_s: int):
    floor = Floor()
    floor.call("a", caller="p")
    floor.at(10).do(ev.TaskAbandoned(floor.now, "a"))
    floor.at(after_s).call("b", caller="p")
    assert (floor.task("b").queued_at, floor.task("b").waiting_at) == (0, after_s * 1000)
