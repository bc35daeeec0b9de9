"""Each sentence of each invariant, alone: the defect that only it finds, and what it must let pass."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing import events as ev
from routing import invariants
from routing.state import State
from routing.types import (
    Agent,
    AgentState,
    Availability,
    BrokenInvariant,
    Kind,
    Mode,
    Offer,
    OfferState,
    TaskState,
)
from tests.routing.floor import Floor
from tests.routing.test_invariants import floor

Defect = Callable[[State], object]


def finding(check: Callable[[], object]) -> str:
    """What the check says: `name: what`; nothing if all is well."""
    try:
        check()
    except BrokenInvariant as broken:
        return ": ".join(str(broken).split(": ")[:2])
    return ""


def set_all(thing: object, **values: object) -> None:
    for name, value in values.items():
        setattr(thing, name, value)


# -- tasks -------------------------------------------------------------------------------------------------


def of_task(s: State, task_id: str, **values: object) -> str:
    """What is said of this task when it has these values."""
    task = s.tasks[task_id]
    set_all(task, **values)
    return finding(lambda: invariants.check_task(s, task))


def ended(s: State, **values: object) -> str:
    """What is said of `a`, once it has ended and was let go, if it has these values."""
    task = s.tasks.pop("a")
    s.spots.pop("a").waiting.remove(task.key())
    set_all(task, **{"state": TaskState.ABANDONED, "deadline_at": None, **values})
    return finding(lambda: invariants.check_task(s, task))


def test_a_sound_floor_is_sound():
    s = floor().core.state
    assert [of_task(s, task_id) for task_id in s.tasks] == [""] * 6
    assert ended(s) == ""


def test_an_ended_task_is_let_go_of():
    assert ended(floor().core.state, deadline_at=1) == "I5: an ended task is still held"
    s = floor().core.state
    s.tasks["a"].deadline_at = None
    assert of_task(s, "a", state=TaskState.DONE) == "I5: an ended task is still held"


def test_an_ended_task_rings_no_more():
    assert ended(floor().core.state, offers=("a.1",)) == "I13: an ended task still rings"
    s = floor().core.state
    task = s.tasks.pop("a")
    set_all(task, state=TaskState.ABANDONED, deadline_at=None)
    assert finding(lambda: invariants.check_task(s, task)) == "I13: an ended task still rings"


@pytest.mark.parametrize(
    "values", [{"queued_at": 1}, {"seq": 99}, {"root_task_id": "zz"}, {"seq": 99, "root_task_id": "zz"}]
)
def test_the_successor_keeps_the_place(values: dict[str, object]):
    made = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    made.call("a")
    made.core.apply(ev.TaskMoved(made.now, "a", "en"))
    s = made.core.state
    before = s.changed.tasks["a"]
    assert finding(lambda: invariants.check_task(s, before)) == ""
    set_all(s.tasks["a~1"], **values)
    assert finding(lambda: invariants.check_task(s, before)) == "I7: the place was lost"


def test_a_successor_may_have_a_better_place():
    made = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    made.at(5).call("a")
    made.core.apply(ev.TaskMoved(made.now, "a", "en"))
    made.task("a~1").queued_at = 0
    s = made.core.state
    assert finding(lambda: invariants.check_task(s, s.changed.tasks["a"])) == ""


def test_an_open_task_is_the_one_that_is_kept():
    s = floor().core.state
    twin = replace(s.tasks["a"])
    assert finding(lambda: invariants.check_task(s, twin)) == "I11: an open task was lost"


def test_an_open_task_stands_in_the_order_as_long_as_it_is_unanswered():
    s = floor().core.state
    s.lines["phone"].order.add(s.tasks["t"].key())
    assert of_task(s, "t") == "I6: wrong in the order of its queue"
    s.lines["phone"].order.remove(s.tasks["o"].key())
    assert of_task(s, "o") == "I6: wrong in the order of its queue"


def test_only_who_waits_and_may_be_offered_stands_in_a_bucket():
    assert of_task(floor().core.state, "a", ready_at=5) == "I6: wrong in its bucket"
    s = floor().core.state
    s.spots["o"] = s.spots["a"]
    assert of_task(s, "o") == "I6: wrong in its bucket"
    s = floor().core.state
    del s.spots["a"]
    assert of_task(s, "a") == "I6: wrong in its bucket"
    assert of_task(s, "a", ready_at=5) == ""


def test_who_waits_is_served_by_nobody():
    assert of_task(floor().core.state, "a", agent_no="1001") == "I5: waits and is served"
    assert of_task(floor().core.state, "a", offers=("o.1",)) == "I5: waits and is served"


def test_a_bucket_holds_its_tasks_by_their_need():
    s = floor().core.state
    s.spots["a"].waiting.remove(s.tasks["a"].key())
    assert of_task(s, "a") == "I6: not in its bucket"
    assert of_task(floor().core.state, "a", skills=(("z", 1),)) == "I6: in the wrong bucket"


def idle(s: State) -> None:
    """1009 sits idle in the bucket of `a`."""
    s.spots["a"].seat(s.agents["1009"], True)


@pytest.mark.parametrize(
    ("rests", "deadline_at", "what"),
    [
        ((), 900_000, "I8: 1009 is free and not offered"),
        ((("1009", 1),), 900_000, ""),
        ((("1009", 0),), 900_000, "I8: 1009 is free and not offered"),
        ((("1009", 0),), 0, ""),
        ((("1001", 1),), 900_000, "I8: 1009 is free and not offered"),
        ((("1001", 0),), 0, "I8: 1009 is free and not offered"),
        ((), 0, "I8: 1009 is free and not offered"),
    ],
)
def test_nobody_is_idle_beside_one_who_waits_but_for_a_rest(
    rests: tuple[tuple[str, int], ...], deadline_at: int, what: str
):
    s = floor().core.state
    idle(s)
    assert of_task(s, "a", rests=rests, deadline_at=deadline_at) == what
    s.tasks["b"].rests, s.tasks["b"].deadline_at = rests, deadline_at
    agent = s.agents["1009"]
    assert finding(lambda: invariants.check_agent(s, agent)) == what


def test_a_rest_that_is_over_waits_for_its_deadline_only():
    """The deadline is missing, which is said of the task and no cause for another finding."""
    s = floor().core.state
    idle(s)
    for task_id in ("a", "b"):
        set_all(s.tasks[task_id], rests=(("1009", 0),), deadline_at=None)
    agent = s.agents["1009"]
    assert finding(lambda: invariants.check_agent(s, agent)) == "I8: 1009 is free and not offered"


def test_who_is_offered_rings_and_has_no_agent_yet():
    assert of_task(floor().core.state, "o", offers=()) == "I6: offered to nobody"
    assert of_task(floor().core.state, "o", agent_no="1004") == "I6: offered to nobody"


def test_no_ended_offer_rings():
    s = floor().core.state
    s.offers["o.1"].state = OfferState.RESCINDED
    assert of_task(s, "o") == "I6: rings by an ended offer"


def several(s: State, **values: object) -> str:
    """What is said if `o` rings at two agents at once and has these values."""
    s.offers["o.2"] = replace(s.offers["o.1"], offer_id="o.2", agent_no="1009")
    return of_task(s, "o", offers=("o.1", "o.2"), **values)


def test_one_at_a_time_but_for_emergencies_the_last_staffed_and_ringing_together():
    assert several(floor().core.state) == "I6: offered to several"
    assert several(floor().core.state, sole_misses=1) == ""
    assert several(floor().core.state, stage=1) == ""
    s = floor().core.state
    s.agents["1009"].duty = True
    assert several(s) == ""
    s = floor().core.state
    line = s.lines["phone"]
    line.queue = replace(line.queue, boost_s=86_400)
    assert several(s) == ""
    s = floor().core.state
    s.offers["o.1"].reason = "ring_all"
    assert several(s) == ""
    s.offers["o.2"].reason = "longest_idle"
    assert of_task(s, "o") == "I6: offered to several"


def test_nobody_is_rung_twice_for_one():
    s = floor().core.state
    s.offers["o.2"] = replace(s.offers["o.1"], offer_id="o.2")
    assert of_task(s, "o", offers=("o.1", "o.2"), stage=1) == "I6: offered twice to one"


def test_who_is_served_is_held_by_that_agent():
    assert of_task(floor().core.state, "t", agent_no="9999") == "I10: its agent does not have it"
    assert of_task(floor().core.state, "t", agent_no="1009") == "I10: its agent does not have it"


def test_who_is_served_rings_nowhere():
    for task_id in ("t", "w"):
        assert of_task(floor().core.state, task_id, offers=("o.1",)) == "I6: still rings while served"


def test_one_accepted_offer_connects_but_a_call_out_has_none():
    s = floor().core.state
    s.offers["c.1"].state = OfferState.PENDING
    assert of_task(s, "c") == "I6: connects without one accepted offer"
    assert of_task(floor().core.state, "c", offers=()) == "I6: connects without one accepted offer"
    assert of_task(floor().core.state, "c", offers=(), kind=Kind.OUTBOUND) == ""


# -- agents, lines, offers ---------------------------------------------------------------------------------


def of_agent(s: State, no: str, **values: object) -> str:
    agent = s.agents[no]
    set_all(agent, **values)
    return finding(lambda: invariants.check_agent(s, agent))


def test_an_agent_holds_what_is_his():
    s = floor().core.state
    s.tasks["t"].agent_no = "1001"
    assert of_agent(s, "1002") == "I10: holds another's task"
    s = floor().core.state
    s.offers["o.1"].state = OfferState.EXPIRED
    assert of_agent(s, "1004") == "I1: holds an ended offer"


@pytest.mark.parametrize("no", ["1002", "1003", "1004"])
def test_load_is_what_rings_connects_and_talks(no: str):
    assert of_agent(floor().core.state, no) == ""
    assert of_agent(floor().core.state, no, phone_load=0) == "I1: phone load is 0, not 1"
    assert of_agent(floor().core.state, no, web_load=1) == "I1: web load is 1, not 0"
    assert of_agent(floor().core.state, no, field_load=1) == "I1: field load is 1, not 0"


def test_a_wrap_up_is_no_load():
    assert of_agent(floor().core.state, "1001", phone_load=1) == "I1: phone load is 1, not 0"


def test_an_agent_has_one_call_and_maybe_several_chats():
    s = floor().core.state
    s.tasks["t2"] = replace(s.tasks["t"], task_id="t2")
    talks = {"tasks": ["t", "t2"], "talking": 2}
    assert of_agent(s, "1002", **talks, phone_load=2) == "I1: two calls"
    for task_id in ("t", "t2"):
        s.tasks[task_id].mode = Mode.WEB
    assert of_agent(s, "1002", phone_load=0, web_load=2) == ""


@pytest.mark.parametrize(
    ("no", "counter"), [("1001", "wrapping"), ("1002", "talking"), ("1003", "connecting"), ("1009", "talking")]
)
def test_the_counters_are_what_is_held(no: str, counter: str):
    s = floor().core.state
    wrong = 1 - getattr(s.agents[no], counter)
    assert of_agent(s, no, **{counter: wrong}).startswith("I4: counts (")


def test_nothing_rings_at_one_who_is_not_available():
    s = floor().core.state
    assert of_agent(s, "1004", availability=Availability.TRAINING) == "I3: rings though not available"
    assert of_agent(s, "1009", availability=Availability.BREAK, shown=AgentState.BREAK) == ""


def test_what_is_shown_follows_from_the_work():
    assert of_agent(floor().core.state, "1004", shown=AgentState.AVAILABLE) == "I4: shows another state"


def of_line(change: Callable[[State], object]) -> str:
    s = floor().core.state
    change(s)
    return finding(lambda: invariants.check_line(s.lines["phone"]))


def test_a_queue_loses_nobody():
    assert of_line(lambda s: None) == ""
    assert of_line(lambda s: setattr(s.lines["phone"].ledger, "entered", 7)) == "I11: conservation"
    assert of_line(lambda s: s.lines["phone"].order.pop()) == "I11: 3 in order, 4 counted"
    assert of_line(lambda s: s.lines["phone"].count.update({TaskState.DONE: -1})) == "I11: a negative count"


def of_offer(s: State, offer: Offer, **values: object) -> str:
    set_all(offer, **values)
    return finding(lambda: invariants.check_offer(s, offer))


def test_an_ended_offer_is_let_go_of():
    s = floor().core.state
    offer = s.offers.pop("o.1")
    assert of_offer(s, offer, state=OfferState.EXPIRED) == "I5: an ended offer is held"
    assert of_offer(s, offer, deadline_at=None) == ""
    s.offers["o.1"] = offer
    assert of_offer(s, offer) == "I5: an ended offer is held"


def test_a_pending_offer_joins_two_who_know_of_it():
    s = floor().core.state
    offer = s.offers["o.1"]
    assert of_offer(s, offer) == ""
    assert of_offer(s, offer, deadline_at=None) == "deadline: no deadline"
    s.agents["1004"].offers = []
    assert of_offer(s, offer) == "I1: its agent does not have it"
    s.tasks["o"].offers = ()
    assert of_offer(s, offer) == "I13: rings for nothing"
    del s.tasks["o"]
    assert of_offer(s, offer) == "I13: rings for nothing"


def test_an_accepted_offer_is_the_task_s_affair():
    s = floor().core.state
    assert of_offer(s, s.offers["c.1"], deadline_at=5) == ""


# -- all at once -------------------------------------------------------------------------------------------


def everyone(s: State) -> str:
    return finding(lambda: invariants.check_all(s))


def a_lost_offer(s: State) -> None:
    """Nobody holds it, so that only the look at the offers can find it."""
    s.offers["x.1"] = replace(s.offers["o.1"], offer_id="x.1")


def a_stray_agent(s: State) -> None:
    s.agents["1010"] = Agent("1010", (Mode.PHONE,), (), shown=AgentState.TALKING)
    s.homes["1010"] = []


def a_stray_task(s: State) -> None:
    s.tasks["zz"] = replace(s.tasks["a"])


def a_negative_count(s: State) -> None:
    s.lines["phone"].count[TaskState.DONE] = -1


@pytest.mark.parametrize(
    ("defect", "what"),
    [
        (a_lost_offer, "I13: rings for nothing"),
        (a_stray_agent, "I4: shows another state"),
        (a_stray_task, "I11: an open task was lost"),
        (a_negative_count, "I11: a negative count"),
        (lambda s: s.lines["phone"].count.update({TaskState.WRAPPING: 0}), "I11: wrapping"),
        (lambda s: s.lines["phone"].count.update({TaskState.TALKING: 2}), "I11: talking"),
        (lambda s: s.lines["phone"].shares.update({"1009": 0}), "staffing: who serves it"),
        (lambda s: setattr(s.lines["phone"], "weight", 1), "staffing: weight"),
        (lambda s: s.redials.update({"+1": "gone"}), "memory: redial without a call"),
    ],
)
def test_the_full_check_looks_at_everything(defect: Defect, what: str):
    s = floor().core.state
    assert everyone(s) == ""
    defect(s)
    assert everyone(s) == what


def test_an_ended_task_is_no_part_of_the_recount():
    """The counters of ends are the figures of the past; no task is left to be counted."""
    s = floor().core.state
    s.lines["phone"].count[TaskState.DONE] += 5
    assert everyone(s) == ""


@pytest.mark.parametrize(
    ("kind", "key", "values", "what"),
    [
        ("tasks", "a", {"agent_no": "1001"}, "I5: waits and is served"),
        ("agents", "1002", {"shown": AgentState.BREAK}, "I4: shows another state"),
        ("offers", "o.1", {"deadline_at": None}, "deadline: no deadline"),
    ],
)
def test_after_an_event_only_what_it_touched_is_looked_at(kind: str, key: str, values: dict[str, object], what: str):
    s = floor().core.state
    thing = getattr(s, kind)[key]
    s.changed.clear()
    s.out = []
    set_all(thing, **values)
    assert finding(lambda: invariants.check_touched(s)) == ""
    getattr(s.changed, kind)[key] = thing
    assert finding(lambda: invariants.check_touched(s)) == what


def test_no_rule_sends_the_last_one_staffed_on_a_break():
    made = Floor()
    made.agent("1001")
    made.agent("1002")
    made.do(ev.AgentStateSet(0, "1001", Availability.BREAK))
    assert finding(lambda: invariants.check_break(made.core.state, "1001")) == ""
    made.do(ev.AgentStateSet(0, "1002", Availability.BREAK))
    assert finding(lambda: invariants.check_break(made.core.state, "1001")) == (
        "danger: the last one staffed was put on a break"
    )
