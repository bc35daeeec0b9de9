"""Transfers that a supervisor moves, and wrap-ups of one consult beside the next."""

from routing import events as ev
from routing.commands import EndCall, ReportTransfer
from routing.types import Mode, TransferMode
from tests.routing.floor import Floor


def desk() -> Floor:
    """1001 talks with `a`; 1002 is free; nobody is there for `en`."""
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.agent("1002")
    return floor


def ask(floor: Floor, mode: TransferMode, agent: str = "", queue: str = "") -> None:
    floor.do(ev.TransferRequested(floor.now, "a", "1001", mode, agent, queue))


def test_a_consult_that_is_moved_is_still_the_giver_s():
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"], "on_nobody": "serve"}}})
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    ask(floor, TransferMode.WARM, "", "en")
    floor.do(ev.TaskMoved(floor.now, "a~1", "phone"))
    assert floor.core.changed.tasks["a"].child_id == "a~1~1"
    floor.agent("1002")
    floor.talk("a~1~1")
    report = floor.last(ReportTransfer)
    assert (report.task_id, report.agent_no, report.outcome) == ("a", "1001", "connected")


def test_a_cold_transfer_that_is_moved_is_no_consult_of_the_giver():
    floor = desk()
    ask(floor, TransferMode.COLD, "", "en")
    floor.do(ev.TaskMoved(floor.now, "a~1", "phone"))
    assert floor.task("a").child_id == ""
    assert floor.rung("a~1~1") == ["1002"]
    floor.wrap_up("a")
    assert floor.rung("a~1~1") == ["1002"]


def test_the_wrap_up_of_the_first_consulted_leaves_the_second_consult_alone():
    floor = desk()
    floor.agent("1003")
    ask(floor, TransferMode.WARM, "1002")
    floor.talk("a~1")
    floor.hang_up("a~1")
    floor.do(ev.TransferCanceled(floor.now, "a", "1001"))
    ask(floor, TransferMode.WARM, "1003")
    floor.talk("a~2")
    floor.wrap_up("a~1")
    assert floor.task("a").child_id == "a~2"
    floor.do(ev.TransferCompleted(floor.now, "a", "1001"))
    assert floor.last(ReportTransfer).outcome == "completed"


def test_a_take_over_tells_the_consulted_that_it_is_canceled():
    floor = desk()
    ask(floor, TransferMode.WARM, "1002")
    floor.talk("a~1")
    floor.agent("1003")
    floor.do(ev.TakenOver(floor.now, "a", "1003"))
    assert [(c.task_id, c.reason) for c in floor.said(EndCall)] == [("a~1", "canceled")]


def test_a_chat_does_not_come_back_to_a_giver_who_does_no_chats():
    """The giver had taken it over; the line's own people have it next."""
    floor = Floor({"queues": {"web": {"mode": "web"}, "phone": {}}})
    floor.agent("1001", modes=(Mode.WEB,))
    floor.call("c", queue="web")
    floor.do(ev.OfferAccepted(floor.now, floor.offer("c").offer_id, "1001"))
    floor.agent("1002")
    floor.do(ev.TakenOver(floor.now, "c", "1002"))
    floor.do(ev.TransferRequested(floor.now, "c~1", "1002", TransferMode.COLD, "1001"))
    floor.do(ev.OfferDeclined(floor.now, floor.offer("c~1~1").offer_id, "1001"))
    floor.agent("1003", modes=(Mode.WEB,))
    assert floor.rung("c~1~1") == ["1003"]
