"""Estimates, figures, the ledger."""

import pytest

from routing import events as ev
from routing.estimate import LONGEST_S, expected_ms, spoken
from routing.metrics import Metrics, QueueFigures, ServiceLevel, overdue
from routing.types import AgentState, Kind, Mode, TransferMode
from routing.views import load_of
from tests.routing.floor import Floor
from tests.routing.random_day import Day


class Counted(Floor):
    """A floor whose figures are kept."""

    def __init__(self, config: dict[str, object] | None = None) -> None:
        self.metrics = Metrics()
        super().__init__(config)

    def do(self, event: ev.Event) -> list:  # type: ignore[type-arg]
        commands = super().do(event)
        self.metrics.observe(self.core)
        return commands


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        (ServiceLevel.IGNORED, 7778),
        (ServiceLevel.NEGATIVE, 7000),
        (ServiceLevel.POSITIVE, 8000),
        (ServiceLevel.ANSWERED_ONLY, 7778),
    ],
)
def test_the_worked_example_of_service_level(variant: ServiceLevel, expected: int):
    """70 answered in time, 10 given up in time, 20 answered too late."""
    figures = QueueFigures(offered=100, answered=90, abandoned=10, answered_within=70, abandoned_within=10)
    assert figures.service_level(variant) == expected


def test_figures_of_nothing_are_none_and_never_zero():
    figures = QueueFigures()
    assert [figures.service_level(v) for v in ServiceLevel] == [None] * 4
    assert (figures.asa_ms(), figures.aht_ms(), figures.abandon_rate()) == (None, None, None)


def test_a_short_day():
    floor = Counted({"queues": {"phone": {"target": {"percent": 80, "within_s": 20}}}})
    floor.agent("1001")
    floor.call("a")
    floor.at(4).accept("a")
    floor.at(6).media("a")
    floor.call("b")
    floor.call("c")
    floor.call("d")
    floor.at(16).do(ev.TaskAbandoned(floor.now, "b"))
    floor.do(ev.HoldStarted(floor.now, "a"))
    floor.at(20).do(ev.HoldEnded(floor.now, "a"))
    floor.at(36).hang_up("a")
    assert overdue(floor.core, "phone") == 2
    floor.at(46).wrap_up("a")
    floor.at(50).talk("c")
    floor.do(ev.CallbackRequested(floor.now, "d"))
    figures = floor.metrics.queues["phone"]
    assert (figures.offered, figures.answered, figures.abandoned, figures.flow_out) == (4, 2, 1, 1)
    assert (figures.answered_within, figures.abandoned_within) == (1, 1)
    assert (figures.asa_ms(), figures.longest_wait_ms) == (25_000, 44_000)
    assert (figures.aht_ms(), figures.hold_ms) == (40_000, 4000)
    assert figures.abandon_rate() == 2500
    assert figures.service_level(ServiceLevel.NEGATIVE) == 2500
    assert figures.service_level_now(overdue=1) == 2000
    agent = floor.metrics.agents["1001"]
    assert (agent.offered, agent.accepted) == (2, 2)


def test_offers_are_counted_by_their_end():
    floor = Counted()
    for no in ("1001", "1002", "1003", "1004"):
        floor.agent(no)
    floor.call("a")
    floor.decline("a")
    floor.do(ev.OfferFailed(floor.now, floor.offer("a").offer_id, "refused"))
    floor.at(20)
    floor.do(ev.TaskAbandoned(floor.now, "a"))
    by = floor.metrics.agents
    assert (by["1001"].declined, by["1002"].failed, by["1003"].missed, by["1004"].withdrawn) == (1, 1, 1, 1)


def test_the_states_of_an_agent_sum_to_the_time_logged_in():
    floor = Counted()
    floor.agent("1001")
    floor.at(10).call("a")
    floor.at(15).talk("a")
    floor.at(75).hang_up("a")
    floor.at(100).wrap_up("a")
    floor.at(120).do(ev.ShiftEnded(floor.now, "1001"))
    agent = floor.metrics.agents["1001"]
    assert agent.logged_in_ms() == 120_000
    assert agent.state_ms[AgentState.TALKING] == 60_000
    assert agent.occupancy() == 7083


def test_consults_and_calls_out_are_no_contacts_offered():
    floor = Counted()
    floor.agent("1001")
    floor.do(ev.OutboundStarted(0, "out", "c", "phone", "1001"))
    floor.media("out")
    floor.agent("1002")
    floor.do(ev.TransferRequested(0, "out", "1001", TransferMode.WARM, "1002"))
    floor.talk("out~1")
    assert "phone" not in floor.metrics.queues


