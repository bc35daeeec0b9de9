"""The routing core against a naive scan in the same run: `python -m bench.routing [--write]`.

1,000 agents with one to four of twelve skills, thirty queues, 200 to 10,000 waiting. One decision is one
`TalkEnded` that frees an agent and offers the longest suitable wait, with all that the core keeps for it. The
naive scan asks the same rules of every waiting task and takes the smallest key, and does nothing else; the bare
scan is its lower bound: keys and needs laid out beforehand, one comparison of levels for each. Times are those of
the thread's own CPU, so that a busy machine does not decide the tail; the collector of cycles stays on, with what
was loaded frozen.
"""

import argparse
import gc
import json
import platform
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import thread_time, thread_time_ns

from bench.results import write_section
from routing import config
from routing import events as e
from routing.commands import Command, MakeOffer
from routing.core import Core
from routing.matching import requirement, rests
from routing.state import fits, has_room
from routing.types import Availability, Mode, Task, TaskState

AGENTS, QUEUES, SKILLS = 1_000, 30, 12
WAITING = (200, 1_000, 10_000)
DECISIONS = 20_000
SCANS = 100
COMMAND = "python -m bench.routing --write"


class Floor:
    """A core with everyone talking and so many waiting."""

    def __init__(self, waiting: int, agents: int = AGENTS) -> None:
        self.random = Random(waiting)
        queues = {
            f"q{n}": {"mode": "phone", "wrap_up_s": 0, "skills": [f"s{n % SKILLS}:{1 + n % 2}"]} for n in range(QUEUES)
        }
        self.core = Core(config.parse({"queues": queues}))
        self.now = 0
        self.number = 0
        self.talking: list[str] = []
        for n in range(agents):
            self._hire(f"a{n:04}")
        while self.waiting < waiting:
            self.settle(self.core.apply(self.arrival()))

    def _hire(self, agent_no: str) -> None:
        names = self.random.sample(range(SKILLS), self.random.randrange(1, 5))
        skills = tuple(sorted((f"s{n}", self.random.randrange(1, 4)) for n in names))
        self.core.apply(e.AgentProfileChanged(0, agent_no, (Mode.PHONE,), skills))
        self.core.apply(e.AgentConnected(0, agent_no))
        self.core.apply(e.AgentStateSet(0, agent_no, Availability.AVAILABLE))

    @property
    def waiting(self) -> int:
        return sum(line.count[TaskState.WAITING] for line in self.core.state.lines.values())

    def arrival(self) -> e.TaskQueued:
        self.now += 1
        self.number += 1
        ref = f"t{self.number}"
        return e.TaskQueued(self.now, ref, ref, f"q{self.random.randrange(QUEUES)}")

    def settle(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, MakeOffer):
                self.core.apply(e.OfferAccepted(self.now, command.offer_id, command.agent_no))
                self.core.apply(e.MediaConnected(self.now, command.task_id, command.offer_id))
                self.talking.append(command.task_id)

    def hang_up(self) -> e.TalkEnded:
        self.now += 1
        chosen = self.random.randrange(len(self.talking))
        self.talking[chosen], self.talking[-1] = self.talking[-1], self.talking[chosen]
        return e.TalkEnded(self.now, self.talking.pop())


@dataclass(frozen=True)
class Measured:
    waiting: int
    rate: float
    p50_us: float
    p99_us: float
    arrival_p99_us: float
    naive_rate: float
    bare_rate: float
    bytes_each: float
    load_ms: float


