"""Offers: deadlines, misses, declines, cool-down, withdrawal, and media that do not come up."""

from typing import Any

import pytest

from routing import events as ev
from routing.commands import ConnectTask, ResumeWait, SetAgentState, WithdrawOffer
from routing.types import Availability, DeadlineKind, Mode
from tests.routing.floor import Floor, ignored, offered


def pair(**keys: Any) -> Floor:
    """1001 is rung by `a`; 1002 is staffed too but in a call."""
    floor = Floor({"queues": {"phone": keys}})
    floor.agent("1002")
    floor.call("other")
    floor.talk("other")
    floor.agent("1001")
    floor.call("a")
    assert floor.rung("a") == ["1001"]
    return floor


def test_an_unanswered_offer_expires_and_the_agent_goes_on_a_break():
    floor = pair()
    assert floor.at(19).rung("a") == ["1001"]
    floor.at(20)
    assert floor.said(WithdrawOffer)[-1].reason == "expired"
    assert (floor.shown("1001"), floor.agent_of("1001").reason) == ("break", "missed")
    assert floor.said(SetAgentState)[-1].agent_no == "1001"
    assert floor.state("a") == "waiting"


def test_the_break_comes_after_as_many_misses_as_configured():
    floor = pair(misses_until_break=2, cooldown_s=5)
    floor.at(20)
    assert floor.shown("1001") == "available"
    assert floor.at(25).rung("a") == ["1001"]
    floor.at(45)
    assert floor.shown("1001") == "break"


def test_who_became_a_crew_while_a_call_rang_is_not_put_on_a_break():
    floor = pair()
    floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.FIELD,), (), (), False))
    floor.at(20)
    assert floor.shown("1001") == "available"


def test_what_rings_in_vain_beside_a_call_is_no_miss():
    floor = Floor({"queues": {"web": {"mode": "web"}, "emergency": {"boost_s": 86400}}})
    floor.agent("1002", modes=(Mode.WEB, Mode.PHONE))
    floor.agent("1001", modes=(Mode.WEB, Mode.PHONE))
    floor.do(ev.AgentStateSet(floor.now, "1002", Availability.BREAK, "meal"))
    floor.call("a", "web")
    floor.call("danger", "emergency")
    floor.talk("danger")
    floor.do(ev.AgentStateSet(floor.now, "1002", Availability.AVAILABLE))
    floor.at(30)
    assert floor.agent_of("1001").availability is Availability.AVAILABLE
    assert floor.shown("1001") == "talking"


def test_an_answer_forgives_earlier_misses():
    floor = pair(misses_until_break=2, cooldown_s=5)
    floor.at(25)
    floor.serve("a")
    floor.call("b")
    floor.at(46)
    assert floor.shown("1001") == "available"


def test_the_same_pair_rests_for_the_cooldown():
    floor = pair(misses_until_break=9)
    floor.decline("a")
    assert floor.shown("1001") == "available"
    assert floor.at(29).state("a") == "waiting"
    assert floor.at(30).rung("a") == ["1001"]


def test_another_task_is_offered_to_one_who_declined():
    floor = pair()
    floor.decline("a")
    floor.call("b")
    assert floor.rung("b") == ["1001"]


def test_a_decline_is_no_miss():
    floor = pair()
    floor.decline("a")
    assert floor.agent_of("1001").misses == 0


def test_a_task_declined_goes_to_the_next_at_once():
    floor = Floor()
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.call("a")
    assert offered(floor.decline("a")) == [("a", "1002")]


@pytest.mark.parametrize("event", [ev.TaskAbandoned(0, "a"), ev.TaskCanceled(0, "a"), ev.CallbackRequested(0, "a")])
def test_a_caller_who_is_gone_stops_the_ringing_at_once(event: ev.Event):
    floor = pair()
    floor.do(event)
    assert floor.said(WithdrawOffer)[-1].offer_id == "a.1"
    assert floor.core.offer("a.1") is None
    floor.do(ev.TaskAbandoned(0, "a~1"))
    assert floor.shown("1001") == "available" or event.__class__ is ev.CallbackRequested


def test_accept_after_the_caller_left_is_told_so():
    floor = pair()
    floor.do(ev.TaskAbandoned(0, "a"))
    assert ignored(floor.do(ev.OfferAccepted(0, "a.1", "1001"))) == "the offer is gone"
    assert floor.shown("1001") == "available"


def test_accept_after_expiry_is_told_so():
    floor = pair()
    floor.at(20)
    assert ignored(floor.do(ev.OfferAccepted(floor.now, "a.1", "1001"))) == "the offer is gone"


