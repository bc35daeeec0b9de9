"""What callers, customers and supervisors do to tasks; each handler returns why it ignored an event."""

from routing import events as ev
from routing.arming import arm
from routing.flow import (
    accepts,
    divert,
    end,
    enter,
    gate,
    let_go,
    overflow,
    rested,
    successor,
    turn_away,
    wait_again,
    wrap,
)
from routing.lines import Line
from routing.machines import LIVE
from routing.matching import spot
from routing.state import State, takes_work
from routing.types import Kind, OfferState, Rule, Task, TaskState
from routing.urgency import is_written_danger

GONE = "no such open task"
URGENT_GAP_MS = 60_000
"""Somebody in danger who did not pick up is called again sooner than others."""


def on_queued(s: State, e: ev.TaskQueued) -> str | None:
    if e.task_id in s.tasks or e.task_id in s.ended:
        return "this task is known"
    line = s.lines.get(e.queue)
    if line is None or line.retired:
        return f"no queue {e.queue}"
    task = _task(s, e, line)
    _place(s, task, e)
    s.seq += 1
    if line.queue.last_agent_s and not task.ready_at:
        last = s.agents.get(e.last_agent)
        if last is not None and takes_work(last) and line.queue.mode in last.modes and not last.duty:
            task.personal_until = s.now + line.queue.last_agent_s * 1000
    if line.full() and task.kind is Kind.CONTACT and not is_written_danger(task):
        _refuse(s, line, task)
        return None
    enter(s, task)
    rule = gate(line, task)
    if rule is not None:
        divert(s, task, *rule)
    return None


def _task(s: State, e: ev.TaskQueued, line: Line) -> Task:
    boost_s = line.queue.boost_s if e.boost_s is None else e.boost_s
    return Task(
        task_id=e.task_id,
        contact_id=e.contact_id,
        queue=e.queue,
        mode=line.queue.mode,
        kind=e.kind,
        state=TaskState.WAITING,
        queued_at=s.now if e.queued_at is None else min(e.queued_at, s.now),
        boost_s=boost_s,
        seq=s.seq,
        root_task_id=e.task_id,
        hop=0,
        entered_at=s.now,
        since=s.now,
        waiting_at=s.now,
        skills=e.skills,
        prefer=e.prefer,
        caller=e.caller,
        last_agent=e.last_agent,
        area=e.area,
        x=e.x,
        y=e.y,
        ready_at=e.ready_at if e.ready_at > s.now else 0,
        earlier_talk_ms=e.earlier_talk_ms,
    )


def _place(s: State, task: Task, e: ev.TaskQueued) -> None:
    """The place of the callback that this contact replaces, or of the call that broke off a moment ago."""
    booked = s.tasks.get(e.resumes)
    if booked is not None and booked.kind is Kind.CALLBACK and booked.state in LIVE:
        task.queued_at, task.seq = min(task.queued_at, booked.queued_at), booked.seq
        task.boost_s = max(task.boost_s, booked.boost_s)
        task.root_task_id = booked.root_task_id
        end(s, booked, TaskState.CANCELED, "resumed")
        return
    before = s.ended.get(s.redials.pop(task.caller, "")) if task.caller else None
    if before is not None:
        task.queued_at, task.seq = min(task.queued_at, before.queued_at), before.seq
        task.root_task_id = before.root_task_id
        if before.queue == task.queue:
            task.boost_s = max(task.boost_s, before.boost_s)


def _refuse(s: State, line: Line, task: Task) -> None:
    target = s.lines.get(line.queue.overflow_to)
    enter(s, task)
    if target is not None and accepts(target):
        overflow(s, task, target.name, "full")
    elif line.queue.on_full is not Rule.SERVE:
        divert(s, task, line.queue.on_full, "full")


def on_abandoned(s: State, e: ev.TaskAbandoned) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None:
        return GONE
    if task.state in LIVE:
        end(s, task, TaskState.ABANDONED, e.reason)
    elif task.state is TaskState.TALKING:
        wrap(s, task)
    else:
        return "the talk is over"
    return None


