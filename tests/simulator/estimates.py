"""The core's estimate of a wait beside the formulas of other systems, on the same days.

Each contact that must wait is asked about once, when it has just joined the queue; the answer is compared with
how long it then waited. Those who were not answered in that queue are left out of every column alike.

- Asterisk: a mean of past holds, `(3 * old + new) / 4` in whole seconds at each connect, half a minute added and
  cut to whole minutes, as `app_queue` announces it.
- Genesys Engage: `AHT * max(0, waiting - ready) / (agents * share)`, where share is the part of the agents' work
  that belongs to the queue; 90 s until a call has been handled.
- Genesys Cloud, as its developers' pages describe it: `AHT * position / agents * (1 - abandoned)`.
- Amazon Connect publishes no formula. Its published examples speak the age of the oldest contact in the queue,
  or the mean answer time of the last half hour; both stand here under those names.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import mean, median

from routing.core import Core
from routing.estimate import expected_ms
from routing.lines import Line
from routing.types import AgentState, Kind, Mode, Task, TaskState
from tests.simulator import day, plan
from tests.simulator.driver import Driver
from tests.simulator.world import World

FIRST_SEED = 9_000_000
"""Seeds of no other round, none of which was looked at while the formula was chosen."""
HALF_HOUR_MS = 30 * plan.MINUTE
NAMES = ("ours", "asterisk", "genesys engage", "genesys cloud", "connect: oldest", "connect: mean answer")


@dataclass
class Past:
    """What a system would have measured about one queue so far today."""

    hold_s: int = 0
    handled: int = 0
    work_ms: int = 0
    ended: int = 0
    abandoned: int = 0
    answers: deque[tuple[int, int]] = field(default_factory=deque)

    @property
    def aht_ms(self) -> float:
        return self.work_ms / self.handled if self.handled else 90_000

    def mean_answer_ms(self, now: int) -> float:
        while self.answers and self.answers[0][0] < now - HALF_HOUR_MS:
            self.answers.popleft()
        return mean(wait for _, wait in self.answers) if self.answers else 0.0


@dataclass
class Asked:
    at: int
    said: tuple[float, ...]
    low_s: int
    high_s: int


class Listener:
    """Watches one day; `pairs` collects what each formula said, what it became, and the range that was spoken."""

    def __init__(self) -> None:
        self.past: dict[str, Past] = {}
        self.open: dict[str, Asked] = {}
        self.seen: set[str] = set()
        self.pairs: list[tuple[tuple[float, ...], int, int, int]] = []

    def __call__(self, driver: Driver, world: World) -> None:
        core = driver.core
        for task in core.changed.tasks.values():
            if task.kind is Kind.CONTACT and task.mode is Mode.PHONE:
                self._watch(core, task)

    def _watch(self, core: Core, task: Task) -> None:
        past = self.past.setdefault(task.queue, Past())
        if task.task_id not in self.seen:
            self.seen.add(task.task_id)
            if task.state is TaskState.WAITING and core.state.lines[task.queue].shares:
                self._ask(core, task, past)
        elif task.state is TaskState.TALKING:
            self._answered(core.now, task, past)
        elif task.state in (TaskState.DONE, TaskState.TRANSFERRED, TaskState.ABANDONED):
            self._ended(core.now, task, past)

    def _ask(self, core: Core, task: Task, past: Past) -> None:
        line = core.state.lines[task.queue]
        spoken = core.estimate(task.task_id)
        assert spoken is not None
        said = (
            float(expected_ms(line, line.place(task))),
            float((past.hold_s + 30) // 60 * 60_000),
            self._engage(core, line, past),
            past.aht_ms * (line.place(task) + 1) / len(line.shares) * (1 - past.abandoned / max(1, past.ended)),
            float(core.now - core.state.tasks[line.order[0][2]].queued_at),
            past.mean_answer_ms(core.now),
        )
        self.open[task.task_id] = Asked(core.now, said, spoken.low_s, spoken.high_s)

    def _engage(self, core: Core, line: Line, past: Past) -> float:
        ready = sum(core.state.agents[no].shown is AgentState.AVAILABLE for no in line.shares)
        queued = max(0, line.count[TaskState.WAITING] - ready)
        work = sum(p.work_ms for p in self.past.values())
        share = past.work_ms / work if past.work_ms else 1 / len(self.past)
        return past.aht_ms * queued / max(len(line.shares) * share, 0.0001)

    def _answered(self, now: int, task: Task, past: Past) -> None:
        asked = self.open.pop(task.task_id, None)
        waited = now - task.entered_at
        if task.answered_at == now:
            past.hold_s = (3 * past.hold_s + waited // 1000) // 4
            past.answers.append((now, waited))
        if asked is not None:
            actual = now - asked.at
            self.pairs.append((asked.said, actual, asked.low_s * 1000, asked.high_s * 1000))

    def _ended(self, now: int, task: Task, past: Past) -> None:
        self.open.pop(task.task_id, None)
        past.ended += 1
        if task.state is TaskState.ABANDONED:
            past.abandoned += 1
        else:
            past.handled += 1
            past.work_ms += task.talk_ms + (now - task.wrap_at if task.wrap_at is not None else 0)


def listen(days: int, size: str) -> Listener:
    """So many days of seeds of their own; each day begins with nothing measured."""
    whole = Listener()
    for n in range(days):
        listener = Listener()
        day.run(plan.draw(FIRST_SEED + n, size), watch=listener, checked=False)
        whole.pairs += listener.pairs
    return whole


def table(days: int, size: str) -> Iterator[str]:
    pairs = listen(days, size).pairs
    waits = [actual for _, actual, _, _ in pairs]
    yield f"{len(pairs):,} waits of {days} days ({size}), seeds from {FIRST_SEED}; mean {mean(waits) / 1000:.0f} s"
    yield ""
    yield "| formula | mean error s | median error s | bias s | within half to double |"
    yield "|---|---|---|---|---|"
    for n, name in enumerate(NAMES):
        off = [abs(said[n] - actual) / 1000 for said, actual, _, _ in pairs]
        bias = mean(said[n] - actual for said, actual, _, _ in pairs) / 1000
        near = mean(actual / 2 <= said[n] <= actual * 2 for said, actual, _, _ in pairs)
        yield f"| {name} | {mean(off):.0f} | {median(off):.0f} | {bias:+.0f} | {near:.0%} |"
    yield ""
    shorter = mean(actual < low for _, actual, low, _ in pairs)
    longer = mean(actual > high for _, actual, _, high in pairs)
    yield f"the spoken range, never below a minute: {shorter:.0%} waited less, {longer:.0%} longer than it said"
