"""Golden event logs: what happens, line by line, as a person would tell it.

`>` is an event, `<` a command. `HOTLINE_UPDATE_GOLDEN=1` writes them anew; read the difference first.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from routing import events as ev
from routing.types import Availability, Mode, TransferMode
from tests.routing.floor import Floor

HERE = Path(__file__).parent / "golden"


def plain_call() -> list[str]:
    log: list[str] = []
    floor = Floor(log=log)
    floor.agent("1001")
    floor.at(3).call("t1", caller="+8613800000000")
    floor.at(8).accept("t1")
    floor.at(10).media("t1")
    floor.at(70).hang_up("t1")
    floor.at(200)
    return log


def storm_night() -> list[str]:
    """An emergency at three in the morning that only the third on-call phone answers."""
    log: list[str] = []
    phones = [f"+861380000000{n}" for n in (1, 2, 3)]
    floor = Floor({"queues": {"emergency": {"boost_s": 86400}, "phone": {}}, "duty": {"phones": phones}}, log=log)
    floor.call("e", "emergency", caller="+8613800000000")
    floor.at(65)
    floor.at(80)
    floor.do(ev.OfferAccepted(floor.now, "e.6", f"duty:{phones[2]}"))
    floor.at(84).media("e")
    floor.at(200).hang_up("e")
    floor.at(300)
    return log


def caller_leaves_while_ringing() -> list[str]:
    log: list[str] = []
    floor = Floor(log=log)
    floor.agent("1001")
    floor.call("t1", caller="+8613800000000")
    floor.at(5).do(ev.TaskAbandoned(floor.now, "t1"))
    floor.do(ev.OfferAccepted(floor.now, "t1.1", "1001"))
    floor.at(60).call("t2", caller="+8613800000000")
    return log


def nobody_answers() -> list[str]:
    """Missed, back to the same place, a break, the next agent; the leg does not come up, then it does."""
    log: list[str] = []
    floor = Floor(log=log)
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.at(2).call("t1")
    floor.at(25).accept("t1")
    floor.at(60).ready("1001")
    floor.at(61).accept("t1")
    floor.at(62).media("t1")
    return log


def transfer_that_comes_back() -> list[str]:
    log: list[str] = []
    floor = Floor(log=log)
    floor.agent("1001")
    floor.call("t1")
    floor.talk("t1")
    floor.at(30).agent("1002")
    floor.at(40).do(ev.TransferRequested(floor.now, "t1", "1001", TransferMode.COLD, "1002"))
    floor.at(45).decline("t1~1")
    floor.at(47).accept("t1~1")
    floor.at(48).media("t1~1")
    return log


def lost_leg() -> list[str]:
    log: list[str] = []
    floor = Floor(log=log)
    floor.agent("1001")
    floor.call("t1")
    floor.talk("t1")
    floor.at(20).do(ev.AgentDisconnected(floor.now, "1001"))
    floor.do(ev.LegLost(floor.now, "t1", "1001"))
    floor.at(25).agent("1002")
    floor.at(51)
    return log


def closing_time() -> list[str]:
    log: list[str] = []
    floor = Floor({"queues": {"phone": {"on_close": "callback"}}}, log=log)
    floor.agent("1001")
    for name in ("t1", "t2", "t3"):
        floor.call(name)
    floor.talk("t1")
    floor.at(100).do(ev.HoursChanged(floor.now, "phone", False))
    floor.at(110).call("t4")
    floor.do(ev.ShiftEnded(floor.now, "1001"))
    floor.at(150).hang_up("t1")
    floor.at(151).wrap_up("t1")
    return log


def crews() -> list[str]:
    log: list[str] = []
    floor = Floor({"queues": {"field": {"mode": "field", "capacity": 2}}}, log=log)
    for no, x in (("c1", 100), ("c2", 900)):
        floor.agent(no, modes=(Mode.FIELD,), areas=("north",))
        floor.do(ev.PositionReported(floor.now, no, x, 0))
    floor.call("j1", "field", area="north", x=800, y=0)
    floor.do(ev.AgentDisconnected(floor.now, "c2"))
    floor.at(181).accept("j1")
    floor.at(200).do(ev.AgentStateSet(floor.now, "c2", Availability.OFFLINE, "shift"))
    floor.at(900).hang_up("j1", "agent")
    return log


STORIES = (
    plain_call,
    storm_night,
    caller_leaves_while_ringing,
    nobody_answers,
    transfer_that_comes_back,
    lost_leg,
    closing_time,
    crews,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
def test_golden(story: Callable[[], list[str]]):
    path = HERE / f"{story.__name__}.txt"
    told = "\n".join(story()) + "\n"
    if os.environ.get("HOTLINE_UPDATE_GOLDEN"):
        path.write_text(told, encoding="utf-8")
    assert told == path.read_text(encoding="utf-8")


def test_no_golden_is_left_over():
    assert {p.stem for p in HERE.iterdir()} == {s.__name__ for s in STORIES}
