"""The simulator's own book: who waits since when, who holds what, kept naively from what the core says.

It knows the rules from the project's documents, not from the core: it reads changed rows, commands and
events, never an index. `rules` asks it after every event whether what the core did is right.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from itertools import islice

from routing.config import Config, Queue, Widening
from routing.types import (
    Agent,
    Availability,
    DeadlineKind,
    Mode,
    Offer,
    OfferState,
    Presence,
    Strategy,
    Task,
    TaskState,
)

LAG_MS = 300
"""Deadlines are fired up to this late, as by a shell that is busy."""
DANGER = (Widening(10, any_agent=True), Widening(30, duty=True), Widening(60, alarm=True))
Key = tuple[int, int, str]
_SLOT = {Mode.PHONE: "phone", Mode.WEB: "web", Mode.FIELD: "field"}
_OPEN = (TaskState.WAITING, TaskState.OFFERED, TaskState.CONNECTING, TaskState.TALKING, TaskState.WRAPPING)
_IN_HAND = (TaskState.CONNECTING, TaskState.TALKING)


class Violated(AssertionError):
    """A rule was broken: `check` is its name, the text says by whom and when."""

    def __init__(self, check: str, detail: str) -> None:
        super().__init__(f"{check}: {detail}")
        self.check = check
        self.detail = detail


class Need:
    """What tasks of one kind ask of an agent: skills at their levels, and an area, if it must be one's own."""

    __slots__ = ("area", "skills")

    def __init__(self, skills: dict[str, int], area: str) -> None:
        self.skills = skills
        self.area = area

    def met_by(self, agent: "AgentRecord") -> bool:
        if any(agent.skills.get(name, 0) < level for name, level in self.skills.items()):
            return False
        return not (self.area and agent.areas and self.area not in agent.areas)


class TaskRecord:
    """A task as it was when the core last gave it out."""

    __slots__ = (
        "agent_no", "area", "boost_s", "deadline_at", "entered_at", "key", "kind", "last_agent",
        "mode", "need", "personal_until", "prefer", "queue", "queued_at", "ready_at", "rests", "root",
        "skills", "sole_misses", "stage", "state", "target_agent", "task_id", "written_danger", "x", "y",
    )  # fmt: skip

    def __init__(self, task: Task) -> None:
        self.task_id = task.task_id
        self.mode = task.mode
        self.kind = task.kind
        self.root = task.root_task_id
        self.stage = -1
        self.written_danger = False
        self.skills = task.skills
        self.read(task)

    def read(self, task: Task) -> None:
        danger = task.mode is Mode.WEB and task.boost_s >= 86_400
        if task.stage != self.stage or task.skills is not self.skills or danger != self.written_danger:
            self.written_danger = danger
            self.stage, self.skills = task.stage, task.skills
            self.need: Need | None = None
            """What it asks of an agent now; none until somebody has asked."""
        self.state = task.state
        self.queue = task.queue
        self.queued_at = task.queued_at
        self.boost_s = task.boost_s
        self.key: Key = (task.queued_at - task.boost_s * 1000, task.seq, task.task_id)
        self.entered_at = task.entered_at
        self.deadline_at = task.deadline_at
        self.agent_no = task.agent_no
        self.prefer = task.prefer
        self.area = task.area
        self.rests = task.rests
        self.ready_at = task.ready_at
        self.sole_misses = task.sole_misses
        self.target_agent = task.target_agent
        self.last_agent = task.last_agent
        self.x, self.y = task.x, task.y
        self.personal_until = task.personal_until


class OfferRecord:
    __slots__ = ("agent_no", "deadline_at", "mode", "offer_id", "queue", "state", "task_id")

    def __init__(self, offer: Offer) -> None:
        self.offer_id = offer.offer_id
        self.task_id = offer.task_id
        self.agent_no = offer.agent_no
        self.mode = offer.mode
        self.queue = offer.queue
        self.state = offer.state
        self.deadline_at = offer.deadline_at


class AgentRecord:
    """`phone`, `web`, `field` and `wrapping` are counted here from tasks and offers, not read."""

    __slots__ = (
        "agent_no", "areas", "availability", "contacts", "crew", "deadline_at", "duty", "field", "fits",
        "held", "idle_since", "modes", "phone", "presence", "skills", "staffs", "turn", "web", "works",
        "wrapping", "x", "y",
    )  # fmt: skip

    def __init__(self, agent: Agent) -> None:
        self.agent_no = agent.agent_no
        self.phone = self.web = self.field = self.wrapping = 0
        self.idle_since = self.contacts = self.turn = 0
        self.held: tuple[object, ...] = ()
        self.read(agent)

    def read(self, agent: Agent) -> None:
        if self.held != (agent.skills, agent.areas):
            self.held = (agent.skills, agent.areas)
            self.skills = dict(agent.skills)
            self.areas = agent.areas
            self.fits: dict[Need, bool] = {}
            """Needs that were held against these skills and areas."""
        self.modes = agent.modes
        self.duty = agent.duty
        self.presence = agent.presence
        self.availability = agent.availability
        self.deadline_at = agent.deadline_at
        self.x, self.y = agent.x, agent.y
        self.crew = agent.modes == (Mode.FIELD,)
        self.works = agent.availability is Availability.AVAILABLE and (agent.presence is Presence.ONLINE or self.crew)
        there = self.crew or agent.presence is not Presence.OFFLINE
        self.staffs = there and agent.availability is Availability.AVAILABLE and not agent.duty

    def count(self, slot: str, by: int) -> None:
        setattr(self, slot, getattr(self, slot) + by)


