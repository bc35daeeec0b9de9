"""The staffing formulas against published figures, outside packages and a chain solved by other means."""

import math
from fractions import Fraction
from itertools import pairwise

import call_center_tools
import erlanglib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import erlang

AGENTS_AND_LOADS = [(1, 0.3), (2, 1.9), (14, 10.0), (50, 48.0), (132, 123.0), (200, 150.5), (400, 396.0)]


def test_two_hundred_calls_an_hour_of_three_minutes_with_fourteen_agents() -> None:
    """The example known from staffing calculators: 17.4 % wait, 88.8 % within 20 s, 7.8 s on average."""
    waiting = erlang.patient(14, load=200 * 180 / 3600, handling_s=180)
    assert waiting.wait_probability == pytest.approx(0.174, abs=5e-4)
    assert waiting.mean_answer_s == pytest.approx(7.8, abs=0.05)
    assert waiting.occupancy == pytest.approx(0.714, abs=5e-4)
    assert erlang.patient_service_level(14, 10.0, 180, 20) == pytest.approx(0.888, abs=5e-4)


def test_forty_eight_calls_a_minute_with_fifty_agents_and_two_minutes_of_patience() -> None:
    """Printed by Garnett, Mandelbaum and Reiman (2002): a little impatience, a fifth of the wait."""
    patient = erlang.patient(50, load=48.0, handling_s=60)
    assert (round(patient.mean_answer_s, 1), round(patient.mean_queue)) == (20.8, 17)
    impatient = erlang.impatient(50, load=48.0, handling_s=60, patience_s=120)
    assert round(impatient.abandon_probability, 3) == 0.031
    assert round(impatient.mean_wait_s, 1) == 3.7
    assert round(impatient.mean_queue) == 3
    assert round(impatient.occupancy, 2) == 0.93


@pytest.mark.parametrize(("agents", "load"), AGENTS_AND_LOADS)
def test_agrees_with_two_outside_packages(agents: int, load: float) -> None:
    assert erlang.erlang_b(agents, load) == pytest.approx(erlanglib.erlang_b(agents, load), rel=1e-9)
    assert erlang.erlang_b(agents, load) == pytest.approx(call_center_tools.erlang_b(load, agents), rel=1e-9)
    waits = erlang.erlang_c(agents, load)
    assert waits == pytest.approx(erlanglib.erlang_c(agents, load), rel=1e-9)
    assert waits == pytest.approx(call_center_tools.erlang_c(load, agents), rel=1e-9)
    level = erlang.patient_service_level(agents, load, 240, 20)
    assert level == pytest.approx(erlanglib.service_level(agents, load, waits, 20, 240), rel=1e-9)
    mean = erlang.patient(agents, load, 240).mean_answer_s
    assert mean == pytest.approx(erlanglib.average_speed_of_answer(agents, load, waits, 240), rel=1e-9)


def _chain(agents: int, load: Fraction, patience: Fraction, longest: int) -> list[Fraction]:
    """Exact steady state of the birth-death chain, cut at `longest` waiting; time in mean handling times."""
    weights = [Fraction(1)]
    for n in range(1, agents + longest + 1):
        weights.append(weights[-1] * load / (min(n, agents) + max(0, n - agents) / patience))
    total = sum(weights)
    return [w / total for w in weights]


@pytest.mark.parametrize(
    ("agents", "load", "patience"),
    [(1, "1/2", "1/2"), (3, "5", "1/4"), (5, "4", "2/5"), (10, "12", "3/4"), (20, "19", "3")],
)
def test_impatient_callers_agree_with_the_chain_in_exact_fractions(agents: int, load: str, patience: str) -> None:
    states = _chain(agents, Fraction(load), Fraction(patience), longest=150)
    waiting = erlang.impatient(agents, float(Fraction(load)), 1.0, float(Fraction(patience)))
    queue = sum((n - agents) * p for n, p in enumerate(states) if n > agents)
    assert waiting.wait_probability == pytest.approx(float(sum(states[agents:])), rel=1e-12)
    assert waiting.mean_queue == pytest.approx(float(queue), rel=1e-12)
    assert waiting.abandon_probability == pytest.approx(float(queue / Fraction(patience) / Fraction(load)), rel=1e-12)
    busy = sum(min(n, agents) * p for n, p in enumerate(states))
    assert waiting.occupancy == pytest.approx(float(busy / agents), rel=1e-12)


