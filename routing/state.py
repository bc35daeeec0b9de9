"""The state of routing and the few writes that keep its indexes true; rules live in the handlers."""

from collections import OrderedDict
from dataclasses import dataclass, field

from routing.commands import Command, FlagUnmanned, WithdrawOffer
from routing.config import Config, Queue
from routing.lines import Bucket, Line
from routing.machines import AGENT, ENDS, OFFER, TASK
from routing.types import (
    REDIAL_MS,
    Agent,
    AgentState,
    Availability,
    BrokenInvariant,
    Mode,
    Offer,
    OfferState,
    Presence,
    Skills,
    Task,
    TaskState,
)

AGENT_REQ = "@agent:"
AREA_REQ = "@area:"
ANY_REQ = "@any"
"""Danger that was written: who is there for calls may read it too."""


@dataclass(slots=True)
class Changes:
    """What the last event touched, as live objects: write them before the next event."""

    tasks: dict[str, Task] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)

    def clear(self) -> None:
        self.tasks.clear()
        self.offers.clear()
        self.agents.clear()
        self.lines.clear()


@dataclass(slots=True)
class Ended:
    """What is remembered of a task that ended in the last five minutes: duplicates and redials ask for it."""

    task_id: str
    at: int
    caller: str
    queue: str
    queued_at: int
    boost_s: int
    seq: int
    root_task_id: str
    abandoned: bool


