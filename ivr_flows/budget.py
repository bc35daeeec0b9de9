"""The cheapest way from the start of `main` to each goal: keys to press, seconds to hear."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ivr_flows.duration import seconds
from ivr_flows.edges import edges, prompts, universal
from ivr_flows.effects import Scalar
from ivr_flows.graph import RETURN, Branch, Call, Record, Ref, Release, Service

Cost: TypeAlias = tuple[int, float]
ORDINARY: Mapping[str, Scalar] = {
    "channel": "voice",
    "manner": "normal",
    "match": "one",
    "matter": "none",
    "caller_known": True,
    "identified_no": "",
    "message_number": "",
    "message_text": "",
    "emergency_no": "",
}
"""The caller that budgets are for: known by caller id, one account, nothing open."""
SERVICE_S, SPEAKING_S, KEY_S = 0.5, 8.0, 1.0


@dataclass(frozen=True, slots=True)
class Reach:
    """A goal with its budget and its cheapest way; `keys` -1 when there is none."""

    goal: str
    node: Ref
    keys: int
    seconds: float
    budget_keys: int
    budget_seconds: int

    @property
    def within(self) -> bool:
        return 0 <= self.keys <= self.budget_keys and self.seconds <= self.budget_seconds


def reaches(release: Release, lang: str) -> list[Reach]:
    """Every goal, in the order of keys and seconds."""
    found = []
    for ref, goal in release.goals.items():
        costs = _Walk(release, lang, {**ORDINARY, **goal.given}).costs(release.start_of("main"), enter=True)
        found.append(Reach(goal.name, ref, *costs.get(ref, (-1, 0.0)), goal.keys, goal.seconds))
    return sorted(found, key=lambda reach: (reach.keys, reach.seconds, reach.goal))


def table(release: Release) -> list[str]:
    """The budgets as lines of text, keys and seconds of each goal."""
    lines = [f"{'goal':28} {'keys':>9} {'zh-CN':>8} {'en':>8} {'budget':>8}"]
    english = {reach.node: reach for reach in reaches(release, "en")}
    for reach in reaches(release, "zh-CN"):
        keys = f"{reach.keys} of {reach.budget_keys}"
        other = english[reach.node]
        heard = f"{reach.seconds:6.0f} s {other.seconds:6.0f} s {reach.budget_seconds:6d} s"
        lines.append(f"{reach.goal:28} {keys:>9} {heard}")
    return lines


class _Walk:
    """Cheapest ways, calls counted by the cheapest way through the called flow."""

    def __init__(self, release: Release, lang: str, given: Mapping[str, Scalar]) -> None:
        self.given = given
        self.release = release
        self.lang = lang
        self.through: dict[str, Cost | None] = {}

    def costs(self, start: Ref, *, enter: bool) -> dict[Ref, Cost]:
        """Cost of having heard each node. `enter`: follow jumps and look into called flows too."""
        costs: dict[Ref, Cost] = {}
        heap: list[tuple[int, float, Ref]] = [(0, 0.0, start)]
        while heap:
            keys, heard, ref = heapq.heappop(heap)
            if enter and not ref[1] and ref[0] in self.release.flows:
                ref = self.release.start_of(ref[0])
            if ref in costs:
                continue
            here = heard + self._heard_s(ref)
            costs[ref] = (keys, here)
            for more_keys, more_s, to in self._ways(ref, enter=enter):
                heapq.heappush(heap, (keys + more_keys, here + more_s, to))
        return costs

    def _ways(self, ref: Ref, *, enter: bool) -> list[tuple[int, float, Ref]]:
        node = self.release.nodes.get(ref)
        if node is None:
            return []
        if isinstance(node, Call):
            inside = [(0, 0.0, self.release.start_of(node.flow))] if enter and node.flow in self.release.flows else []
            cost = self._through(node.flow)
            return [*inside, (*cost, node.next)] if cost else inside
        if isinstance(node, Branch):
            return [(0, 0.0, to) for to in self._taken(node)]
        return [
            (edge.keys, edge.keys * KEY_S, edge.to)
            for edge in (*edges(node), *universal(node))
            if edge.label not in ("exhausted", "silence", "error")
        ]

    def _taken(self, node: Branch) -> list[Ref]:
        """Ways out that the given facts allow."""
        ways = []
        for case in node.cases:
            value = self.given.get(case.var)
            if value is None or case.test == "past":
                ways.append(case.to)
            elif (value != "" if case.test == "filled" else value) in case.operand:
                return [*ways, case.to]
        return [*ways, node.otherwise]

    def _through(self, flow: str) -> Cost | None:
        """Cost from a flow's start to its return; None while being computed (recursion) or without a way."""
        if flow not in self.through:
            self.through[flow] = None
            if flow in self.release.flows:
                self.through[flow] = self.costs(self.release.start_of(flow), enter=False).get(RETURN)
        return self.through[flow]

    def _heard_s(self, ref: Ref) -> float:
        node = self.release.nodes.get(ref)
        if node is None:
            return 0.0
        if isinstance(node, Service):
            return SERVICE_S
        known = self.release.texts[self.lang].prompts
        spoken = sum(seconds(known[key].say) for key in prompts(node) if key in known)
        return spoken + (SPEAKING_S if isinstance(node, Record) else 0.0)