def test_accept_before_a_late_expiry_wins():
    floor = pair()
    floor.accept("a")
    assert ignored(floor.do(ev.DeadlineReached(20_000, DeadlineKind.OFFER, "a.1", 20_000))) == "stale deadline"
    assert floor.state("a") == "connecting"


def test_a_deadline_before_its_time_is_refused():
    floor = pair()
    assert ignored(floor.do(ev.DeadlineReached(5, DeadlineKind.OFFER, "a.1", 20_000))) == "not due yet"


def test_nobody_answers_for_another():
    floor = pair()
    assert "another" in ignored(floor.do(ev.OfferAccepted(0, "a.1", "1002")))
    assert "another" in ignored(floor.do(ev.OfferDeclined(0, "a.1", "1002")))


def test_accepting_twice_connects_once():
    floor = pair()
    floor.accept("a")
    ignored(floor.do(ev.OfferAccepted(0, "a.1", "1001")))
    assert len([c for c in floor.said(ConnectTask) if c.task_id == "a"]) == 1


def test_an_offer_that_cannot_be_held_out_fails_and_the_pair_rests():
    floor = pair(cooldown_s=0)
    floor.do(ev.OfferFailed(0, "a.1", "refused"))
    assert (floor.state("a"), floor.shown("1001")) == ("waiting", "available")
    assert floor.at(1).rung("a") == ["1001"]
    floor.do(ev.OfferFailed(floor.now, "a.2", "refused"))
    assert (floor.shown("1001"), floor.agent_of("1001").reason) == ("break", "leg_failed")
    assert ignored(floor.do(ev.OfferFailed(floor.now, "a.2", "refused"))) == "the offer is gone"


def test_media_that_do_not_come_up_bring_the_caller_back_to_the_same_place():
    floor = pair()
    key = floor.task("a").key()
    floor.accept("a")
    assert floor.shown("1001") == "connecting"
    assert floor.at(29).state("a") == "connecting"
    floor.at(30)
    assert floor.last(ResumeWait).task_id == "a"
    assert (floor.state("a"), floor.task("a").key()) == ("waiting", key)
    assert floor.shown("1001") == "available"
    assert floor.at(59).state("a") == "waiting"
    assert floor.at(60).rung("a") == ["1001"]


def test_media_of_an_older_attempt_do_not_count():
    floor = pair(cooldown_s=1)
    floor.accept("a")
    floor.do(ev.MediaFailed(0, "a", "a.1"))
    floor.at(1).accept("a")
    assert "not connecting" in ignored(floor.do(ev.MediaConnected(floor.now, "a", "a.1")))
    assert "not connecting" in ignored(floor.do(ev.MediaFailed(floor.now, "a", "a.1")))
    floor.media("a")
    assert floor.state("a") == "talking"


@pytest.mark.parametrize("event", [ev.TaskAbandoned(0, "a"), ev.TalkEnded(0, "a", "caller")])
def test_a_caller_who_leaves_while_connecting_frees_the_agent_without_wrap_up(event: ev.Event):
    floor = pair()
    floor.accept("a")
    floor.do(event)
    assert floor.last(WithdrawOffer).offer_id == "a.1"
    assert floor.state("a") == "abandoned"
    assert floor.shown("1001") == "available"


def test_a_chat_agent_who_misses_one_gives_back_what_else_rings():
    floor = Floor({"queues": {"web": {"mode": "web"}}})
    floor.agent("1001", modes=(Mode.WEB,))
    floor.call("a", "web")
    floor.at(5).call("b", "web")
    floor.agent("1002", modes=(Mode.WEB,))
    floor.at(20)
    assert floor.shown("1001") == "break"
    assert (floor.rung("a"), floor.rung("b")) == (["1002"], ["1002"])


def test_a_crew_has_three_minutes_and_a_miss_never_changes_its_state():
    floor = Floor({"queues": {"field": {"mode": "field"}}})
    floor.agent("c1", modes=(Mode.FIELD,))
    floor.agent("c2", modes=(Mode.FIELD,), ready=False)
    floor.call("a", "field")
    assert floor.at(179).rung("a") == ["c1"]
    floor.at(180)
    assert (floor.state("a"), floor.shown("c1")) == ("waiting", "available")
    assert floor.at(210).rung("a") == ["c1"]
    for _ in range(3):
        floor.do(ev.OfferFailed(floor.now, floor.offer("a").offer_id, "no signal"))
        floor.at(floor.now / 1000 + 30)
    assert floor.shown("c1") == "offered"