class Book:
    def __init__(self, config: Config) -> None:
        self.queues: dict[str, Queue] = dict(config.queues)
        self.configured = frozenset(config.queues)
        self.existing = self.configured
        """With those removed while someone was still in them."""
        self.callback_gap_ms = config.callback_gap_s * 1000
        self._needs: dict[tuple[object, ...], Need] = {}
        self.tasks: dict[str, TaskRecord] = {}
        self.offers: dict[str, OfferRecord] = {}
        self.dated_tasks: dict[str, TaskRecord] = {}
        self.dated_offers: dict[str, OfferRecord] = {}
        """Those that a deadline would move on."""
        self.agents: dict[str, AgentRecord] = {}
        self.lines: dict[str, list[Key]] = {}
        """Waiting tasks of each queue in their order."""
        self.now = 0
        self.turn = 0
        self.idle: dict[Mode, dict[str, AgentRecord]] = {mode: {} for mode in Mode}
        """Agents of each mode who might take something."""
        self.entered: dict[str, int] = {}
        self.offers_of: dict[str, list[str]] = {}

    def configure(self, config: Config) -> None:
        """Removed queues are remembered: whoever is in one is still served by its rules."""
        self.queues.update(config.queues)
        self.configured = frozenset(config.queues)
        self.existing = self.configured | {t.queue for t in self.tasks.values() if t.state in _OPEN}
        self.callback_gap_ms = config.callback_gap_s * 1000
        self._needs.clear()
        for task in self.tasks.values():
            task.need = None

    def read_agents(self, agents: Iterable[Agent]) -> None:
        for agent in agents:
            record = self.agents.get(agent.agent_no)
            if record is None:
                record = self.agents[agent.agent_no] = AgentRecord(agent)
            else:
                for mode in record.modes:
                    self.idle[mode].pop(record.agent_no, None)
                record.read(agent)
            if record.works and not record.duty:
                for mode in record.modes:
                    self.idle[mode][record.agent_no] = record

    def read_task(self, task: Task) -> TaskRecord:
        """Bring the book up to date with one changed task, counting loads on the way."""
        record = self.tasks.get(task.task_id)
        state = None
        if record is None:
            record = self.tasks[task.task_id] = TaskRecord(task)
            self.entered[task.queue] = self.entered.get(task.queue, 0) + 1
        else:
            state = record.state
            self._lift(record)
            record.read(task)
        if record.state is TaskState.TALKING and state is not TaskState.TALKING:
            self.agents[record.agent_no].contacts += 1
        self._lay(record)
        if record.deadline_at is not None:
            self.dated_tasks[record.task_id] = record
        else:
            self.dated_tasks.pop(record.task_id, None)
        return record

    def _lift(self, record: TaskRecord) -> None:
        if record.state is TaskState.WAITING:
            line = self.lines[record.queue]
            del line[bisect_left(line, record.key)]
        elif record.agent_no:
            agent = self.agents[record.agent_no]
            if record.state in _IN_HAND:
                agent.count(_SLOT[record.mode], -1)
            elif record.state is TaskState.WRAPPING:
                agent.count("wrapping", -1)
            agent.idle_since = self.now

    def _lay(self, record: TaskRecord) -> None:
        if record.state is TaskState.WAITING:
            insort(self.lines.setdefault(record.queue, []), record.key)
        elif record.agent_no:
            if record.state in _IN_HAND:
                self.agents[record.agent_no].count(_SLOT[record.mode], 1)
            elif record.state is TaskState.WRAPPING:
                self.agents[record.agent_no].count("wrapping", 1)

    def read_offer(self, offer: Offer) -> OfferRecord:
        record = self.offers.get(offer.offer_id)
        if record is None:
            record = self.offers[offer.offer_id] = OfferRecord(offer)
            if offer.state is OfferState.PENDING:
                self.agents[offer.agent_no].count(_SLOT[offer.mode], 1)
                self.offers_of.setdefault(offer.task_id, []).append(offer.offer_id)
        elif record.state is OfferState.PENDING and offer.state is not OfferState.PENDING:
            self.agents[offer.agent_no].count(_SLOT[offer.mode], -1)
            self.offers_of[offer.task_id].remove(offer.offer_id)
        record.state = offer.state
        record.deadline_at = offer.deadline_at
        if record.deadline_at is not None:
            self.dated_offers[record.offer_id] = record
        else:
            self.dated_offers.pop(record.offer_id, None)
        return record

    # the rules of who may take what

    def need(self, task: TaskRecord) -> Need:
        """What the task asks of an agent now; the same object for all that ask the same."""
        if task.need is None:
            kind = (task.queue, task.stage, task.skills, task.area, task.written_danger)
            if kind not in self._needs:
                self._needs[kind] = self._needed(task)
            task.need = self._needs[kind]
        return task.need

    def steps(self, task: TaskRecord) -> tuple[Widening, ...]:
        """A chat in danger widens as an emergency does, whatever its queue says."""
        return DANGER if task.written_danger else self.queues[task.queue].widen

    def _needed(self, task: TaskRecord) -> Need:
        queue = self.queues[task.queue]
        steps = self.steps(task)[: task.stage]
        if any(step.any_agent for step in steps):
            return Need({}, "")
        needed = dict(queue.skills)
        for name, level in task.skills:
            needed[name] = max(level, needed.get(name, 0))
        dropped = sum(step.levels for step in steps)
        area = "" if any(step.any_area for step in steps) else task.area
        return Need({name: max(1, level - dropped) for name, level in needed.items()}, area)

    def _may_read(self, task: TaskRecord, agent: AgentRecord) -> bool:
        """A chat in danger has widened to those who are there for calls."""
        return task.stage > 0 and not task.target_agent and not task.personal_until and Mode.PHONE in agent.modes

    def suits(self, task: TaskRecord, agent: AgentRecord) -> bool:
        """The agent could take it, were there room: mode, name, skills, area."""
        if agent.duty or (task.mode not in agent.modes and not (task.written_danger and self._may_read(task, agent))):
            return False
        if task.target_agent:
            return task.target_agent == agent.agent_no
        if task.personal_until:
            return task.last_agent == agent.agent_no
        need = task.need or self.need(task)
        fits = agent.fits.get(need)
        if fits is None:
            fits = agent.fits[need] = need.met_by(agent)
        return fits

    def last_staffed(self, agent_no: str) -> list[str]:
        """The queues that nobody but this agent is at work for."""
        agent = self.agents[agent_no]
        mine = [name for name in sorted(self.existing) if self._serves(agent, name)]
        return [name for name in mine if len(list(islice(self._at_work_for(name), 2))) == 1]

    def staffed(self, queue: str) -> list[str]:
        """Who is at work for the queue, busy or not, by its own skills."""
        return list(self._at_work_for(queue))

    def missed_by_the_last(self, queue: str) -> bool:
        """Someone waits there whom the last one staffed did not answer."""
        return any(
            t.sole_misses and t.queue == queue and t.state in (TaskState.WAITING, TaskState.OFFERED)
            for t in self.tasks.values()
        )

    def _at_work_for(self, queue: str) -> Iterator[str]:
        return (a.agent_no for a in self.agents.values() if self._serves(a, queue))

    def _serves(self, agent: AgentRecord, queue: str) -> bool:
        rules = self.queues[queue]
        if not agent.staffs or rules.mode not in agent.modes:
            return False
        return all(agent.skills.get(name, 0) >= level for name, level in rules.skills)

    def has_room(self, agent: AgentRecord, queue: Queue, less_web: int = 0, less_field: int = 0) -> bool:
        """A call alone, an emergency on top of chats; chats up to the queue's number; jobs by themselves."""
        if queue.mode is Mode.FIELD:
            return agent.field - less_field < queue.capacity
        if agent.phone or agent.wrapping:
            return False
        if queue.mode is Mode.PHONE:
            return not agent.web - less_web or queue.boost_s >= 86_400
        return agent.web - less_web < queue.capacity

    def rank(self, agent: AgentRecord, task: TaskRecord, less: int = 0) -> tuple[int, ...]:
        """Where the agent stands by the strategy of the task's queue, `less` jobs aside; the smallest is chosen."""
        strategy = self.queues[task.queue].strategy
        if strategy is Strategy.NEAREST:
            if task.x is None or task.y is None or agent.x is None or agent.y is None:
                return (agent.field - less, 1, 0)
            return (agent.field - less, 0, (agent.x - task.x) ** 2 + (agent.y - task.y) ** 2)
        if strategy is Strategy.FEWEST_CONTACTS:
            return (agent.contacts, agent.idle_since)
        if strategy is Strategy.ROUND_ROBIN:
            return (agent.turn,)
        if strategy is Strategy.MOST_SKILLED:
            return (-sum(agent.skills.get(name, 0) for name in self.need(task).skills), agent.idle_since)
        return (agent.idle_since,)

    @staticmethod
    def resting(task: TaskRecord, agent_no: str, now: int) -> bool:
        return any(no == agent_no and until > now for no, until in task.rests)


DEADLINE_ROWS = {DeadlineKind.TASK: "tasks", DeadlineKind.OFFER: "offers", DeadlineKind.AGENT: "agents"}
