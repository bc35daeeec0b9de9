"""Who gets whom: finding the bucket of a task, and the offers that follow when a task or an agent is free."""

from collections.abc import Iterator
from heapq import heapify, heappop, heapreplace, nsmallest
from itertools import islice

from routing.arming import arm
from routing.commands import MakeOffer
from routing.config import Queue
from routing.lines import Bucket, IdleKey, Line
from routing.state import AGENT_REQ, ANY_REQ, AREA_REQ, State, has_room, takes_work
from routing.types import (
    Agent,
    Candidate,
    Key,
    Kind,
    Leg,
    Mode,
    Offer,
    OfferState,
    Skills,
    Strategy,
    Task,
    TaskState,
    Why,
)
from routing.urgency import is_written_danger, steps

WHY_CANDIDATES = 5
SOLE_MISSES_UNTIL_DUTY = 2


def requirement(task: Task, queue: Queue) -> Skills:
    """What an agent needs for this task now; the least that remains of a level is 1."""
    if task.target_agent:
        return ((AGENT_REQ + task.target_agent, 1),)
    if task.personal_until:
        return ((AGENT_REQ + task.last_agent, 1),)
    if not task.skills and not task.area and not task.stage:
        return queue.skills
    dropped, in_area = 0, bool(task.area)
    for step in steps(task, queue)[: task.stage]:
        if step.any_agent:
            return ((ANY_REQ, 1),) if is_written_danger(task) else ()
        dropped += step.levels
        in_area = in_area and not step.any_area
    needed = dict(queue.skills)
    for name, level in task.skills:
        needed[name] = max(level, needed.get(name, level))
    if in_area:
        needed[AREA_REQ + task.area] = 1
    return tuple(sorted([(name, max(1, level - dropped)) for name, level in needed.items()]))


def wants_duty(task: Task, queue: Queue) -> bool:
    if queue.mode is not Mode.PHONE or task.kind in (Kind.CONSULT, Kind.CONFERENCE):
        return False
    if task.sole_misses >= SOLE_MISSES_UNTIL_DUTY:
        return True
    return task.stage > 0 and any(step.duty for step in queue.widen[: task.stage])


def spot(s: State, task: Task) -> None:
    """Stand the waiting task in the bucket where it belongs now, and let it be looked at."""
    if task.ready_at:
        return
    line = s.lines[task.queue]
    bucket = s.bucket(line, requirement(task, line.queue))
    if s.spots.get(task.task_id) is not bucket:
        s.unspot(task)
        bucket.waiting.add(task.key())
        s.spots[task.task_id] = bucket
    s.ready[task.task_id] = task
    if wants_duty(task, line.queue):
        s.duty_waits[task.task_id] = task


def settle(s: State) -> Task | None:
    """Make every offer that is possible now; stops at a task that only a named agent may have, who cannot: it is to go
    on to others before those behind it are looked at.

    Freed agents choose first, so that the longest wait wins over the newest arrival.
    """
    while s.freed or s.ready:
        while s.freed:
            _serve_freed(s)
        for task in sorted(s.ready.values(), key=Task.key):
            del s.ready[task.task_id]
            offer_task(s, task)
            if task.target_agent and not task.offers:
                return task
    return None


def offer_task(s: State, task: Task) -> None:
    """Offer the waiting task to the best who are free."""
    bucket = s.spots[task.task_id]
    queue = bucket.line.queue
    if queue.strategy is Strategy.RING_ALL:
        for chosen in list(islice(_idle(s, bucket, task), queue.ring_at_once)):
            make_offer(s, task, s.agents[chosen[2]], _why(s, task, bucket, chosen, "ring_all"))
    else:
        best = _best(s, bucket, task)
        if best is not None:
            home, chosen, rule = best
            make_offer(s, task, s.agents[chosen[2]], _why(s, task, home, chosen, rule))
    if wants_duty(task, queue):
        ring_duty(s, task)


