"""Emergencies that nobody answers, and the last one staffed."""

from typing import Any

import pytest

from routing import events as ev
from routing.commands import CheckTask, FlagUnmanned, MakeOffer, RaiseAlarm
from routing.types import Availability, Kind, Leg, TransferMode
from tests.routing.floor import Floor, ignored

DUTY = {"phones": ["+8613800000001", "+8613800000002"]}
BOTH = ["duty:+8613800000001", "duty:+8613800000002"]


def storm(**keys: Any) -> Floor:
    return Floor(
        {
            "queues": {
                "phone": {"skills": ["bill"]},
                "emergency": {"boost_s": 86400, "skills": ["danger"], **keys},
            },
            "duty": DUTY,
        }
    )


def test_after_ten_seconds_any_agent_of_any_phone_queue_rings_beside_the_first():
    floor = storm()
    floor.agent("1001", [("danger", 1)])
    floor.agent("1002", [("bill", 1)])
    floor.call("e", "emergency")
    assert floor.at(9).rung("e") == ["1001"]
    assert floor.at(10).rung("e") == ["1001", "1002"]
    floor.do(ev.OfferAccepted(floor.now, "e.2", "1002"))
    assert floor.shown("1001") == "available"


def test_after_thirty_seconds_the_on_call_phones_ring_together():
    floor = storm()
    floor.call("e", "emergency")
    assert floor.at(29).state("e") == "waiting"
    assert floor.at(30).rung("e") == BOTH
    assert {c.leg for c in floor.said(MakeOffer)} == {Leg.PHONE}
    floor.do(ev.OfferAccepted(floor.now, "e.2", BOTH[1]))
    assert floor.state("e") == "connecting"
    floor.media("e")
    floor.hang_up("e")
    assert floor.agent_of(BOTH[1]).wrapping == 1


def test_after_sixty_seconds_the_alarm_goes_out_once():
    floor = storm()
    floor.call("e", "emergency")
    floor.at(59)
    assert not floor.said(RaiseAlarm)
    floor.at(200)
    assert [(c.task_id, c.waited_ms) for c in floor.said(RaiseAlarm)] == [("e", 60_000)]


def test_the_on_call_phones_ring_again_after_their_rest():
    floor = storm()
    floor.call("e", "emergency")
    floor.at(50)
    assert floor.at(79).state("e") == "waiting"
    assert floor.at(80).rung("e") == BOTH


def test_an_on_call_phone_that_is_free_again_rings_for_the_next_emergency():
    floor = storm()
    floor.call("e", "emergency")
    floor.at(30).talk("e")
    floor.call("f", "emergency")
    floor.at(65)
    assert floor.rung("f") == [BOTH[1]]
    floor.decline("f")
    floor.hang_up("e")
    assert floor.rung("f") == [BOTH[0]]


def test_an_emergency_is_never_turned_away_for_a_callback():
    floor = storm()
    floor.call("e", "emergency")
    assert "emergency" in ignored(floor.do(ev.CallbackRequested(0, "e")))


def test_widening_passes_over_agents_who_rest_or_are_busy():
    floor = storm()
    floor.agent("1001", [("danger", 1)])
    floor.call("e", "emergency")
    floor.at(10)
    assert floor.rung("e") == ["1001"]
    floor.at(35)
    assert set(floor.rung("e")) >= set(BOTH)


def sole(*, phone: bool = True) -> Floor:
    floor = Floor({"queues": {"phone": {}}, "duty": DUTY})
    floor.agent("1001", phone=phone)
    floor.call("a")
    return floor


def test_the_last_staffed_agent_is_not_put_on_a_break_by_a_miss():
    floor = sole()
    line = floor.core.state.lines["phone"]
    assert not line.unanswered
    floor.at(20)
    assert floor.shown("1001") == "available"
    assert floor.last(FlagUnmanned) == FlagUnmanned("phone", True)
    assert line.unanswered
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    assert (line.unmanned, line.unanswered) == (True, False), "now nobody is there at all"


def test_the_last_staffed_agent_is_offered_it_again_after_15_s_on_the_phone_then_on_call():
    floor = sole()
    floor.at(34)
    assert floor.state("a") == "waiting"
    floor.at(35)
    assert floor.rung("a") == ["1001"]
    assert floor.last(MakeOffer).leg is Leg.PHONE
    floor.at(55)
    assert floor.rung("a") == BOTH
    floor.at(70)
    assert floor.state("a") == "offered"


