"""Transfers, conference, take-over: new offers with a return address and typed outcomes."""

from typing import Any

import pytest

from routing import events as ev
from routing.commands import EndCall, MakeOffer, ReleaseAgent, ReportTransfer
from routing.types import Availability, Mode, TransferMode
from tests.routing.floor import Floor, ignored

COLD, WARM, CONFERENCE = TransferMode.COLD, TransferMode.WARM, TransferMode.CONFERENCE


def desk(**queues: Any) -> Floor:
    """1001 talks with `a`; 1002 is free."""
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}, **queues}})
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.at(10).agent("1002")
    return floor


def transfer(floor: Floor, mode: TransferMode, agent: str = "", queue: str = "") -> None:
    floor.do(ev.TransferRequested(floor.now, "a", "1001", mode, agent, queue))


def outcomes(floor: Floor) -> list[str]:
    return [c.outcome.value for c in floor.said(ReportTransfer)]


def test_cold_to_an_agent():
    floor = desk()
    transfer(floor, COLD, "1002")
    assert floor.said(ReleaseAgent) == [ReleaseAgent("a", "1001", "transferred")]
    assert (floor.shown("1001"), floor.rung("a~1")) == ("wrapping", ["1002"])
    assert floor.task("a~1").queued_at == 0
    floor.talk("a~1")
    assert outcomes(floor) == ["completed"]
    assert floor.last(ReportTransfer).agent_no == "1001"
    floor.wrap_up("a")
    assert floor.state("a") == "transferred"


@pytest.mark.parametrize(
    ("how", "outcome"),
    [("decline", "declined"), ("expire", "no_answer"), ("media", "failed"), ("gone", "unavailable")],
)
def test_cold_comes_back_to_the_giver(how: str, outcome: str):
    floor = desk()
    transfer(floor, COLD, "1002")
    if how == "decline":
        floor.decline("a~1")
    elif how == "expire":
        floor.at(30)
    elif how == "gone":
        floor.do(ev.AgentStateSet(floor.now, "1002", Availability.BREAK, "meal"))
    else:
        floor.accept("a~1")
        floor.do(ev.MediaFailed(floor.now, "a~1", "a~1.1"))
    assert outcomes(floor) == [outcome]
    assert floor.rung("a~1") == ["1001"]
    assert floor.last(MakeOffer).why.rule == "named_agent"


def test_cold_comes_back_to_the_front_of_the_queue_if_the_giver_cannot():
    floor = desk()
    transfer(floor, COLD, "1002")
    floor.call("b")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    floor.decline("a~1")
    assert floor.state("a~1") == "waiting"
    assert (floor.core.place("a~1"), floor.task("a~1").target_agent) == (0, "")
    floor.agent("1003")
    assert floor.rung("a~1") == ["1003"]


def test_a_giver_who_misses_it_too_leaves_it_to_the_queue():
    floor = desk()
    transfer(floor, COLD, "1002")
    floor.decline("a~1")
    floor.decline("a~1")
    assert outcomes(floor) == ["declined"]
    assert floor.state("a~1") == "waiting"
    floor.agent("1003")
    assert floor.rung("a~1") == ["1003"]


def test_cold_to_a_queue_waits_there_with_the_old_place():
    floor = desk()
    floor.call("e", "en")
    transfer(floor, COLD, queue="en")
    assert floor.core.place("a~1") == 0
    floor.agent("1003", [("en", 1)])
    assert floor.rung("a~1") == ["1003"]
    floor.decline("a~1")
    assert floor.state("a~1") == "waiting"


@pytest.mark.parametrize("to", ["9999", "1001", "1003", "1004", "1005"])
def test_an_agent_who_cannot_take_it_now_is_reported_and_the_talk_goes_on(to: str):
    floor = desk(web={"mode": "web"})
    floor.agent("1003", ready=False)
    floor.agent("1004", modes=(Mode.WEB,))
    floor.agent("1005")
    floor.do(ev.OutboundStarted(floor.now, "out", "c", "phone", "1005"))
    transfer(floor, COLD, to)
    assert outcomes(floor) == ["unavailable"]
    assert floor.state("a") == "talking"


