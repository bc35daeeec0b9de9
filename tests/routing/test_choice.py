"""Who: skills, strategies, capacity, blending, crews."""

from typing import Any

import pytest

from routing import events as ev
from routing.types import Mode, TransferMode
from tests.routing.floor import Floor, offered


def queue(**keys: Any) -> dict[str, Any]:
    return {"queues": {"phone": keys}}


def test_only_an_agent_with_the_skill_at_its_level_is_rung():
    floor = Floor(queue(skills=["fault:2"]))
    floor.agent("1001", [("fault", 1)])
    floor.call("a")
    assert floor.state("a") == "waiting"
    floor.agent("1002", [("fault", 2)])
    assert floor.rung("a") == ["1002"]


def test_the_task_may_need_more_than_its_queue():
    floor = Floor(queue(skills=["fault"]))
    floor.agent("1001", [("fault", 3)])
    floor.call("a", skills=(("en", 1), ("fault", 2)))
    assert floor.state("a") == "waiting"
    floor.agent("1002", [("en", 1), ("fault", 2)])
    assert floor.rung("a") == ["1002"]


def test_levels_drop_with_time_and_then_anyone_of_the_mode_may():
    steps = [{"after_s": 30, "levels": 2}, {"after_s": 60, "any_agent": True}]
    floor = Floor(queue(skills=["fault:3"], widen=steps))
    floor.agent("1001", [("fault", 1)])
    floor.agent("1002")
    floor.call("a")
    assert floor.at(29).state("a") == "waiting"
    assert floor.at(30).rung("a") == ["1001"]
    floor.decline("a")
    assert floor.at(59).state("a") == "waiting"
    assert floor.at(60).rung("a") == ["1002"]


def test_a_preferred_language_decides_between_the_free_and_holds_nobody_up():
    floor = Floor()
    floor.agent("1001")
    floor.at(1).agent("1002", [("yue", 1)])
    floor.call("a", prefer=("yue",))
    assert floor.rung("a") == ["1002"]
    floor.call("b", prefer=("yue",))
    assert floor.rung("b") == ["1001"]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("longest_idle", "1001"),
        ("fewest_contacts", "1002"),
        ("round_robin", "1003"),
        ("most_skilled", "1004"),
    ],
)
def test_strategies(strategy: str, expected: str):
    floor = Floor(queue(skills=["fault"], strategy=strategy, wrap_up_s=0))
    for no, level in (("1001", 1), ("1002", 1), ("1003", 2), ("1004", 3)):
        floor.agent(no, [("fault", level)], ready=False)
    state = floor.core.state
    facts = {"1001": (2, 3, 10), "1002": (1, 4, 20), "1003": (3, 1, 30), "1004": (4, 5, 40)}
    for no, (contacts, turn, idle_since) in facts.items():
        agent = state.agents[no]
        agent.contacts, agent.turn = contacts, turn
        floor.now = idle_since
        floor.ready(no)
    floor.call("a")
    assert floor.rung("a") == [expected]
    assert floor.core.apply(ev.PositionReported(floor.now, "1001", 1, 1)) == []


def test_round_robin_goes_round():
    floor = Floor(queue(strategy="round_robin", wrap_up_s=0))
    for no in ("1001", "1002", "1003"):
        floor.agent(no)
    rung = []
    for number in range(6):
        floor.call(f"t{number}")
        rung += floor.rung(f"t{number}")
        floor.serve(f"t{number}")
    assert rung == ["1001", "1002", "1003"] * 2


def test_idle_time_belongs_to_the_agent_across_queues():
    floor = Floor({"queues": {"one": {"wrap_up_s": 0}, "two": {"wrap_up_s": 0}}})
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.at(2).call("a", "one")
    floor.serve("a")
    floor.at(3).call("b", "two")
    assert floor.rung("b") == ["1002"]


