"""A flow as a Mermaid flowchart: GitHub and most viewers render it."""

from __future__ import annotations

from ivr_flows.edges import WAITING, edges
from ivr_flows.graph import RETURN, Branch, Call, Enqueue, Hangup, Node, Ref, Release, Service, Sms

_SHAPES: tuple[tuple[type | tuple[type, ...], str, str], ...] = (
    (Branch, "{", "}"),
    (Service, "[(", ")]"),
    (Call, "[[", "]]"),
    (Enqueue, "[/", "/]"),
    (Hangup, "((", "))"),
    (WAITING, "(", ")"),
)


def draw(release: Release, flow: str, lang: str = "en") -> str:
    """Mermaid text of one flow; jumps into other flows are drawn as their names."""
    lines = ["flowchart TD"]
    outside: set[str] = set()
    for ref, node in release.nodes.items():
        if ref[0] == flow:
            opening, closing = _shape(node)
            lines.append(f'  {_id(ref)}{opening}"{_title(release, ref, node, lang)}"{closing}')
            lines += [f"  {_id(ref)} -->{_label(edge.label)} {_id(edge.to)}" for edge in edges(node)]
            outside |= {edge.to[0] for edge in edges(node) if edge.to[0] != flow}
    for name in sorted(outside):
        lines.append("  back((return))" if name == RETURN[0] else f"  to_{name}([{name}])")
    start = release.start_of(flow)
    return "\n".join([lines[0], f"  begin(( )) --> {_id(start)}", *lines[1:]]) + "\n"


def _id(ref: Ref) -> str:
    if ref == RETURN:
        return "back"
    return f"n_{ref[1]}" if ref[1] else f"to_{ref[0]}"


def _label(label: str) -> str:
    return f'|"{label}"|' if label else ""


def _shape(node: Node) -> tuple[str, str]:
    return next(((a, b) for kind, a, b in _SHAPES if isinstance(node, kind)), ("[", "]"))


def _title(release: Release, ref: Ref, node: Node, lang: str) -> str:
    detail = getattr(node, "service", None) or getattr(node, "flow", None) or getattr(node, "queue", None)
    prompt = release.texts[lang].prompts.get(getattr(node, "prompt", None) or "")
    if prompt and not detail:
        holes = iter(prompt.say.holes)
        text = "".join(part if isinstance(part, str) else f"‹{next(holes)[0]}›" for part in prompt.say.parts)
        detail = text.replace('"', "'")
    kind = "sms: " if isinstance(node, Sms) else ""
    return ref[1] + (f"<br/>{kind}{detail}" if detail else "")