class State:
    def __init__(self, config: Config) -> None:
        self.config = config
        self.now = 0
        self.seq = 0
        self.turn = 0
        self.tasks: dict[str, Task] = {}
        self.offers: dict[str, Offer] = {}
        self.agents: dict[str, Agent] = {}
        self.lines: dict[str, Line] = {}
        self.ended: OrderedDict[str, Ended] = OrderedDict()
        self.redials: dict[str, str] = {}
        self.duty_waits: dict[str, Task] = {}
        """Waiting tasks that the on-call phones may take."""
        self.spots: dict[str, Bucket] = {}
        """Where each task that may be offered stands."""
        self.homes: dict[str, list[Bucket]] = {}
        """The buckets that each agent fits."""
        self.changed = Changes()
        self.out: list[Command] = []
        self.ready: dict[str, Task] = {}
        """Tasks that may be offered since a moment ago."""
        self.freed: dict[str, Agent] = {}
        """Agents with capacity since a moment ago."""
        self.emptied: dict[str, Line] = {}
        """Lines whose last staffed agent left a moment ago."""

    # -- tasks ---------------------------------------------------------------------------------------------

    def move(self, task: Task, new: TaskState) -> None:
        old = task.state
        if new not in TASK[old]:
            raise BrokenInvariant(f"task {task.task_id}: {old} to {new}")
        line = self.lines[task.queue]
        line.count[old] -= 1
        line.count[new] += 1
        task.state = new
        task.since = self.now
        self.changed.tasks[task.task_id] = task
        self.changed.lines[task.queue] = line

    def add_task(self, task: Task) -> None:
        """Enter a new task; its state is `waiting`, or `connecting` for an outbound call."""
        line = self.lines[task.queue]
        self.tasks[task.task_id] = task
        line.ledger.entered += 1
        line.count[task.state] += 1
        line.order.add(task.key())
        self.changed.lines[task.queue] = line

    def drop_task(self, task: Task) -> None:
        """Forget a task that has ended, but for the memory that duplicates and redials need."""
        if task.state not in ENDS:
            raise BrokenInvariant(f"task {task.task_id} dropped in {task.state}")
        task.deadline_at = None
        task.ended_at = self.now
        del self.tasks[task.task_id]
        self.ended[task.task_id] = Ended(
            task.task_id,
            self.now,
            task.caller,
            task.queue,
            task.queued_at,
            task.boost_s,
            task.seq,
            task.root_task_id,
            task.state is TaskState.ABANDONED,
        )
        if task.caller and task.state is TaskState.ABANDONED:
            self.redials[task.caller] = task.task_id

    def forget_old(self) -> None:
        """Let go of tasks that ended more than five minutes ago; they lie in the order of their end."""
        limit = self.now - REDIAL_MS
        while self.ended:
            first = next(iter(self.ended.values()))
            if first.at >= limit:
                return
            del self.ended[first.task_id]
            if self.redials.get(first.caller) == first.task_id:
                del self.redials[first.caller]

    def unspot(self, task: Task) -> None:
        """Take the task out of its bucket: it may not be offered just now."""
        bucket = self.spots.pop(task.task_id, None)
        if bucket is None:
            return
        bucket.waiting.remove(task.key())
        self.ready.pop(task.task_id, None)
        self.duty_waits.pop(task.task_id, None)
        if not bucket.waiting and bucket.req and bucket.req[0][0].startswith(AGENT_REQ):
            self._close_personal(bucket)

    def _close_personal(self, bucket: Bucket) -> None:
        no = bucket.req[0][0].removeprefix(AGENT_REQ)
        del bucket.line.buckets[bucket.req]
        if bucket in self.homes[no]:
            self.homes[no].remove(bucket)

    # -- offers --------------------------------------------------------------------------------------------

    def move_offer(self, offer: Offer, new: OfferState, reason: str) -> None:
        if new not in OFFER[offer.state]:
            raise BrokenInvariant(f"offer {offer.offer_id}: {offer.state} to {new}")
        offer.state = new
        offer.reason = reason
        offer.ended_at = self.now
        offer.deadline_at = None
        self.changed.offers[offer.offer_id] = offer

    def add_offer(self, task: Task, offer: Offer) -> None:
        self.offers[offer.offer_id] = offer
        task.offers = (*task.offers, offer.offer_id)
        agent = self.agents[offer.agent_no]
        agent.offers.append(offer.offer_id)
        self.load(agent, task.mode, 1)
        self.changed.offers[offer.offer_id] = offer

    def close_offer(self, offer: Offer, new: OfferState, reason: str) -> None:
        """End a pending offer and free both sides of it."""
        self.move_offer(offer, new, reason)
        del self.offers[offer.offer_id]
        task = self.tasks[offer.task_id]
        task.offers = tuple(o for o in task.offers if o != offer.offer_id)
        self.changed.tasks[task.task_id] = task
        agent = self.agents[offer.agent_no]
        agent.offers.remove(offer.offer_id)
        self.load(agent, offer.mode, -1)
        self.touch(agent)

    def withdraw_offers(self, task: Task, reason: str, keep: str = "") -> None:
        for offer_id in task.offers:
            offer = self.offers[offer_id]
            if offer_id != keep and offer.state is OfferState.PENDING:
                self.close_offer(offer, OfferState.RESCINDED, reason)
                self.out.append(WithdrawOffer(offer_id, task.task_id, offer.agent_no, reason))

    # -- agents --------------------------------------------------------------------------------------------

    def load(self, agent: Agent, mode: Mode, by: int) -> None:
        if mode is Mode.PHONE:
            agent.phone_load += by
        elif mode is Mode.WEB:
            agent.web_load += by
        else:
            agent.field_load += by

    def touch(self, agent: Agent) -> None:
        """Recompute what is shown of the agent and where it stands among the idle."""
        self.changed.agents[agent.agent_no] = agent
        shown = shown_state(agent)
        if shown is not agent.shown:
            if shown not in AGENT[agent.shown]:
                raise BrokenInvariant(f"agent {agent.agent_no}: {agent.shown} to {shown}")
            agent.shown = shown
            agent.since = self.now
        if agent.duty:
            self.freed[agent.agent_no] = agent
        self.seat(agent)
        self.staff(agent)

    def seat(self, agent: Agent) -> None:
        usable = takes_work(agent)
        free_phone = not agent.phone_load and not agent.wrapping
        free = False
        for bucket in self.homes[agent.agent_no]:
            fits = usable and has_room(agent, bucket.line.queue, free_phone)
            if fits or agent.agent_no in bucket.key_of:
                free = bucket.seat(agent, fits) or free
        if free:
            self.freed[agent.agent_no] = agent

    def staff(self, agent: Agent) -> None:
        """Keep each line's staffing and the agent's share in it; notice the last one leaving."""
        staffed = is_staffed(agent)
        lines = self.served(agent)
        share = 1000 // max(1, len(lines))
        for line in lines:
            old = line.shares.get(agent.agent_no)
            if staffed and old != share:
                line.shares[agent.agent_no] = share
                line.weight += share - (old or 0)
                line.sole_missed = line.sole_missed and old is not None
                self.mark_unmanned(line)
            elif not staffed and old is not None:
                self.unstaff(line, agent.agent_no)

    def served(self, agent: Agent) -> list[Line]:
        """The queues whose ordinary tasks the agent may take."""
        return [b.line for b in self.homes[agent.agent_no] if b.req is b.line.queue.skills]

    def unstaff(self, line: Line, agent_no: str) -> None:
        line.weight -= line.shares.pop(agent_no)
        if not line.shares:
            self.emptied[line.name] = line
        self.mark_unmanned(line)

    def heard(self, line: Line) -> None:
        """Someone there has answered, or nobody waits any more whom the last one staffed had missed."""
        if line.sole_missed:
            line.sole_missed = False
            self.mark_unmanned(line)

    def mark_unmanned(self, line: Line) -> None:
        """Unmanned is a queue that nobody staffs, or whose only agent leaves a caller who waits unanswered."""
        unmanned = not line.shares or line.sole_missed
        self.changed.lines[line.name] = line
        if unmanned != line.unmanned:
            line.unmanned = unmanned
            self.out.append(FlagUnmanned(line.name, unmanned))

    # -- buckets -------------------------------------------------------------------------------------------

    def bucket(self, line: Line, req: Skills) -> Bucket:
        """The bucket for `req`, made with its agents when it is first needed."""
        found = line.buckets.get(req)
        if found is None:
            found = line.buckets[req] = Bucket(line, req)
            if req and req[0][0].startswith(AGENT_REQ):
                named = self.agents[req[0][0].removeprefix(AGENT_REQ)]
                if fits(named, line.queue, req):
                    self._home(named, found)
            else:
                for agent in self.agents.values():
                    if not agent.duty and fits(agent, line.queue, req):
                        self._home(agent, found)
        return found

    def _home(self, agent: Agent, bucket: Bucket) -> None:
        self.homes[agent.agent_no].append(bucket)
        queue = bucket.line.queue
        free_phone = not agent.phone_load and not agent.wrapping
        bucket.seat(agent, takes_work(agent) and has_room(agent, queue, free_phone))

    def rehome(self, agent: Agent) -> None:
        """Find the buckets that the agent fits now, after its skills changed."""
        no = agent.agent_no
        for bucket in self.homes[no]:
            bucket.seat(agent, False)
        homes: list[Bucket] = []
        for line in self.lines.values():
            homes += (b for b in line.buckets.values() if fits(agent, line.queue, b.req))
            if no in line.shares and line.buckets[line.queue.skills] not in homes:
                self.unstaff(line, no)
        self.homes[no] = homes