# P(wait), P(abandon), mean queue by ErlangA(a/h, 1/h, n, 1/p) of pyqueueing 0.1.1 (MIT; but it needs numpy
# and scipy, hence run in an environment of its own): prob_wait(), prob_abandon(),
# mean_queue_length(), twelve digits each. Its own service level is an approximation and is not compared.
PYQUEUEING = [
    (5, 4.0, 300.0, 120.0, 0.313610856424, 0.134844398461, 0.215751037538),
    (10, 12.0, 240.0, 180.0, 0.716511250018, 0.221595190786, 1.99435671708),
    (50, 48.0, 60.0, 120.0, 0.467774068554, 0.0309122491622, 2.96757591957),
    (50, 80.0, 300.0, 60.0, 0.947836060144, 0.376552098241, 6.02483357185),
    (100, 95.0, 300.0, 300.0, 0.31735681117, 0.0201656813746, 1.91573973058),
    (200, 210.0, 240.0, 240.0, 0.763969674501, 0.0574628675114, 12.0672021774),
]


@pytest.mark.parametrize(("agents", "load", "handling_s", "patience_s", "waits", "abandons", "queue"), PYQUEUEING)
def test_impatient_callers_agree_with_an_outside_package(
    agents: int,
    load: float,
    handling_s: float,
    patience_s: float,
    waits: float,
    abandons: float,
    queue: float,
) -> None:
    waiting = erlang.impatient(agents, load, handling_s, patience_s)
    assert waiting.wait_probability == pytest.approx(waits, rel=1e-9)
    assert waiting.abandon_probability == pytest.approx(abandons, rel=1e-9)
    assert waiting.mean_queue == pytest.approx(queue, rel=1e-9)


def _transient_service(agents: int, load: float, patience: float, within: float) -> float:
    """Answered within a time, by stepping in time the stages that one with j ahead passes."""
    longest, steps = 80, 400
    states = [float(p) for p in _chain(agents, Fraction(load), Fraction(patience), longest)]
    waiting, served = states[agents:], sum(states[:agents])
    leave = [agents + (j + 1) / patience for j in range(longest + 1)]
    forward = [agents + j / patience for j in range(longest + 1)]

    def slope(w: list[float]) -> list[float]:
        gains = [forward[j + 1] * w[j + 1] for j in range(longest)] + [0.0]
        return [gain - rate * v for gain, rate, v in zip(gains, leave, w, strict=True)]

    h = within / steps
    for _ in range(steps):
        k1 = slope(waiting)
        k2 = slope([w + h / 2 * k for w, k in zip(waiting, k1, strict=True)])
        k3 = slope([w + h / 2 * k for w, k in zip(waiting, k2, strict=True)])
        k4 = slope([w + h * k for w, k in zip(waiting, k3, strict=True)])
        moved = [(a + 2 * b + 2 * c + d) / 6 for a, b, c, d in zip(k1, k2, k3, k4, strict=True)]
        head = waiting[0]
        waiting = [w + h * m for w, m in zip(waiting, moved, strict=True)]
        served += h * agents * (head + waiting[0]) / 2
    return served


@pytest.mark.parametrize(("agents", "load", "patience"), [(3, 4.0, 0.5), (8, 7.0, 1.0), (20, 22.0, 2.0)])
def test_service_level_of_the_impatient_agrees_with_the_waits_followed_in_time(
    agents: int, load: float, patience: float
) -> None:
    for within in (0.02, 0.1, 0.4):
        level = erlang.impatient_service_level(agents, load, 1.0, patience, within)
        assert level == pytest.approx(_transient_service(agents, load, patience, within), abs=2e-4)