def measure(waiting: int) -> Measured:
    floor = Floor(waiting)
    gc.collect()
    gc.freeze()
    decisions, arrivals = [], []
    for _ in range(DECISIONS):
        event: e.Event = floor.hang_up()
        began = thread_time_ns()
        commands = floor.core.apply(event)
        decisions.append(thread_time_ns() - began)
        floor.settle(commands)
        event = floor.arrival()
        began = thread_time_ns()
        commands = floor.core.apply(event)
        arrivals.append(thread_time_ns() - began)
        floor.settle(commands)
    gc.unfreeze()
    decisions.sort()
    arrivals.sort()
    return Measured(
        waiting,
        1e9 * len(decisions) / sum(decisions),
        decisions[len(decisions) // 2] / 1000,
        decisions[len(decisions) * 99 // 100] / 1000,
        arrivals[len(arrivals) * 99 // 100] / 1000,
        scan_rate(floor),
        bare_rate(floor),
        memory_each(waiting),
        load_ms(floor.core),
    )


def scan_rate(floor: Floor) -> float:
    """Decisions a second of the rules themselves, asked of every open task for an agent who is free."""
    state = floor.core.state
    agents = list(state.agents.values())
    found = 0
    began = thread_time()
    for _ in range(SCANS):
        agent = agents[floor.random.randrange(len(agents))]
        best: Task | None = None
        for task in state.tasks.values():
            if task.state is not TaskState.WAITING or rests(task, agent.agent_no, state.now):
                continue
            queue = state.lines[task.queue].queue
            if has_room(agent, queue, True) and fits(agent, queue, requirement(task, queue)):
                best = task if best is None or task.key() < best.key() else best
        found += best is not None
    assert found, "the scan compares nothing"
    return SCANS / (thread_time() - began)


def bare_rate(floor: Floor) -> float:
    """Decisions a second of the scan over keys and needs of the waiting tasks, shuffled."""
    state = floor.core.state
    waiting = [
        (t.key(), state.lines[t.queue].queue.skills) for t in state.tasks.values() if t.state is TaskState.WAITING
    ]
    agents = [dict(a.skills) for a in state.agents.values()]
    floor.random.shuffle(waiting)
    found = 0
    began = thread_time()
    for _ in range(SCANS):
        held = agents[floor.random.randrange(len(agents))]
        best = None
        for task in waiting:
            fits = all(held.get(name, 0) >= level for name, level in task[1])
            if fits and (best is None or task[0] < best[0]):
                best = task
        found += best is not None
    assert found, "the scan compares nothing"
    return SCANS / (thread_time() - began)


def memory_each(waiting: int) -> float:
    """Bytes that one more waiting task costs, indexes included, ids and texts too."""
    floor = Floor(0, agents=0)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(waiting):
        floor.core.apply(floor.arrival())
    gc.collect()
    used = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return used / waiting


def load_ms(core: Core) -> float:
    """From the text of a snapshot to a core that decides."""
    text = json.dumps(core.snapshot())
    began = thread_time()
    Core.load(json.loads(text))
    return (thread_time() - began) * 1000


def table(rows: list[Measured]) -> list[str]:
    lines = [
        f"`{COMMAND}` · {platform.python_implementation()} {platform.python_version()} · {AGENTS:,} agents, "
        f"{QUEUES} queues, {SKILLS} skills, {DECISIONS:,} decisions for each line",
        "",
        "| waiting | decisions/s | p50 µs | p99 µs | arrival p99 µs | naive scan/s | ratio | bare scan/s | ratio "
        "| bytes a waiting task | load of a snapshot ms |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {m.waiting:,} | {m.rate:,.0f} | {m.p50_us:.1f} | {m.p99_us:.1f} | {m.arrival_p99_us:.1f} "
        f"| {m.naive_rate:,.0f} | {m.rate / m.naive_rate:,.0f} | {m.bare_rate:,.0f} | {m.rate / m.bare_rate:,.0f} "
        f"| {m.bytes_each:,.0f} | {m.load_ms:,.0f} |"
        for m in rows
    ]
    growth = rows[-1].p99_us / rows[0].p99_us
    lines += [
        "",
        f"Growth of the decision's p99 from {rows[0].waiting:,} to {rows[-1].waiting:,} waiting: {growth:.2f}.",
    ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    given = parser.parse_args()
    lines = table([measure(waiting) for waiting in WAITING])
    print("\n".join(lines))
    if given.write:
        write_section(Path(__file__).parent / "RESULTS.md", "Routing", lines)


if __name__ == "__main__":
    main()
