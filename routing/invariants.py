"""What must hold after every event, as code.

`check_all` looks at everything and recounts every counter; it is for tests, for the end of a run, and every
few thousand events. `check_touched` is what a run of millions can afford after each event: an event can only
break what it changed, and the core lists what it changed. For a touched task its own state and the head of
its one bucket are looked at, for a touched agent its few buckets' heads, for a touched queue its counters;
the sorted structures answer each in logarithmic time, so the cost does not grow with the number waiting.
"""

from routing.commands import SetAgentState
from routing.lines import Line
from routing.machines import ENDS, LIVE
from routing.matching import requirement, rests
from routing.state import State, fits, is_crew, is_staffed, shown_state, takes_work
from routing.types import (
    Agent,
    AgentState,
    Availability,
    BrokenInvariant,
    Kind,
    Mode,
    Offer,
    OfferState,
    Strategy,
    Task,
    TaskState,
)


def check_touched(s: State) -> None:
    """Check what the last event changed."""
    for task in s.changed.tasks.values():
        check_task(s, task)
    for agent in s.changed.agents.values():
        check_agent(s, agent)
    for line in s.changed.lines.values():
        check_line(line)
    for offer in s.changed.offers.values():
        check_offer(s, offer)
        if offer.state is OfferState.PENDING:
            check_new_offer(s, offer)
    for command in s.out:
        if isinstance(command, SetAgentState) and command.state is AgentState.BREAK:
            check_break(s, command.agent_no)


def check_all(s: State) -> None:
    """Check everything, and that the counters and indexes are what a recount gives."""
    for task in s.tasks.values():
        check_task(s, task)
    for agent in s.agents.values():
        check_agent(s, agent)
        for bucket in s.homes[agent.agent_no]:
            if agent.agent_no in bucket.key_of:
                _must(bucket.key_of[agent.agent_no] == bucket.idle_key(agent), "I8", agent, "stale idle key")
    for offer in s.offers.values():
        check_offer(s, offer)
    for line in s.lines.values():
        check_line(line)
        _recount(s, line)
    _must(s.redials.keys() <= {e.caller for e in s.ended.values()}, "memory", s.redials, "redial without a call")


def check_task(s: State, task: Task) -> None:
    """I5 one state and what belongs to it; I6 one queue, one agent; I7 the place; always a deadline."""
    known = s.tasks.get(task.task_id)
    if task.state in ENDS:
        _must(known is None and task.deadline_at is None, "I5", task, "an ended task is still held")
        _must(not task.offers and task.task_id not in s.spots, "I13", task, "an ended task still rings")
        _check_successor(s, task)
        return
    _must(known is task, "I11", task, "an open task was lost")
    _must(task.deadline_at is not None, "deadline", task, "no deadline")
    line = s.lines[task.queue]
    _must((task.key() in line.order) == (task.state in LIVE), "I6", task, "wrong in the order of its queue")
    standing = task.task_id in s.spots
    _must(standing == (task.state is TaskState.WAITING and not task.ready_at), "I6", task, "wrong in its bucket")
    if task.state is TaskState.WAITING:
        _must(not task.agent_no and not task.offers, "I5", task, "waits and is served")
        if standing:
            _check_waiting(s, task)
    elif task.state is TaskState.OFFERED:
        _check_offered(s, task, line)
    else:
        _check_served(s, task)


def _check_successor(s: State, task: Task) -> None:
    after = s.tasks.get(task.successor_id)
    if after is not None:
        kept = after.queued_at <= task.queued_at and after.seq == task.seq
        _must(kept and after.root_task_id == task.root_task_id, "I7", after, "the place was lost")


def _check_waiting(s: State, task: Task) -> None:
    bucket = s.spots[task.task_id]
    _must(task.key() in bucket.waiting, "I6", task, "not in its bucket")
    _must(bucket.req == requirement(task, bucket.line.queue), "I6", task, "in the wrong bucket")
    for _, _, agent_no in bucket.idle:
        _must(_paused(s, task, agent_no), "I8", task, "waits and one who fits is free")


def _paused(s: State, task: Task, agent_no: str) -> bool:
    """The pair rests, or its rest is over and the deadline that says so is about to be reached."""
    if rests(task, agent_no, s.now):
        return True
    overdue = any(no == agent_no for no, _ in task.rests)
    return overdue and task.deadline_at is not None and task.deadline_at <= s.now


def _check_offered(s: State, task: Task, line: Line) -> None:
    _must(bool(task.offers) and not task.agent_no, "I6", task, "offered to nobody")
    offers = [s.offers[o] for o in task.offers]
    _must(all(o.state is OfferState.PENDING for o in offers), "I6", task, "rings by an ended offer")
    several = line.queue.urgent or task.sole_misses or all(o.reason == Strategy.RING_ALL for o in offers)
    duty = any(s.agents[o.agent_no].duty for o in offers)
    _must(len(offers) == 1 or bool(several) or duty or task.stage > 0, "I6", task, "offered to several")
    _must(len({o.agent_no for o in offers}) == len(offers), "I6", task, "offered twice to one")


def _check_served(s: State, task: Task) -> None:
    agent = s.agents.get(task.agent_no)
    _must(agent is not None and task.task_id in agent.tasks, "I10", task, "its agent does not have it")
    if task.state is not TaskState.CONNECTING:
        _must(not task.offers, "I6", task, "still rings while served")
    elif task.kind is not Kind.OUTBOUND:
        accepted = [s.offers[o].state for o in task.offers]
        _must(accepted == [OfferState.ACCEPTED], "I6", task, "connects without one accepted offer")