def test_the_last_agent_comes_first_for_a_limited_time():
    floor = Floor(queue(last_agent_s=15))
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.agent("1002")
    floor.call("a", last_agent="1001")
    assert floor.at(14).state("a") == "waiting"
    assert floor.at(15).rung("a") == ["1002"]


def test_the_last_agent_if_free_is_rung_before_a_longer_idle_one():
    floor = Floor(queue(last_agent_s=15))
    floor.agent("1001")
    floor.at(1).agent("1002")
    floor.call("a", last_agent="1002")
    assert floor.rung("a") == ["1002"]
    assert floor.said(type(floor.out[-1]))[-1].why.rule == "last_agent"  # type: ignore[attr-defined]


@pytest.mark.parametrize("last", ["1009", "1002"])
def test_a_last_agent_who_is_not_there_is_not_waited_for(last: str):
    floor = Floor(queue(last_agent_s=15))
    floor.agent("1001")
    floor.agent("1002", ready=False)
    floor.call("a", last_agent=last)
    assert floor.rung("a") == ["1001"]


def test_several_are_rung_at_once_and_the_first_wins():
    floor = Floor(queue(strategy="ring_all", ring_at_once=2))
    for no in ("1001", "1002", "1003"):
        floor.agent(no)
    floor.call("a")
    assert floor.rung("a") == ["1001", "1002"]
    floor.do(ev.OfferAccepted(0, "a.2", "1002"))
    assert floor.state("a") == "connecting"
    assert floor.shown("1001") == "available"
    assert floor.core.offer("a.1") is None
    late = floor.do(ev.OfferAccepted(0, "a.1", "1001"))
    assert "gone" in str(late)


def test_chats_up_to_capacity_but_not_beside_a_call():
    floor = Floor({"queues": {"web": {"mode": "web", "capacity": 2}, "phone": {}}})
    floor.agent("1001", modes=(Mode.PHONE, Mode.WEB))
    for name in ("a", "b", "c"):
        floor.call(name, "web")
    assert [floor.state(n) for n in ("a", "b", "c")] == ["offered", "offered", "waiting"]
    floor.call("p")
    assert floor.state("p") == "waiting"
    floor.accept("a")
    floor.accept("b")
    floor.hang_up("a")
    assert floor.rung("c") == ["1001"]
    floor.accept("c")
    floor.hang_up("b")
    floor.hang_up("c")
    assert floor.rung("p") == ["1001"]
    floor.call("d", "web")
    assert floor.state("d") == "waiting"


def test_an_emergency_may_come_on_top_of_chats():
    floor = Floor({"queues": {"web": {"mode": "web"}, "emergency": {"boost_s": 86400}}})
    floor.agent("1001", modes=(Mode.PHONE, Mode.WEB))
    floor.call("a", "web")
    floor.accept("a")
    floor.call("e", "emergency")
    assert floor.rung("e") == ["1001"]


def test_a_chat_needs_no_media_and_a_call_does():
    floor = Floor({"queues": {"web": {"mode": "web"}, "phone": {}}})
    floor.agent("1001", modes=(Mode.WEB,))
    floor.agent("1002")
    floor.call("a", "web")
    floor.call("b")
    floor.accept("a")
    floor.accept("b")
    assert (floor.state("a"), floor.state("b")) == ("talking", "connecting")


FIELD = {"queues": {"field": {"mode": "field", "capacity": 2, "widen": [{"after_s": 60, "any_area": True}]}}}


def crew(floor: Floor, no: str, x: int, *areas: str) -> None:
    floor.agent(no, modes=(Mode.FIELD,), areas=areas)
    floor.do(ev.PositionReported(floor.now, no, x, 0))


def test_crews_are_chosen_by_area_then_load_then_distance():
    floor = Floor(FIELD)
    crew(floor, "c1", 1, "north")
    crew(floor, "c2", 50, "south")
    crew(floor, "c3", 20, "south")
    crew(floor, "c4", 90)
    for name in ("a", "b", "c"):
        floor.call(name, "field", area="south", x=0, y=0)
    assert [floor.rung(n) for n in ("a", "b", "c")] == [["c3"], ["c2"], ["c4"]]
    floor.call("d", "field", area="south", x=60, y=0)
    assert floor.rung("d") == ["c2"]


