"""The life of a task: entering, talking, wrapping, waiting again, ending, and who comes after it."""

from routing.arming import arm
from routing.commands import (
    ConnectTask,
    DivertTask,
    EndCall,
    OverflowTask,
    ReportTransfer,
    ResumeWait,
    WithdrawOffer,
)
from routing.lines import Line
from routing.machines import LIVE
from routing.matching import spot
from routing.state import State
from routing.types import (
    Agent,
    Kind,
    Offer,
    OfferState,
    Rule,
    Task,
    TaskState,
    TransferOutcome,
)
from routing.urgency import is_written_danger

BESIDE = (Kind.CONSULT, Kind.CONFERENCE)


def enter(s: State, task: Task) -> None:
    """Begin to wait; the gate is not asked again."""
    queue = s.lines[task.queue].queue
    if queue.overflow_after_s and not task.returned and task.kind is Kind.CONTACT:
        task.overflow_at = s.now + queue.overflow_after_s * 1000
    s.add_task(task)
    if task.kind is Kind.CONTACT and s.lines[task.queue].shares:
        task.ahead = s.lines[task.queue].waiting_before(task)
    stand(s, task)


def stand(s: State, task: Task) -> bool:
    """Wait, without the waits and rests that are over; true if there were any."""
    before = (task.ready_at, task.personal_until, task.rests)
    if task.ready_at <= s.now:
        task.ready_at = 0
    if task.personal_until <= s.now:
        task.personal_until = 0
    task.rests = tuple(r for r in task.rests if r[1] > s.now)
    spot(s, task)
    arm(s, task)
    return before != (task.ready_at, task.personal_until, task.rests)


def successor(s: State, task: Task, queue: str, kind: Kind) -> Task:
    """The task that continues `task`, with its place; not entered yet."""
    task.hop += 1
    line = s.lines[queue]
    return Task(
        task_id=f"{task.task_id}~{task.hop}",
        contact_id=task.contact_id,
        queue=queue,
        mode=line.queue.mode,
        kind=kind,
        state=TaskState.WAITING,
        queued_at=task.queued_at,
        boost_s=max(task.boost_s, line.queue.boost_s),
        seq=task.seq,
        root_task_id=task.root_task_id,
        hop=0,
        entered_at=s.now,
        since=s.now,
        skills=task.skills,
        prefer=task.prefer,
        caller=task.caller,
        last_agent=task.last_agent,
        area=task.area,
        x=task.x,
        y=task.y,
        earlier_talk_ms=task.earlier_talk_ms,
        waiting_at=task.waiting_at if task.state in LIVE else s.now,
    )


# -- what the queue allows ---------------------------------------------------------------------------------


def gate(line: Line, task: Task) -> tuple[Rule, str] | None:
    """The rule that keeps this task from waiting here, and why; none if it may wait."""
    return barred(line) if task.kind is Kind.CONTACT and not is_written_danger(task) else None


def barred(line: Line) -> tuple[Rule, str] | None:
    """The rule that the queue has for the state it is in; an emergency queue always serves."""
    queue = line.queue
    if queue.urgent:
        return None
    if not line.open and queue.on_close is not Rule.SERVE:
        return queue.on_close, "closed"
    if not line.shares and queue.on_nobody is not Rule.SERVE:
        return queue.on_nobody, "nobody"
    return None


def accepts(line: Line) -> bool:
    """May other queues overflow into it now?"""
    return line.open and bool(line.shares) and not line.full() and not line.retired


def turn_away(s: State, task: Task) -> bool:
    """Apply the gate to a waiting task; true if it no longer waits here."""
    line = s.lines[task.queue]
    if task.return_queue in s.lines and (not line.open or not line.shares):
        overflow(s, task, task.return_queue, "return")
        return True
    rule = gate(line, task)
    if rule is None:
        return False
    divert(s, task, *rule)
    return True


def divert(s: State, task: Task, rule: Rule, reason: str) -> None:
    """End the wait by rule: a callback keeps the place, voicemail and message end it."""
    if rule is Rule.CALLBACK:
        after = successor(s, task, task.queue, Kind.CALLBACK)
        task.successor_id = after.task_id
        end(s, task, TaskState.CALLBACK_BOOKED, reason)
        s.out.append(DivertTask(task.task_id, rule, reason, after.task_id))
        enter(s, after)
        return
    end(s, task, TaskState.OVERFLOWED, f"{rule.value}:{reason}")
    s.out.append(DivertTask(task.task_id, rule, reason))


