"""Static checks of a release. A clean release cannot strand a caller, speak a hole, or ask what nobody
answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivr_flows.budget import reaches
from ivr_flows.check_texts import text_issues
from ivr_flows.check_values import value_issues
from ivr_flows.compile import LANGUAGES
from ivr_flows.duration import seconds
from ivr_flows.edges import WAITING, Edge, edges
from ivr_flows.graph import (
    EMERGENCY,
    HUMAN,
    RETURN,
    SMS,
    Call,
    Collect,
    Enqueue,
    Hangup,
    Menu,
    Ref,
    Release,
    Say,
    Service,
)
from ivr_flows.issues import Issue
from ivr_flows.machine import MAX_DEPTH

SAFETY = "main.safety"
SAFETY_S = 6.0
MAX_CHOICES = 8
ENTRANCES = ("main", HUMAN, EMERGENCY, SMS, "called_back")
"""Flows that begin a conversation or that rules jump to."""


def check(release: Release, queues: Collection[str] | None = None) -> list[Issue]:
    """All issues, sorted. `queues`: names of the configured queues, if they are to be checked."""
    found = {
        *_targets(release),
        *_flows(release),
        *_waits(release),
        *_keys(release),
        *_ways_out(release),
        *_danger(release),
        *text_issues(release),
        *value_issues(release),
        *_queues(release, queues),
    }
    if "main" in release.flows and not any(
        issue.code in ("dangling_target", "unknown_flow", "recursion") for issue in found
    ):
        found |= set(_budgets(release))
    return sorted(found)


def _ways(release: Release, ref: Ref) -> Iterator[Edge]:
    """Edges of a node with jumps resolved to where they land."""
    for edge in edges(release.nodes[ref]):
        if edge.to != RETURN and not edge.to[1] and edge.to[0] in release.flows:
            yield Edge(edge.label, release.start_of(edge.to[0]))
        else:
            yield edge


def _targets(release: Release) -> Iterator[Issue]:
    for flow in release.flows.values():
        if (flow.id, flow.start) not in release.nodes:
            yield Issue(flow.id, flow.start, "dangling_target", "start")
    for ref, node in release.nodes.items():
        for edge in edges(node):
            if edge.to == RETURN or edge.to in release.nodes:
                continue
            if not edge.to[1] and edge.to[0] in release.flows:
                continue
            code = "dangling_target" if edge.to[1] else "unknown_flow"
            yield Issue(*ref, code, f"{edge.label}: {edge.to[1] or edge.to[0]}")


def called(release: Release, ref: Ref) -> list[str]:
    """Flows that a node runs before it goes on."""
    node = release.nodes[ref]
    if isinstance(node, Call):
        return [node.flow]
    if isinstance(node, Enqueue):
        return [flow for flow in (node.callback, node.survey) if flow]
    return []


def _flows(release: Release) -> Iterator[Issue]:
    for ref in release.nodes:
        for flow in called(release, ref):
            if flow not in release.flows:
                yield Issue(*ref, "unknown_flow", flow)
    calls = {
        flow: sorted({c for ref in release.nodes if ref[0] == flow for c in called(release, ref)} & {*release.flows})
        for flow in release.flows
    }
    for flow in calls:
        depth = _depth(flow, calls, ())
        if depth is None:
            yield Issue(flow, release.flows[flow].start, "recursion")
        elif depth > MAX_DEPTH:
            yield Issue(flow, release.flows[flow].start, "too_deep", str(depth))


def _depth(flow: str, calls: dict[str, list[str]], above: tuple[str, ...]) -> int | None:
    if flow in above:
        return None
    depths = [_depth(inner, calls, (*above, flow)) for inner in calls[flow]]
    known = [depth for depth in depths if depth is not None]
    return None if len(known) < len(depths) else 1 + max(known, default=0)


def _reached(release: Release) -> set[Ref]:
    seen: set[Ref] = set()
    todo = [release.start_of(flow) for flow in ENTRANCES if flow in release.flows]
    while todo:
        ref = todo.pop()
        if ref in seen or ref not in release.nodes:
            continue
        seen.add(ref)
        todo += [edge.to for edge in _ways(release, ref)]
        todo += [release.start_of(flow) for flow in called(release, ref) if flow in release.flows]
    return seen


def _ways_out(release: Release) -> Iterator[Issue]:
    """Unreachable nodes, and nodes from which nothing ends."""
    reached = _reached(release)
    ending = {
        ref
        for ref, node in release.nodes.items()
        if isinstance(node, Hangup) or any(edge.to == RETURN for edge in edges(node))
    }
    grown = True
    while grown:
        more = {
            ref for ref in release.nodes if ref not in ending and any(edge.to in ending for edge in _ways(release, ref))
        }
        grown = bool(more)
        ending |= more
    for ref in release.nodes:
        if ref not in reached:
            yield Issue(*ref, "unreachable_node")
        if ref not in ending:
            yield Issue(*ref, "dead_end")
    if not any(isinstance(node, Enqueue) for ref, node in release.nodes.items() if ref[0] == HUMAN):
        yield Issue(HUMAN, "", "no_human")


def _waits(release: Release) -> Iterator[Issue]:
    """Circles of nodes that only pass. A call counts as passing: what it runs may not wait."""
    passing = {ref for ref, node in release.nodes.items() if not isinstance(node, WAITING)}
    for ref in passing:
        seen: set[Ref] = set()
        todo = [edge.to for edge in _ways(release, ref)]
        while todo:
            to = todo.pop()
            if to == ref:
                yield Issue(*ref, "loop_without_wait")
                break
            if to in passing and to not in seen:
                seen.add(to)
                todo += [edge.to for edge in _ways(release, to)]


def _keys(release: Release) -> Iterator[Issue]:
    for ref, node in release.nodes.items():
        if isinstance(node, Menu):
            reserved = {"0", "8", "*", *("9" if node.language else "")}
            for key in sorted(reserved & {*node.options}):
                yield Issue(*ref, "reserved_key", key)
            if len(node.options) > MAX_CHOICES:
                yield Issue(*ref, "too_many_choices", str(len(node.options)))
        if isinstance(node, Collect) and node.min < 2:
            yield Issue(*ref, "swallowed_key")


def _danger(release: Release) -> Iterator[Issue]:
    """The emergency branch asks nothing before its order, and nothing distracts in it; safety comes first."""
    if EMERGENCY not in release.flows:
        yield Issue(EMERGENCY, "", "unknown_flow")
        return
    for ref, node in release.nodes.items():
        if ref[0] == EMERGENCY and isinstance(node, Enqueue) and (node.callback or node.survey):
            yield Issue(*ref, "emergency_distracts")
    todo, seen = [release.start_of(EMERGENCY)], set[Ref]()
    while todo:
        ref = todo.pop()
        made = release.nodes.get(ref)
        if made is None or ref in seen or (isinstance(made, Service) and made.service == "order.open_emergency"):
            continue
        seen.add(ref)
        if isinstance(made, WAITING) and not isinstance(made, Enqueue):
            yield Issue(*ref, "emergency_asks_first")
        filled = [edge for edge in _ways(release, ref) if edge.label != "emergency_no filled true"]
        todo += [edge.to for edge in filled]
    if not _safety_first(release):
        yield Issue("main", release.flows["main"].start if "main" in release.flows else "", "safety_line")


def _safety_first(release: Release) -> bool:
    if "main" not in release.flows:
        return False
    ref = release.start_of("main")
    while isinstance(node := release.nodes.get(ref), Say):
        if node.prompt == SAFETY:
            texts = [release.texts[lang].prompts.get(SAFETY) for lang in LANGUAGES]
            return all(text is not None and seconds(text.say) <= SAFETY_S for text in texts)
        ref = node.next
    return False


def _queues(release: Release, queues: Collection[str] | None) -> Iterator[Issue]:
    for ref, node in release.nodes.items():
        if queues is not None and isinstance(node, Enqueue) and node.queue not in queues:
            yield Issue(*ref, "unknown_queue", node.queue)


def _budgets(release: Release) -> Iterator[Issue]:
    for lang in LANGUAGES:
        for reach in reaches(release, lang):
            if reach.keys < 0:
                yield Issue(*reach.node, "goal_unreachable", reach.goal)
            elif not reach.within:
                detail = f"{reach.goal}, {lang}: {reach.keys} keys, {reach.seconds:.0f} s"
                yield Issue(*reach.node, "over_budget", detail)