def test_a_crew_without_position_comes_last():
    floor = Floor(FIELD)
    floor.agent("c1", modes=(Mode.FIELD,))
    crew(floor, "c2", 5000)
    floor.call("a", "field", x=0, y=0)
    assert floor.rung("a") == ["c2"]
    floor.call("b", "field")
    assert floor.rung("b") == ["c1"]


def test_an_order_without_a_crew_in_its_area_widens_to_all():
    floor = Floor(FIELD)
    crew(floor, "c1", 1, "north")
    floor.call("a", "field", area="south", x=0, y=0)
    assert floor.at(59).state("a") == "waiting"
    assert floor.at(60).rung("a") == ["c1"]


def test_an_urgent_order_overtakes_in_the_field_too():
    floor = Floor({"queues": {"field": {"mode": "field"}, "danger": {"mode": "field", "boost_s": 86400}}})
    crew(floor, "c1", 1)
    floor.call("a", "field")
    floor.accept("a")
    floor.call("b", "field")
    floor.at(100).call("c", "danger")
    floor.hang_up("a")
    assert floor.rung("c") == ["c1"]


def test_a_new_skill_counts_at_the_next_decision():
    floor = Floor(queue(skills=["fault"]))
    floor.agent("1001")
    floor.call("a")
    out = floor.do(ev.AgentProfileChanged(0, "1001", (Mode.PHONE,), (("fault", 1),)))
    assert offered(out) == [("a", "1001")]


def test_a_skill_taken_away_ends_the_offers_to_come():
    floor = Floor(queue(skills=["fault"]))
    floor.agent("1001", [("fault", 1)])
    floor.do(ev.AgentProfileChanged(0, "1001", (Mode.PHONE,)))
    floor.call("a")
    assert floor.state("a") == "waiting"
    assert floor.core.state.lines["phone"].unmanned


def test_a_resting_pair_does_not_hold_up_those_behind():
    floor = Floor()
    floor.agent("1001")
    floor.agent("1002", ready=False)
    floor.call("a")
    floor.call("b")
    floor.decline("a")
    assert floor.rung("b") == ["1001"]


def test_why_names_the_rule_the_candidates_and_the_wait():
    floor = Floor()
    for number in range(7):
        floor.agent(f"100{number}")
    floor.call("a")
    why = floor.out[-1].why  # type: ignore[attr-defined]
    assert why.sentence() == ("1000 by longest idle before 1001, 1002, 1003, 1004 and 2 more (waited 0 s in phone).")
    floor.at(0)
    assert (len(why.candidates), why.more) == (5, 2)


def test_why_of_a_freed_agent_names_the_other_queues_heads():
    floor = Floor({"queues": {"one": {}, "two": {"boost_s": 30}}})
    floor.call("a", "one")
    floor.at(10).call("b", "two")
    floor.agent("1001")
    why = floor.out[-1].why  # type: ignore[attr-defined]
    assert why.sentence() == "b by longest wait before a (waited 0 s in two, boost 30 s)."


def test_why_leaves_out_the_pairs_that_rest():
    floor = Floor(queue(strategy="fewest_contacts"))
    for number in range(4):
        floor.agent(f"100{number}")
    floor.call("a")
    floor.decline("a")
    floor.decline("a")
    why = floor.out[-1].why  # type: ignore[attr-defined]
    assert why.sentence() == "1002 by fewest contacts before 1003 (waited 0 s in phone)."


def test_why_of_the_seventh_chat_agent_rung_at_once_names_that_agent():
    floor = Floor({"queues": {"web": {"mode": "web", "strategy": "ring_all", "ring_at_once": 7}}})
    for number in range(7):
        floor.agent(f"100{number}", modes=(Mode.WEB,))
    floor.call("a", "web")
    assert len(floor.rung("a")) == 7
    for offer in floor.out[-7:]:
        why = offer.why  # type: ignore[attr-defined]
        assert why.chosen in {c.id for c in why.candidates}


