"""Talking, holding, losing a leg, wrapping up, dialling out, transferring, taking over."""

from routing import events as ev
from routing.arming import arm
from routing.commands import HoldCaller, ReleaseAgent, ResumeWait
from routing.flow import (
    barred,
    connect,
    end,
    end_child,
    end_hold,
    enter,
    finish,
    let_go,
    report,
    rested,
    successor,
    wait_again,
    wrap,
)
from routing.offers import rest
from routing.state import State, has_room, takes_work
from routing.types import (
    GRACE_MS,
    Agent,
    Kind,
    Mode,
    Offer,
    OfferState,
    Presence,
    Task,
    TaskState,
    TransferMode,
    TransferOutcome,
)

NOT_TALKING = "not talking"
NOT_YOURS = "not this agent's task"
_KIND = {
    TransferMode.COLD: Kind.TRANSFER,
    TransferMode.WARM: Kind.CONSULT,
    TransferMode.CONFERENCE: Kind.CONFERENCE,
}


def _talking(s: State, task_id: str, agent_no: str | None = None) -> Task | str:
    task = s.tasks.get(task_id)
    if task is None or task.state is not TaskState.TALKING:
        return NOT_TALKING
    if agent_no is not None and task.agent_no != agent_no:
        return NOT_YOURS
    return task


def on_talk_ended(s: State, e: ev.TalkEnded) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is not None and task.state is TaskState.CONNECTING and e.by == "caller":
        end(s, task, TaskState.ABANDONED, "hangup")
        return None
    found = _talking(s, e.task_id)
    if isinstance(found, str):
        return found
    wrap(s, found)
    return None


def on_hold_started(s: State, e: ev.HoldStarted) -> str | None:
    task = _talking(s, e.task_id)
    if isinstance(task, str):
        return task
    if task.held_at is not None:
        return "already on hold"
    task.held_at = s.now
    s.changed.tasks[task.task_id] = task
    return None


def on_hold_ended(s: State, e: ev.HoldEnded) -> str | None:
    task = _talking(s, e.task_id)
    if isinstance(task, str):
        return task
    if task.held_at is None:
        return "not on hold"
    end_hold(s, task)
    s.changed.tasks[task.task_id] = task
    return None


def on_leg_lost(s: State, e: ev.LegLost) -> str | None:
    task = _talking(s, e.task_id, e.agent_no)
    if isinstance(task, str):
        return task
    if task.lost_at is not None:
        return "already lost"
    task.lost_at = s.now
    arm(s, task)
    s.out.append(HoldCaller(task.task_id, s.now + GRACE_MS))
    return None


def on_leg_rejoined(s: State, e: ev.LegRejoined) -> str | None:
    task = _talking(s, e.task_id, e.agent_no)
    if isinstance(task, str):
        return task
    if task.lost_at is None:
        return "not lost"
    task.lost_at = None
    arm(s, task)
    return None


def give_up_leg(s: State, task: Task) -> None:
    """The agent did not come back in time: the caller waits again at the old place."""
    end_child(s, task, TransferOutcome.UNAVAILABLE)
    if task.kind in (Kind.CONSULT, Kind.CONFERENCE, Kind.OUTBOUND):
        wrap(s, task)
        return
    agent = let_go(s, task)
    rest(s, task, agent)
    s.out.append(ResumeWait(task.task_id, "leg_lost"))
    wait_again(s, task, "leg_lost")
    rested(s, agent)


def on_wrap_up_completed(s: State, e: ev.WrapUpCompleted) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None or task.agent_no != e.agent_no:
        return NOT_YOURS
    if task.state is TaskState.WRAPPING:
        finish(s, task)
    elif task.state is TaskState.TALKING:
        task.wrapped_early = True
        s.changed.tasks[task.task_id] = task
    else:
        return NOT_TALKING
    return None


def on_outbound_started(s: State, e: ev.OutboundStarted) -> str | None:
    line, agent = s.lines.get(e.queue), s.agents.get(e.agent_no)
    if e.task_id in s.tasks or e.task_id in s.ended:
        return "this task is known"
    if line is None or line.retired or line.queue.mode is not Mode.PHONE:
        return f"no phone queue {e.queue}"
    if agent is None or agent.phone_load or agent.presence is not Presence.ONLINE:
        return "the agent is not there or has a call"
    task = Task(
        task_id=e.task_id,
        contact_id=e.contact_id,
        queue=e.queue,
        mode=Mode.PHONE,
        kind=Kind.OUTBOUND,
        state=TaskState.CONNECTING,
        queued_at=s.now,
        boost_s=0,
        seq=s.seq,
        root_task_id=e.task_id,
        hop=0,
        entered_at=s.now,
        since=s.now,
        waiting_at=s.now,
        agent_no=e.agent_no,
    )
    s.seq += 1
    s.add_task(task)
    agent.tasks.append(task.task_id)
    agent.connecting += 1
    s.load(agent, Mode.PHONE, 1)
    arm(s, task)
    s.touch(agent)
    return None