def overflow(s: State, task: Task, to_queue: str, reason: str) -> None:
    after = successor(s, task, to_queue, task.kind)
    if reason == "return":
        after.returned = True
    else:
        after.return_queue = task.queue
    task.successor_id = after.task_id
    end(s, task, TaskState.OVERFLOWED, reason)
    s.out.append(OverflowTask(task.task_id, after.task_id, task.queue, to_queue, reason))
    enter(s, after)


# -- forward -----------------------------------------------------------------------------------------------


def connect(s: State, task: Task, offer: Offer) -> None:
    """The agent has taken the offer; others who rang are told."""
    s.withdraw_offers(task, "answered_elsewhere", keep=offer.offer_id)
    s.move_offer(offer, OfferState.ACCEPTED, "")
    agent = s.agents[offer.agent_no]
    agent.offers.remove(offer.offer_id)
    agent.tasks.append(task.task_id)
    agent.connecting += 1
    task.agent_no = agent.agent_no
    s.move(task, TaskState.CONNECTING)
    deadline = arm(s, task)
    s.heard(s.lines[task.queue])
    if task.mode.value == "phone":
        s.out.append(ConnectTask(task.task_id, offer.offer_id, agent.agent_no, offer.leg, deadline))
        s.touch(agent)
    else:
        talk(s, task)


def talk(s: State, task: Task) -> None:
    """Agent and customer are together."""
    agent = s.agents[task.agent_no]
    line = s.lines[task.queue]
    for offer_id in task.offers:
        del s.offers[offer_id]
    task.offers = ()
    task.target_agent = ""
    agent.connecting -= 1
    agent.talking += 1
    agent.contacts += 1
    agent.misses = agent.failures = 0
    if task.answered_at is None:
        task.answered_at = s.now
    line.order.remove(task.key())
    line.ledger.answered += 1
    s.move(task, TaskState.TALKING)
    if task.ahead is not None:
        line.pace.answered(s.now - task.entered_at, task.ahead, line.weight)
        task.ahead = None
    arm(s, task)
    s.touch(agent)
    _report_taken(s, task)


def _report_taken(s: State, task: Task) -> None:
    """The giver of a transfer, or whoever asked for a consult, hears that it was taken."""
    if not task.parent_task_id:
        return
    if task.return_agent != task.agent_no:
        outcome = TransferOutcome.CONNECTED if task.kind in BESIDE else TransferOutcome.COMPLETED
        report(s, task.parent_task_id, task.return_agent, outcome, task)


def wrap(s: State, task: Task) -> None:
    """The talk is over, a consult beside it too; the agent's wrap-up begins, unless there is none to do."""
    end_child(s, task, TransferOutcome.CALLER_GONE)
    agent = s.agents[task.agent_no]
    end_hold(s, task)
    task.lost_at = None
    task.talk_ms += s.now - task.since
    task.wrap_at = s.now
    agent.talking -= 1
    agent.wrapping += 1
    s.load(agent, task.mode, -1)
    s.move(task, TaskState.WRAPPING)
    arm(s, task)
    if task.wrapped_early or not s.lines[task.queue].queue.wrap_up_s:
        finish(s, task)
    else:
        s.touch(agent)


def finish(s: State, task: Task) -> None:
    """The wrap-up is over; the agent is free again."""
    assert task.wrap_at is not None, "only a talk that was left has a wrap-up"
    agent = s.agents[task.agent_no]
    agent.wrapping -= 1
    agent.tasks.remove(task.task_id)
    s.move(task, TaskState.TRANSFERRED if task.successor_id else TaskState.DONE)
    s.lines[task.queue].pace.handled(task.talk_ms + s.now - task.wrap_at)
    _unlink(s, task)
    s.drop_task(task)
    rested(s, agent)


def rested(s: State, agent: Agent) -> None:
    if not agent.tasks:
        agent.idle_since = s.now
    s.touch(agent)


def end_hold(s: State, task: Task) -> None:
    if task.held_at is not None:
        task.hold_ms += s.now - task.held_at
        task.held_at = None


# -- back and out ------------------------------------------------------------------------------------------


def let_go(s: State, task: Task) -> Agent:
    """Take the connecting or talking task from its agent."""
    agent = s.agents[task.agent_no]
    if task.state is TaskState.TALKING:
        agent.talking -= 1
        end_hold(s, task)
        task.talk_ms += s.now - task.since
        task.lost_at = None
        task.wrapped_early = False
    else:
        agent.connecting -= 1
    agent.tasks.remove(task.task_id)
    s.load(agent, task.mode, -1)
    task.agent_no = ""
    return agent


