"""What a run of kills has shown, as a table for people and as a line for adding up."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from app.observe.failpoints import POINTS
from tests.whole.robots import Told

RANDOM = "at random"
FAULTS = ("lost", "doubled", "broken")


@dataclass
class Verdict:
    """What a run has shown. `down_s`: from each death until the service was ready again."""

    database: str
    seed: int
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    kills: list[tuple[float, str]] = field(default_factory=list)
    late: Counter[str] = field(default_factory=Counter)
    down_s: list[float] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    texts: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        """Nothing lost, nothing doubled, everything whole."""
        return not (self.lost or self.doubled or self.broken)

    def killed(self, point: str, wanted: str) -> None:
        """The service died at `point`; `wanted` was not reached when that is another one."""
        self.kills.append((time.monotonic(), point))
        if point != wanted:
            self.late[wanted] += 1

    def record(self) -> Record:
        """All of it in figures."""
        kills, under_way, failed = Counter[str](), Counter[str](), Counter[str]()
        for at, point in self.kills:
            met = [told for told in self.told if told.began <= at <= told.ended]
            kills[point] += 1
            under_way[point] += len(met)
            failed[point] += sum(not told.reached for told in met)
        return Record(
            [self.database],
            [self.seed],
            round(self.seconds),
            kills,
            self.late,
            under_way,
            failed,
            Counter(told.story.name for told in self.told),
            Counter(told.story.name for told in self.told if told.reached),
            self.texts,
            sorted(self.down_s),
            self.lost,
            self.doubled,
            self.broken,
        )

    def progress(self) -> str:
        """One line while it runs."""
        open_calls = sum(told.ended == float("inf") for told in self.told)
        over = [told for told in self.told if told.ended != float("inf")]
        gave_up = sum(not told.reached for told in over)
        return (
            f"{self.database}: {len(self.kills)} kills in {time.monotonic() - self.began:.0f} s · "
            f"calls: {len(over)} over, {gave_up} of them did not go on, {open_calls} under way · {self.texts} texts"
        )


@dataclass
class Record:
    """Figures of one or several runs."""

    databases: list[str]
    seeds: list[int]
    seconds: int
    kills: Counter[str]
    late: Counter[str]
    under_way: Counter[str]
    failed: Counter[str]
    calls: Counter[str]
    went_on: Counter[str]
    texts: int
    down_s: list[float]
    lost: list[str]
    doubled: list[str]
    broken: list[str]

    @property
    def fine(self) -> bool:
        """Nothing lost, nothing doubled, everything whole."""
        return not (self.lost or self.doubled or self.broken)

    def line(self) -> str:
        """As one line of a file."""
        return json.dumps(vars(self), ensure_ascii=False)

    @classmethod
    def of_line(cls, line: str) -> Self:
        """What `line` gave."""
        found: dict[str, Any] = json.loads(line)
        counted = ("kills", "late", "under_way", "failed", "calls", "went_on")
        return cls(**{name: Counter(value) if name in counted else value for name, value in found.items()})

    @classmethod
    def sum(cls, records: Iterable[Record]) -> Record:
        """All of them as one."""
        first, *others = records
        whole = vars(first)
        for other in others:
            whole = {name: value + getattr(other, name) for name, value in whole.items()}
        return Record(**whole)

    def table(self) -> list[str]:
        """Lines of Markdown: points, kills and what they did to the calls under way; then the sums."""
        rows = ["| point | kills | calls under way | of them did not go on |", "|---|---|---|---|"]
        rows += [
            f"| {point} | {self.kills[point]} | {self.under_way[point]} | {self.failed[point]} |"
            for point in (*POINTS, RANDOM)
        ]
        down = sorted(self.down_s) or [0.0]
        calls = ", ".join(f"{name} {self.went_on[name]} of {n}" for name, n in sorted(self.calls.items()))
        points = f"{sum(self.kills[point] > 0 for point in POINTS)} of {len(POINTS)} named points"
        return [
            *rows,
            "",
            f"{self.kills.total()} kills at {points} and at random, in {self.seconds} s, seeds {self.seeds}.",
            f"Calls that went on to their end: {calls}; {self.texts} texts.",
            f"From a death until ready again: median {down[len(down) // 2]:.1f} s, at most {down[-1]:.1f} s.",
            ", ".join(f"{name}: {len(getattr(self, name))}" for name in FAULTS) + ".",
        ]

    def faults(self, most: int = 30) -> list[str]:
        """What was found, shortened."""
        return [f"{name}: {text[:1500]}" for name in FAULTS for text in getattr(self, name)[:most]]