def test_a_last_agent_who_changes_to_other_work_is_waited_for_no_longer_than_the_limit():
    floor = Floor({"queues": {"phone": {"last_agent_s": 15}, "web": {"mode": "web"}}})
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.call("a", last_agent="1001")
    floor.do(ev.AgentProfileChanged(0, "1001", (Mode.PHONE,), (("en", 1),)))
    assert floor.at(5).state("a") == "waiting"
    floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.WEB,)))
    floor.agent("1002")
    assert floor.at(14).state("a") == "waiting"
    assert floor.at(15).rung("a") == ["1002"]


def test_a_skill_of_another_last_agent_does_not_let_someone_in():
    floor = Floor(queue(last_agent_s=15))
    floor.agent("1001")
    floor.call("x")
    floor.talk("x")
    floor.agent("1002")
    floor.call("a", last_agent="1001")
    floor.do(ev.AgentProfileChanged(0, "1002", (Mode.PHONE,), (("en", 1),)))
    assert floor.state("a") == "waiting"


def test_a_last_agent_who_declined_is_asked_again_while_the_time_for_it_lasts():
    floor = Floor(queue(last_agent_s=15, cooldown_s=5))
    floor.agent("1001")
    floor.agent("1002")
    floor.call("a", last_agent="1002")
    floor.decline("a")
    assert floor.at(4).state("a") == "waiting"
    assert floor.at(5).rung("a") == ["1002"]


def test_of_two_agents_freed_by_one_event_the_strategy_chooses():
    floor = Floor(queue(strategy="round_robin", wrap_up_s=0))
    floor.agent("1001")
    floor.call("y")
    floor.talk("y")
    floor.agent("1002")
    floor.do(ev.TransferRequested(0, "y", "1001", TransferMode.WARM, "1002"))
    floor.call("a")
    assert floor.state("a") == "waiting"
    floor.hang_up("y")
    assert floor.rung("a") == ["1001"]


def test_of_two_agents_freed_by_one_event_the_longest_wait_is_placed_first():
    """The giver of a declined transfer gets the caller back, though a younger call could have had the giver."""
    floor = Floor(queue(strategy="round_robin"))
    floor.agent("1001")
    floor.call("y")
    floor.talk("y")
    floor.agent("1002")
    floor.do(ev.TransferRequested(0, "y", "1001", TransferMode.COLD, "1002"))
    floor.call("a")
    assert floor.state("a") == "waiting"
    floor.decline("y~1")
    assert floor.rung("y~1") == ["1001"]
    assert floor.rung("a") == ["1002"]


def test_a_last_agent_is_nothing_to_a_queue_without_that_rule():
    floor = Floor()
    floor.agent("1001")
    floor.at(5).agent("1002")
    floor.call("a", last_agent="1002")
    assert floor.rung("a") == ["1001"]


def test_a_call_out_takes_its_number_in_the_order():
    floor = Floor()
    floor.agent("1001")
    floor.call("b")
    floor.do(ev.OutboundStarted(0, "out", "c-out", "phone", "1001"))
    floor.agent("1002", ready=False)
    floor.do(ev.OutboundStarted(0, "out", "c-out", "phone", "1002"))
    floor.call("a")
    assert [floor.core.place(task_id) for task_id in ("b", "out", "a")] == [0, 1, 2]


def test_a_crew_that_also_answers_calls_is_not_rung_in_its_wrap_up():
    floor = Floor({"queues": {"phone": {}, "field": {"mode": "field"}}})
    floor.agent("1001", modes=(Mode.PHONE, Mode.FIELD))
    floor.call("a")
    floor.talk("a")
    floor.call("job", "field")
    floor.accept("job")
    floor.hang_up("a")
    floor.call("b")
    floor.hang_up("job")
    assert floor.state("b") == "waiting"
