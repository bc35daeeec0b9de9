"""What agents say of themselves: state, leg, profile, position; and what is believed of whom."""

import pytest

from routing import events as ev
from routing.commands import FlagUnmanned
from routing.config import parse
from routing.types import Availability, Leg, Mode
from tests.routing.floor import Floor, ignored


def test_another_leg_is_no_new_beginning():
    floor = Floor()
    floor.agent("1001")
    floor.agent_of("1001").misses = 1
    floor.at(10).agent("1002")
    floor.at(20).do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE, "", Leg.PHONE))
    assert (floor.agent_of("1001").idle_since, floor.agent_of("1001").misses) == (0, 1)
    floor.call("a")
    assert floor.rung("a") == ["1001"]


@pytest.mark.parametrize("state", [Availability.BREAK, Availability.TRAINING, Availability.OFFLINE])
def test_one_whose_connection_is_lost_may_be_sent_away_but_not_called_back(state: Availability):
    floor = Floor()
    floor.agent("1001")
    floor.do(ev.AgentDisconnected(floor.now, "1001"))
    floor.do(ev.AgentStateSet(floor.now, "1001", state))
    assert floor.shown("1001") == state.value
    back = ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE)
    assert ignored(floor.do(back)) == "the agent is not connected"


def test_one_whose_connection_is_lost_may_change_the_leg():
    floor = Floor()
    floor.agent("1001")
    floor.do(ev.AgentDisconnected(floor.now, "1001"))
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE, "", Leg.PHONE))
    assert floor.agent_of("1001").leg is Leg.PHONE


def test_one_on_a_break_whose_connection_is_lost_may_end_the_day():
    floor = Floor()
    floor.agent("1001", ready=False)
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    floor.do(ev.AgentDisconnected(floor.now, "1001"))
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.OFFLINE))
    assert floor.shown("1001") == "offline"


def test_a_phone_may_be_given_and_taken():
    floor = Floor()
    floor.agent("1001")
    for has_phone in (True, False):
        floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.PHONE,), (), (), has_phone))
        assert floor.agent_of("1001").has_phone is has_phone


def test_a_profile_that_says_the_same_moves_nobody():
    floor = Floor({"queues": {"phone": {"on_nobody": "callback"}}})
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.call("b")
    flagged = len(floor.said(FlagUnmanned))
    floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.PHONE,)))
    assert len(floor.said(FlagUnmanned)) == flagged
    assert floor.state("b") == "waiting"


def test_more_to_do_does_not_unman_a_queue():
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    floor.agent("1001")
    floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.PHONE,), (("en", 1),)))
    views = [floor.core.queue(name) for name in ("phone", "en")]
    assert [view.unmanned for view in views if view is not None] == [False, False]


def test_a_crew_offline_that_becomes_a_phone_agent_staffs_no_phone_queue():
    floor = Floor()
    floor.agent("1001", modes=(Mode.FIELD,))
    floor.do(ev.AgentDisconnected(floor.now, "1001"))
    floor.at(31)
    floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.PHONE,)))
    view = floor.core.queue("phone")
    assert view is not None
    assert (view.staffed, view.unmanned) == (0, True)
    floor.do(ev.AgentConnected(floor.now, "1001"))
    view = floor.core.queue("phone")
    assert view is not None
    assert view.staffed == 1


@pytest.mark.parametrize("capacity", [1, 2])
def test_a_crew_has_as_many_orders_as_it_has_room_for(capacity: int):
    floor = Floor({"queues": {"field": {"mode": "field", "capacity": capacity}}})
    floor.agent("c1", modes=(Mode.FIELD,))
    for number in range(3):
        floor.call(f"j{number}", "field")
    taken = 0
    while floor.core.state.offers:
        floor.accept(f"j{taken}")
        taken += 1
    assert taken == capacity


def test_a_crew_is_offered_the_next_order_while_it_writes_up_the_last():
    floor = Floor({"queues": {"field": {"mode": "field", "wrap_up_s": 60}}})
    floor.agent("c1", modes=(Mode.FIELD,))
    floor.call("j1", "field")
    floor.accept("j1")
    floor.call("j2", "field")
    floor.hang_up("j1")
    assert (floor.shown("c1"), floor.rung("j2")) == ("wrapping", ["c1"])


# -- configuration under way -------------------------------------------------------------------------------


def change(floor: Floor, **queues: object) -> None:
    floor.do(ev.ConfigChanged(floor.now, parse({"queues": queues, "duty": {"phones": ["+1"]}})))


def test_the_row_of_a_queue_that_is_gone_says_so():
    floor = Floor({"queues": {"a": {}, "b": {}}})
    change(floor, a={})
    assert floor.core.changed.lines["b"].retired
    assert floor.core.queue("b") is None


def test_a_queue_with_fewer_steps_has_taken_no_more_than_it_has():
    steps = [{"after_s": 5, "levels": 1}, {"after_s": 10, "levels": 1}]
    floor = Floor({"queues": {"phone": {"skills": ["k:5"], "widen": steps}}})
    floor.call("a")
    assert floor.at(10).task("a").stage == 2
    change(floor, phone={"skills": ["k:5"], "widen": steps[:1]})
    assert floor.task("a").stage == 1


def test_a_personal_wait_goes_on_under_the_new_rules():
    floor = Floor({"queues": {"phone": {"last_agent_s": 20}}})
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.call("a", last_agent="1001")
    change(floor, phone={"wrap_up_s": 0})
    floor.agent("1002")
    assert floor.at(19).state("a") == "waiting"
    assert floor.at(20).rung("a") == ["1002"]


def test_on_call_phones_ring_no_more_once_the_new_rules_do_not_say_so():
    floor = Floor({"queues": {"phone": {"widen": [{"after_s": 5, "duty": True}]}}, "duty": {"phones": ["+1"]}})
    floor.call("a")
    assert floor.at(5).rung("a") == ["duty:+1"]
    floor.accept("a")
    floor.call("b")
    floor.at(10)
    change(floor, phone={})
    floor.do(ev.MediaFailed(floor.now, "a", "a.1"))
    assert (floor.state("a"), floor.state("b")) == ("waiting", "waiting")


def test_a_break_is_a_break_after_a_restart_too():
    floor = Floor()
    floor.agent("1001")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    floor.reload()
    floor.core.check(full=True)
    view = floor.core.queue("phone")
    assert view is not None
    assert view.staffed == 0
