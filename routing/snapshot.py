"""The whole state as JSON types, and back. Indexes are not in it: they are made again."""

from typing import Any

from routing.codec import CodecError, build, plain
from routing.config import Config, Queue
from routing.lines import Ledger, Line, Pace
from routing.rebuild import reindex
from routing.state import Ended, State
from routing.types import Agent, Offer, Task

VERSION = 1


def write(s: State) -> dict[str, Any]:
    return {
        "version": VERSION,
        "now": s.now,
        "seq": s.seq,
        "turn": s.turn,
        "config": plain(s.config),
        "lines": [plain_line(line) for line in s.lines.values()],
        "agents": [plain(a) for a in s.agents.values()],
        "tasks": [plain(t) for t in s.tasks.values()],
        "offers": [plain(o) for o in s.offers.values()],
        "ended": [plain(e) for e in s.ended.values()],
        "redials": dict(s.redials),
    }


def plain_line(line: Line) -> dict[str, Any]:
    """One queue as JSON types: a part of the snapshot."""
    return {
        "queue": plain(line.queue),
        "open": line.open,
        "open_until": line.open_until,
        "retired": line.retired,
        "sole_missed": line.sole_missed,
        "unmanned": line.unmanned,
        "ledger": plain(line.ledger),
        "pace": plain(line.pace),
        "count": {state.value: n for state, n in line.count.items()},
    }


def read(data: dict[str, Any]) -> State:
    if data.get("version") != VERSION:
        raise CodecError(f"snapshot version {data.get('version')!r} is not {VERSION}")
    s = State(build(Config, data["config"]))
    s.now, s.seq, s.turn = data["now"], data["seq"], data["turn"]
    for entry in data["lines"]:
        line = _read_line(entry)
        s.lines[line.name] = line
    s.agents = {a.agent_no: a for a in (build(Agent, x) for x in data["agents"])}
    s.tasks = {t.task_id: t for t in (build(Task, x) for x in data["tasks"])}
    s.offers = {o.offer_id: o for o in (build(Offer, x) for x in data["offers"])}
    s.ended.update((e.task_id, e) for e in (build(Ended, x) for x in data["ended"]))
    s.redials = dict(data["redials"])
    reindex(s)
    s.ready.clear()
    return s


def _read_line(entry: dict[str, Any]) -> Line:
    line = Line(build(Queue, entry["queue"]))
    line.open, line.open_until = entry["open"], entry["open_until"]
    line.retired, line.sole_missed = entry["retired"], entry["sole_missed"]
    line.unmanned = entry["unmanned"]
    line.ledger = build(Ledger, entry["ledger"])
    line.pace = build(Pace, entry["pace"])
    for state in line.count:
        line.count[state] = entry["count"][state.value]
    return line
