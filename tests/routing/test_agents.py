"""Presence, grace, availability, wrap-up, shifts, lost legs."""

import pytest

from routing import events as ev
from routing.commands import CheckTask, HoldCaller, ResumeWait, SetAgentState, WithdrawOffer
from routing.types import Availability, Leg, Mode
from tests.routing.floor import Floor, ignored, offered


def talking() -> Floor:
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    return floor


def drop(floor: Floor, no: str = "1001") -> None:
    floor.do(ev.AgentDisconnected(floor.now, no))


def pause(floor: Floor, no: str = "1001", state: Availability = Availability.BREAK) -> None:
    floor.do(ev.AgentStateSet(floor.now, no, state, "meal"))


def test_a_lost_agent_is_offered_nothing_new_and_comes_back_within_the_grace():
    floor = Floor()
    floor.agent("1001")
    drop(floor)
    floor.call("a")
    assert floor.state("a") == "waiting"
    floor.at(29)
    assert offered(floor.do(ev.AgentConnected(floor.now, "1001"))) == [("a", "1001")]
    assert floor.at(31).shown("1001") == "offered"


def test_after_the_grace_the_agent_is_offline():
    floor = Floor()
    floor.agent("1001")
    drop(floor)
    floor.at(30)
    assert (floor.shown("1001"), floor.agent_of("1001").reason) == ("offline", "connection_lost")
    assert floor.last(SetAgentState).reason == "connection_lost"


def test_an_offer_survives_a_dropped_socket_for_the_grace():
    floor = Floor({"queues": {"phone": {"offer_timeout_s": 60}}})
    floor.agent("1001")
    floor.call("a")
    drop(floor)
    assert floor.at(29).rung("a") == ["1001"]
    floor.at(30)
    assert floor.last(WithdrawOffer).reason == "agent_gone"
    assert floor.state("a") == "waiting"


def test_a_call_goes_on_without_the_socket_and_ends_in_offline():
    floor = talking()
    drop(floor)
    assert floor.at(60).shown("1001") == "talking"
    floor.hang_up("a")
    assert floor.shown("1001") == "wrapping"
    assert floor.at(120).shown("1001") == "offline"


def test_an_idle_offline_agent_only_loses_its_presence():
    floor = Floor()
    floor.agent("1001", ready=False)
    drop(floor)
    floor.at(31)
    assert not floor.said(SetAgentState)
    assert floor.shown("1001") == "offline"


def test_a_crew_does_not_depend_on_its_socket():
    floor = Floor({"queues": {"field": {"mode": "field"}}})
    floor.agent("c1", modes=(Mode.FIELD,))
    drop(floor, "c1")
    floor.call("a", "field")
    assert floor.rung("a") == ["c1"]
    assert floor.at(60).shown("c1") == "offered"


def test_a_crew_may_begin_its_shift_without_a_socket():
    floor = Floor({"queues": {"field": {"mode": "field"}}})
    floor.do(ev.AgentProfileChanged(0, "c1", (Mode.FIELD,)))
    floor.ready("c1")
    floor.call("a", "field")
    assert floor.rung("a") == ["c1"]


def test_nobody_is_available_without_a_connection():
    floor = Floor()
    floor.do(ev.AgentProfileChanged(0, "1001", (Mode.PHONE,)))
    assert ignored(floor.ready("1001")) == "the agent is not connected"


def test_a_break_while_talking_begins_after_the_wrap_up():
    floor = talking()
    floor.call("b")
    pause(floor)
    assert floor.shown("1001") == "talking"
    floor.hang_up("a")
    assert floor.shown("1001") == "wrapping"
    floor.wrap_up("a")
    assert (floor.shown("1001"), floor.agent_of("1001").reason) == ("break", "meal")
    assert floor.state("b") == "waiting"


def test_a_break_while_being_rung_gives_the_task_to_another():
    floor = Floor()
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.call("a")
    pause(floor)
    assert floor.rung("a") == ["1002"]
    assert floor.shown("1001") == "break"


def test_a_shift_that_ends_while_talking_ends_after_the_wrap_up():
    floor = talking()
    floor.do(ev.ShiftEnded(0, "1001"))
    floor.call("b")
    assert floor.shown("1001") == "talking"
    floor.hang_up("a")
    floor.wrap_up("a")
    assert (floor.shown("1001"), floor.state("b")) == ("offline", "waiting")
    assert ignored(floor.do(ev.ShiftEnded(0, "1001"))) == "nothing changed"


def test_coming_back_from_a_break_serves_the_longest_wait():
    floor = Floor()
    floor.agent("1001")
    pause(floor)
    floor.call("a")
    floor.call("b")
    assert offered(floor.ready("1001")) == [("a", "1001")]


