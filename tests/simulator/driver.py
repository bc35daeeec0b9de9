"""Runs the core in virtual time as a shell would: events in, deadlines from the rows fired back, restarts.

What it does depends on the items alone, so a recorded run is replayed bit for bit: how late a deadline is
fired, and whether a stale or repeated one is, follows from the deadline itself.
"""

import heapq
import json
import signal
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from routing import events as e
from routing.commands import Command
from routing.core import Core
from routing.estimate import expected_ms
from routing.types import BrokenInvariant, DeadlineKind
from tests.simulator.book import LAG_MS, Book, Violated
from tests.simulator.rules import Rules
from tests.simulator.script import Item

Deadline = tuple[int, str, str, int]
"""(fired at, kind, id, due)"""
_AGAIN_MS = 2000
ANSWER_S = 20
"""Processor time after which an event that the core still works on has no end; 64 events share one watch."""
FULL_EVERY = 4096
"""Each so many events the core recounts everything."""


@dataclass
class Tally:
    """What a run was made of."""

    events: Counter[str] = field(default_factory=Counter)
    commands: int = 0
    restarts: int = 0
    total: int = 0
    days: int = 0

    def add(self, other: "Tally") -> None:
        self.events.update(other.events)
        self.commands += other.commands
        self.restarts += other.restarts
        self.total += other.total
        self.days += other.days


def _scatter(text: str, due: int) -> int:
    """A number that only depends on the deadline, the same in every process."""
    return (due * 2654435761 + len(text) * 40503 + ord(text[-1]) * 1_000_003) >> 9 & 1023


def _endless(_number: int, _frame: object) -> None:
    raise TimeoutError("no answer")


class Driver:
    def __init__(self, first: e.ConfigChanged, *, checked: bool = True) -> None:
        self.core = Core(first.config)
        self.rules = Rules(Book(first.config)) if checked else None
        self.record: list[Item] = []
        self.tally = Tally(days=1)
        self.twin: Core | None = None
        self._twin_left = 0
        self._deadlines: list[Deadline] = []
        self._armed: dict[str, dict[str, int]] = {"task": {}, "offer": {}, "agent": {}}
        signal.signal(signal.SIGVTALRM, _endless)

    def close(self) -> None:
        """No more events; the watch over them ends."""
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    @property
    def next_deadline(self) -> int | None:
        return self._deadlines[0][0] if self._deadlines else None

    def tell(self, item: Item) -> list[Command]:
        """Give one item to the core, as recorded."""
        self.record.append(item)
        if item.event is None:
            self._restart()
            return []
        return self._apply(item.event)

    def fire(self) -> list[Command] | None:
        """Fire the next deadline; none if the row has moved on and the shell would not have asked."""
        at, kind, ref, due = heapq.heappop(self._deadlines)
        chance = _scatter(ref, due + at)
        armed = self._armed[kind]
        if armed.get(ref) == due:
            del armed[ref]
        elif chance > 64:
            return None
        if chance < 20:
            heapq.heappush(self._deadlines, (at + _AGAIN_MS, kind, ref, due))
        return self._apply(e.DeadlineReached(at, DeadlineKind(kind), ref, due))

    def _apply(self, event: e.Event) -> list[Command]:
        core = self.core
        if not self.tally.total & 63:
            signal.setitimer(signal.ITIMER_VIRTUAL, ANSWER_S)
        try:
            commands = core.apply(event)
        except Exception as error:
            raise Violated("the core raised", f"{type(error).__name__}: {error} at {event}") from error
        self.tally.events[type(event).__name__] += 1
        self.tally.total += 1
        self.tally.commands += len(commands)
        changed = core.changed
        if self.rules is not None:
            self.rules.observe(event, commands, changed)
            self._check_core(event)
        if changed.tasks:
            self._arm("task", changed.tasks)
        if changed.offers:
            self._arm("offer", changed.offers)
        if changed.agents:
            self._arm("agent", changed.agents)
        if self.twin is not None:
            self._compare(event, commands)
        return commands

    def _check_core(self, event: e.Event) -> None:
        """The core's own checks come last, so that a find is told in the simulator's words."""
        full = self.tally.total % FULL_EVERY == 0
        if full:
            self._check_estimates()
        try:
            self.core.check(full=full)
        except BrokenInvariant as broken:
            raise Violated("the core's own check", f"after {type(event).__name__}: {str(broken)[:240]}") from broken

    def _check_estimates(self) -> None:
        """Who comes next waits for one place, the one after for two."""
        for line in self.core.state.lines.values():
            first, second = expected_ms(line, line.rung), expected_ms(line, line.rung + 1)
            if not 0 <= second - 2 * first <= 2:
                raise Violated("estimate", f"{line.name}: {first} ms for the next, {second} ms for the one after")

    def _arm(self, kind: str, rows: dict[str, Any]) -> None:
        armed = self._armed[kind]
        for ref, row in rows.items():
            due = row.deadline_at
            if due is None:
                armed.pop(ref, None)
            elif armed.get(ref) != due:
                armed[ref] = due
                chance = _scatter(ref, due)
                late = chance % LAG_MS if chance & 512 else 0
                heapq.heappush(self._deadlines, (due + late, kind, ref, due))

    def _restart(self) -> None:
        """Save through JSON text, load, and go on with the new one; the old one runs along for a while."""
        self.tally.restarts += 1
        saved = json.dumps(self.core.snapshot())
        loaded = Core.load(json.loads(saved))
        again = json.dumps(loaded.snapshot())
        if again != saved:
            raise Violated("snapshot", "what was loaded is not what was saved")
        for queue in self.core.state.lines:
            if loaded.queue(queue) != self.core.queue(queue):
                raise Violated("snapshot", f"{queue}: {loaded.queue(queue)}, was {self.core.queue(queue)}")
        self.twin, self.core = self.core, loaded
        self._twin_left = 300

    def _compare(self, event: e.Event, commands: list[Command]) -> None:
        assert self.twin is not None
        if self.twin.apply(event) != commands:
            raise Violated("snapshot", f"a loaded core answers {type(event).__name__} differently")
        self._twin_left -= 1
        if not self._twin_left:
            self.twin = None
