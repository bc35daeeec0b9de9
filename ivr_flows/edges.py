"""Every way out of a node, as data: for the checks, the drawings and the coverage report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr_flows.graph import (
    EMERGENCY,
    HUMAN,
    Branch,
    Call,
    Case,
    Collect,
    Enqueue,
    Hangup,
    Keyword,
    Leave,
    Menu,
    Node,
    Pick,
    Record,
    Ref,
    Say,
    Service,
    Set,
    Sms,
)
from ivr_flows.variables import FACTS, RESULTS

WAITING = (Menu, Pick, Collect, Record, Service, Enqueue)


@dataclass(frozen=True, slots=True)
class Edge:
    """One way out. `gives` and `clears`: variables set and emptied on it. `keys`: presses it takes."""

    label: str
    to: Ref
    gives: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    copies: Mapping[str, str] = field(default_factory=dict)
    keys: int = 0


def edges(node: Node) -> tuple[Edge, ...]:
    """All edges that the file names. Keys that work everywhere are in `universal`."""
    return tuple(_EDGES[type(node)](node))


def universal(node: Node) -> tuple[Edge, ...]:
    """What 0 and 8 do at a node that listens."""
    if not isinstance(node, Menu | Pick | Collect | Record):
        return ()
    return Edge("0", (HUMAN, ""), keys=1), Edge("8", (EMERGENCY, ""), keys=1)


def prompts(node: Node) -> tuple[str, ...]:
    """Keys of the prompts that a node names."""
    named = [getattr(node, name, None) for name in ("prompt", "item", "repeat")]
    return tuple(key for key in named if isinstance(key, str))


def implied(variable: str, value: object) -> tuple[str, ...]:
    """Variables that are set when `variable` has `value`."""
    known = FACTS.get(variable) or RESULTS.get(variable)
    return known.implies.get(str(value), ()) if known else ()


def _assigned(values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gives = tuple(name for name, value in values.items() if value != "")
    return gives, tuple(name for name in values if name not in gives)


def _next(node: Any) -> list[Edge]:
    return [Edge("", node.next)]


def _menu(node: Menu) -> list[Edge]:
    out = []
    for key, option in node.options.items():
        gives, clears = _assigned(option.set)
        out.append(Edge(key, option.to, gives, clears, keys=1))
    out.append(Edge("exhausted", node.on_exhausted))
    return [*out, Edge("silence", node.on_silence)] if node.on_silence else out


def _pick(node: Pick) -> list[Edge]:
    known = RESULTS.get(node.source)
    fields = known.fields if known else ()
    return [
        Edge("n", node.next, fields, keys=1),
        Edge("9", node.other, keys=1),
        Edge("exhausted", node.on_exhausted),
    ]


def _collect(node: Collect) -> list[Edge]:
    return [
        Edge("digits", node.next, (node.store,), keys=node.min + (node.min != node.max)),
        Edge("star", node.on_star, keys=1),
        Edge("exhausted", node.on_exhausted),
    ]


def _record(node: Record) -> list[Edge]:
    names = (f"{node.store}_recording", f"{node.store}_text")
    return [Edge("recorded", node.next, names, keys=1), Edge("empty", node.on_empty, clears=names)]


def _service(node: Service) -> list[Edge]:
    out = [Edge(outcome, to, node.gives.get(outcome, ())) for outcome, to in node.on.items()]
    return [*out, Edge("error", node.on_error)]


def _branch(node: Branch) -> list[Edge]:
    return [*(_case(case) for case in node.cases), Edge("otherwise", node.otherwise)]


def _case(case: Case) -> Edge:
    shown = ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in case.operand)
    gives, clears = _assigned(case.set)
    sure: tuple[str, ...] = ()
    if case.test == "is":
        sure = implied(case.var, case.operand[0])
    if case.test in ("is", "among") or (case.test == "filled" and case.operand[0] is True):
        sure = (*sure, case.var)
    return Edge(f"{case.var} {case.test} {shown}", case.to, (*gives, *sure), clears)


def _set(node: Set) -> list[Edge]:
    gives, clears = _assigned(node.literals)
    return [Edge("", node.next, gives, clears, node.copies)]


def _enqueue(node: Enqueue) -> list[Edge]:
    return [Edge("talked", node.next), Edge("left", node.on_left)]


def _keyword(node: Keyword) -> list[Edge]:
    out = [Edge("digit", node.digit, (f"{node.store}_digit",)), Edge("otherwise", node.otherwise)]
    for word in node.words:
        out.append(Edge(word.words[0].upper(), word.to))
        if word.alone:
            out.append(Edge(word.words[0].upper() + " alone", word.alone))
    return out


_EDGES: Mapping[type, Callable[[Any], list[Edge]]] = {
    Say: _next,
    Sms: _next,
    Leave: _next,
    Call: _next,
    Menu: _menu,
    Pick: _pick,
    Collect: _collect,
    Record: _record,
    Service: _service,
    Branch: _branch,
    Set: _set,
    Enqueue: _enqueue,
    Keyword: _keyword,
    Hangup: lambda _node: [],
}