def test_a_callback_that_the_last_one_missed_is_taken_where_they_said_they_are():
    floor = sole()
    floor.do(ev.TaskAbandoned(floor.now, "a"))
    floor.call("k", kind=Kind.CALLBACK)
    floor.at(36)
    assert floor.rung("k") == ["1001"]
    assert floor.last(MakeOffer).leg is Leg.BROWSER
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE, "", Leg.PHONE))
    floor.at(72)
    assert floor.last(MakeOffer).leg is Leg.PHONE


def test_without_a_phone_the_browser_rings_again():
    floor = sole(phone=False)
    floor.at(35)
    assert floor.last(MakeOffer).leg is Leg.BROWSER


def test_an_answer_makes_the_queue_manned_again():
    floor = sole()
    floor.at(35)
    floor.accept("a")
    assert floor.last(FlagUnmanned) == FlagUnmanned("phone", False)


def test_the_queue_is_manned_again_when_the_caller_who_was_missed_is_gone():
    floor = sole()
    floor.at(20).do(ev.TaskAbandoned(floor.now, "a"))
    assert floor.last(FlagUnmanned) == FlagUnmanned("phone", False)
    assert floor.shown("1001") == "available"


def test_the_queue_stays_unmanned_while_another_who_was_missed_waits():
    floor = sole()
    floor.call("b")
    floor.at(41)
    assert floor.rung("a") == ["1001"]
    floor.do(ev.TaskAbandoned(floor.now, "a"))
    assert floor.core.state.lines["phone"].unmanned
    floor.do(ev.TaskAbandoned(floor.now, "b"))
    assert not floor.core.state.lines["phone"].unmanned


def test_who_declines_is_there():
    floor = sole()
    floor.at(35).do(ev.OfferDeclined(floor.now, floor.offer("a").offer_id, "1001"))
    assert floor.last(FlagUnmanned) == FlagUnmanned("phone", False)


def test_who_comes_to_an_unmanned_queue_mans_it_though_a_caller_was_missed_before():
    floor = sole()
    floor.at(20).do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK))
    floor.at(21).agent("1002")
    assert floor.last(FlagUnmanned) == FlagUnmanned("phone", False)


def test_a_second_agent_makes_the_queue_manned_again():
    floor = sole()
    floor.at(20).agent("1002")
    assert floor.last(FlagUnmanned) == FlagUnmanned("phone", False)
    assert floor.rung("a") == ["1002"]


def test_the_last_of_another_queue_is_not_put_on_a_break_either():
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    floor.agent("1001", [("en", 1)])
    floor.at(1).agent("1002")
    floor.call("a")
    floor.at(30)
    assert floor.shown("1001") == "available"
    assert not floor.core.state.lines["en"].unmanned, "nobody waits there"
    assert not floor.core.state.lines["phone"].unmanned


def test_a_failing_leg_does_not_put_the_last_one_on_a_break():
    floor = sole()
    for _ in range(3):
        floor.do(ev.OfferFailed(floor.now, floor.offer("a").offer_id, "refused"))
        floor.at(floor.now / 1000 + 15)
    assert floor.shown("1001") == "offered"


def test_the_board_says_unmanned_when_nobody_is_staffed():
    floor = Floor()
    floor.agent("1001")
    floor.do(ev.AgentStateSet(0, "1001", Availability.BREAK, "meal"))
    assert [c.unmanned for c in floor.said(FlagUnmanned)] == [False, True]
    view = floor.core.queue("phone")
    assert view is not None
    assert (view.unmanned, view.staffed) == (True, 0)


@pytest.mark.parametrize(
    "event",
    [
        ev.AgentConnected(0, BOTH[0]),
        ev.AgentDisconnected(0, BOTH[0]),
        ev.AgentStateSet(0, BOTH[0], Availability.BREAK),
        ev.ShiftEnded(0, BOTH[0]),
        ev.PositionReported(0, BOTH[0], 1, 1),
        ev.AgentProfileChanged(0, BOTH[0], ()),
        ev.TakenOver(0, "a", BOTH[0]),
    ],
)
def test_an_on_call_phone_is_no_agent_to_command(event: ev.Event):
    floor = sole()
    floor.talk("a")
    assert ignored(floor.do(event))


