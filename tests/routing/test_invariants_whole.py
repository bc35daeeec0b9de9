"""The invariants of agents, queues and offers, each sentence alone; and what the two checks look at."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing import events as ev
from routing import invariants
from routing.state import State
from routing.types import Agent, AgentState, Availability, Mode, Offer, OfferState, TaskState
from tests.routing.floor import Floor
from tests.routing.test_invariants import floor
from tests.routing.test_invariants_each import finding, set_all

Defect = Callable[[State], object]


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
    assert of_agent(floor().core.state, no, phone_load=0).startswith("I1: ")
    assert of_agent(floor().core.state, no, web_load=1).startswith("I1: ")
    assert of_agent(floor().core.state, no, field_load=1).startswith("I1: ")


def test_a_wrap_up_is_no_load():
    assert of_agent(floor().core.state, "1001", phone_load=1).startswith("I1: ")


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
    assert of_agent(s, no, **{counter: wrong}).startswith("I4: count")


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
    assert of_line(lambda s: s.lines["phone"].order.pop()).startswith("I11: ")
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


def test_nobody_of_another_queue_is_overtaken():
    made = Floor({"queues": {"a": {}, "b": {}}})
    made.agent("1001")
    made.at(5).call("n", "b")
    made.call("z", "a", boost_s=50)
    s = made.core.state
    assert finding(lambda: invariants.check_new_offer(s, s.offers["n.1"])) == ""
    made.call("y", "b", boost_s=50)
    assert finding(lambda: invariants.check_new_offer(s, s.offers["n.1"])).startswith("I9")


def test_only_those_before_are_overtaken():
    made = Floor()
    made.agent("1001")
    made.call("n")
    made.call("later")
    s = made.core.state
    assert finding(lambda: invariants.check_new_offer(s, s.offers["n.1"])) == ""