@pytest.mark.parametrize("to", ["closed", "web", "gone", "full"])
def test_a_queue_that_cannot_take_it_now_is_reported(to: str):
    floor = desk(closed={"on_close": "message"}, web={"mode": "web"}, full={"skills": ["x"], "max_size": 1})
    floor.do(ev.HoursChanged(floor.now, "closed", False))
    floor.call("x", "full")
    transfer(floor, COLD, queue=to)
    assert outcomes(floor) == ["unavailable"]
    assert floor.state("a") == "talking"


def test_warm_speaks_first_and_then_hands_over():
    floor = desk()
    transfer(floor, WARM, "1002")
    assert (floor.state("a"), floor.rung("a~1")) == ("talking", ["1002"])
    floor.talk("a~1")
    assert outcomes(floor) == ["connected"]
    floor.do(ev.TransferCompleted(floor.now, "a", "1001"))
    assert outcomes(floor) == ["connected", "completed"]
    assert (floor.state("a"), floor.shown("1001"), floor.shown("1002")) == ("wrapping", "wrapping", "talking")
    floor.hang_up("a~1")
    assert floor.shown("1002") == "wrapping"


@pytest.mark.parametrize(("how", "outcome"), [("decline", "declined"), ("expire", "no_answer"), ("media", "failed")])
def test_warm_unanswered_leaves_the_call_with_the_giver(how: str, outcome: str):
    floor = desk()
    transfer(floor, WARM, "1002")
    if how == "decline":
        floor.decline("a~1")
    elif how == "expire":
        floor.at(30)
    else:
        floor.accept("a~1")
        floor.at(40)
    assert outcomes(floor) == [outcome]
    assert (floor.state("a"), floor.core.task("a~1"), floor.task("a").child_id) == ("talking", None, "")


def test_warm_to_a_queue_waits_for_the_next_who_declines_not():
    floor = desk()
    transfer(floor, WARM, queue="phone")
    floor.decline("a~1")
    assert floor.state("a~1") == "waiting"
    floor.agent("1003")
    floor.talk("a~1")
    assert outcomes(floor) == ["connected"]


@pytest.mark.parametrize("talked", [False, True])
def test_warm_is_canceled_by_the_giver(talked: bool):
    floor = desk()
    transfer(floor, WARM, "1002")
    if talked:
        floor.talk("a~1")
    floor.do(ev.TransferCanceled(floor.now, "a", "1001"))
    assert outcomes(floor)[-1] == "canceled"
    assert (floor.state("a"), floor.shown("1002")) == ("talking", "available")
    assert bool(floor.said(EndCall)) is talked
    transfer(floor, WARM, "1002")
    assert floor.rung("a~2") == ["1002"]


@pytest.mark.parametrize("talked", [False, True])
def test_the_customer_hanging_up_ends_the_consult(talked: bool):
    floor = desk()
    transfer(floor, CONFERENCE, "1002")
    if talked:
        floor.talk("a~1")
    floor.hang_up("a")
    assert (floor.core.task("a~1"), floor.shown("1002")) == (None, "available")


@pytest.mark.parametrize("gone", [ev.TaskAbandoned(10_000, "a"), ev.TaskCanceled(10_000, "a")])
def test_however_the_customer_leaves_the_consult_ends_at_once(gone: ev.Event):
    floor = desk()
    transfer(floor, WARM, "1002")
    floor.talk("a~1")
    floor.do(gone)
    assert (floor.state("a"), floor.shown("1002")) == ("wrapping", "available")
    assert floor.last(EndCall).task_id == "a~1"