def test_the_on_call_phones_have_no_figures():
    floor = Counted({"queues": {"emergency": {"boost_s": 86400}}, "duty": {"phones": ["+8613800000001"]}})
    floor.call("e", "emergency")
    floor.at(60)
    assert not any(figures.offered for figures in floor.metrics.agents.values())


@pytest.mark.parametrize("seed", range(4))
def test_offered_is_answered_plus_abandoned_plus_flow_out_plus_waiting(seed: int):
    floor = Counted()
    Day(floor, seed).run(250)
    for name, figures in floor.metrics.queues.items():
        tasks = [t for t in floor.core.state.tasks.values() if t.queue == name]
        waiting = sum(t.kind in ("contact", "transfer") and t.answered_at is None for t in tasks)
        assert figures.offered <= figures.answered + figures.abandoned + figures.flow_out + waiting
        assert figures.answered_within <= figures.answered


# -- estimate ----------------------------------------------------------------------------------------------


def test_an_estimate_is_a_range_of_whole_minutes_and_never_zero():
    for ahead in (0, 1, 7, 100):
        for expected in (0, 1, 59_999, 60_000, 600_000, 10**9):
            found = spoken(ahead, expected, True)
            assert 60 <= found.low_s < found.high_s <= LONGEST_S
            assert found.low_s % 60 == found.high_s % 60 == 0


def test_the_expected_wait_lies_in_the_range():
    for expected_s in range(60, 5000, 37):
        found = spoken(0, expected_s * 1000, True)
        assert found.low_s <= expected_s <= found.high_s


def test_an_estimate_exists_before_anything_was_measured_and_with_nobody_there():
    floor = Floor()
    floor.call("a")
    found = floor.core.estimate("a")
    assert found is not None
    assert (found.ahead, found.staffed) == (0, False)
    assert found.low_s >= 60
    assert floor.core.expected_wait_ms("phone") > 0
    assert floor.core.estimate("zz") is None


def test_an_answered_task_has_no_estimate():
    floor = Floor()
    floor.agent("1001")
    floor.call("a")
    floor.talk("a")
    assert floor.core.estimate("a") is None


def busy_queue(agents: int) -> Floor:
    """Every agent is done with a call every 100 s, and others always wait."""
    floor = Floor({"queues": {"phone": {"wrap_up_s": 0}, "rest": {}}})
    for number in range(agents):
        floor.agent(f"10{number:02d}")
    for number in range(20 + agents):
        floor.call(f"t{number:02d}")
    talking: list[str] = []
    for number in range(agents):
        floor.talk(f"t{number:02d}")
        talking.append(f"t{number:02d}")
    for number in range(agents, agents + 12):
        floor.at(floor.now / 1000 + 100 / agents).hang_up(talking.pop(0))
        floor.talk(f"t{number:02d}")
        talking.append(f"t{number:02d}")
    return floor


@pytest.mark.parametrize("agents", [1, 2, 4])
def test_the_estimate_follows_the_real_pace(agents: int):
    floor = busy_queue(agents)
    waited_ms = floor.core.expected_wait_ms("phone")
    line = floor.core.state.lines["phone"]
    expected = (len(line.order) + 1) * 100_000 // agents
    assert abs(waited_ms - expected) <= expected // 5


def test_who_is_next_waits_for_one_place_and_not_for_none():
    floor = busy_queue(1)
    waiting_ms = expected_ms(floor.core.state.lines["phone"], 0)
    assert abs(waiting_ms - 100_000) <= 20_000


def test_more_staff_shortens_the_estimate_at_once():
    floor = busy_queue(2)
    before = floor.core.expected_wait_ms("phone")
    floor.agent("2001")
    floor.agent("2002")
    assert floor.core.expected_wait_ms("phone") < before * 2 // 3


def test_shared_agents_count_in_part():
    floor = Floor({"queues": {"one": {}, "two": {"skills": ["x"]}}})
    floor.agent("1001", [("x", 1)])
    floor.agent("1002")
    assert floor.core.state.lines["one"].weight == 1500
    assert floor.core.state.lines["two"].weight == 500


def test_a_queue_at_a_glance():
    floor = Floor()
    floor.agent("1001")
    floor.at(5).call("a")
    view = floor.core.queue("phone")
    assert view is not None
    assert (view.offered, view.waiting, view.oldest_at, view.staffed, view.available) == (1, 0, 5000, 1, 0)
    assert view.estimate_s > 0
    assert floor.core.queue("gone") is None
    assert load_of(floor.agent_of("1001")) == {"phone": 1, "web": 0, "field": 0}
    assert floor.core.now == 5000
    assert floor.core.agent("9999") is None


