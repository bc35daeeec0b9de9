"""Events that do not fit, each with the reason that its sender is told; nothing is changed by them."""

import pytest

from routing import events as ev
from routing.config import parse
from routing.types import Kind, Mode, TransferMode
from tests.routing.floor import Floor, ignored


def desk() -> Floor:
    """1001 talks with `t`, 1002 connects with `c`, `w` waits for the queue `en`; `old` is retired."""
    queues = {"phone": {}, "en": {"skills": ["en"]}, "web": {"mode": "web"}}
    floor = Floor({"queues": {**queues, "old": {"skills": ["old"]}}})
    floor.call("o", "old")
    floor.do(ev.ConfigChanged(floor.now, parse({"queues": queues})))
    for no, task_id in (("1001", "t"), ("1002", "c")):
        floor.agent(no)
        floor.call(task_id)
        floor.accept(task_id)
    floor.media("t")
    floor.call("w", "en")
    floor.call("gone")
    floor.do(ev.TaskCanceled(floor.now, "gone"))
    return floor


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ev.TaskQueued(0, "n", "c", "nowhere"), "no queue nowhere"),
        (ev.TaskQueued(0, "n", "c", "old"), "no queue old"),
        (ev.TaskQueued(0, "t", "c", "phone"), "this task is known"),
        (ev.TaskQueued(0, "gone", "c", "phone"), "this task is known"),
        (ev.TalkEnded(0, "zz"), "not talking"),
        (ev.TalkEnded(0, "zz", "caller"), "not talking"),
        (ev.TalkEnded(0, "c", "agent"), "not talking"),
        (ev.OutboundStarted(0, "t", "c", "phone", "1003"), "this task is known"),
        (ev.OutboundStarted(0, "gone", "c", "phone", "1003"), "this task is known"),
        (ev.OutboundStarted(0, "n", "c", "nowhere", "1003"), "no phone queue nowhere"),
        (ev.OutboundStarted(0, "n", "c", "old", "1003"), "no phone queue old"),
        (ev.OutboundStarted(0, "n", "c", "web", "1003"), "no phone queue web"),
        (ev.OutboundStarted(0, "n", "c", "phone", "9999"), "the agent is not there or has a call"),
        (ev.OutboundStarted(0, "n", "c", "phone", "1001"), "the agent is not there or has a call"),
        (ev.OutboundStarted(0, "n", "c", "phone", "1003"), "the agent is not there or has a call"),
        (ev.TakenOver(0, "t", "1002"), "the one who takes over is not there or has a call"),
        (ev.TakenOver(0, "t", "1003"), "the one who takes over is not there or has a call"),
        (ev.TakenOver(0, "t", "9999"), "the one who takes over is not there or has a call"),
        (ev.TaskMoved(0, "w", "old"), "no other queue old"),
        (ev.TaskMoved(0, "w", "nowhere"), "no other queue nowhere"),
        (ev.TaskMoved(0, "w", "en"), "no other queue en"),
        (ev.TaskMoved(0, "w", "web"), "web is of another mode"),
        (ev.TaskMoved(0, "t", "en"), "the task is talking"),
    ],
)
def test_what_does_not_fit_is_ignored_with_its_reason(event: ev.Event, reason: str):
    floor = desk()
    floor.agent("1003", ready=False)
    floor.do(ev.AgentDisconnected(0, "1003"))
    before = floor.core.snapshot()
    assert ignored(floor.do(event)) == reason
    assert floor.core.snapshot() == before


def test_a_call_that_was_handed_to_someone_by_name_is_not_moved():
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    floor.agent("1001")
    floor.call("t")
    floor.talk("t")
    floor.agent("1002")
    floor.do(ev.TransferRequested(0, "t", "1001", TransferMode.COLD, "1002"))
    assert ignored(floor.do(ev.TaskMoved(0, "t~1", "en"))) == "the task is offered"


@pytest.mark.parametrize("to", ["1002", "1003", "old"])
def test_a_transfer_to_one_in_wrap_up_or_to_a_queue_of_yesterday_is_unavailable(to: str):
    floor = desk()
    floor.do(ev.MediaConnected(floor.now, "c", "c.1"))
    floor.hang_up("c")
    floor.agent("1003", modes=(Mode.WEB,))
    no, queue = (to, "") if to.isdecimal() else ("", to)
    (report,) = floor.do(ev.TransferRequested(floor.now, "t", "1001", TransferMode.COLD, no, queue))
    assert getattr(report, "outcome", None) == "unavailable"
    assert floor.state("t") == "talking"


def test_a_redial_for_a_callback_that_is_being_talked_is_a_call_of_its_own():
    floor = Floor()
    floor.call("k", kind=Kind.CALLBACK)
    floor.at(10).agent("1001")
    floor.talk("k")
    floor.at(20).call("a", resumes="k")
    assert (floor.state("k"), floor.task("a").queued_at) == ("talking", 20_000)