def check_agent(s: State, agent: Agent) -> None:
    """I1 capacity; I2, I3 nothing new while busy or away; I4 work and its holder; I8 not idle beside work."""
    busy = {Mode.PHONE: 0, Mode.WEB: 0, Mode.FIELD: 0}
    held = {TaskState.CONNECTING: 0, TaskState.TALKING: 0, TaskState.WRAPPING: 0}
    for task_id in agent.tasks:
        task = s.tasks[task_id]
        _must(task.agent_no == agent.agent_no, "I10", agent, "holds another's task")
        held[task.state] += 1
        busy[task.mode] += task.state is not TaskState.WRAPPING
    for offer_id in agent.offers:
        offer = s.offers[offer_id]
        _must(offer.state is OfferState.PENDING, "I1", agent, "holds an ended offer")
        busy[offer.mode] += 1
    if (agent.phone_load, agent.web_load, agent.field_load) != tuple(busy.values()):
        raise BrokenInvariant(f"I1: loads, counted {busy}: {agent}")
    _must(agent.phone_load <= 1, "I1", agent, "two calls")
    if (agent.connecting, agent.talking, agent.wrapping) != tuple(held.values()):
        raise BrokenInvariant(f"I4: counts differ from what is held, {held}: {agent}")
    away = agent.availability is not Availability.AVAILABLE
    _must(not (away and agent.offers), "I3", agent, "rings though not available")
    _must(agent.shown is shown_state(agent), "I4", agent, "shows another state")
    _check_idle(s, agent)


def _check_idle(s: State, agent: Agent) -> None:
    for bucket in s.homes[agent.agent_no]:
        if not bucket.waiting or agent.agent_no not in bucket.key_of:
            continue
        for key in bucket.waiting:
            task = s.tasks[key[2]]
            _must(_paused(s, task, agent.agent_no), "I8", task, "waits and one who fits is free")


def check_line(line: Line) -> None:
    """I11: entered = ended in each way + waiting + offered + connecting."""
    count, ledger = line.count, line.ledger
    live = count[TaskState.WAITING] + count[TaskState.OFFERED] + count[TaskState.CONNECTING]
    _must(ledger.entered == ledger.left() + live, "I11", line.name, "conservation")
    _must(len(line.order) == live, "I11", line.name, "in order and counted differ")
    _must(min(count.values()) >= 0, "I11", line.name, "a negative count")


def check_offer(s: State, offer: Offer) -> None:
    """I1, I6: an open offer joins two who know of it."""
    if offer.state is OfferState.ACCEPTED:
        return
    if offer.state is not OfferState.PENDING:
        _must(
            offer.offer_id not in s.offers and offer.deadline_at is None,
            "I5",
            offer,
            "an ended offer is held",
        )
        return
    task, agent = s.tasks.get(offer.task_id), s.agents[offer.agent_no]
    _must(task is not None and offer.offer_id in task.offers, "I13", offer, "rings for nothing")
    _must(offer.offer_id in agent.offers, "I1", offer, "its agent does not have it")
    _must(offer.deadline_at is not None, "deadline", offer, "no deadline")


def check_new_offer(s: State, offer: Offer) -> None:
    """What was just offered fits the agent, who does not rest from it; I9: nobody of the queue was passed over."""
    task, agent = s.tasks[offer.task_id], s.agents[offer.agent_no]
    line = s.lines[offer.queue]
    _must(not rests(task, agent.agent_no, s.now), "cool-down", offer, "the pair rests")
    _must(agent.duty or fits(agent, line.queue, requirement(task, line.queue)), "skills", offer, "does not fit")
    _must(takes_work(agent), "I3", offer, "offered to one who is away")
    wrapping = agent.wrapping and not agent.duty
    _must(task.mode is not Mode.PHONE or not wrapping, "I2", offer, "offered in wrap-up")
    key = task.key()
    for bucket in s.homes[agent.agent_no]:
        if bucket.line.name != offer.queue:
            continue
        for before in bucket.waiting.irange(maximum=key):
            passed = s.tasks[before[2]]
            _must(_paused(s, passed, agent.agent_no), "I9", passed, "overtaken")


def check_break(s: State, agent_no: str) -> None:
    """A rule sends nobody on a break who was the last one staffed of a queue, and never a crew."""
    agent = s.agents[agent_no]
    _must(not is_crew(agent), "danger", agent, "a crew was put on a break")
    _must(all(line.shares for line in s.served(agent)), "danger", agent, "the last one staffed was put on a break")


def _recount(s: State, line: Line) -> None:
    mine = [t for t in s.tasks.values() if t.queue == line.name]
    for state in TaskState:
        if state not in ENDS:
            count = sum(t.state is state for t in mine)
            _must(
                line.count[state] == count,
                "I11",
                line.name,
                f"{state.value}: {line.count[state]}, not {count}",
            )
    base = line.buckets[line.queue.skills]
    staffed = {no for no, a in s.agents.items() if not a.duty and is_staffed(a) and fits(a, line.queue, base.req)}
    _must(set(line.shares) == staffed, "staffing", line.name, "who serves it")
    _must(line.weight == sum(line.shares.values()), "staffing", line.name, "weight")
    standing = sum(len(b.waiting) for b in line.buckets.values())
    _must(standing == sum(t.task_id in s.spots for t in mine), "I6", line.name, "buckets and spots differ")


def _must(holds: bool, name: str, thing: object, what: str) -> None:
    if not holds:
        raise BrokenInvariant(f"{name}: {what}: {thing}")