def on_canceled(s: State, e: ev.TaskCanceled) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None:
        return GONE
    if task.state in LIVE:
        end(s, task, TaskState.CANCELED, e.reason)
    elif task.state is TaskState.TALKING:
        wrap(s, task)
    else:
        return "the talk is over"
    return None


def on_callback_requested(s: State, e: ev.CallbackRequested) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None:
        return GONE
    line = s.lines[task.queue]
    if task.state not in (TaskState.WAITING, TaskState.OFFERED):
        return f"the task is {task.state.value}"
    if line.queue.urgent or task.kind not in (Kind.CONTACT, Kind.TRANSFER):
        return "no callback for an emergency or a task that is none of the caller's"
    after = successor(s, task, task.queue, Kind.CALLBACK)
    after.ready_at = e.ready_at if e.ready_at > s.now else 0
    task.successor_id = after.task_id
    end(s, task, TaskState.CALLBACK_BOOKED, "requested")
    enter(s, after)
    return None


def on_customer_unanswered(s: State, e: ev.CustomerUnanswered) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None or task.state is not TaskState.CONNECTING:
        return GONE if task is None else f"the task is {task.state.value}"
    if task.kind not in (Kind.CALLBACK, Kind.OUTBOUND):
        return "the customer is on the line"
    task.dials += 1
    if task.kind is Kind.OUTBOUND or task.dials >= s.config.callback_attempts:
        end(s, task, TaskState.CANCELED, "customer_unanswered")
        return None
    for offer_id in task.offers:
        s.move_offer(s.offers.pop(offer_id), OfferState.RESCINDED, e.reason)
    task.offers = ()
    agent = let_go(s, task)
    gap_ms = s.config.callback_gap_s * 1000
    task.ready_at = s.now + (min(gap_ms, URGENT_GAP_MS) if s.lines[task.queue].queue.urgent else gap_ms)
    wait_again(s, task, e.reason)
    rested(s, agent)
    return None


def on_priority_changed(s: State, e: ev.PriorityChanged) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None:
        return GONE
    if task.state not in LIVE:
        return f"the task is {task.state.value}"
    line = s.lines[task.queue]
    standing = task.task_id in s.spots
    s.unspot(task)
    line.order.remove(task.key())
    task.boost_s = e.boost_s
    line.order.add(task.key())
    s.changed.tasks[task.task_id] = task
    s.changed.lines[line.name] = line
    if standing:
        spot(s, task)
    if is_written_danger(task):
        arm(s, task)
    return None


def on_moved(s: State, e: ev.TaskMoved) -> str | None:
    task = s.tasks.get(e.task_id)
    if task is None:
        return GONE
    line = s.lines.get(e.queue)
    if task.state not in (TaskState.WAITING, TaskState.OFFERED) or task.target_agent:
        return f"the task is {task.state.value}"
    if line is None or line.retired or line.name == task.queue:
        return f"no other queue {e.queue}"
    if line.queue.mode is not task.mode:
        return f"{e.queue} is of another mode"
    after = successor(s, task, e.queue, task.kind)
    after.parent_task_id, task.parent_task_id = task.parent_task_id, ""
    parent = s.tasks.get(after.parent_task_id)
    if parent is not None and parent.child_id == task.task_id:
        parent.child_id = after.task_id
        s.changed.tasks[parent.task_id] = parent
    after.return_agent = task.return_agent
    task.successor_id = after.task_id
    end(s, task, TaskState.TRANSFERRED, "moved")
    enter(s, after)
    return None


def on_hours(s: State, e: ev.HoursChanged) -> str | None:
    line = s.lines.get(e.queue)
    if line is None:
        return f"no queue {e.queue}"
    if (line.open, line.open_until) == (e.open, e.until):
        return "nothing changed"
    line.open = e.open
    line.open_until = e.until
    s.changed.lines[line.name] = line
    if not e.open:
        evacuate(s, line)
    return None


def evacuate(s: State, line: Line) -> None:
    """The queue closed or its last agent left: each who only waits is treated by rule, in order."""
    for task_id in line.waiting():
        task = s.tasks[task_id]
        if task.state is TaskState.WAITING:
            turn_away(s, task)
