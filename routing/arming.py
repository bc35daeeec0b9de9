"""When a task must be looked at again. Every state that is not an end has such an instant."""

from routing.config import Queue
from routing.state import State
from routing.types import (
    CALLBACK_CONNECT_MS,
    CHECK_TALK_MS,
    CHECK_WAIT_MS,
    CONNECT_MS,
    GRACE_MS,
    Kind,
    Rule,
    Task,
    TaskState,
)
from routing.urgency import is_urgent, is_written_danger, steps


def arm(s: State, task: Task) -> int:
    """Set `deadline_at` for the state that the task is in now; never before now."""
    queue = s.lines[task.queue].queue
    state = task.state
    if state is TaskState.WAITING:
        due = _while_waiting(s, task, queue)
    elif state is TaskState.OFFERED:
        due = _while_offered(s, task, queue)
    elif state is TaskState.CONNECTING:
        due = s.now + (CALLBACK_CONNECT_MS if task.kind is Kind.CALLBACK else CONNECT_MS)
    elif state is TaskState.TALKING:
        due = s.now + CHECK_TALK_MS if task.lost_at is None else task.lost_at + GRACE_MS
    else:
        due = s.now + queue.wrap_up_s * 1000
    task.deadline_at = max(due, s.now)
    s.changed.tasks[task.task_id] = task
    return task.deadline_at


def next_step_at(task: Task, queue: Queue) -> int | None:
    widening = steps(task, queue)
    if task.stage < len(widening):
        return task.entered_at + widening[task.stage].after_s * 1000
    return None


def max_wait_at(task: Task, queue: Queue) -> int | None:
    diverts = task.kind is Kind.CONTACT and queue.on_max_wait is not Rule.SERVE
    if queue.max_wait_s and diverts and not is_written_danger(task):
        return task.entered_at + queue.max_wait_s * 1000
    return None


def callback_offer_at(task: Task, queue: Queue) -> int | None:
    if queue.callback_after_s and not task.callback_offered and task.kind is Kind.CONTACT:
        return task.entered_at + queue.callback_after_s * 1000
    return None


def _while_waiting(s: State, task: Task, queue: Queue) -> int:
    moments = [s.now + CHECK_WAIT_MS]
    steps = (next_step_at(task, queue), max_wait_at(task, queue), callback_offer_at(task, queue))
    moments += [due for due in steps if due is not None]
    moments += [moment for moment in (task.overflow_at, task.ready_at, task.personal_until) if moment]
    if task.rests:
        moments += [until for _, until in task.rests]
    return min(moments)


def _while_offered(s: State, task: Task, queue: Queue) -> int:
    check = s.now + CHECK_WAIT_MS
    step = next_step_at(task, queue) if is_urgent(task, queue) else None
    return check if step is None else min(check, step)