def test_the_leg_may_be_chosen_and_changed():
    floor = Floor()
    floor.agent("1001")
    floor.do(ev.AgentStateSet(0, "1001", Availability.AVAILABLE, leg=Leg.PHONE))
    floor.call("a")
    assert floor.offer("a").leg is Leg.PHONE


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ev.AgentConnected(0, "1001"), "already there"),
        (ev.AgentStateSet(0, "1001", Availability.AVAILABLE), "nothing changed"),
        (ev.AgentConnected(0, "9999"), "no such agent"),
        (ev.AgentDisconnected(0, "9999"), "no such agent"),
        (ev.AgentStateSet(0, "9999", Availability.BREAK), "no such agent"),
        (ev.ShiftEnded(0, "9999"), "no such agent"),
        (ev.PositionReported(0, "9999", 1, 1), "no such agent"),
        (ev.AgentProfileChanged(0, "", ()), "this number cannot be an agent's"),
        (ev.AgentProfileChanged(0, "duty:1", ()), "this number cannot be an agent's"),
    ],
)
def test_ignored(event: ev.Event, reason: str):
    floor = Floor()
    floor.agent("1001")
    assert ignored(floor.do(event)) == reason


def test_disconnecting_twice_does_not_lengthen_the_grace():
    floor = Floor()
    floor.agent("1001")
    drop(floor)
    floor.at(20)
    assert ignored(floor.do(ev.AgentDisconnected(floor.now, "1001"))) == "not there"
    assert floor.at(30).shown("1001") == "offline"


# -- wrap-up -----------------------------------------------------------------------------------------------


def test_a_wrap_up_ends_by_time():
    floor = talking()
    floor.hang_up("a")
    assert floor.at(59).shown("1001") == "wrapping"
    assert floor.at(60).shown("1001") == "available"


def test_a_wrap_up_ends_by_hand():
    floor = talking()
    floor.hang_up("a")
    floor.at(5).wrap_up("a")
    assert floor.shown("1001") == "available"


def test_a_wrap_up_sent_while_talking_counts_at_the_end():
    floor = talking()
    floor.wrap_up("a")
    assert floor.shown("1001") == "talking"
    floor.hang_up("a")
    assert floor.shown("1001") == "available"


def test_a_wrap_up_holds_for_every_queue_of_the_agent():
    floor = Floor({"queues": {"one": {}, "two": {}, "web": {"mode": "web"}}})
    floor.agent("1001", modes=(Mode.PHONE, Mode.WEB))
    floor.call("a", "one")
    floor.talk("a")
    floor.hang_up("a")
    floor.call("b", "two")
    floor.call("c", "web")
    assert (floor.state("b"), floor.state("c")) == ("waiting", "waiting")


def test_idle_time_begins_when_the_wrap_up_ends():
    floor = talking()
    floor.at(10).agent("1002")
    floor.hang_up("a")
    floor.at(20).wrap_up("a")
    floor.call("b")
    assert floor.rung("b") == ["1002"]


def test_a_wrap_up_of_another_or_before_the_talk_is_ignored():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    assert "not this" in ignored(floor.do(ev.WrapUpCompleted(0, "a", "1001")))
    floor.accept("a")
    assert ignored(floor.do(ev.WrapUpCompleted(0, "a", "1001"))) == "not talking"
    assert "not this" in ignored(floor.do(ev.WrapUpCompleted(0, "zz", "1001")))


@pytest.mark.parametrize("event", [ev.TaskAbandoned(0, "a"), ev.TaskCanceled(0, "a")])
def test_a_caller_who_leaves_while_talking_ends_the_talk(event: ev.Event):
    floor = talking()
    floor.do(event)
    assert floor.state("a") == "wrapping"
    assert ignored(floor.do(event)) == "the talk is over"


# -- a lost leg --------------------------------------------------------------------------------------------


def test_a_lost_leg_may_come_back_within_30_s():
    floor = talking()
    floor.do(ev.LegLost(0, "a", "1001"))
    assert floor.last(HoldCaller) == HoldCaller("a", 30_000)
    floor.at(29).do(ev.LegRejoined(floor.now, "a", "1001"))
    assert floor.at(40).state("a") == "talking"
    assert floor.said(CheckTask) == []


def test_a_lost_leg_that_stays_away_returns_the_caller_to_the_old_place():
    floor = talking()
    key = floor.task("a").key()
    drop(floor)
    floor.do(ev.LegLost(0, "a", "1001"))
    floor.at(5).call("b")
    assert floor.at(29).state("a") == "talking"
    floor.at(30)
    assert floor.last(ResumeWait).task_id == "a"
    assert (floor.state("a"), floor.task("a").key()) == ("waiting", key)
    assert (floor.core.place("b"), floor.shown("1001")) == (1, "offline")
    assert floor.core.place("a") == 0
    assert floor.core.estimate("a") is not None
    floor.agent("1002")
    floor.talk("a")
    assert floor.state("a") == "talking"


