"""Why an offer was made: who was considered, who was left out, by which rule."""

import pytest

from routing import events as ev
from routing.commands import MakeOffer
from routing.types import Candidate, Why
from tests.routing.floor import Floor


@pytest.mark.parametrize("now", [30_000, 31_000])
def test_a_rest_that_is_over_leaves_nobody_out_though_its_deadline_was_not_reached(now: int):
    floor = Floor()
    floor.agent("1001")
    floor.agent("1003", ready=False)
    floor.agent("1002")
    floor.call("a")
    floor.decline("a")
    floor.decline("a")
    assert floor.task("a").rests == (("1001", 30_000), ("1002", 30_000))
    floor.now = now
    floor.ready("1003")
    why = floor.last(MakeOffer).why
    assert ([c.id for c in why.candidates], why.more) == (["1001", "1002", "1003"], 0)


def test_who_rests_is_left_out_and_those_beyond_five_are_counted():
    floor = Floor()
    for number in range(8):
        floor.agent(f"100{number}")
    floor.call("a")
    floor.decline("a")
    why = floor.last(MakeOffer).why
    assert ([c.id for c in why.candidates], why.more) == (["1001", "1002", "1003", "1004", "1005"], 2)


def test_what_decided_is_told_with_each_candidate():
    floor = Floor({"queues": {"phone": {"strategy": "round_robin"}}})
    floor.agent("1001")
    floor.agent("1002")
    floor.call("a")
    assert floor.last(MakeOffer).why.candidates == (Candidate("1001", (0, 0)), Candidate("1002", (0, 0)))
    floor.call("b")
    floor.call("c")
    floor.at(1).call("d", boost_s=10)
    floor.decline("b")
    why = floor.last(MakeOffer).why
    assert (why.rule, why.chosen, why.candidates, why.more) == (
        "longest_wait",
        "d",
        (Candidate("d", (-9000, 3)),),
        0,
    )


def test_a_sentence_for_each_case():
    alone = Why("longest_idle", "phone", 3999, 0, "1001", (Candidate("1001", (0,)),))
    assert alone.sentence() == "1001 by longest idle, the only candidate (waited 3 s in phone)."
    both = (Candidate("1001", (0,)), Candidate("1002", (1,)))
    many = Why("nearest", "field", 60_000, 5, "1002", both, more=2, stage=1)
    assert many.sentence() == (
        "1002 by nearest before 1001 and 2 more (waited 60 s in field, boost 5 s, widened 1 times)."
    )


def test_each_line_of_two_queues_offers_its_head():
    floor = Floor({"queues": {"a": {}, "b": {"skills": ["b"]}}})
    floor.call("a1", "a")
    floor.at(1).call("b1", "b")
    floor.at(2).call("a2", "a")
    floor.agent("1001", [("b", 1)])
    why = floor.last(MakeOffer).why
    assert why.candidates == (Candidate("a1", (0, 0)), Candidate("b1", (1000, 1)))
    floor.do(ev.OfferDeclined(floor.now, "a1.1", "1001"))
    assert floor.last(MakeOffer).why.candidates == (Candidate("b1", (1000, 1)), Candidate("a2", (2000, 2)))
