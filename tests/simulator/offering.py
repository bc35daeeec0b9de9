"""Rules about offers: to whom, in which order, and that nobody idles beside someone who waits."""

from collections.abc import Iterable, Iterator

from routing.commands import MakeOffer
from routing.types import Mode, Strategy
from tests.simulator.book import LAG_MS, AgentRecord, Book, Key, TaskRecord, Violated

LOOKED_AT = 40
"""How many entries a check looks at after each event; a full check, sampled, looks at all."""


def check_offers(book: Book, now: int, made: list[MakeOffer], full: bool) -> None:
    later: dict[str, list[int]] = {}
    for n in range(len(made) - 1, -1, -1):
        offer = made[n]
        task, agent = book.tasks[offer.task_id], book.agents[offer.agent_no]
        counts = later.setdefault(agent.agent_no, [0, 0, 0])
        if offer.mode is Mode.WEB:
            counts[0] += 1
        elif offer.mode is Mode.FIELD:
            counts[1] += 1
        else:
            counts[2] += 1
        if agent.duty:
            _check_duty(book, now, task, agent)
            continue
        _check_place(book, now, task, agent, counts)
        _check_order(book, now, task, agent, counts, full)


def _check_duty(book: Book, now: int, task: TaskRecord, agent: AgentRecord) -> None:
    if task.mode is not Mode.PHONE or agent.phone > 1:
        raise Violated("capacity", f"on-call phone {agent.agent_no} has {agent.phone} calls with {task.task_id}")


def _check_place(book: Book, now: int, task: TaskRecord, agent: AgentRecord, counts: list[int]) -> None:
    who = f"{agent.agent_no} with {task.task_id}"
    if not agent.works:
        raise Violated("presence", f"{who}: {agent.presence.value}, {agent.availability.value}")
    queue = book.queues[task.queue]
    if task.mode is not Mode.FIELD and agent.wrapping:
        raise Violated("wrap-up", f"{who} while wrapping up")
    if task.mode is Mode.PHONE and (agent.phone != 1 or (agent.web and queue.boost_s < 86_400)):
        raise Violated("capacity", f"{who}: {agent.phone} calls, {agent.web} chats")
    if task.mode is Mode.WEB and (agent.phone > counts[2] or agent.web - counts[0] + 1 > queue.capacity):
        raise Violated("capacity", f"{who}: {agent.phone} calls, {agent.web} chats")
    if task.mode is Mode.FIELD and agent.field - counts[1] + 1 > queue.capacity:
        raise Violated("capacity", f"{who}: {agent.field} jobs")
    if not book.suits(task, agent):
        raise Violated("eligible", f"{who}, who does not suit it")
    if book.resting(task, agent.agent_no, now):
        raise Violated("cool-down", f"{who}, a pair that rests")


def _check_order(book: Book, now: int, task: TaskRecord, agent: AgentRecord, counts: list[int], full: bool) -> None:
    """Whoever waits with a smaller key and could have been given to this agent was passed over."""
    for other in _fitting(book, now, agent, counts, task.key, full):
        raise Violated("order", f"{agent.agent_no} got {task.task_id} {task.key} before {other.task_id} {other.key}")


def _fitting(
    book: Book, now: int, agent: AgentRecord, counts: list[int], before: Key | None, full: bool
) -> Iterator[TaskRecord]:
    """Waiting tasks that this agent has room for, offers in `counts` aside, with keys below `before`."""
    modes = (Mode.FIELD,) if before is None and (agent.phone or agent.wrapping) else agent.modes
    for name, line in book.lines.items():
        if not line or (before is not None and line[0] >= before):
            continue
        queue = book.queues[name]
        if queue.mode not in modes or queue.mode not in agent.modes:
            continue
        own_phone = 1 if before is not None and queue.mode is not Mode.FIELD else 0
        if not _room(book, agent, name, counts, own_phone):
            continue
        for n, key in enumerate(line):
            if (before is not None and key >= before) or (n >= LOOKED_AT and not full):
                break
            task = book.tasks[key[2]]
            if book.suits(task, agent) and _offerable(task, agent.agent_no, now):
                yield task


def _room(book: Book, agent: AgentRecord, name: str, counts: list[int], own_phone: int) -> bool:
    if own_phone:
        held, agent.phone = agent.phone, 0
        free = book.has_room(agent, book.queues[name], counts[0], counts[1])
        agent.phone = held
        return free
    return book.has_room(agent, book.queues[name], counts[0], counts[1])


def _offerable(task: TaskRecord, agent_no: str, now: int) -> bool:
    """Beyond doubt: no gap, and no rest that ended only a moment ago (its deadline may be on its way)."""
    if task.ready_at:
        return False
    return not task.rests or not any(no == agent_no and until > now - LAG_MS for no, until in task.rests)


def check_idle_beside_waiting(
    book: Book, now: int, tasks: Iterable[TaskRecord], agents: Iterable[AgentRecord], full: bool
) -> None:
    """No eligible idle agent beside a waiting task: asked of what the event touched, or of everyone."""
    nothing = [0, 0]
    for agent in agents:
        if agent.works and not agent.duty:
            for task in _fitting(book, now, agent, nothing, None, full):
                raise Violated("idle beside waiting", f"{agent.agent_no} is free, {task.task_id} waits")
    for task in tasks:
        if task.ready_at:
            continue
        queue, on_site = book.queues[task.queue], task.mode is Mode.FIELD
        for n, agent in enumerate(book.idle[task.mode].values()):
            if n >= LOOKED_AT and not full:
                break
            if (agent.phone or agent.wrapping) and not on_site:
                continue
            if book.has_room(agent, queue) and book.suits(task, agent) and _offerable(task, agent.agent_no, now):
                raise Violated("idle beside waiting", f"{task.task_id} waits, {agent.agent_no} is free")


def check_nearest(book: Book, offer: MakeOffer) -> None:
    """Of the crews with room, who has the fewest jobs, then the nearest; this was the event's only offer."""
    task, chosen = book.tasks[offer.task_id], book.agents[offer.agent_no]
    queue = book.queues[task.queue]
    if queue.strategy is not Strategy.NEAREST or task.target_agent or task.prefer:
        return
    mine = book.rank(chosen, task, 1)
    for agent in book.idle[Mode.FIELD].values():
        if agent is chosen or book.rank(agent, task) >= mine or not book.has_room(agent, queue):
            continue
        if book.suits(task, agent) and not any(no == agent.agent_no for no, _ in task.rests):
            raise Violated("nearest", f"{task.task_id}: {chosen.agent_no} {mine}, not {agent.agent_no}")


def check_best(book: Book, offer: MakeOffer) -> None:
    """The chosen agent stands first by the queue's strategy among those who had nothing to do."""
    task, chosen = book.tasks[offer.task_id], book.agents[offer.agent_no]
    queue = book.queues[task.queue]
    personal = task.prefer or task.target_agent or task.personal_until
    if chosen.duty or personal or queue.strategy in (Strategy.RING_ALL, Strategy.NEAREST) or task.stage:
        return
    if chosen.phone + chosen.web + chosen.field > 1:
        return
    mine = book.rank(chosen, task)
    for agent in book.idle[task.mode].values():
        better = agent is not chosen and book.rank(agent, task) < mine
        if better and not (agent.web or agent.field) and book.has_room(agent, queue) and book.suits(task, agent):
            if any(no == agent.agent_no for no, _ in task.rests):
                continue
            raise Violated(
                "tie",
                f"{task.task_id}: {chosen.agent_no} {mine} before {agent.agent_no} {book.rank(agent, task)}",
            )