def test_a_wrap_up_sent_ahead_of_a_lost_leg_is_not_the_next_agents():
    floor = talking()
    floor.wrap_up("a")
    floor.do(ev.LegLost(0, "a", "1001"))
    floor.at(30).agent("1002")
    floor.talk("a")
    floor.hang_up("a")
    assert (floor.state("a"), floor.shown("1002")) == ("wrapping", "wrapping")


def test_losing_and_rejoining_twice_is_ignored():
    floor = talking()
    assert ignored(floor.do(ev.LegRejoined(0, "a", "1001"))) == "not lost"
    floor.do(ev.LegLost(0, "a", "1001"))
    assert ignored(floor.do(ev.LegLost(0, "a", "1001"))) == "already lost"
    assert ignored(floor.do(ev.LegLost(0, "a", "1002"))) == "not this agent's task"
    assert ignored(floor.do(ev.LegRejoined(0, "a", "1002"))) == "not this agent's task"
    assert ignored(floor.do(ev.LegLost(0, "zz", "1001"))) == "not talking"


# -- hold and calls out ------------------------------------------------------------------------------------


def test_hold_is_counted_and_ends_with_the_talk():
    floor = talking()
    floor.do(ev.HoldStarted(0, "a"))
    assert ignored(floor.do(ev.HoldStarted(0, "a"))) == "already on hold"
    floor.at(7).do(ev.HoldEnded(floor.now, "a"))
    assert ignored(floor.do(ev.HoldEnded(floor.now, "a"))) == "not on hold"
    floor.do(ev.HoldStarted(floor.now, "a"))
    floor.at(10).hang_up("a")
    assert floor.task("a").hold_ms == 10_000
    assert ignored(floor.do(ev.HoldStarted(floor.now, "a"))) == "not talking"
    assert ignored(floor.do(ev.HoldEnded(floor.now, "a"))) == "not talking"


def dial(floor: Floor, task_id: str = "out", queue: str = "phone", no: str = "1001") -> list[object]:
    return list(floor.do(ev.OutboundStarted(floor.now, task_id, "c", queue, no)))


def test_a_call_out_makes_the_agent_busy_and_has_a_wrap_up():
    floor = Floor()
    floor.agent("1001")
    dial(floor)
    assert floor.shown("1001") == "connecting"
    floor.call("a")
    assert floor.state("a") == "waiting"
    floor.media("out")
    floor.hang_up("out")
    assert floor.shown("1001") == "wrapping"


@pytest.mark.parametrize(
    "event",
    [ev.CustomerUnanswered(0, "out"), ev.MediaFailed(0, "out", ""), ev.TaskCanceled(0, "out")],
)
def test_a_call_out_that_reaches_nobody_frees_the_agent(event: ev.Event):
    floor = Floor()
    floor.agent("1001")
    dial(floor)
    floor.do(event)
    assert (floor.state("out"), floor.shown("1001")) == ("canceled", "available")


def test_a_call_out_whose_leg_is_lost_is_over():
    floor = Floor()
    floor.agent("1001")
    dial(floor)
    floor.media("out")
    floor.do(ev.LegLost(0, "out", "1001"))
    floor.at(30)
    assert floor.state("out") == "wrapping"


def test_calls_out_that_cannot_be():
    floor = Floor({"queues": {"phone": {}, "web": {"mode": "web"}}})
    floor.agent("1001")
    assert "no phone queue" in str(dial(floor, queue="web"))
    assert "no phone queue" in str(dial(floor, queue="gone"))
    assert "not there" in str(dial(floor, no="9999"))
    dial(floor)
    assert "known" in str(dial(floor))
    assert "has a call" in str(dial(floor, "second"))


def test_a_hold_ends_with_a_lost_leg():
    floor = talking()
    floor.do(ev.HoldStarted(0, "a"))
    floor.at(5).do(ev.LegLost(floor.now, "a", "1001"))
    floor.at(40)
    assert (floor.task("a").hold_ms, floor.task("a").held_at) == (35_000, None)


def test_another_phone_is_no_new_idle_time():
    floor = Floor()
    floor.agent("1001", phone=True)
    floor.at(5).agent("1002")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE, leg=Leg.PHONE))
    floor.at(9).call("a")
    assert floor.rung("a") == ["1001"]


@pytest.mark.parametrize("modes", [[Mode.PHONE], [Mode.FIELD]])
def test_after_the_grace_nobody_is_there(modes: list[Mode]):
    floor = Floor()
    floor.agent("1001", modes=modes)
    drop(floor)
    assert floor.at(31).agent_of("1001").presence.value == "offline"
    floor.do(ev.AgentConnected(floor.now, "1001"))
    assert (floor.agent_of("1001").presence.value, floor.agent_of("1001").deadline_at) == ("online", None)