def offer_beside(s: State, task: Task) -> None:
    """Hold an emergency that is already ringing out to one more agent, by its widened need."""
    line = s.lines[task.queue]
    bucket = s.bucket(line, requirement(task, line.queue))
    # Who reads chats may have several at once, so the first one may still be among those who are free.
    rung = [s.offers[offer_id].agent_no for offer_id in task.offers]
    chosen = next((key for key in _idle(s, bucket, task) if key[2] not in rung), None)
    if chosen is not None:
        make_offer(s, task, s.agents[chosen[2]], _why(s, task, bucket, chosen, "widened"))
    if wants_duty(task, line.queue):
        ring_duty(s, task)


def ring_duty(s: State, task: Task) -> None:
    """Ring every free on-call phone together; the first to answer wins."""
    free = [
        a
        for number in s.config.duty_phones
        if not (a := s.agents[duty_no(number)]).phone_load and not rests(task, a.agent_no, s.now)
    ]
    names = tuple(Candidate(a.agent_no, (n,)) for n, a in enumerate(free[:WHY_CANDIDATES]))
    more = len(free) - len(names)
    for agent in free:
        waited = waited_ms(s, task)
        why = Why("duty_phones", task.queue, waited, task.boost_s, agent.agent_no, names, more, task.stage)
        make_offer(s, task, agent, why)


def waited_ms(s: State, task: Task) -> int:
    """The wait that goes on, through overflow and callback; neither a talk nor the time between two calls."""
    return s.now - task.waiting_at


def duty_no(number: str) -> str:
    return f"duty:{number}"


def rests(task: Task, agent_no: str, now: int) -> bool:
    return any(no == agent_no and until > now for no, until in task.rests)


def _idle(s: State, bucket: Bucket, task: Task) -> Iterator[IdleKey]:
    if not task.rests:
        return iter(bucket.idle)
    return (key for key in bucket.idle if not rests(task, key[2], s.now))


def _best(s: State, bucket: Bucket, task: Task) -> tuple[Bucket, IdleKey, str] | None:
    queue = bucket.line.queue
    if task.prefer and not task.target_agent and not task.personal_until:
        wanted = dict(bucket.req)
        for name in task.prefer:
            wanted.setdefault(name, 1)
        preferred = s.bucket(bucket.line, tuple(sorted(wanted.items())))
        chosen = next(_idle(s, preferred, task), None)
        if chosen is not None:
            return preferred, chosen, f"preferred_{'_'.join(task.prefer)}"
    if queue.strategy is Strategy.NEAREST:
        near = min(_idle(s, bucket, task), key=lambda k: _nearness(s.agents[k[2]], task, k), default=None)
        return None if near is None else (bucket, near, "nearest")
    chosen = next(_idle(s, bucket, task), None)
    return None if chosen is None else (bucket, chosen, _rule(task, queue))


def _rule(task: Task, queue: Queue) -> str:
    if task.target_agent:
        return "named_agent"
    if task.personal_until:
        return "last_agent"
    return queue.strategy.value


_FAR = 1 << 62


def _nearness(agent: Agent, task: Task, key: IdleKey) -> tuple[int, int, IdleKey]:
    """Fewest jobs in hand, then nearest (squared distance); an unknown position is the farthest."""
    if task.x is None or task.y is None or agent.x is None or agent.y is None:
        return (agent.field_load, _FAR, key)
    return (agent.field_load, (agent.x - task.x) ** 2 + (agent.y - task.y) ** 2, key)


def _why(s: State, task: Task, bucket: Bucket, chosen: IdleKey, rule: str) -> Why:
    if rule == "nearest":
        near = (_nearness(s.agents[k[2]], task, k) for k in _idle(s, bucket, task))
        candidates = tuple(Candidate(k[2], (load, far)) for load, far, k in nsmallest(WHY_CANDIDATES, near))
    else:
        first = islice(_idle(s, bucket, task), WHY_CANDIDATES)
        candidates = tuple(Candidate(k[2], (k[0], k[1])) for k in first)
    resting = sum(no in bucket.key_of and until > s.now for no, until in task.rests)
    more = len(bucket.idle) - resting - len(candidates)
    return Why(rule, task.queue, waited_ms(s, task), task.boost_s, chosen[2], candidates, more, task.stage)


