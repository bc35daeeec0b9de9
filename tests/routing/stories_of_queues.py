"""Stories of queues: full, closed, unmanned, widened, moved, reconfigured; callbacks; chats; several rung at once."""

from routing import events as ev
from routing.config import parse
from routing.types import Availability, Kind, Leg, Mode
from tests.routing.floor import Floor
from tests.routing.stories import told


def overflow_and_return() -> Floor:
    """Too long in one queue, on to the other with the place, back when that loses its last agent, and not again."""
    floor = told({"queues": {"a": {"skills": ["a"], "overflow_to": "b", "overflow_after_s": 30}, "b": {}}})
    floor.agent("1001")
    floor.call("t1", "b")
    floor.at(5).call("t2", "a", caller="+1")
    floor.at(36)
    floor.do(ev.ShiftEnded(floor.now, "1001"))
    floor.at(40).hang_up("t1")
    floor.agent("1002", [("a", 1)])
    floor.at(50).do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE))
    return floor


def no_room_to_overflow() -> Floor:
    """The other queue is full, then closed, then unmanned: tried again every 30 s, at last it is taken."""
    floor = told({"queues": {"a": {"overflow_to": "b", "overflow_after_s": 5}, "b": {"skills": ["b"], "max_size": 1}}})
    floor.call("t1", "a")
    floor.agent("1001", [("b", 1)], ready=False)
    floor.at(5)
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.AVAILABLE, "", Leg.PHONE))
    floor.accept("t1")
    floor.do(ev.MediaConnected(floor.now, "t1", "t1.1"))
    floor.at(10).call("t2", "a")
    floor.call("t3", "b")
    floor.at(16)
    floor.do(ev.TaskAbandoned(floor.now, "t3"))
    floor.do(ev.HoursChanged(floor.now, "b", False, 900_000))
    floor.at(26)
    floor.do(ev.HoursChanged(floor.now, "b", True, 950_000))
    floor.at(36)
    return floor


def full_house() -> Floor:
    """One may wait; the next goes to the neighbour, or is booked for a callback when that is full too."""
    full = {"max_size": 1, "overflow_to": "b"}
    floor = told({"queues": {"a": full, "b": {"max_size": 1, "on_full": "voicemail"}}})
    floor.agent("1001")
    floor.call("t0", "a")
    floor.talk("t0")
    for task_id in ("t1", "t2", "t3"):
        floor.at(floor.now / 1000 + 1).call(task_id, "a", caller=f"+{task_id[1]}")
    floor.call("t4", "b")
    floor.at(10).hang_up("t0")
    floor.wrap_up("t0")
    return floor


def patience_has_an_end() -> Floor:
    """A callback is offered once after a minute; after two minutes it is booked without being asked for."""
    floor = told({"queues": {"phone": {"callback_after_s": 60, "max_wait_s": 120, "on_max_wait": "callback"}}})
    floor.agent("1001")
    floor.call("t0")
    floor.talk("t0")
    floor.at(10).call("t1")
    floor.at(131)
    floor.hang_up("t0")
    floor.wrap_up("t0")
    floor.accept("t1~1")
    floor.at(150).media("t1~1")
    floor.at(160).hang_up("t1~1")
    floor.at(221)
    return floor


def callback_that_is_not_answered() -> Floor:
    """Agent first; the customer does not answer; again after the gap, then given up. A redial takes over the second."""
    floor = told({"queues": {"phone": {"wrap_up_s": 0}}, "callback": {"attempts": 2, "gap_s": 100}})
    floor.call("t1", caller="+1", boost_s=60)
    floor.at(10).call("t2", caller="+2")
    floor.do(ev.CallbackRequested(floor.now, "t1"))
    floor.do(ev.CallbackRequested(floor.now, "t2", 40_000))
    floor.at(20).agent("1001")
    floor.accept("t1~1")
    floor.at(30).do(ev.CustomerUnanswered(floor.now, "t1~1"))
    floor.at(35).call("t3", caller="+2", resumes="t2~1")
    floor.serve("t3")
    floor.at(131).accept("t1~1")
    floor.do(ev.CustomerUnanswered(floor.now, "t1~1", "busy"))
    floor.at(200).call("t4", kind=Kind.CALLBACK, ready_at=210_000, queued_at=150_000)
    floor.at(211).accept("t4")
    floor.at(302)
    return floor


def the_last_agent_first() -> Floor:
    """For ten seconds only the last agent; then by widening a lower level, then anyone."""
    steps = [{"after_s": 20, "levels": 1}, {"after_s": 40, "any_agent": True}]
    floor = told({"queues": {"phone": {"skills": ["f:3"], "last_agent_s": 10, "widen": steps}}})
    floor.agent("1001", [("f", 3)])
    floor.call("t1")
    floor.talk("t1")
    floor.at(5).call("t2", last_agent="1001")
    floor.at(6).agent("1002", [("f", 2)])
    floor.at(7).agent("1003")
    floor.at(16)
    floor.at(26)
    floor.decline("t2")
    floor.at(46)
    floor.talk("t2")
    floor.at(60).hang_up("t2")
    floor.at(130)
    return floor