def test_nobody_is_transferred_to_an_on_call_phone_by_hand():
    floor = sole()
    floor.talk("a")
    floor.do(ev.TransferRequested(0, "a", "1001", TransferMode.COLD, BOTH[0]))
    assert "unavailable" in str(floor.out[-1])


def test_an_on_call_number_given_up_while_talking_finishes_its_call():
    floor = storm()
    floor.call("e", "emergency")
    floor.at(30).talk("e")
    floor.do(ev.ConfigChanged(floor.now, floor.core.state.config.__class__(floor.core.state.config.queues)))
    floor.hang_up("e")
    assert floor.state("e") == "wrapping"


def test_the_on_call_phones_are_for_callers_alone():
    """Not for chats, and not for a colleague's question."""
    chats = {"mode": "web", "widen": [{"after_s": 10, "duty": True}]}
    floor = Floor({"queues": {"web": chats, "phone": {"widen": [{"after_s": 10, "duty": True}]}}, "duty": DUTY})
    floor.call("chat", "web")
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.do(ev.TransferRequested(0, "a", "1001", TransferMode.WARM, "", "phone"))
    floor.at(60)
    assert floor.said(MakeOffer)[1:] == []


def test_an_on_call_phone_does_not_log_in():
    floor = Floor({"queues": {"phone": {}}, "duty": DUTY})
    assert ignored(floor.do(ev.AgentConnected(0, BOTH[0]))) == "no such agent"


def test_the_alarm_says_how_long_this_one_has_waited():
    floor = storm()
    floor.at(5).call("e", "emergency")
    floor.at(80)
    assert [c.waited_ms for c in floor.said(RaiseAlarm)] == [60_000]


def test_a_wider_search_ends_the_wait_for_the_last_agent():
    steps = [{"after_s": 10, "any_agent": True}]
    floor = Floor({"queues": {"phone": {"last_agent_s": 100, "widen": steps}}})
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    floor.call("b", last_agent="1001")
    floor.agent("1002")
    assert floor.at(9).state("b") == "waiting"
    assert floor.at(10).rung("b") == ["1002"]


def test_ringing_for_long_is_asked_about_and_no_second_agent_is_rung():
    floor = Floor({"queues": {"phone": {"offer_timeout_s": 2000}}})
    floor.agent("1001")
    floor.agent("1002")
    floor.call("a")
    assert floor.at(900).rung("a") == ["1001"]
    assert [c.state for c in floor.said(CheckTask)] == ["offered"]
    assert floor.at(1800).rung("a") == ["1001"]
    assert len(floor.said(CheckTask)) == 2


def test_a_wider_search_while_it_rings_asks_nothing_of_the_carrier():
    floor = storm(offer_timeout_s=100)
    floor.agent("1001", [("danger", 1)])
    floor.call("e", "emergency")
    floor.at(60)
    assert floor.said(CheckTask) == []


def test_on_call_phones_ring_beside_an_agent_who_lets_it_ring():
    floor = storm(offer_timeout_s=100)
    floor.agent("1001", [("danger", 1)])
    floor.call("e", "emergency")
    assert floor.at(29).rung("e") == ["1001"]
    assert floor.at(30).rung("e") == ["1001", *BOTH]


def test_an_on_call_phone_needs_no_skill():
    floor = Floor({"queues": {"phone": {"skills": ["bill"]}}, "duty": DUTY})
    floor.agent("1001", [("bill", 1)])
    floor.call("a")
    assert floor.at(55).rung("a") == BOTH


def test_an_on_call_phone_that_is_free_again_takes_the_first_it_does_not_rest_from():
    floor = Floor({"queues": {"emergency": {"boost_s": 86400}}, "duty": {"phones": ["+1"]}})
    for task_id in ("a", "b", "c"):
        floor.call(task_id, "emergency")
    assert floor.at(30).rung("a") == ["duty:+1"]
    floor.decline("a")
    assert (floor.rung("b"), floor.state("a"), floor.state("c")) == (["duty:+1"], "waiting", "waiting")
    floor.decline("b")
    assert floor.rung("c") == ["duty:+1"]
