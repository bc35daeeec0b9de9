"""Who may be waited for as the last agent, and what a name decides before everything else."""

from typing import Any

import pytest

from routing import events as ev
from routing.commands import MakeOffer
from routing.types import Mode, TransferMode
from tests.routing.floor import Floor


def busy(last: str = "1001", **keys: Any) -> Floor:
    """1001 talks; 1002 speaks `yue` and is free; `a` calls, who had `last` the last time."""
    floor = Floor({"queues": {"phone": {"last_agent_s": 30, **keys}}, "duty": {"phones": ["+1"]}})
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.agent("2001", modes=(Mode.WEB,))
    floor.agent("1002", [("yue", 1)])
    floor.call("a", last_agent=last, prefer=("yue",))
    return floor


def test_a_name_goes_before_a_preferred_language():
    floor = busy()
    assert floor.state("a") == "waiting"
    floor.hang_up("x")
    floor.wrap_up("x")
    assert floor.rung("a") == ["1001"]
    floor.agent("1003")
    floor.do(ev.TaskAbandoned(floor.now, "a"))
    floor.call("b", last_agent="1001", prefer=("yue",))
    assert (floor.rung("b"), floor.last(MakeOffer).why.rule) == (["1001"], "last_agent")


def test_when_the_time_is_over_while_the_last_agent_is_rung_the_next_is_rung_at_once():
    """With the answer itself, not only when somebody looks at it again."""
    floor = Floor({"queues": {"phone": {"last_agent_s": 10}}})
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.call("a", last_agent="1001")
    floor.at(11).do(ev.OfferDeclined(floor.now, floor.offer("a").offer_id, "1001"))
    assert floor.rung("a") == ["1002"]


@pytest.mark.parametrize("last", ["", "2001", "duty:+1", "9999"])
def test_one_who_cannot_take_it_is_not_waited_for(last: str):
    assert busy(last).rung("a") == ["1002"]


def test_a_named_colleague_is_chosen_by_name_whatever_the_caller_prefers():
    floor = Floor()
    floor.agent("1001")
    floor.call("a", prefer=("yue",))
    floor.talk("a")
    floor.agent("1002", [("yue", 1)])
    floor.agent("1003")
    floor.do(ev.TransferRequested(0, "a", "1001", TransferMode.COLD, "1003"))
    assert (floor.rung("a~1"), floor.last(MakeOffer).why.rule) == (["1003"], "named_agent")


def test_the_skills_that_decide_are_those_that_were_asked_for():
    floor = Floor({"queues": {"phone": {"last_agent_s": 30, "strategy": "most_skilled", "skills": ["yue:1"]}}})
    floor.at(1).agent("1001", [("yue", 3), ("en", 9)])
    floor.call("a")
    assert [c.key for c in floor.last(MakeOffer).why.candidates] == [(-3, 1000)]
    floor.serve("a")
    floor.call("b", last_agent="1001")
    assert [c.key for c in floor.last(MakeOffer).why.candidates] == [(0, 1000)]


def test_once_the_time_for_it_is_over_a_failed_leg_goes_to_anyone_in_the_same_instant():
    floor = busy()
    floor.hang_up("x")
    floor.wrap_up("x")
    floor.accept("a")
    floor.now = 30_000
    floor.do(ev.MediaFailed(floor.now, "a", "a.1"))
    assert floor.rung("a") == ["1002"]
