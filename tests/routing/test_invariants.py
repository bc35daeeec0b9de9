"""Each invariant finds the defect that it is there for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing import events as ev
from routing.commands import SetAgentState
from routing.core import Core
from routing.state import State
from routing.types import (
    AgentState,
    Availability,
    BrokenInvariant,
    Mode,
    OfferState,
    Presence,
    TaskState,
)
from tests.routing.floor import Floor


def floor() -> Floor:
    """`t` talks, `w` wraps up, `o` is offered, `a` and `b` wait, `c` connects; 1009 is on a break."""
    made = Floor({"queues": {"phone": {"skills": ["k"]}}})
    for task_id, no in (("w", "1001"), ("t", "1002"), ("c", "1003"), ("o", "1004")):
        made.agent(no, [("k", 1)])
        made.call(task_id)
        if task_id != "o":
            made.accept(task_id)
        if task_id in "wt":
            made.media(task_id)
    made.hang_up("w")
    made.agent("1009", [("k", 1)], ready=False)
    made.call("a")
    made.call("b")
    made.core.check(full=True)
    return made


def set_task(task_id: str, **values: object) -> Callable[[State], None]:
    def corrupt(s: State) -> None:
        for name, value in values.items():
            setattr(s.tasks[task_id], name, value)

    return corrupt


def set_agent(no: str, **values: object) -> Callable[[State], None]:
    def corrupt(s: State) -> None:
        for name, value in values.items():
            setattr(s.agents[no], name, value)

    return corrupt


def forget_task(s: State) -> None:
    task = s.tasks.pop("a")
    s.changed.tasks["a"] = task


def ended_but_held(s: State) -> None:
    s.tasks["a"].state = TaskState.DONE


def ended_but_ringing(s: State) -> None:
    task = s.tasks.pop("o")
    task.state, task.deadline_at = TaskState.ABANDONED, None
    s.changed.tasks["o"] = task


def out_of_order(s: State) -> None:
    s.lines["phone"].order.remove(s.tasks["a"].key())


def out_of_bucket(s: State) -> None:
    s.spots["a"].waiting.remove(s.tasks["a"].key())


def no_spot(s: State) -> None:
    del s.spots["a"]


def idle_beside_work(s: State) -> None:
    agent = s.agents["1009"]
    agent.availability, agent.shown = Availability.AVAILABLE, AgentState.AVAILABLE
    s.spots["a"].seat(agent, True)


def offer_accepted_while_ringing(s: State) -> None:
    s.offers["o.1"].state = OfferState.ACCEPTED


def offered_to_several(s: State) -> None:
    s.tasks["o"].offers = ("o.1", "c.1")
    s.offers["c.1"].state = OfferState.PENDING


def wrong_ledger(s: State) -> None:
    s.lines["phone"].ledger.answered += 1


def wrong_count(s: State) -> None:
    s.lines["phone"].count[TaskState.TALKING] += 1


def negative_count(s: State) -> None:
    s.lines["phone"].count[TaskState.DONE] = -1


def wrong_live_count(s: State) -> None:
    line = s.lines["phone"]
    line.count[TaskState.WAITING] += 1
    line.ledger.entered += 1


def wrong_staff(s: State) -> None:
    del s.lines["phone"].shares["1001"]


def wrong_weight(s: State) -> None:
    s.lines["phone"].weight += 1


def extra_spot(s: State) -> None:
    s.bucket(s.lines["phone"], ()).waiting.add((0, 99, "ghost"))


def offer_for_nothing(s: State) -> None:
    s.tasks["o"].offers = ()


def ended_offer_held(s: State) -> None:
    s.offers["o.1"].state = OfferState.EXPIRED


def stray_redial(s: State) -> None:
    s.redials["+1"] = "nothing"


@pytest.mark.parametrize(
    ("corrupt", "name"),
    [
        (forget_task, "I11"),
        (ended_but_held, "I5"),
        (ended_but_ringing, "I13"),
        (set_task("a", deadline_at=None), "deadline"),
        (out_of_order, "I6"),
        (out_of_bucket, "I6"),
        (no_spot, "I6"),
        (set_task("a", agent_no="1001"), "I5"),
        (set_task("a", skills=(("z", 1),)), "I6"),
        (idle_beside_work, "I8"),
        (set_task("o", offers=()), "I6"),
        (set_task("o", offers=("o.1", "o.1")), "I6"),
        (offered_to_several, "I6"),
        (offer_accepted_while_ringing, "I6"),
        (set_task("t", agent_no="1009"), "I10"),
        (set_task("t", agent_no="nobody"), "I10"),
        (set_task("t", offers=("o.1",)), "I6"),
        (set_task("c", offers=()), "I6"),
        (set_agent("1002", phone_load=2), "I1"),
        (set_agent("1002", talking=0), "I4"),
        (set_agent("1004", availability=Availability.BREAK), "I3"),
        (set_agent("1009", shown=AgentState.TALKING), "I4"),
        (set_agent("1009", tasks=["t"]), "I10"),
        (wrong_ledger, "I11"),
        (wrong_count, "I11"),
        (negative_count, "I11"),
        (wrong_live_count, "I11"),
        (wrong_staff, "staffing"),
        (wrong_weight, "staffing"),
        (extra_spot, "I6"),
        (offer_for_nothing, "I6"),
        (ended_offer_held, "I6"),
        (stray_redial, "memory"),
    ],
)
def test_found_by_the_full_check(corrupt: Callable[[State], None], name: str):
    core = floor().core
    corrupt(core.state)
    with pytest.raises(BrokenInvariant, match=f"^{name}"):
        core.check(full=True)


def test_an_idle_agent_at_an_old_place_is_found():
    made = Floor()
    made.agent("1001")
    made.agent_of("1001").idle_since += 5
    with pytest.raises(BrokenInvariant, match=r"^I8"):
        made.core.check(full=True)


def touched(core: Core) -> State:
    """The state, as if everything had been changed by the last event."""
    s = core.state
    s.changed.tasks.update(s.tasks)
    s.changed.agents.update(s.agents)
    s.changed.lines.update(s.lines)
    s.changed.offers.update(s.offers)
    return s


@pytest.mark.parametrize("corrupt", [wrong_ledger, set_task("a", deadline_at=None), set_agent("1002", talking=0)])
def test_found_at_once_if_the_event_touched_it(corrupt: Callable[[State], None]):
    core = floor().core
    core.check()
    corrupt(touched(core))
    with pytest.raises(BrokenInvariant):
        core.check()


def test_overtaking_within_a_queue_is_found():
    made = floor()
    s = touched(made.core)
    s.now = s.offers["o.1"].made_at
    early = s.tasks["a"]
    s.unspot(early)
    s.lines["phone"].order.remove(early.key())
    early.boost_s = 50
    s.lines["phone"].order.add(early.key())
    bucket = s.bucket(s.lines["phone"], s.lines["phone"].queue.skills)
    bucket.waiting.add(early.key())
    s.spots["a"] = bucket
    with pytest.raises(BrokenInvariant, match=r"^I9"):
        made.core.check()


def rest_from(s: State) -> None:
    s.tasks["n"].rests = (("1001", s.now + 5000),)


def need_more(s: State) -> None:
    s.tasks["n"].skills = (("z", 1),)


def away(s: State) -> None:
    s.agents["1001"].presence = Presence.LOST


def in_wrap_up(s: State) -> None:
    """Held by a chat that was just closed, so that only the offer is wrong."""
    task = replace(s.tasks["n"], task_id="w", mode=Mode.WEB, state=TaskState.WRAPPING, agent_no="1001", offers=())
    s.tasks["w"] = task
    agent = s.agents["1001"]
    agent.tasks, agent.wrapping, agent.shown = ["w"], 1, AgentState.WRAPPING


@pytest.mark.parametrize(
    ("corrupt", "name"), [(rest_from, "cool-down"), (need_more, "skills"), (away, "I3"), (in_wrap_up, "I2")]
)
def test_a_wrong_offer_is_found_at_once(corrupt: Callable[[State], None], name: str):
    made = Floor()
    made.agent("1001")
    made.call("n")
    corrupt(made.core.state)
    with pytest.raises(BrokenInvariant, match=f"^{name}"):
        made.core.check()


@pytest.mark.parametrize(("mode", "what"), [(Mode.FIELD, "a crew"), (Mode.PHONE, "the last one staffed")])
def test_a_wrong_break_is_found_at_once(mode: Mode, what: str):
    made = Floor({"queues": {"q": {"mode": mode.value}}})
    made.agent("1001", modes=(mode,))
    made.do(ev.AgentStateSet(0, "1001", Availability.BREAK))
    made.core.state.out.append(SetAgentState("1001", AgentState.BREAK, "missed"))
    with pytest.raises(BrokenInvariant, match=f"{what} was put on a break"):
        made.core.check()


def test_a_successor_with_a_worse_place_is_found():
    made = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    made.at(5).call("a")
    made.core.apply(ev.TaskMoved(made.now, "a", "en"))
    after = made.task("a~1")
    made.core.state.changed.tasks["a"].queued_at -= 1
    with pytest.raises(BrokenInvariant, match=r"^I7"):
        made.core.check()
    assert after.queue == "en"


def test_states_are_changed_by_the_tables_only():
    s = floor().core.state
    with pytest.raises(BrokenInvariant, match="task a: waiting to talking"):
        s.move(s.tasks["a"], TaskState.TALKING)
    offer = s.offers["o.1"]
    offer.state = OfferState.EXPIRED
    with pytest.raises(BrokenInvariant, match=r"offer o\.1: expired to accepted"):
        s.move_offer(offer, OfferState.ACCEPTED, "")
    with pytest.raises(BrokenInvariant, match="dropped in waiting"):
        s.drop_task(s.tasks["a"])
    agent = s.agents["1009"]
    agent.wrapping = 1
    with pytest.raises(BrokenInvariant, match="agent 1009: offline to wrapping"):
        s.touch(agent)
