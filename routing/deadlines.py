"""What happens when a deadline is reached; one that was moved or met in the meantime is stale."""

from routing import events as ev
from routing.arming import arm, callback_offer_at, max_wait_at, next_step_at
from routing.commands import CheckTask, OfferCallback, RaiseAlarm
from routing.config import Queue
from routing.flow import accepts, divert, finish, overflow, stand
from routing.matching import offer_beside
from routing.offers import expire, media_failed
from routing.presence import grace_over
from routing.state import State
from routing.talks import give_up_leg
from routing.types import Agent, DeadlineKind, Offer, Task, TaskState
from routing.urgency import steps

STALE = "stale deadline"


def on_deadline(s: State, e: ev.DeadlineReached) -> str | None:
    if _deadline_of(s, e) != e.due_at:
        return STALE
    if e.due_at > s.now:
        return "not due yet"
    if e.kind is DeadlineKind.TASK:
        _task(s, s.tasks[e.id])
    elif e.kind is DeadlineKind.OFFER:
        expire(s, s.offers[e.id])
    else:
        grace_over(s, s.agents[e.id])
    return None


def _deadline_of(s: State, e: ev.DeadlineReached) -> int | None:
    holder: Task | Offer | Agent | None
    if e.kind is DeadlineKind.TASK:
        holder = s.tasks.get(e.id)
    elif e.kind is DeadlineKind.OFFER:
        holder = s.offers.get(e.id)
    else:
        holder = s.agents.get(e.id)
    return None if holder is None else holder.deadline_at


def _task(s: State, task: Task) -> None:
    if task.state is TaskState.WAITING:
        _waiting(s, task)
    elif task.state is TaskState.OFFERED:
        _offered(s, task)
    elif task.state is TaskState.CONNECTING:
        media_failed(s, task, "no_media")
    elif task.state is TaskState.WRAPPING:
        finish(s, task)
    elif task.lost_at is not None:
        give_up_leg(s, task)
    else:
        _check(s, task)


def _check(s: State, task: Task) -> None:
    s.out.append(CheckTask(task.task_id, task.state.value))
    arm(s, task)


def _due(moment: int | None, now: int) -> bool:
    """Has it come? None and 0 say that there is no such moment."""
    if not moment:
        return False
    return moment <= now


def _waiting(s: State, task: Task) -> None:
    """Everything whose time has come, the strongest first; then the task is looked at again."""
    line = s.lines[task.queue]
    queue = line.queue
    if _due(max_wait_at(task, queue), s.now):
        divert(s, task, queue.on_max_wait, "max_wait")
        return
    stepped = _due(task.overflow_at, s.now)
    if stepped:
        target = s.lines.get(queue.overflow_to)
        if target is not None and accepts(target):
            overflow(s, task, target.name, "waited")
            return
        task.overflow_at = s.now + max(10, queue.overflow_after_s) * 1000
    stepped = widen(s, task, queue) or stepped
    if _due(callback_offer_at(task, queue), s.now):
        task.callback_offered = True
        s.out.append(OfferCallback(task.task_id))
        stepped = True
    if not stand(s, task) and not stepped:
        s.out.append(CheckTask(task.task_id, task.state.value))


def widen(s: State, task: Task, queue: Queue) -> bool:
    """Take the steps whose time has come; true if any was."""
    before = task.stage
    while _due(next_step_at(task, queue), s.now):
        step = steps(task, queue)[task.stage]
        task.stage += 1
        if step.alarm:
            s.out.append(RaiseAlarm(task.task_id, task.queue, s.now - task.entered_at))
    if task.stage != before:
        task.personal_until = 0
    return task.stage != before


def _offered(s: State, task: Task) -> None:
    if not widen(s, task, s.lines[task.queue].queue):
        _check(s, task)
        return
    arm(s, task)
    offer_beside(s, task)