def fits(agent: Agent, queue: Queue, req: Skills) -> bool:
    """May this agent ever take such a task? Crews without areas serve all of them."""
    anybody = bool(req) and req[0][0] == ANY_REQ
    if queue.mode not in agent.modes and not (anybody and Mode.PHONE in agent.modes):
        return False
    held = dict(agent.skills)
    for name, level in req:
        if name.startswith(AGENT_REQ):
            if name != AGENT_REQ + agent.agent_no:
                return False
        elif name.startswith(AREA_REQ):
            if agent.areas and name.removeprefix(AREA_REQ) not in agent.areas:
                return False
        elif name != ANY_REQ and held.get(name, 0) < level:
            return False
    return True


def is_crew(agent: Agent) -> bool:
    """Someone only on site: the shift is the lease, a dropped socket says nothing."""
    return agent.modes == (Mode.FIELD,)


def is_staffed(agent: Agent) -> bool:
    """Counts as staffing a queue: busy and briefly lost agents do, those on a break do not."""
    return agent.availability is Availability.AVAILABLE and (agent.presence is not Presence.OFFLINE or is_crew(agent))


def takes_work(agent: Agent) -> bool:
    return agent.availability is Availability.AVAILABLE and (agent.presence is Presence.ONLINE or is_crew(agent))


def has_room(agent: Agent, queue: Queue, free_phone: bool) -> bool:
    """The blending rules: a call needs the agent's whole attention, an emergency may come on top of chats;
    chats share up to the queue's capacity but not beside a call; jobs on site count for themselves."""
    if queue.mode is Mode.PHONE:
        return free_phone and (not agent.web_load or queue.urgent)
    if queue.mode is Mode.WEB:
        return free_phone and agent.web_load < queue.capacity
    return agent.field_load < queue.capacity


def shown_state(agent: Agent) -> AgentState:
    if agent.talking:
        return AgentState.TALKING
    if agent.connecting:
        return AgentState.CONNECTING
    if agent.wrapping:
        return AgentState.WRAPPING
    if agent.offers:
        return AgentState.OFFERED
    return AgentState(agent.availability.value)
