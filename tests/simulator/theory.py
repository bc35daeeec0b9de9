"""Simulated M/M/n and M/M/n+M, routed by the core, beside Erlang C and Erlang A.

Agents take an offer in the millisecond in which it is made and need no wrap-up, so that the core's only part
is what theory assumes: first come first served, nobody idle beside someone who waits.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from random import Random

from routing import commands as c
from routing import config, erlang
from routing import events as e
from routing.core import Core
from routing.types import Availability, Mode

WITHIN_S = 20
BATCHES = 20


@dataclass(frozen=True)
class Cell:
    agents: int
    share: float
    """Offered load for each agent."""
    patience_s: float | None
    handling_s: float = 240.0

    @property
    def load(self) -> float:
        return self.agents * self.share


@dataclass(frozen=True)
class Line:
    """One figure of one cell: simulated with its standard error, and by theory."""

    cell: Cell
    figure: str
    simulated: float
    error: float
    theory: float

    @property
    def deviation(self) -> float:
        """In standard errors."""
        return abs(self.simulated - self.theory) / self.error if self.error else 0.0


def grid() -> Iterator[Cell]:
    for agents in (5, 20, 100):
        for share in (0.7, 0.85, 0.95):
            yield Cell(agents, share, None)
        for share in (0.8, 1.0, 1.3):
            yield Cell(agents, share, 180.0)


class Station:
    """One queue and its agents; keeps of each caller (waited ms, answered or not) in order of arrival."""

    def __init__(self, cell: Cell, seed: int) -> None:
        self.cell = cell
        self.random = Random(seed)
        table = {"mode": "phone", "wrap_up_s": 0, "offer_timeout_s": 600, "cooldown_s": 0}
        self.core = Core(config.parse({"queues": {"phone": table}}))
        self.heap: list[tuple[int, int, str, str]] = []
        self.seq = 0
        self.arrived: dict[str, int] = {}
        self.waits: list[tuple[int, bool]] = []
        for n in range(cell.agents):
            name = f"a{n}"
            self.core.apply(e.AgentProfileChanged(0, name, (Mode.PHONE,)))
            self.core.apply(e.AgentConnected(0, name))
            self.core.apply(e.AgentStateSet(0, name, Availability.AVAILABLE))

    def after(self, now: int, mean_s: float, what: str, ref: str) -> None:
        self.seq += 1
        gap = round(self.random.expovariate(1.0 / mean_s) * 1000)
        heapq.heappush(self.heap, (now + gap, self.seq, what, ref))

    def play(self, callers: int, warm_up: int) -> list[tuple[int, bool]]:
        gap_s = self.cell.handling_s / self.cell.load
        self.after(1, gap_s, "arrive", "")
        number = 0
        while len(self.waits) < callers + warm_up:
            now, _, what, ref = heapq.heappop(self.heap)
            if what == "arrive":
                number += 1
                self._arrive(now, f"t{number}")
                self.after(now, gap_s, "arrive", "")
            elif what == "leave" and ref in self.arrived:
                self.waits.append((now - self.arrived.pop(ref), False))
                self._tell(e.TaskAbandoned(now, ref))
            elif what == "done":
                self._tell(e.TalkEnded(now, ref))
        return self.waits[warm_up:]

    def _arrive(self, now: int, ref: str) -> None:
        self.arrived[ref] = now
        if self.cell.patience_s is not None:
            self.after(now, self.cell.patience_s, "leave", ref)
        self._tell(e.TaskQueued(now, ref, ref, "phone"))

    def _tell(self, event: e.Event) -> None:
        for command in self.core.apply(event):
            if isinstance(command, c.MakeOffer):
                self._tell(e.OfferAccepted(event.at, command.offer_id, command.agent_no))
            elif isinstance(command, c.ConnectTask):
                self._tell(e.MediaConnected(event.at, command.task_id, command.offer_id))
                self.waits.append((event.at - self.arrived.pop(command.task_id), True))
                self.after(event.at, self.cell.handling_s, "done", command.task_id)


def compare(cell: Cell, callers: int, seed: int = 1) -> list[Line]:
    """Figures of one cell, their standard errors from the means of twenty batches."""
    waits = Station(cell, seed).play(callers, warm_up=callers // 10)
    size = len(waits) // BATCHES
    batches = [waits[n * size : (n + 1) * size] for n in range(BATCHES)]
    handling, patience = cell.handling_s, cell.patience_s
    if patience is None:
        theory = erlang.patient(cell.agents, cell.load, handling)
        level = erlang.patient_service_level(cell.agents, cell.load, handling, WITHIN_S)
    else:
        theory = erlang.impatient(cell.agents, cell.load, handling, patience)
        level = erlang.impatient_service_level(cell.agents, cell.load, handling, patience, WITHIN_S)
    figures = {
        "wait": ([sum(w > 0 for w, _ in b) / size for b in batches], theory.wait_probability),
        "mean wait s": ([sum(w for w, _ in b) / size / 1000 for b in batches], theory.mean_wait_s),
        "level 20 s": ([sum(a and w <= WITHIN_S * 1000 for w, a in b) / size for b in batches], level),
    }
    if patience is not None:
        lost = [sum(not a for _, a in b) / size for b in batches]
        figures["abandon"] = (lost, theory.abandon_probability)
    return [_line(cell, name, values, by_theory) for name, (values, by_theory) in figures.items()]


def _line(cell: Cell, name: str, values: list[float], theory: float) -> Line:
    mean = sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / (len(values) - 1)
    return Line(cell, name, mean, sqrt(variance / len(values)), theory)


def table(callers: int) -> Iterator[str]:
    """The grid as lines of a table, the largest deviation last."""
    yield "| agents | load each | patience s | figure | simulated | ± 2 s.e. | theory | off by s.e. |"
    yield "|---|---|---|---|---|---|---|---|"
    worst = 0.0
    for seed, cell in enumerate(grid()):
        for line in compare(cell, callers, seed):
            worst = max(worst, line.deviation)
            patience = "none" if cell.patience_s is None else f"{cell.patience_s:.0f}"
            yield (
                f"| {cell.agents} | {cell.share} | {patience} | {line.figure} | {line.simulated:.4f} "
                f"| {2 * line.error:.4f} | {line.theory:.4f} | {line.deviation:.1f} |"
            )
    yield ""
    yield f"Largest deviation: {worst:.1f} standard errors"
