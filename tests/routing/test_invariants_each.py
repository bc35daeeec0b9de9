"""Each sentence of each invariant, alone: the defect that only it finds, and what it must let pass."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from routing import events as ev
from routing import invariants
from routing.state import State
from routing.types import (
    BrokenInvariant,
    Kind,
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
        ((), 900_000, "I8"),
        ((("1009", 1),), 900_000, ""),
        ((("1009", 0),), 900_000, "I8"),
        ((("1009", 0),), 0, ""),
        ((("1001", 1),), 900_000, "I8"),
        ((("1001", 0),), 0, "I8"),
        ((), 0, "I8"),
    ],
)
def test_nobody_is_idle_beside_one_who_waits_but_for_a_rest(
    rests: tuple[tuple[str, int], ...], deadline_at: int, what: str
):
    s = floor().core.state
    idle(s)
    assert of_task(s, "a", rests=rests, deadline_at=deadline_at).split(":")[0] == what
    s.tasks["b"].rests, s.tasks["b"].deadline_at = rests, deadline_at
    agent = s.agents["1009"]
    assert finding(lambda: invariants.check_agent(s, agent)).split(":")[0] == what


def test_a_rest_that_is_over_waits_for_its_deadline_only():
    """The deadline is missing, which is said of the task and no cause for another finding."""
    s = floor().core.state
    idle(s)
    for task_id in ("a", "b"):
        set_all(s.tasks[task_id], rests=(("1009", 0),), deadline_at=None)
    agent = s.agents["1009"]
    assert finding(lambda: invariants.check_agent(s, agent)).startswith("I8")


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