def test_nothing_is_heard_for_long_so_the_carrier_is_asked():
    floor = Floor()
    floor.call("a")
    floor.at(900)
    assert "CheckTask(task_id='a', state='waiting')" in str(floor.out)
    floor.agent("1001")
    floor.talk("a")
    floor.at(900 + 7200)
    assert "CheckTask(task_id='a', state='talking')" in str(floor.out)
    assert floor.state("a") == "talking"


def test_ringing_for_very_long_is_checked_too():
    floor = Floor({"queues": {"phone": {"offer_timeout_s": 2000}}})
    floor.agent("1001")
    floor.call("a")
    floor.at(900)
    assert "CheckTask(task_id='a', state='offered')" in str(floor.out)
    assert floor.rung("a") == ["1001"]


def test_a_pair_may_be_tried_again_at_the_very_end_of_its_rest():
    floor = Floor({"queues": {"phone": {"cooldown_s": 10}}})
    floor.agent("1001")
    floor.agent("1002", ready=False)
    floor.call("a")
    floor.decline("a")
    floor.now = 10_000
    floor.do(ev.PriorityChanged(10_000, "a", 5))
    assert floor.rung("a") == ["1001"]


def test_once_they_talk_the_offer_is_history():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.accept("a")
    assert floor.core.offer("a.1") is not None
    floor.media("a")
    assert floor.core.offer("a.1") is None


def test_declining_what_is_gone_is_ignored():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.decline("a")
    assert ignored(floor.do(ev.OfferDeclined(floor.now, "a.1", "1001"))) == "the offer is gone"


def test_an_agent_of_two_modes_who_misses_an_order_is_not_sent_on_a_break():
    floor = Floor({"queues": {"field": {"mode": "field", "offer_timeout_s": 30}, "phone": {}}})
    for no in ("1001", "1002"):
        floor.agent(no, modes=(Mode.PHONE, Mode.FIELD))
    floor.call("j", "field")
    floor.at(31)
    assert (floor.shown("1001"), floor.agent_of("1001").misses) == ("available", 0)


def test_why_media_failed_is_told():
    floor = Floor()
    floor.agent("1001")
    for task_id, reason, told in (("a", "busy", "busy"), ("b", "", "media_failed")):
        floor.call(task_id)
        floor.accept(task_id)
        floor.do(ev.MediaFailed(floor.now, task_id, f"{task_id}.1", reason))
        assert floor.core.changed.offers[f"{task_id}.1"].reason == told


def test_a_failing_leg_sends_neither_an_on_call_phone_nor_a_crew_on_a_break():
    floor = Floor(
        {"queues": {"emergency": {"boost_s": 86400}, "f": {"mode": "field"}}, "duty": {"phones": ["+1", "+2"]}}
    )
    floor.call("e", "emergency")
    floor.at(30)
    floor.agent("c1", modes=(Mode.FIELD,))
    floor.agent("c2", modes=(Mode.FIELD,))
    for number in range(2):
        offer = next(o for o in floor.core.state.offers.values() if o.agent_no == "duty:+1")
        floor.do(ev.OfferFailed(floor.now, offer.offer_id))
        floor.call(f"j{number}", "f")
        floor.do(ev.OfferFailed(floor.now, floor.offer(f"j{number}").offer_id))
        floor.do(ev.TaskCanceled(floor.now, f"j{number}"))
        floor.at(61 + 30 * number)
    assert (floor.agent_of("duty:+1").failures, floor.agent_of("c1").failures) == (2, 2)
    assert floor.agent_of("duty:+1").availability is Availability.AVAILABLE
    assert floor.agent_of("c1").availability is Availability.AVAILABLE


def test_a_break_that_was_chosen_is_not_given_another_reason():
    floor = Floor()
    floor.agent("1001")
    floor.agent("1002")
    floor.agent_of("1001").failures = 1
    floor.call("a")
    floor.accept("a")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    floor.do(ev.MediaFailed(floor.now, "a", "a.1"))
    assert (floor.agent_of("1001").failures, floor.agent_of("1001").reason) == (2, "meal")
    assert floor.said(SetAgentState) == []


def test_media_before_the_acceptance_and_of_nobody_are_ignored():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    for event in (ev.MediaConnected(0, "a", "a.1"), ev.MediaConnected(0, "zz", "a.1"), ev.MediaFailed(0, "zz", "a.1")):
        assert ignored(floor.do(event)) == "not connecting by this offer"
    assert floor.state("a") == "offered"