def test_a_chat_handed_on_is_reported_as_a_call_is():
    floor = Floor({"queues": {"web": {"mode": "web"}}})
    floor.agent("1001", modes=[Mode.WEB])
    floor.call("a", "web")
    floor.accept("a")
    floor.agent("1002", modes=[Mode.WEB])
    transfer(floor, COLD, "1002")
    floor.accept("a~1")
    assert (outcomes(floor), floor.last(ReportTransfer).agent_no) == (["completed"], "1001")


def test_the_consulted_hanging_up_wraps_and_the_call_goes_on():
    floor = desk()
    transfer(floor, WARM, "1002")
    floor.talk("a~1")
    floor.hang_up("a~1")
    floor.hang_up("a")
    assert (floor.shown("1001"), floor.shown("1002")) == ("wrapping", "wrapping")
    floor.wrap_up("a")
    floor.wrap_up("a~1")
    assert floor.shown("1002") == "available"


def test_the_consulted_who_is_done_may_be_replaced():
    floor = desk()
    transfer(floor, WARM, "1002")
    floor.talk("a~1")
    floor.hang_up("a~1")
    floor.wrap_up("a~1")
    transfer(floor, COLD, "1002")
    assert floor.rung("a~2") == ["1002"]


def test_a_lost_leg_of_the_giver_ends_the_consult():
    floor = desk()
    transfer(floor, WARM, "1002")
    floor.talk("a~1")
    floor.do(ev.LegLost(floor.now, "a", "1001"))
    floor.at(40)
    assert floor.core.task("a~1") is None
    assert floor.rung("a") == ["1002"]


def test_a_lost_leg_of_the_consulted_is_a_hang_up():
    floor = desk()
    transfer(floor, WARM, "1002")
    floor.talk("a~1")
    floor.do(ev.LegLost(floor.now, "a~1", "1002"))
    floor.at(40)
    assert (floor.state("a"), floor.shown("1002")) == ("talking", "wrapping")


def test_one_transfer_at_a_time():
    floor = desk()
    transfer(floor, WARM, "1002")
    out = floor.do(ev.TransferRequested(floor.now, "a", "1001", COLD, "1002"))
    assert ignored(out) == "a consult is open"
    assert "nobody" in ignored(floor.do(ev.TransferCompleted(floor.now, "a", "1001")))
    floor.talk("a~1")
    out = floor.do(ev.TransferRequested(floor.now, "a~1", "1002", COLD, "1001"))
    assert ignored(out) == "a consult is open"


def test_a_consult_moved_by_a_supervisor_still_belongs_to_its_call():
    floor = desk()
    transfer(floor, WARM, queue="en")
    floor.do(ev.TaskMoved(floor.now, "a~1", "phone"))
    assert floor.task("a").child_id == "a~1~1"
    floor.talk("a~1~1")
    floor.do(ev.TransferCompleted(floor.now, "a", "1001"))
    assert floor.shown("1002") == "talking"


@pytest.mark.parametrize("task", ["a", "zz"])
def test_transfers_by_those_who_do_not_talk_are_ignored(task: str):
    floor = desk()
    for event in (
        ev.TransferRequested(floor.now, task, "1002", COLD, "1001"),
        ev.TransferCompleted(floor.now, task, "1002"),
        ev.TransferCanceled(floor.now, task, "1002"),
    ):
        assert ignored(floor.do(event)) in ("not talking", "not this agent's task")
    assert "no transfer" in ignored(floor.do(ev.TransferCanceled(floor.now, "a", "1001")))


# -- take-over ---------------------------------------------------------------------------------------------


def test_a_supervisor_takes_a_call_over():
    floor = desk()
    floor.do(ev.TakenOver(floor.now, "a", "1002"))
    assert (floor.shown("1001"), floor.shown("1002")) == ("wrapping", "connecting")
    assert floor.offer("a~1").offer_id == "a~1.1"
    floor.media("a~1")
    assert floor.shown("1002") == "talking"
    assert outcomes(floor) == ["completed"]


