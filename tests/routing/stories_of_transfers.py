"""Stories of calls that pass from hand to hand, and of agents who come, go and call out."""

from routing import events as ev
from routing.types import Availability, Leg, TransferMode
from tests.routing.floor import Floor
from tests.routing.stories import told


def _desk() -> Floor:
    """1001 has talked with t1 for ten seconds; 1002 is free."""
    floor = told({"queues": {"phone": {}, "en": {"skills": ["en"], "boost_s": 5}}})
    floor.agent("1001")
    floor.call("t1", caller="+1", boost_s=3)
    floor.talk("t1")
    floor.at(10).agent("1002")
    return floor


def _ask(floor: Floor, mode: TransferMode, agent: str = "", queue: str = "", task_id: str = "t1") -> None:
    floor.do(ev.TransferRequested(floor.now, task_id, "1001", mode, agent, queue))


def cold_transfer() -> Floor:
    """To a colleague, who takes it; then from there to a queue, where it waits with its place."""
    floor = _desk()
    _ask(floor, TransferMode.COLD, "1002")
    floor.at(12).accept("t1~1")
    floor.at(14).media("t1~1")
    floor.at(30).do(ev.TransferRequested(floor.now, "t1~1", "1002", TransferMode.COLD, "", "en"))
    floor.at(40).agent("1003", [("en", 1)])
    floor.talk("t1~1~1")
    floor.at(71)
    floor.hang_up("t1~1~1")
    floor.at(140)
    return floor


def cold_transfer_to_one_who_does_not_answer() -> Floor:
    """It comes back to the giver, whose wrap-up is cut short."""
    floor = _desk()
    _ask(floor, TransferMode.COLD, "1002")
    floor.at(31)
    floor.accept("t1~1")
    floor.at(33).media("t1~1")
    floor.at(40).hang_up("t1~1", "agent")
    floor.at(45).wrap_up("t1~1")
    return floor


def cold_transfer_whose_leg_fails() -> Floor:
    """The colleague's leg does not come up and the giver is on a break: it waits for anyone."""
    floor = _desk()
    _ask(floor, TransferMode.COLD, "1002")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    floor.at(12).accept("t1~1")
    floor.at(13).do(ev.MediaFailed(floor.now, "t1~1", "t1~1.1"))
    floor.at(44).talk("t1~1")
    return floor


def warm_transfer() -> Floor:
    """Asked first, then handed over; the caller is held meanwhile."""
    floor = _desk()
    floor.do(ev.HoldStarted(floor.now, "t1"))
    _ask(floor, TransferMode.WARM, "1002")
    floor.at(12).accept("t1~1")
    floor.at(13).media("t1~1")
    floor.at(20).do(ev.TransferCompleted(floor.now, "t1", "1001"))
    floor.at(30).do(ev.HoldStarted(floor.now, "t1~1"))
    floor.at(34).do(ev.HoldEnded(floor.now, "t1~1"))
    floor.at(40).hang_up("t1~1")
    floor.at(101)
    return floor


def warm_transfer_called_off() -> Floor:
    """First declined, then canceled while they talk; the call goes on."""
    floor = _desk()
    _ask(floor, TransferMode.WARM, "1002")
    floor.decline("t1~1")
    floor.at(45).do(ev.TransferRequested(floor.now, "t1", "1001", TransferMode.WARM, "1002"))
    floor.talk("t1~2")
    floor.at(50).do(ev.TransferCanceled(floor.now, "t1", "1001"))
    floor.at(55).hang_up("t1")
    floor.at(120)
    return floor


def conference() -> Floor:
    """Three together; the customer hangs up and the third is released."""
    floor = _desk()
    _ask(floor, TransferMode.CONFERENCE, "", "phone")
    floor.talk("t1~1")
    floor.at(30).hang_up("t1")
    floor.at(100)
    return floor


def taken_over() -> Floor:
    """A supervisor takes a call; the leg fails once and it comes back to the giver."""
    floor = _desk()
    floor.do(ev.TakenOver(floor.now, "t1", "1002"))
    floor.at(12).do(ev.MediaFailed(floor.now, "t1~1", "t1~1.1"))
    floor.at(13).talk("t1~1")
    floor.at(20).do(ev.TakenOver(floor.now, "t1~1", "1002"))
    floor.media("t1~1~1")
    floor.at(30).hang_up("t1~1~1")
    floor.at(95)
    return floor


def consulted_colleague_loses_the_line() -> Floor:
    """The leg of the consulted is lost for good: a wrap-up; the giver's leg is lost and comes back."""
    floor = _desk()
    _ask(floor, TransferMode.WARM, "1002")
    floor.talk("t1~1")
    floor.at(15).do(ev.LegLost(floor.now, "t1~1", "1002"))
    floor.do(ev.LegLost(floor.now, "t1", "1001"))
    floor.at(20).do(ev.LegRejoined(floor.now, "t1", "1001"))
    floor.at(46)
    floor.do(ev.WrapUpCompleted(floor.now, "t1", "1001"))
    floor.at(50).hang_up("t1")
    floor.at(110)
    return floor


def calling_out() -> Floor:
    """Once unanswered, once lost after the talk began, once to its end; a break begins after the wrap-up."""
    floor = told()
    floor.agent("1001")
    for number in range(3):
        floor.at(10 * number).do(ev.OutboundStarted(floor.now, f"o{number}", "c", "phone", "1001"))
        if number == 0:
            floor.at(5).do(ev.CustomerUnanswered(floor.now, "o0"))
        else:
            floor.at(10 * number + 2).media(f"o{number}")
            floor.at(10 * number + 4).hang_up(f"o{number}")
            floor.at(10 * number + 5).wrap_up(f"o{number}")
    floor.at(40).do(ev.OutboundStarted(floor.now, "o3", "c", "phone", "1001"))
    floor.media("o3")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    floor.at(50).do(ev.LegLost(floor.now, "o3", "1001"))
    floor.at(81)
    floor.at(150)
    return floor


def a_socket_that_drops() -> Floor:
    """Lost and back while it rings, lost for good while nothing is in hand, back with another leg, two failed legs."""
    floor = told()
    floor.agent("1001")
    floor.at(1).call("t1")
    floor.at(2).do(ev.AgentDisconnected(floor.now, "1001"))
    floor.at(5).do(ev.AgentConnected(floor.now, "1001"))
    floor.at(6).talk("t1")
    floor.at(20).hang_up("t1")
    floor.wrap_up("t1")
    floor.at(30).do(ev.AgentDisconnected(floor.now, "1001"))
    floor.at(61)
    floor.do(ev.AgentConnected(floor.now, "1001"))
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE, "", Leg.PHONE))
    floor.at(70).agent("1002")
    for attempt in (1, 2):
        floor.at(70 + 40 * attempt).call(f"f{attempt}")
        floor.do(ev.OfferFailed(floor.now, f"f{attempt}.1", "refused"))
    floor.at(200)
    return floor


def a_day_off_hours() -> Floor:
    """A long wait after closing, a check every quarter of an hour, a talk of two hours."""
    floor = told({"queues": {"phone": {"on_close": "serve", "wrap_up_s": 0}}})
    floor.do(ev.HoursChanged(0, "phone", False, 30_000))
    floor.call("t1")
    floor.at(1801)
    floor.agent("1001")
    floor.talk("t1")
    floor.at(9100)
    floor.hang_up("t1")
    return floor
