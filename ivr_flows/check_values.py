"""Checks of variables along all ways, and of services against the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr_flows.check_texts import extra_variables
from ivr_flows.compile import LANGUAGES
from ivr_flows.edges import edges, prompts
from ivr_flows.formats import FORMATS
from ivr_flows.graph import (
    RETURN,
    Branch,
    Call,
    Collect,
    Enqueue,
    Keyword,
    Menu,
    Node,
    Pick,
    Record,
    Ref,
    Release,
    Service,
    Set,
    Sms,
)
from ivr_flows.issues import Issue
from ivr_flows.services import SERVICES
from ivr_flows.variables import FACTS, RESULTS

KNOWN = {**FACTS, **RESULTS}
EXTRA_TYPES = {"index": "int", "ahead": "int", "low": "int", "high": "int"}


def value_issues(release: Release) -> Iterator[Issue]:
    names = set(KNOWN) | {name for node in release.nodes.values() for name in _sets(node)}
    for ref, node in release.nodes.items():
        yield from _names(ref, node, names)
        if isinstance(node, Service):
            yield from _service(ref, node)
        yield from _formats(release, ref, node)
    for flow in release.flows:
        yield from _assignment(release, flow)


def _sets(node: Node) -> set[str]:
    """Variables that a node may set by itself."""
    if isinstance(node, Collect):
        return {node.store}
    if isinstance(node, Record):
        return {f"{node.store}_recording", f"{node.store}_text"}
    if isinstance(node, Keyword):
        return {f"{node.store}_{name}" for name in ("number", "last4", "text", "digit")}
    if isinstance(node, Set):
        return {*node.literals, *node.copies}
    if isinstance(node, Menu):
        return {name for option in node.options.values() for name in option.set}
    return {name for case in node.cases for name in case.set} if isinstance(node, Branch) else set()


def _reads(node: Node) -> set[str]:
    """Variables that a node names, needed or not."""
    if isinstance(node, Branch):
        return {case.var for case in node.cases}
    if isinstance(node, Set):
        return {*node.copies.values()}
    if isinstance(node, Service):
        return {arg.variable for arg in node.args if arg.variable}
    if isinstance(node, Enqueue):
        return {*node.learned, *([node.reason[1:]] if node.reason.startswith("$") else [])}
    if isinstance(node, Sms):
        return {node.to}
    return {node.source} if isinstance(node, Pick | Keyword) else set()


def _names(ref: Ref, node: Node, names: set[str]) -> Iterator[Issue]:
    for name in sorted(_reads(node) - names):
        yield Issue(*ref, "unknown_variable", name)


def _service(ref: Ref, node: Service) -> Iterator[Issue]:
    service = SERVICES.get(node.service)
    if service is None:
        yield Issue(*ref, "unknown_service", node.service)
        return
    if service.writes != node.writes:
        yield Issue(*ref, "wrong_verb", node.service)
    given = {arg.name for arg in node.args}
    for name in sorted(given - set(service.args)):
        yield Issue(*ref, "unknown_argument", name)
    for name, arg in service.args.items():
        if arg.required and name not in given:
            yield Issue(*ref, "missing_argument", name)
    for outcome in sorted(set(node.on) - set(service.outcomes)):
        yield Issue(*ref, "unknown_outcome", outcome)
    for outcome in sorted(set(service.outcomes) - set(node.on)):
        yield Issue(*ref, "unhandled_outcome", outcome)


def _formats(release: Release, ref: Ref, node: Node) -> Iterator[Issue]:
    for variable, name in _holes(release, node):
        known = KNOWN.get(variable)
        type_ = known.type if known else EXTRA_TYPES.get(variable)
        takes = "enum" if name == "term" else FORMATS[name][1]
        if type_ is not None and type_ != takes:
            yield Issue(*ref, "wrong_format", f"{variable} is {type_}, {name} takes {takes}")


def _holes(release: Release, node: Node) -> list[tuple[str, str]]:
    found = {
        hole
        for key in prompts(node)
        for lang in LANGUAGES
        if key in release.texts[lang].prompts
        for template in (release.texts[lang].prompts[key].say, release.texts[lang].prompts[key].write)
        for hole in template.holes
    }
    return sorted(found)


def _uses(release: Release, node: Node) -> set[str]:
    """Variables that must be set before a node is entered."""
    used = {variable for variable, _ in _holes(release, node)} - {*extra_variables(node)}
    if isinstance(node, Service):
        used |= {arg.variable for arg in node.args if arg.variable and arg.required}
    return used | {node.source} if isinstance(node, Pick) else used


def _assignment(release: Release, flow_id: str) -> Iterator[Issue]:
    """Definite assignment: what is set on every way to a node."""
    flow = release.flows[flow_id]
    start = release.start_of(flow_id)
    if start not in release.nodes:
        return
    sets: dict[Ref, frozenset[str]] = {start: frozenset({*FACTS, *flow.needs})}
    together = _companions(release)
    todo = [start]
    found: set[Issue] = set()
    while todo:
        ref = todo.pop()
        node = release.nodes[ref]
        for to, after in _outcomes(release, node, sets[ref], together):
            if to == RETURN:
                missing = sorted(set(flow.gives) - after)
                found |= {Issue(*ref, "unset_gift", name) for name in missing}
            elif to in release.nodes:
                merged = after if to not in sets else sets[to] & after
                if merged != sets.get(to):
                    sets[to] = merged
                    todo.append(to)
    for ref, have in sets.items():
        node = release.nodes[ref]
        found |= {Issue(*ref, "unset_variable", name) for name in _uses(release, node) - have}
        if isinstance(node, Call) and node.flow in release.flows:
            found |= {Issue(*ref, "unset_need", n) for n in set(release.flows[node.flow].needs) - have}
    yield from found


def _companions(release: Release) -> dict[str, frozenset[str]]:
    """For each variable those that are set whenever it is, so that finding one filled shows the others."""
    together: dict[str, frozenset[str]] = {}
    cleared: set[str] = set()
    for node in release.nodes.values():
        for edge in () if isinstance(node, Branch) else edges(node):
            names = frozenset({*edge.gives, *edge.copies})
            cleared |= {*edge.clears}
            for name in names:
                together[name] = together.get(name, names) & names
    return {name: others - cleared for name, others in together.items()}


def _outcomes(
    release: Release, node: Node, have: frozenset[str], together: Mapping[str, frozenset[str]]
) -> list[tuple[Ref, frozenset[str]]]:
    """Where a node leads, with what is set there."""
    out = []
    for edge in edges(node):
        copied = {name for name, source in edge.copies.items() if source in have}
        emptied = {name for name, source in edge.copies.items() if source not in have}
        after = (have | {*edge.gives} | copied) - {*edge.clears} - emptied
        if isinstance(node, Call) and node.flow in release.flows:
            after = (after - _cleared(release, node.flow, {})) | {*release.flows[node.flow].gives}
        if isinstance(node, Branch) and edge.label.endswith(" filled true"):
            after |= together.get(edge.label.split()[0], frozenset())
        out.append((edge.to, frozenset(after)))
    return out


def _cleared(release: Release, flow: str, known: dict[str, set[str]]) -> set[str]:
    """Variables that running a flow may leave empty."""
    if flow not in known:
        known[flow] = set()
        own: set[str] = set()
        for ref, node in release.nodes.items():
            if ref[0] == flow:
                own |= {name for edge in edges(node) for name in (*edge.clears, *edge.copies)}
                if isinstance(node, Call):
                    own |= _cleared(release, node.flow, known)
        known[flow] = own
    return known[flow]