def _serve_freed(s: State) -> None:
    """Serve the agents just freed, the one with the longest wait before it first.

    One offer at a time: with several freed by one event, an agent's second choice may be another's first. What
    stands before an agent can only grow later meanwhile, so a key that was popped is looked at again, not kept.
    """
    heap: list[tuple[Key, str]] = []
    for agent in list(s.freed.values()):
        del s.freed[agent.agent_no]
        if agent.duty:
            _serve_duty(s)
        elif (head := _first_head(s, agent)) is not None:
            heap.append((head[0], agent.agent_no))
    heapify(heap)
    while heap:
        key, no = heap[0]
        agent = s.agents[no]
        head = _first_head(s, agent)
        if head is None:
            heappop(heap)
        elif head[0] != key:
            heapreplace(heap, (head[0], no))
        else:
            _serve(s, agent, *head)


def _first_head(s: State, agent: Agent) -> tuple[Key, Bucket] | None:
    return min(_heads(s, agent), key=_key_of, default=None) if takes_work(agent) else None


def _key_of(head: tuple[Key, Bucket]) -> Key:
    return head[0]


def _serve(s: State, agent: Agent, key: Key, bucket: Bucket) -> None:
    """Offer this agent's longest wait, to the agent or to a better one who is free for it as well."""
    task = s.tasks[key[2]]
    if task.task_id in s.ready or _others(s, bucket, task, agent):
        offer_task(s, task)
        return
    heads = sorted(_heads(s, agent), key=_key_of)
    names = tuple(Candidate(k[2], k[:2]) for k, _ in heads[:WHY_CANDIDATES])
    more = len(heads) - len(names)
    waited = waited_ms(s, task)
    rule = "longest_wait" if not task.target_agent else "named_agent"
    why = Why(rule, task.queue, waited, task.boost_s, task.task_id, names, more, task.stage)
    make_offer(s, task, agent, why)


def _others(s: State, bucket: Bucket, task: Task, agent: Agent) -> bool:
    """Is someone else free for it too, freed by the same event? Then the queue's strategy decides."""
    return any(key[2] != agent.agent_no for key in _idle(s, bucket, task))


def _serve_duty(s: State) -> None:
    """The first who may be rung there takes every phone that is free and does not rest from it."""
    for task in sorted(s.duty_waits.values(), key=Task.key):
        ring_duty(s, task)


def _heads(s: State, agent: Agent) -> Iterator[tuple[Key, Bucket]]:
    """The first task of each bucket that this agent has room for and does not rest from."""
    no = agent.agent_no
    free_phone = not agent.phone_load and not agent.wrapping
    for bucket in s.homes[no]:
        if bucket.waiting and has_room(agent, bucket.line.queue, free_phone):
            for key in bucket.waiting:
                task = s.tasks[key[2]]
                if not task.rests or not rests(task, no, s.now):
                    yield key, bucket
                    break


def make_offer(s: State, task: Task, agent: Agent, why: Why) -> None:
    line: Line = s.lines[task.queue]
    queue = line.queue
    if task.state is TaskState.WAITING:
        if s.now == task.entered_at:
            task.ahead = None
        s.unspot(task)
        s.move(task, TaskState.OFFERED)
        arm(s, task)
    task.attempt += 1
    s.turn += 1
    agent.turn = s.turn
    leg = _leg(task, agent)
    offer = Offer(
        f"{task.task_id}.{task.attempt}",
        task.task_id,
        agent.agent_no,
        task.queue,
        task.mode,
        leg,
        OfferState.PENDING,
        s.now,
        s.now + queue.offer_timeout_s * 1000,
        why.rule,
    )
    s.add_offer(task, offer)
    expires = s.now + queue.offer_timeout_s * 1000
    s.out.append(MakeOffer(offer.offer_id, task.task_id, agent.agent_no, task.queue, task.mode, leg, expires, why))
    s.touch(agent)


def _leg(task: Task, agent: Agent) -> Leg:
    """The second try with the only agent of a queue rings that agent's phone while somebody is on the line. Who is
    called back is not: there the agent is called first, where they said that they want to be."""
    if task.sole_misses and agent.has_phone and task.kind is not Kind.CALLBACK:
        return Leg.PHONE
    return agent.leg