def close_accepted(s: State, task: Task, new: OfferState, reason: str) -> None:
    """End the offer of a connecting task that came to nothing."""
    for offer_id in task.offers:
        s.move_offer(s.offers.pop(offer_id), new, reason)
    task.offers = ()


def wait_again(s: State, task: Task, reason: str) -> None:
    """Back to the same place, from ringing, connecting or a lost leg."""
    if task.state is TaskState.TALKING:
        line = s.lines[task.queue]
        line.ledger.answered -= 1
        task.waiting_at = s.now
        s.move(task, TaskState.WAITING)
        line.order.add(task.key())
    elif task.state is not TaskState.WAITING:
        if task.state is TaskState.CONNECTING and task.kind is not Kind.CALLBACK:
            s.out.append(ResumeWait(task.task_id, reason))
        s.move(task, TaskState.WAITING)
    if not turn_away(s, task):
        stand(s, task)


_COUNTED = {
    TaskState.ABANDONED: "abandoned",
    TaskState.OVERFLOWED: "overflowed",
    TaskState.CALLBACK_BOOKED: "callback_booked",
    TaskState.TRANSFERRED: "transferred",
    TaskState.CANCELED: "canceled",
}


def end(s: State, task: Task, new: TaskState, reason: str) -> None:
    """End a task that is not wrapping: nothing rings for it any more, its agent is free."""
    s.withdraw_offers(task, reason)
    s.unspot(task)
    if task.state in LIVE:
        line = s.lines[task.queue]
        line.order.remove(task.key())
        name = _COUNTED[new]
        setattr(line.ledger, name, getattr(line.ledger, name) + 1)
        if task.sole_misses and not any(s.tasks[no].sole_misses for no in line.waiting()):
            s.heard(line)
    if task.agent_no:
        for offer_id in task.offers:
            s.out.append(WithdrawOffer(offer_id, task.task_id, task.agent_no, reason))
        close_accepted(s, task, OfferState.RESCINDED, reason)
        agent = let_go(s, task)
        s.move(task, new)
        rested(s, agent)
    else:
        s.move(task, new)
    task.reason = reason
    _unlink(s, task)
    s.drop_task(task)


def _unlink(s: State, task: Task) -> None:
    parent = s.tasks.get(task.parent_task_id)
    if parent is not None and parent.child_id == task.task_id:
        parent.child_id = ""
        s.changed.tasks[parent.task_id] = parent


def end_child(s: State, task: Task, outcome: TransferOutcome) -> None:
    """End the consult or conference beside `task`, whatever it is doing; a wrap-up goes on."""
    child = s.tasks.get(task.child_id)
    task.child_id = ""
    if child is None:
        return
    if child.state is TaskState.WRAPPING:
        return
    if child.state is TaskState.TALKING:
        s.out.append(EndCall(child.task_id, outcome.value))
    end(s, child, TaskState.CANCELED, outcome.value)


# -- transfers that come back ------------------------------------------------------------------------------


def lost_offer(s: State, task: Task, outcome: TransferOutcome) -> None:
    """An offer of `task` ended unaccepted: with none pending it waits again or goes back."""
    if task.offers:
        return
    if not task.target_agent:
        wait_again(s, task, outcome.value)
    elif task.kind in BESIDE:
        parent = s.tasks[task.parent_task_id]
        report(s, parent.task_id, parent.agent_no, outcome, task)
        end(s, task, TaskState.CANCELED, outcome.value)
    else:
        give_back(s, task, outcome)


def give_back(s: State, task: Task, outcome: TransferOutcome) -> None:
    """To the giver, who need not finish the wrap-up first, else (or if the giver is busy) to the front of the queue."""
    was_giver = task.target_agent == task.return_agent
    task.target_agent = ""
    if not was_giver:
        report(s, task.parent_task_id, task.return_agent, outcome, task)
        given = s.tasks.get(task.parent_task_id)
        if given is not None:
            finish(s, given)
        task.target_agent = task.return_agent
    wait_again(s, task, outcome.value)


def report(s: State, task_id: str, agent_no: str, outcome: TransferOutcome, child: Task) -> None:
    s.out.append(ReportTransfer(task_id, agent_no, outcome, child.task_id))
