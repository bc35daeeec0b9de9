"""The indexes: who waits in each queue, and who is free for whom.

A `Line` is one queue. Its waiting tasks stand in `Bucket`s, one for each set of skills needed, and each
bucket also keeps, in the order of the queue's strategy, the agents who may take such a task right now. A free
agent looks at the heads of the few buckets that fit; a new task at the head of one. Nothing is scanned.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sortedcontainers import SortedList

from routing.config import Queue
from routing.types import Agent, Key, Mode, Skills, Strategy, Task, TaskState

IdleKey = tuple[int, int, str]

DEFAULT_HANDLE_MS = {Mode.PHONE: 240_000, Mode.WEB: 480_000, Mode.FIELD: 3_600_000}


class Bucket:
    """Tasks of one line that need the same, and the agents free for them."""

    __slots__ = ("idle", "key_of", "line", "req", "waiting")

    def __init__(self, line: "Line", req: Skills) -> None:
        self.line = line
        self.req = req
        self.waiting: SortedList[Key] = SortedList()
        self.idle: SortedList[IdleKey] = SortedList()
        self.key_of: dict[str, IdleKey] = {}

    def idle_key(self, agent: Agent) -> IdleKey:
        """The smaller, the sooner chosen; always ends in the agent's number, so there are no ties."""
        strategy = self.line.queue.strategy
        if strategy is Strategy.FEWEST_CONTACTS:
            return (agent.contacts, agent.idle_since, agent.agent_no)
        if strategy is Strategy.ROUND_ROBIN:
            return (agent.turn, 0, agent.agent_no)
        if strategy is Strategy.MOST_SKILLED:
            held = dict(agent.skills)
            return (-sum(held.get(name, 0) for name, _ in self.req), agent.idle_since, agent.agent_no)
        if self.line.queue.mode is Mode.WEB:
            # Idle time is counted from having no work at all: without the load first, chat after chat would go to
            # whoever has been at work longest, past colleagues who have none.
            return (agent.web_load, agent.idle_since, agent.agent_no)
        return (agent.idle_since, agent.turn, agent.agent_no)

    def seat(self, agent: Agent, free: bool) -> bool:
        """Put the agent at its place among the idle, or take it away; true if it was not there before."""
        no = agent.agent_no
        old = self.key_of.get(no)
        if not free:
            if old is not None:
                self.idle.remove(old)
                del self.key_of[no]
            return False
        new = self.idle_key(agent)
        if new == old:
            return False
        if old is not None:
            self.idle.remove(old)
        self.idle.add(new)
        self.key_of[no] = new
        return old is None


@dataclass(slots=True)
class Ledger:
    """entered = the others + waiting + offered + connecting, at every instant."""

    entered: int = 0
    answered: int = 0
    abandoned: int = 0
    overflowed: int = 0
    callback_booked: int = 0
    transferred: int = 0
    canceled: int = 0

    def left(self) -> int:
        return (
            self.answered + self.abandoned + self.overflowed + self.callback_booked + self.transferred + self.canceled
        )


@dataclass(slots=True)
class Pace:
    """How fast a queue really answers: agent-milliseconds for each place, from those who waited and were answered.

    It counts what happened, so shared agents, breaks, and those ahead who gave up are in it.
    """

    work_ms: int = 0
    """Sum of waits times staffing, and `places` in thousandths: both forget an eighth at each answer."""
    places: int = 0
    handle_ms: int = 0

    def answered(self, waited_ms: int, ahead: int, weight: int) -> None:
        """`ahead` stood before it when it came; `weight` is the staffing in thousandths of an agent."""
        self.work_ms += waited_ms * max(weight, 1) // 1000 - self.work_ms // 8
        self.places += (ahead + 1) * 1000 - self.places // 8

    def handled(self, handle_ms: int) -> None:
        self.handle_ms = _smoothed(self.handle_ms, handle_ms)


def _smoothed(old: int, sample: int) -> int:
    """An exponential mean in integers; the first sample stands for itself, 1 ms at least."""
    return max(1, sample if old == 0 else old + (sample - old) // 8)


class Line:
    """One queue with everything that is counted about it."""

    __slots__ = (
        "buckets",
        "count",
        "ledger",
        "open",
        "open_until",
        "order",
        "pace",
        "queue",
        "retired",
        "shares",
        "sole_missed",
        "unmanned",
        "weight",
    )

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.open = True
        self.open_until: int | None = None
        self.retired = False
        """No longer configured; who is in it is still served."""
        self.order: SortedList[Key] = SortedList()
        self.buckets: dict[Skills, Bucket] = {}
        self.count: dict[TaskState, int] = dict.fromkeys(TaskState, 0)
        self.ledger = Ledger()
        self.pace = Pace()
        self.shares: dict[str, int] = {}
        """Staffed agents with their share in thousandths."""
        self.weight = 0
        self.sole_missed = False
        self.unmanned = False

    @property
    def name(self) -> str:
        return self.queue.name

    @property
    def unanswered(self) -> bool:
        """Somebody is there, alone, and leaves a caller waiting."""
        return self.sole_missed and bool(self.shares)

    def full(self) -> bool:
        return 0 < self.queue.max_size <= len(self.order)

    def place(self, task: Task) -> int:
        """How many stand before it; those being rung count, as they come back to their place."""
        return int(self.order.bisect_left(task.key()))

    def waiting_before(self, task: Task) -> int:
        """As `place`, without those who are being rung or connected: they need no agent any more."""
        return max(0, self.place(task) - self.rung)

    @property
    def rung(self) -> int:
        return self.count[TaskState.OFFERED] + self.count[TaskState.CONNECTING]

    def waiting(self) -> Iterator[str]:
        """Ids of the unanswered in their order."""
        return (key[2] for key in list(self.order))