# -- transfers ---------------------------------------------------------------------------------------------


def on_transfer_requested(s: State, e: ev.TransferRequested) -> str | None:
    task = _talking(s, e.task_id, e.agent_no)
    if isinstance(task, str):
        return task
    if task.child_id or task.kind in (Kind.CONSULT, Kind.CONFERENCE):
        return "a consult is open"
    refusal = _unavailable(s, task, e)
    after = successor(s, task, e.to_queue or task.queue, _KIND[e.mode]) if not refusal else None
    if after is None:
        report(s, task.task_id, e.agent_no, TransferOutcome.UNAVAILABLE, task)
        return None
    after.target_agent = e.to_agent
    after.return_agent = e.agent_no
    after.parent_task_id = task.task_id
    if e.mode is TransferMode.COLD:
        enter(s, after)
        s.out.append(ReleaseAgent(task.task_id, e.agent_no, "transferred"))
        _hand_on(s, task, after)
    else:
        task.child_id = after.task_id
        s.changed.tasks[task.task_id] = task
        enter(s, after)
    return None


def _unavailable(s: State, task: Task, e: ev.TransferRequested) -> bool:
    if e.to_agent:
        agent = s.agents.get(e.to_agent)
        queue = s.lines[task.queue].queue
        if agent is None or agent.duty or e.to_agent == e.agent_no:
            return True
        free_phone = not agent.phone_load and not agent.wrapping
        return task.mode not in agent.modes or not takes_work(agent) or not has_room(agent, queue, free_phone)
    line = s.lines.get(e.to_queue)
    if line is None or line.retired or line.queue.mode is not task.mode:
        return True
    return barred(line) is not None or line.full()


def on_transfer_completed(s: State, e: ev.TransferCompleted) -> str | None:
    task = _talking(s, e.task_id, e.agent_no)
    if isinstance(task, str):
        return task
    child = s.tasks.get(task.child_id)
    if child is None or child.state is not TaskState.TALKING:
        return "nobody to hand over to"
    child.kind = Kind.TRANSFER
    child.parent_task_id = child.return_agent = ""
    task.child_id = ""
    s.out.append(ReleaseAgent(task.task_id, e.agent_no, "transferred"))
    report(s, task.task_id, e.agent_no, TransferOutcome.COMPLETED, child)
    _hand_on(s, task, child)
    child.earlier_talk_ms -= s.now - child.since  # they spoke at the same time until now
    return None


def on_transfer_canceled(s: State, e: ev.TransferCanceled) -> str | None:
    task = _talking(s, e.task_id, e.agent_no)
    if isinstance(task, str):
        return task
    child = s.tasks.get(task.child_id)
    if child is None:
        return "no transfer is open"
    report(s, task.task_id, e.agent_no, TransferOutcome.CANCELED, child)
    end_child(s, task, TransferOutcome.CANCELED)
    s.changed.tasks[task.task_id] = task
    return None


def on_taken_over(s: State, e: ev.TakenOver) -> str | None:
    task = _talking(s, e.task_id)
    if isinstance(task, str):
        return task
    taker = s.agents.get(e.agent_no)
    if taker is None or taker.duty or taker.phone_load or taker.presence is not Presence.ONLINE:
        return "the one who takes over is not there or has a call"
    giver = s.agents[task.agent_no]
    if task.kind in (Kind.CONSULT, Kind.CONFERENCE) or giver is taker:
        return "not a call that can be taken over"
    end_child(s, task, TransferOutcome.CANCELED)
    after = successor(s, task, task.queue, Kind.TRANSFER)
    after.target_agent = taker.agent_no
    after.return_agent = giver.agent_no
    after.parent_task_id = task.task_id
    enter(s, after)
    offer = _taken(s, after, taker)
    s.unspot(after)
    connect(s, after, offer)
    s.out.append(ReleaseAgent(task.task_id, giver.agent_no, "taken_over"))
    _hand_on(s, task, after)
    return None


def _hand_on(s: State, task: Task, after: Task) -> None:
    """The giver's part is over; what was spoken until now stands with the one who goes on."""
    task.successor_id = after.task_id
    wrap(s, task)
    after.earlier_talk_ms += task.talk_ms
    s.changed.tasks[after.task_id] = after


def _taken(s: State, task: Task, taker: Agent) -> Offer:
    task.attempt += 1
    offer = Offer(
        f"{task.task_id}.{task.attempt}",
        task.task_id,
        taker.agent_no,
        task.queue,
        task.mode,
        taker.leg,
        OfferState.PENDING,
        s.now,
        s.now,
        "taken_over",
    )
    s.add_offer(task, offer)
    return offer