@settings(deadline=None, max_examples=50)
@given(
    agents=st.integers(1, 300),
    share=st.floats(0.05, 3.0),
    handling_s=st.floats(10, 900),
    patience_s=st.floats(5, 3600),
)
def test_relations_that_hold_whatever_the_figures(
    agents: int, share: float, handling_s: float, patience_s: float
) -> None:
    load = agents * share
    w = erlang.impatient(agents, load, handling_s, patience_s)
    assert 0.0 <= w.abandon_probability <= w.wait_probability <= 1.0
    assert w.occupancy <= 1.0 + 1e-12
    levels = [erlang.impatient_service_level(agents, load, handling_s, patience_s, t) for t in (0.0, 5.0, 60.0, 1e6)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(levels))
    assert levels[0] == pytest.approx(1.0 - w.wait_probability, abs=1e-9)
    assert levels[-1] == pytest.approx(1.0 - w.abandon_probability, abs=1e-9)
    more = erlang.impatient(agents + 1, load, handling_s, patience_s)
    assert more.abandon_probability <= w.abandon_probability


@pytest.mark.parametrize("patience_s", [None, 120.0])
@pytest.mark.parametrize("load", [0.01, 1.0, 6.7, 80.0, 1500.0])
def test_staffing_is_the_fewest_that_reach_the_level(load: float, patience_s: float | None) -> None:
    needed = erlang.agents_for(load, 240, level=0.8, within_s=20, patience_s=patience_s)

    def level(agents: int) -> float:
        if patience_s is None:
            return erlang.patient_service_level(agents, load, 240, 20)
        return erlang.impatient_service_level(agents, load, 240, patience_s, 20)

    assert level(needed) >= 0.8
    assert needed == 1 or level(needed - 1) < 0.8


def test_staffing_agrees_with_an_outside_package() -> None:
    for calls in (20, 100, 1000, 5000):
        data = call_center_tools.calc_staffing(
            calls_per_hour=calls, aht=240, max_occupancy=1.0, target_answer_time=20, target_service_level=0.8
        )
        assert erlang.agents_for(calls * 240 / 3600, 240, level=0.8, within_s=20) == data.agents


def test_fifty_thousand_agents_keep_their_digits() -> None:
    """At the Halfin-Whitt scale P(wait) tends to 1 / (1 + b Phi(b) / phi(b)) with n = a + b sqrt(a)."""
    load, beta = 49_000.0, 1.0
    agents = round(load + beta * math.sqrt(load))
    density = math.exp(-0.5) / math.sqrt(2 * math.pi)
    limit = 1 / (1 + beta * 0.5 * (1 + math.erf(1 / math.sqrt(2))) / density)
    assert erlang.erlang_c(agents, load) == pytest.approx(limit, abs=3e-3)
    nearly_patient = erlang.impatient(agents, load, 300, 1e9)
    assert nearly_patient.mean_wait_s == pytest.approx(erlang.patient(agents, load, 300).mean_wait_s, rel=1e-3)


def test_overload_answers_what_the_agents_can() -> None:
    """With twice the load the fluid limit loses half; the series behind it passes any float's range."""
    crowd = erlang.impatient(5000, 10_000.0, 300, 600)
    assert crowd.abandon_probability == pytest.approx(0.5, abs=1e-9)
    assert crowd.mean_wait_s == pytest.approx(300, abs=1e-6)
    assert erlang.impatient_service_level(5000, 10_000.0, 300, 600, 20) == pytest.approx(0.0, abs=1e-9)


def test_the_wait_of_the_answered_follows_from_the_service_level_at_every_moment() -> None:
    """The mean is the area above the curve of those answered by a given moment; Simpson's rule adds it up."""
    for agents, load, patience_s in ((3, 4.0, 90.0), (10, 9.0, 300.0)):
        waiting = erlang.impatient(agents, load, 180, patience_s)
        answered = 1.0 - waiting.abandon_probability
        steps, until = 400, 20 * patience_s
        curve = [
            answered - erlang.impatient_service_level(agents, load, 180, patience_s, n * until / steps)
            for n in range(steps + 1)
        ]
        area = until / steps / 3 * (curve[0] + 4 * sum(curve[1:-1:2]) + 2 * sum(curve[2:-1:2]) + curve[-1])
        assert waiting.mean_answer_s == pytest.approx(area / answered, rel=2e-4)


