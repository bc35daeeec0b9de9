"""The wallboard's frames: what changed between two seconds, and how a client keeps its copy equal.

A `delta` holds only members that changed: of `queues` and `agents` the changed objects, to be replaced by their key;
`clocks`, `follow_ups`, `surveys` and `warnings` whole. When an object has gone, a `snapshot` is sent instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
KEYED = {"queues": "name", "agents": "agent_no"}
WHOLE = ("clocks", "follow_ups", "surveys", "warnings")


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json | None:
    """The frame (without `seq`) that makes `after` of `before`; None when nothing but the time has changed."""
    delta: Json = {}
    for member, key in KEYED.items():
        known = {each[key]: each for each in before[member]}
        fresh = {each[key]: each for each in after[member]}
        if known.keys() - fresh.keys():
            return {"type": "snapshot", **after}
        changed = [each for name, each in fresh.items() if known.get(name) != each]
        if changed:
            delta[member] = changed
    delta |= {member: after[member] for member in WHOLE if before[member] != after[member]}
    return {"type": "delta", **delta, "as_of": after["as_of"]} if delta else None


def reduce(state: Mapping[str, Any], frame: Mapping[str, Any]) -> Json:
    """The client's board after a frame."""
    fields = {name: value for name, value in frame.items() if name not in ("type", "seq")}
    if frame["type"] == "snapshot":
        return fields
    merged = {**state, **fields}
    for member, key in KEYED.items():
        if member in frame:
            both = {each[key]: each for each in (*state[member], *frame[member])}
            merged[member] = [both[name] for name in sorted(both)]
    return merged