def test_a_take_over_that_fails_comes_back_to_the_giver():
    floor = desk()
    floor.do(ev.AgentStateSet(floor.now, "1002", Availability.BREAK, "meal"))
    floor.do(ev.TakenOver(floor.now, "a", "1002"))
    floor.at(41)
    assert outcomes(floor) == ["failed"]
    assert floor.rung("a~1") == ["1001"]


def test_a_take_over_ends_an_open_consult():
    floor = desk()
    transfer(floor, WARM, "1002")
    floor.agent("1003")
    floor.do(ev.TakenOver(floor.now, "a", "1003"))
    assert floor.core.task("a~1") is None
    assert floor.shown("1002") == "available"


def test_a_chat_is_taken_over_at_once():
    floor = Floor({"queues": {"web": {"mode": "web"}}})
    floor.agent("1001", modes=(Mode.WEB,))
    floor.call("a", "web")
    floor.accept("a")
    floor.agent("1002", modes=(Mode.WEB,))
    floor.do(ev.TakenOver(0, "a", "1002"))
    assert floor.shown("1002") == "talking"


@pytest.mark.parametrize(("task", "taker"), [("zz", "1002"), ("a", "9999"), ("a", "1001"), ("a~1", "1003")])
def test_take_overs_that_cannot_be(task: str, taker: str):
    floor = desk()
    floor.agent("1003")
    transfer(floor, WARM, "1002")
    floor.talk("a~1")
    assert ignored(floor.do(ev.TakenOver(floor.now, task, taker)))


def test_a_chat_cannot_be_taken_over_by_the_one_who_has_it():
    floor = Floor({"queues": {"web": {"mode": "web"}}})
    floor.agent("1001", modes=(Mode.WEB,))
    floor.call("a", "web")
    floor.accept("a")
    assert ignored(floor.do(ev.TakenOver(0, "a", "1001"))) == "not a call that can be taken over"


def test_a_giver_whom_an_emergency_needs_more_leaves_the_call_to_its_queue():
    floor = desk(emergency={"boost_s": 86400})
    transfer(floor, COLD, "1002")
    floor.call("e", "emergency")
    floor.at(12).decline("a~1")
    assert floor.rung("e") == ["1002"]
    floor.agent("1003", ready=False)
    floor.call("f", "emergency")
    assert floor.rung("a~1") == ["1001"]
    floor.decline("a~1")
    assert floor.rung("f") == ["1001"]


def test_a_giver_freed_for_the_return_is_taken_by_an_emergency_that_waits():
    floor = desk(emergency={"boost_s": 86400})
    transfer(floor, COLD, "1002")
    floor.call("e", "emergency")
    assert floor.state("e") == "waiting"
    floor.do(ev.AgentStateSet(floor.now, "1002", Availability.BREAK, "meal"))
    assert floor.rung("e") == ["1001"]
    assert (floor.state("a~1"), floor.task("a~1").target_agent) == ("waiting", "")


def test_a_giver_who_is_long_done_is_called_back_all_the_same():
    floor = desk()
    transfer(floor, COLD, "1002")
    floor.wrap_up("a")
    floor.decline("a~1")
    assert floor.rung("a~1") == ["1001"]


def test_a_chat_is_not_handed_to_oneself():
    floor = Floor({"queues": {"web": {"mode": "web"}}})
    floor.agent("1001", modes=(Mode.WEB,))
    floor.call("a", "web")
    floor.accept("a")
    transfer(floor, COLD, "1001")
    assert (outcomes(floor), floor.state("a")) == (["unavailable"], "talking")


def test_handing_over_without_a_consult_is_ignored():
    floor = desk()
    assert ignored(floor.do(ev.TransferCompleted(floor.now, "a", "1001"))) == "nobody to hand over to"


def test_who_is_relieved_is_released_and_has_handed_on():
    floor = desk()
    floor.do(ev.TakenOver(floor.now, "a", "1002"))
    assert floor.last(ReleaseAgent) == ReleaseAgent("a", "1001", "taken_over")
    floor.wrap_up("a")
    assert floor.state("a") == "transferred"
