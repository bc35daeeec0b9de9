"""A run as a list of what the core was told, so that it can be replayed, cut down and read.

Deadlines are not part of it: whoever replays fires them again from the rows, as a shell does.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from routing import codec
from routing.events import Event
from tests.simulator.plan import HOUR, MINUTE, SECOND


class Item(NamedTuple):
    """`event` none is a restart: the core is saved, thrown away and loaded again."""

    time: int
    event: Event | None


def save(path: Path, items: Iterable[Item]) -> None:
    lines = [
        json.dumps({"time": i.time, "event": codec.encode(i.event) if i.event else None}, ensure_ascii=False)
        for i in items
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def load(path: Path) -> list[Item]:
    read = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Item(r["time"], codec.decode(r["event"]) if r["event"] else None) for r in read]


def clock(time: int) -> str:
    hours, rest = divmod(time, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    return f"{hours:02}:{minutes:02}:{rest // SECOND:02}.{rest % SECOND:03}"


def readable(item: Item) -> str:
    """One line: the time, the event, and the fields that say something."""
    if item.event is None:
        return f"{clock(item.time)}  restart from the snapshot"
    fields: dict[str, Any] = codec.plain(item.event)
    told = fields.pop("at")
    late = "" if told == item.time else f"  (happened {clock(told)})"
    if "config" in fields:
        fields = {"queues": ",".join(fields["config"]["queues"])}
    said = " ".join(f"{k}={_short(v)}" for k, v in fields.items() if v not in ("", None, [], 0, False))
    return f"{clock(item.time)}  {type(item.event).__name__} {said}{late}"


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list) else str(value)
