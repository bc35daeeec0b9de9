"""Staffing formulas: Erlang B, Erlang C (M/M/n) and Erlang A (M/M/n+M, callers lose patience).

Load is in erlangs (arrivals a second times seconds of work each), times are seconds, probabilities 0 to 1.
Every sum here adds positive terms, rescaled before they overflow, so results keep their digits with tens of
thousands of agents. These figures plan people; no routing decision depends on them, so floating
point is of no concern to replay.

Sources: Erlang (1917); Mandelbaum, Zeltyn, "Service engineering in action: the Palm/Erlang-A queue" (2007).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

_RESCALE_ABOVE = 1e250
_NEGLIGIBLE = 1e-18


@dataclass(frozen=True, slots=True)
class Waiting:
    """How an M/M/n or M/M/n+M queue waits in its steady state.

    `wait_probability`: share of callers who find everyone busy. `abandon_probability`: share of all callers
    who give up. `mean_wait_s`: over all callers, those who give up included. `mean_answer_s`: over the
    answered. `mean_queue`: callers waiting. `occupancy`: share of the agents' time at work.
    """

    wait_probability: float
    abandon_probability: float
    mean_wait_s: float
    mean_answer_s: float
    mean_queue: float
    occupancy: float


def erlang_b(agents: int, load: float) -> float:
    """Share of callers lost when `agents` lines have no queue behind them."""
    _check(agents, load)
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """Share of callers who wait when nobody gives up; 1 where the load is not below the agents."""
    _check(agents, load)
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1.0 - blocked))


def patient(agents: int, load: float, handling_s: float) -> Waiting:
    """M/M/n. Raises ValueError where the load is not below the agents: the queue then grows for ever."""
    _check(agents, load, handling_s)
    if load >= agents:
        raise ValueError(f"load of {load} erlangs needs more than {agents} agents when nobody gives up")
    waits = erlang_c(agents, load)
    mean = waits * handling_s / (agents - load)
    return Waiting(waits, 0.0, mean, mean, mean * load / handling_s, load / agents)


def patient_service_level(agents: int, load: float, handling_s: float, within_s: float) -> float:
    """M/M/n: share of callers answered within `within_s`."""
    _check(agents, load, handling_s)
    if load >= agents:
        return 0.0
    return 1.0 - erlang_c(agents, load) * math.exp(-(agents - load) * within_s / handling_s)


def impatient(agents: int, load: float, handling_s: float, patience_s: float) -> Waiting:
    """M/M/n+M: callers give up after an exponential time of mean `patience_s`."""
    _check(agents, load, handling_s, patience_s)
    if load == 0.0:
        return Waiting(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    series = _queue_series(agents * patience_s / handling_s, load * patience_s / handling_s)
    waits = _wait_probability(agents, load, series.log_sum)
    queue = waits * series.mean_ahead
    mean_wait_s = queue * handling_s / load
    abandons = mean_wait_s / patience_s
    answered = (1.0 - waits) + waits * series.served
    answer_s = waits * series.served_wait * patience_s / answered
    return Waiting(waits, abandons, mean_wait_s, answer_s, queue, load * answered / agents)


def impatient_service_level(agents: int, load: float, handling_s: float, patience_s: float, within_s: float) -> float:
    """M/M/n+M: share of all callers who are answered, and within `within_s`."""
    _check(agents, load, handling_s, patience_s)
    x, y = agents * patience_s / handling_s, load * patience_s / handling_s
    series = _queue_series(x, y)
    waits = _wait_probability(agents, load, series.log_sum)
    served_later = x / (x + 1) * math.exp(_log_kept(x + 1, y, within_s / patience_s) - series.log_sum)
    return (1.0 - waits) + waits * (series.served - served_later)


def agents_for(
    load: float, handling_s: float, *, level: float, within_s: float, patience_s: float | None = None
) -> int:
    """Fewest agents that answer the share `level` of all callers within `within_s`.

    By Erlang C, or with `patience_s` by Erlang A.
    """
    if not 0.0 <= level < 1.0:
        raise ValueError(f"service level {level} must be at least 0 and below 1")

    def reached(agents: int) -> bool:
        if patience_s is None:
            return patient_service_level(agents, load, handling_s, within_s) >= level
        return impatient_service_level(agents, load, handling_s, patience_s, within_s) >= level

    low, high = 0, max(1, math.ceil(load))
    while not reached(high):
        low, high = high, high + math.ceil(math.sqrt(load))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _check(agents: int, load: float, *times_s: float) -> None:
    if agents < 1 or load < 0.0 or any(time_s <= 0.0 for time_s in times_s):
        raise ValueError(f"agents {agents} must be at least 1, load {load} not negative, times {times_s} above 0 s")


def _wait_probability(agents: int, load: float, log_a: float) -> float:
    """P(wait) from A = sum of p(n+j)/p(n): written with 1/A so that a huge A cannot overflow."""
    blocked = erlang_b(agents, load)
    return blocked / (blocked + (1.0 - blocked) * math.exp(-log_a))


def _log_kept(x: float, y: float, elapsed: float) -> float:
    """Log of the part of the offered wait's density beyond `elapsed` mean patiences, not yet divided by A."""
    return -x * elapsed - y * math.expm1(-elapsed) + _queue_series(x, y * math.exp(-elapsed)).log_sum


class _Series(NamedTuple):
    log_sum: float
    mean_ahead: float
    served: float
    served_wait: float


def _queue_series(x: float, y: float) -> _Series:
    """Sums over the callers j already waiting, weighted by y^j / ((x+1)…(x+j)): what one who must wait meets.

    One with j ahead passes j + 1 stages, stage k ending at rate x+k+1 (in mean patiences, own patience
    included), and is served with probability x/(x+j+1); `served_wait` is the wait of the served, spread over
    all who wait.
    """
    term = total = 1.0
    ahead = scale = 0.0
    stages = 1.0 / (x + 1)
    served = x / (x + 1)
    served_wait = served * stages
    j = 0
    while term > total * _NEGLIGIBLE:
        j += 1
        term *= y / (x + j)
        stages += 1.0 / (x + j + 1)
        total += term
        ahead += j * term
        served += term * x / (x + j + 1)
        served_wait += term * x / (x + j + 1) * stages
        if total > _RESCALE_ABOVE:
            scale += math.log(total)
            term, ahead, served, served_wait = (v / total for v in (term, ahead, served, served_wait))
            total = 1.0
    return _Series(scale + math.log(total), ahead / total, served / total, served_wait / total)
