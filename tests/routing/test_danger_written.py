"""Danger that was written: a chat with an emergency's boost reaches whoever can read."""

from typing import Any

from routing import events as ev
from routing.commands import RaiseAlarm
from routing.types import URGENT_BOOST_S, Availability, Mode
from tests.routing.floor import Floor

DUTY = {"phones": ["+8613800000001", "+8613800000002"]}


def written(**keys: Any) -> Floor:
    """One chat agent, two of the phone, and a chat that tells of danger."""
    floor = Floor({"queues": {"phone": {"skills": ["bill"]}, "web": {"mode": "web", **keys}}, "duty": DUTY})
    floor.agent("1001", modes=[Mode.WEB])
    floor.agent("2001", [("bill", 1)])
    floor.agent("2002", [("bill", 1)])
    return floor


def test_danger_that_was_written_reaches_the_agents_of_the_phone_after_ten_seconds():
    floor = written()
    floor.call("c", "web")
    floor.call("e", "web", boost_s=URGENT_BOOST_S, prefer=("bill",))
    assert floor.at(9).rung("e") == ["1001"]
    assert floor.at(10).rung("e") == ["1001", "2001"]
    floor.do(ev.OfferAccepted(floor.now, "e.2", "2001"))
    assert floor.state("e") == "talking"
    assert floor.at(15).rung("c") == ["1001"]
    floor.call("p", "phone")
    assert floor.rung("p") == ["2002"]


def test_who_is_on_the_phone_is_not_asked_to_read():
    floor = written()
    for no in ("p", "q"):
        floor.call(no, "phone")
        floor.talk(no)
    floor.call("e", "web", boost_s=URGENT_BOOST_S)
    floor.at(12)
    assert floor.rung("e") == ["1001"]


def test_nobody_rings_on_call_phones_for_a_chat_but_the_alarm_goes_out_once():
    floor = written()
    for no in ("1001", "2001", "2002"):
        floor.do(ev.AgentStateSet(floor.now, no, Availability.BREAK))
    floor.call("e", "web", boost_s=URGENT_BOOST_S)
    floor.at(200)
    assert floor.rung("e") == []
    assert [c.task_id for c in floor.said(RaiseAlarm)] == ["e"]


def test_a_chat_that_is_made_urgent_later_widens_at_once():
    floor = written()
    floor.call("e", "web")
    floor.at(15)
    floor.do(ev.PriorityChanged(floor.now, "e", URGENT_BOOST_S))
    assert floor.at(15).rung("e") == ["1001", "2001"]


def test_danger_that_was_written_is_never_turned_away():
    floor = written(max_size=1, max_wait_s=20, on_nobody="message")
    for no in ("1001", "2001", "2002"):
        floor.do(ev.AgentStateSet(floor.now, no, Availability.BREAK))
    floor.call("e", "web", boost_s=URGENT_BOOST_S)
    floor.call("f", "web", boost_s=URGENT_BOOST_S)
    floor.at(100)
    assert [floor.state(no) for no in ("e", "f")] == ["waiting", "waiting"]


def test_crews_are_not_asked_to_read():
    floor = written()
    floor.agent("3001", modes=[Mode.FIELD])
    for no in ("2001", "2002"):
        floor.do(ev.AgentStateSet(floor.now, no, Availability.BREAK))
    floor.call("e", "web", boost_s=URGENT_BOOST_S)
    assert floor.at(15).rung("e") == ["1001"]


def test_a_call_that_is_put_first_stays_with_its_queues_own_agents():
    floor = written()
    for no in ("2001", "2002"):
        floor.do(ev.AgentStateSet(floor.now, no, Availability.BREAK))
    floor.agent("2003")
    floor.call("p", "phone", boost_s=URGENT_BOOST_S)
    assert floor.at(100).rung("p") == []
    assert not floor.said(RaiseAlarm)
