"""What happens on a floor, told line by line: `>` an event, `<` a command, `=` what a row says anew."""

import json
from dataclasses import MISSING, asdict, fields
from typing import Any

from routing import codec
from routing.commands import Command
from routing.core import Core
from routing.events import Event
from routing.metrics import Metrics, ServiceLevel

Row = dict[str, Any]


class Teller:
    """Keeps what was told of each row, so that only what is new is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[str, Row] = {}
        self.metrics = Metrics()
        self.events: list[Event] = []

    def tell(self, core: Core, event: Event, commands: list[Command]) -> None:
        self.metrics.observe(core)
        self.events.append(event)
        self.lines.append(f"{event.at / 1000:9.3f} > {_line(event)}")
        self.lines += [f"          < {_line(command)}" for command in commands]
        changed = core.changed
        for kind, rows in (("task", changed.tasks), ("offer", changed.offers), ("agent", changed.agents)):
            for name, row in rows.items():
                defaults = {f.name: codec.plain(_default(f)) for f in fields(row)}
                self._row(f"{kind} {name}", {**codec.plain(row), "place": core.place(name)}, defaults)
        for name in changed.lines:
            if (view := core.queue(name)) is not None:
                self._row(f"queue {name}", {**asdict(view), "wait_ms": core.expected_wait_ms(name)}, {})

    def _row(self, name: str, row: Row, defaults: Row) -> None:
        before = self.known.get(name, {**dict.fromkeys(row), **defaults})
        self.known[name] = row
        if new := _fields({k: v for k, v in row.items() if before[k] != v}):
            self.lines.append(f"          = {name}: {new}")

    def figures(self) -> list[str]:
        """What the day came to."""
        told = []
        for name, queue in self.metrics.queues.items():
            levels = {v.value: queue.service_level(v) for v in ServiceLevel}
            rates = {"asa_ms": queue.asa_ms(), "aht_ms": queue.aht_ms(), "abandon_rate": queue.abandon_rate()}
            told.append(f"queue {name}: {_fields({**asdict(queue), **levels, **rates}, zeros=False)}")
        for name, agent in self.metrics.agents.items():
            row = asdict(agent)
            spent = {f"{state}_ms": ms for state, ms in row.pop("state_ms").items()}
            total = {"logged_in_ms": agent.logged_in_ms(), "occupancy": agent.occupancy()}
            told.append(f"agent {name}: {_fields({**row, **spent, **total}, zeros=False)}")
        return told


def _default(field: Any) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else None


def _line(thing: Event | Command) -> str:
    data = codec.encode(thing)
    name = data.pop("type")
    data.pop("at", None)
    if "why" in data:
        why = thing.why  # type: ignore[union-attr]
        data["why"] = " ".join((why.sentence(), *(f"{c.id}:{','.join(map(str, c.key))}" for c in why.candidates)))
    if name == "ConfigChanged":
        data["config"] = ",".join(data["config"]["queues"])
    return f"{name} {_fields(data, zeros=False)}".rstrip()


def _fields(row: Row, *, zeros: bool = True) -> str:
    return " ".join(f"{k}={_word(v)}" for k, v in row.items() if zeros or v not in ("", None, [], 0, False))


def _word(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) or not value else value
