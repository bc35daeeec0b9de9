"""Stories of a hotline, each short enough to be read with its golden log beside it."""

from typing import Any

from routing import events as ev
from routing.types import Availability, Mode, TransferMode
from tests.routing.floor import Floor
from tests.routing.telling import Teller


def told(config: dict[str, Any] | None = None) -> Floor:
    """A floor whose events are told."""
    return Floor(config, teller=Teller())


def plain_call() -> Floor:
    floor = told()
    floor.agent("1001")
    floor.at(3).call("t1", caller="+8613800000000")
    floor.at(8).accept("t1")
    floor.at(10).media("t1")
    floor.at(70).hang_up("t1")
    floor.at(200)
    return floor


def storm_night() -> Floor:
    """An emergency at three in the morning that only the third on-call phone answers."""
    phones = [f"+861380000000{n}" for n in (1, 2, 3)]
    floor = told({"queues": {"emergency": {"boost_s": 86400}, "phone": {}}, "duty": {"phones": phones}})
    floor.call("e", "emergency", caller="+8613800000000")
    floor.at(65)
    floor.at(80)
    floor.do(ev.OfferAccepted(floor.now, "e.6", f"duty:{phones[2]}"))
    floor.at(84).media("e")
    floor.at(200).hang_up("e")
    floor.at(300)
    return floor


def caller_leaves_while_ringing() -> Floor:
    floor = told()
    floor.agent("1001")
    floor.call("t1", caller="+8613800000000")
    floor.at(5).do(ev.TaskAbandoned(floor.now, "t1"))
    floor.do(ev.OfferAccepted(floor.now, "t1.1", "1001"))
    floor.at(60).call("t2", caller="+8613800000000")
    return floor


def nobody_answers() -> Floor:
    """Missed, back to the same place, a break, the next agent; the leg does not come up, then it does."""
    floor = told()
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.at(2).call("t1")
    floor.at(25).accept("t1")
    floor.at(60).ready("1001")
    floor.at(61).accept("t1")
    floor.at(62).media("t1")
    return floor


def transfer_that_comes_back() -> Floor:
    floor = told()
    floor.agent("1001")
    floor.call("t1")
    floor.talk("t1")
    floor.at(30).agent("1002")
    floor.at(40).do(ev.TransferRequested(floor.now, "t1", "1001", TransferMode.COLD, "1002"))
    floor.at(45).decline("t1~1")
    floor.at(47).accept("t1~1")
    floor.at(48).media("t1~1")
    return floor


def lost_leg() -> Floor:
    floor = told()
    floor.agent("1001")
    floor.call("t1")
    floor.talk("t1")
    floor.at(20).do(ev.AgentDisconnected(floor.now, "1001"))
    floor.do(ev.LegLost(floor.now, "t1", "1001"))
    floor.at(25).agent("1002")
    floor.at(51)
    return floor


def closing_time() -> Floor:
    floor = told({"queues": {"phone": {"on_close": "callback"}}})
    floor.agent("1001")
    for name in ("t1", "t2", "t3"):
        floor.call(name)
    floor.talk("t1")
    floor.at(100).do(ev.HoursChanged(floor.now, "phone", False))
    floor.at(110).call("t4")
    floor.do(ev.ShiftEnded(floor.now, "1001"))
    floor.at(150).hang_up("t1")
    floor.at(151).wrap_up("t1")
    return floor


def crews() -> Floor:
    floor = told({"queues": {"field": {"mode": "field", "capacity": 2}}})
    for no, x in (("c1", 100), ("c2", 900)):
        floor.agent(no, modes=(Mode.FIELD,), areas=("north",))
        floor.do(ev.PositionReported(floor.now, no, x, 0))
    floor.call("j1", "field", area="north", x=800, y=0)
    floor.do(ev.AgentDisconnected(floor.now, "c2"))
    floor.at(181).accept("j1")
    floor.at(200).do(ev.AgentStateSet(floor.now, "c2", Availability.OFFLINE, "shift"))
    floor.at(900).hang_up("j1", "agent")
    return floor