def languages_and_levels() -> Floor:
    """A preferred language, a task that needs more than its queue, the most skilled first."""
    floor = told({"queues": {"phone": {"skills": ["f:1"], "strategy": "most_skilled"}, "web": {"mode": "web"}}})
    floor.agent("1001", [("f", 1)])
    floor.at(1).agent("1002", [("f", 2), ("yue", 1)])
    floor.at(2).agent("1003", [("f", 3)])
    floor.at(3).call("t1", prefer=("yue",))
    floor.call("t2", skills=(("f", 3),))
    floor.call("t3", skills=(("f", 3), ("yue", 2)))
    floor.at(4).call("t4")
    floor.do(ev.PriorityChanged(floor.now, "t3", 30))
    floor.at(5).do(ev.AgentProfileChanged(floor.now, "1001", (Mode.PHONE,), (("yue", 2), ("f", 4))))
    floor.at(10).decline("t4")
    return floor


def chats() -> Floor:
    """Two at once, the least loaded first, none beside a call, an emergency on top."""
    web = {"mode": "web", "capacity": 2, "wrap_up_s": 5}
    floor = told({"queues": {"web": web, "phone": {}, "emergency": {"boost_s": 86400}}})
    floor.agent("1001", modes=(Mode.PHONE, Mode.WEB))
    floor.at(1).agent("1002", modes=(Mode.WEB,))
    for number in range(5):
        floor.at(2 + number).call(f"c{number}", "web")
        if floor.rung(f"c{number}"):
            floor.accept(f"c{number}")
    floor.call("p", "phone")
    floor.at(10).call("e", "emergency")
    floor.talk("e")
    floor.at(20).hang_up("c0", "agent")
    floor.at(22).hang_up("e")
    floor.at(40).wrap_up("e")
    floor.do(ev.TalkEnded(floor.now, "c2", "caller"))
    floor.at(60)
    return floor


def several_at_once() -> Floor:
    """Two of three ring; one declines, the other takes it; a miss later is a break."""
    floor = told({"queues": {"phone": {"strategy": "ring_all", "ring_at_once": 2, "offer_timeout_s": 10}}})
    for no in ("1001", "1002", "1003"):
        floor.agent(no)
    floor.at(1).call("t1")
    floor.decline("t1")
    floor.accept("t1")
    floor.at(3).media("t1")
    floor.at(4).call("t2")
    floor.at(15)
    floor.at(50).hang_up("t1")
    floor.at(120).do(ev.TaskAbandoned(floor.now, "t2"))
    floor.ready("1001")
    floor.call("t3")
    floor.do(ev.AgentStateSet(floor.now, "1001", Availability.BREAK, "meal"))
    return floor


def the_last_one_is_never_sent_away() -> Floor:
    """Missed twice by the only agent there: rung again after 15 s on the phone, then the on-call phone; no break."""
    floor = told({"queues": {"phone": {}, "en": {"skills": ["en"]}}, "duty": {"phones": ["+1"]}})
    floor.agent("1001", phone=True)
    floor.call("t1")
    floor.at(71)
    floor.do(ev.OfferAccepted(floor.now, "t1.3", "duty:+1"))
    floor.at(72).media("t1")
    floor.at(80).agent("1002", [("en", 1)])
    floor.at(90).hang_up("t1")
    floor.at(151)
    return floor


def other_rules_at_noon() -> Floor:
    """A new configuration in the middle of it: one queue gone, one new, other times; then a restart."""
    floor = told({"queues": {"a": {"boost_s": 10}, "b": {"skills": ["b"]}}, "duty": {"phones": ["+1"]}})
    floor.agent("1001", [("b", 1)])
    floor.call("t1", "b")
    floor.talk("t1")
    floor.call("t2", "b")
    floor.at(5).call("t3", "a")
    after = {"a": {"wrap_up_s": 5, "offer_timeout_s": 7}, "c": {"on_nobody": "message"}}
    floor.at(10).do(ev.ConfigChanged(floor.now, parse({"queues": after, "duty": {"phones": ["+2"]}})))
    floor.call("t4", "b")
    floor.at(20).do(ev.TaskMoved(floor.now, "t2", "c"))
    floor.reload()
    floor.hang_up("t1")
    floor.at(25).wrap_up("t1")
    floor.serve("t3")
    floor.talk("t2~1")
    floor.at(30).hang_up("t2~1")
    floor.at(91)
    floor.do(ev.ShiftEnded(floor.now, "1001"))
    floor.call("t5", "c")
    return floor


def places_are_kept() -> Floor:
    """Redialled, moved, prioritised, canceled: each keeps what it had; figures follow."""
    floor = told({"queues": {"a": {}, "b": {"boost_s": 20}}})
    floor.at(1).call("t1", "a", caller="+1")
    floor.at(2).call("t2", "a", caller="+2")
    floor.do(ev.TaskAbandoned(floor.now, "t1", "lost"))
    floor.at(30).call("t3", "a", caller="+1", area="north", x=1, y=2)
    floor.at(31).do(ev.TaskMoved(floor.now, "t2", "b"))
    floor.do(ev.PriorityChanged(floor.now, "t3", 100))
    floor.agent("1001")
    floor.at(40).accept("t3")
    floor.do(ev.TaskMoved(floor.now, "t3", "b"))
    floor.at(41).media("t3")
    floor.do(ev.TaskCanceled(floor.now, "t2~1", "resolved"))
    floor.at(50).do(ev.TaskAbandoned(floor.now, "t3"))
    floor.at(360).call("t4", "a", caller="+1")
    return floor