def test_modes_have_usual_handling_times():
    floor = Floor({"queues": {"phone": {}, "web": {"mode": "web"}, "field": {"mode": "field"}}})
    waits = [floor.core.expected_wait_ms(name) for name in ("phone", "web", "field")]
    assert waits == sorted(waits)


@pytest.mark.parametrize(
    ("expected", "low_s", "high_s"),
    [(180_000, 120, 300), (240_000, 120, 360), (4_001_000, 2640, 6060), (1, 60, 120), (20_000_000, 7140, 7200)],
)
def test_the_range_is_two_thirds_to_one_and_a_half(expected: int, low_s: int, high_s: int):
    said = spoken(3, expected, staffed=True)
    assert (said.low_s, said.high_s) == (low_s, high_s)


def test_until_anyone_has_waited_the_usual_time_is_shared_by_those_at_work():
    floor = Floor({"queues": {"phone": {}, "web": {"mode": "web"}, "field": {"mode": "field"}}})
    assert [floor.core.expected_wait_ms(q) for q in ("phone", "web", "field")] == [240_000, 480_000, 3_600_000]
    floor.agent("1001")
    floor.agent("1002")
    for task_id in ("a", "b", "c"):
        floor.call(task_id)
    assert floor.core.expected_wait_ms("phone") == 2 * 240_000 // 2
    floor.accept("a")
    assert floor.core.expected_wait_ms("phone") == 2 * 240_000 // 2
    floor.call("d")
    assert floor.core.expected_wait_ms("phone") == 3 * 240_000 // 2
    view = floor.core.queue("phone")
    assert view is not None
    assert view.estimate_s == 360


def test_a_state_is_shown_since_it_began():
    floor = Floor()
    floor.agent("1001")
    floor.at(5).call("a")
    floor.at(7).accept("a")
    assert floor.agent_of("1001").since == 7000


def test_more_skills_at_work_are_shared_at_once():
    floor = Floor({"queues": {"phone": {}, "en": {"skills": ["en"]}}})
    floor.agent("1001")
    lines = floor.core.state.lines
    assert lines["phone"].shares == {"1001": 1000}
    floor.do(ev.AgentProfileChanged(floor.now, "1001", (Mode.PHONE,), (("en", 1),)))
    assert (lines["phone"].shares, lines["en"].shares) == ({"1001": 500}, {"1001": 500})


def test_a_wait_with_nobody_there_and_a_callback_teach_nothing():
    floor = Floor()
    floor.call("a")
    floor.call("b")
    floor.do(ev.CallbackRequested(0, "b"))
    floor.at(1000).agent("1001")
    floor.serve("a")
    handled_ms = floor.core.expected_wait_ms("phone")
    floor.talk("b~1")
    assert floor.core.expected_wait_ms("phone") == handled_ms
    assert floor.core.state.lines["phone"].pace.places == 0


def test_whoever_waits_exactly_as_long_as_the_target_is_not_overdue():
    floor = Floor({"queues": {"phone": {"target": {"within_s": 20}}}})
    floor.call("a")
    floor.do(ev.HoldEnded(20_000, "another"))
    assert overdue(floor.core, "phone") == 0
    floor.do(ev.HoldEnded(20_001, "another"))
    assert overdue(floor.core, "phone") == 1


@pytest.mark.parametrize(("waited_ms", "within"), [(20_000, 1), (20_010, 0)])
def test_in_time_is_the_last_millisecond_of_the_target_and_not_the_next(waited_ms: int, within: int):
    floor = Counted({"queues": {"phone": {"target": {"within_s": 20}}}})
    floor.call("left")
    floor.call("a")
    floor.now = waited_ms
    floor.do(ev.TaskAbandoned(floor.now, "left"))
    floor.agent("1001")
    floor.talk("a")
    figures = floor.metrics.queues["phone"]
    assert (figures.answered_within, figures.abandoned_within) == (within, within)


def test_a_callback_that_waits_is_not_overdue():
    floor = Floor()
    floor.call("a")
    floor.call("k", kind=Kind.CALLBACK)
    floor.do(ev.HoldEnded(60_000, "another"))
    assert overdue(floor.core, "phone") == 1


def test_figures_that_begin_in_the_middle_of_the_day_know_nothing_of_the_morning():
    floor = Floor()
    floor.agent("1001")
    floor.at(100).call("a")
    metrics = Metrics()
    metrics.observe(floor.core)
    assert metrics.agents["1001"].state_ms[AgentState.OFFLINE] == 0
    assert (metrics.agents["1001"].offered, metrics.agents["1001"].since) == (1, 100_000)