@pytest.mark.parametrize("agents", [1400, 1860, 1861, 1862, 3100])
def test_sums_beyond_the_range_of_a_float_keep_their_digits(agents: int) -> None:
    """Twice the load that can be served: the same sums by logarithms, patience and handling being one."""
    x, y = agents, 2 * agents
    logs = [j * math.log(y) - math.lgamma(x + j + 1) for j in range(2 * agents)]
    top = max(logs)
    weights = [math.exp(log - top) for log in logs]
    ahead = sum(j * w for j, w in enumerate(weights)) / sum(weights)
    waits, answers, stages = 0.0, 0.0, 0.0
    for j, w in enumerate(weights):
        stages += 1 / (x + j + 1)
        answers += w * x / (x + j + 1)
        waits += w * x / (x + j + 1) * stages
    crowd = erlang.impatient(agents, float(y), 1.0, 1.0)
    assert crowd.mean_queue / crowd.wait_probability == pytest.approx(ahead, rel=1e-9)
    assert crowd.mean_answer_s == pytest.approx(waits / answers, rel=1e-9)


def test_nobody_calls() -> None:
    assert erlang.impatient(3, 0.0, 300, 60) == erlang.Waiting(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert erlang.erlang_c(3, 0.0) == 0.0


def test_the_patient_never_give_up() -> None:
    assert erlang.patient(14, 10.0, 180).abandon_probability == 0.0


def test_a_load_that_is_too_high_for_the_patient_is_said() -> None:
    assert erlang.erlang_c(10, 10.0) == 1.0
    assert erlang.patient_service_level(10, 10.0, 300, 20) == 0.0
    with pytest.raises(ValueError, match="more than 10 agents"):
        erlang.patient(10, 10.0, 300)


@pytest.mark.parametrize(
    ("agents", "load", "handling_s", "patience_s"), [(0, 1, 1, 1), (1, -1, 1, 1), (1, 1, 0, 1), (1, 1, 1, 0)]
)
def test_impossible_figures_are_refused(agents: int, load: float, handling_s: float, patience_s: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        erlang.impatient(agents, load, handling_s, patience_s)
    with pytest.raises(ValueError, match="must be"):
        erlang.impatient_service_level(agents, load, handling_s, patience_s, 20)
    if agents:
        with pytest.raises(ValueError, match="must be"):
            erlang.agents_for(load, handling_s, level=0.8, within_s=20, patience_s=patience_s)
    if patience_s:
        with pytest.raises(ValueError, match="must be"):
            erlang.patient(agents, load, handling_s)
        with pytest.raises(ValueError, match="must be"):
            erlang.patient_service_level(agents, load, handling_s, 20)


@pytest.mark.parametrize(("agents", "load"), [(0, 0.0), (0, 1.0), (-1, 1.0), (1, -0.5)])
def test_impossible_lines_are_refused(agents: int, load: float) -> None:
    for formula in (erlang.erlang_b, erlang.erlang_c):
        with pytest.raises(ValueError, match="must be"):
            formula(agents, load)


def test_a_level_of_one_is_refused() -> None:
    with pytest.raises(ValueError, match="service level"):
        erlang.agents_for(10.0, 240, level=1.0, within_s=20)


def test_a_level_reached_exactly_is_reached() -> None:
    assert erlang.agents_for(10.0, 240, level=0.0, within_s=20) == 1
    level = erlang.impatient_service_level(7, 10.0, 240, 120.0, 20)
    assert erlang.agents_for(10.0, 240, level=level, within_s=20, patience_s=120.0) == 7


def test_one_agent_may_do_for_the_impatient_above_a_load_of_one() -> None:
    assert erlang.impatient_service_level(1, 1.5, 240, 60.0, 20) > 0.3
    assert erlang.agents_for(1.5, 240, level=0.3, within_s=20, patience_s=60.0) == 1
