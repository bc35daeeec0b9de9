"""The core's objects as rows, and what a contact shows of its task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from app.db.tables import AgentRow, Callback, Contact, CoreRow, LineRow, OfferRow, TaskRow
from app.db.write_set import WriteSet
from routing.codec import plain
from routing.core import Core
from routing.lines import Line
from routing.snapshot import plain_line
from routing.types import Agent, Kind, Mode, Offer, Task, TaskState

ORDER_PREFIX = "order:"
"""Tasks for crews carry `order:<order_no>` where others carry a contact."""

BESIDE = (Kind.CONSULT, Kind.CONFERENCE)
"""Tasks that run beside a contact's own one and do not decide what it shows."""

LIVE = (TaskState.WAITING, TaskState.OFFERED, TaskState.CONNECTING, TaskState.TALKING, TaskState.WRAPPING)
CALLED_IN_VAIN = "customer_unanswered"
"""Why a call of ours ended that nobody took, with the last attempt."""
NO_NUMBER = "no_number"
"""Why a call back is cancelled that could not be made to the caller's number. The caller is still on the line."""
OUTCOMES = {
    TaskState.DONE: "answered",
    TaskState.ABANDONED: "abandoned",
    TaskState.CALLBACK_BOOKED: "callback_booked",
    TaskState.OVERFLOWED: "overflowed",
    TaskState.CANCELED: "self_service",
}


def order_of(task: Task) -> str | None:
    """The order that a crew's task is about."""
    return task.contact_id.removeprefix(ORDER_PREFIX) if task.contact_id.startswith(ORDER_PREFIX) else None


def talked(task: Task, joined_at: int | None) -> tuple[int | None, int]:
    """Since when they talk, and for how long they did. A dialled customer who picks up hears some words first: that
    counts only from when they came to the agent (`joined_at`), and not at all if they never did."""
    if task.kind is not Kind.OUTBOUND or task.answered_at is None:
        return task.answered_at, task.talk_ms
    if joined_at is None:
        return None, 0
    return joined_at, max(0, task.talk_ms - (joined_at - task.answered_at))


def put_task(
    write_set: WriteSet, core: Core, task: Task, joined_at: int | None = None, note: str | None = None
) -> None:
    """The task's row; `note` is given once, by who hands it over."""
    order_no = order_of(task)
    answered_at, talk_ms = talked(task, joined_at)
    ahead, low_s, high_s, staffed = line_view(core, task)
    waited = wait_ms(task)
    figures: dict[str, Any] = {} if waited is None else {"wait_ms": waited}
    if note is not None:
        figures["note"] = note
    write_set.put(
        TaskRow,
        task_id=task.task_id,
        contact_id=None if order_no else task.contact_id,
        order_no=order_no,
        root_task_id=task.root_task_id,
        queue=task.queue,
        mode=task.mode.value,
        kind=task.kind.value,
        state=task.state.value,
        agent_no=task.agent_no or None,
        queued_at=task.queued_at,
        waiting_at=task.waiting_at,
        answered_at=answered_at,
        talk_ms=talk_ms,
        wrap_ms=wrap_ms(task),
        boost_s=task.boost_s,
        ended_at=task.ended_at,
        deadline_at=task.deadline_at,
        stage=task.stage,
        ahead=ahead,
        staffed=staffed,
        estimate_low_s=low_s,
        estimate_high_s=high_s,
        body=plain(task),
        **figures,
    )


def wait_ms(task: Task) -> int | None:
    """How long the wait was that ended with the first answer, or unanswered; None while it goes on, and when the
    caller waits again after a talk that broke off."""
    end_at = task.answered_at or task.ended_at
    return None if end_at is None or end_at < task.waiting_at else end_at - task.waiting_at


def wrap_ms(task: Task) -> int:
    """How long the wrap-up took, once it is over."""
    return 0 if task.wrap_at is None or task.ended_at is None else task.ended_at - task.wrap_at


View: TypeAlias = tuple[int | None, int | None, int | None, bool]


def line_view(core: Core, task: Task) -> View:
    """Those ahead, the least and the most seconds that the wait may still take, and whether anybody is logged in."""
    estimate = core.estimate(task.task_id)
    if estimate is None:
        return None, None, None, True
    return estimate.ahead, estimate.low_s, estimate.high_s, estimate.staffed


def put_offer(write_set: WriteSet, offer: Offer, contact_id: str | None, epoch: int, why: Any) -> None:
    """The offer's row; `why` is given once, when it is made."""
    values: dict[str, Any] = {} if why is None else {"why": plain(why)}
    write_set.put(
        OfferRow,
        offer_id=offer.offer_id,
        task_id=offer.task_id,
        contact_id=contact_id,
        agent_no=offer.agent_no,
        queue=offer.queue,
        mode=offer.mode.value,
        state=offer.state.value,
        reason=offer.reason or None,
        at=offer.made_at,
        deadline_at=offer.deadline_at,
        ended_at=offer.ended_at,
        epoch=epoch,
        body=plain(offer),
        **values,
    )


def put_agent(write_set: WriteSet, agent: Agent) -> None:
    """The agent's row."""
    write_set.put(
        AgentRow,
        agent_no=agent.agent_no,
        state=agent.shown.value,
        reason=agent.reason or None,
        since=agent.since,
        leg=agent.leg.value,
        deadline_at=agent.deadline_at,
        body=plain(agent),
    )


def put_line(write_set: WriteSet, line: Line) -> None:
    """The queue's row."""
    write_set.put(
        LineRow,
        name=line.name,
        mode=line.queue.mode.value,
        open=line.open,
        unmanned=line.unmanned,
        unanswered=line.unanswered,
        body=plain_line(line),
    )


def put_core(write_set: WriteSet, core: Core, config: str) -> None:
    """What belongs to the core as a whole."""
    state = core.state
    write_set.put(CoreRow, name="core", at=state.now, seq=state.seq, turn=state.turn, config=config)


def change_contact(write_set: WriteSet, task: Task, gone: bool, joined_at: int | None = None) -> None:
    """What a contact shows of its own task. Only the leader writes these columns while a task lives."""
    if task.kind in BESIDE or order_of(task) is not None:
        return
    shown = contact_columns(task, gone, joined_at)
    if shown:
        write_set.change(Contact, {"contact_id": task.contact_id}, None, **shown)


def change_callback(write_set: WriteSet, task: Task, why: str, joined_at: int | None = None) -> None:
    """The promise that a call out keeps: being called, reached once they spoke, else over for this reason."""
    if task.kind not in (Kind.CALLBACK, Kind.OUTBOUND) or task.reason == "resumed":
        return  # who came back took the promise back, and the line may have made another one to them since
    if task.kind is Kind.OUTBOUND and joined_at is not None:
        _move_callback(write_set, task, ("calling",), state="reached", ended_at=joined_at)
    elif task.kind is Kind.OUTBOUND and task.wrap_at is not None:
        _move_callback(write_set, task, ("calling",), state=why, ended_at=task.wrap_at)
    elif task.wrap_at is not None:
        _move_callback(write_set, task, ("booked", "calling"), state="reached", ended_at=task.wrap_at)
    elif task.ended_at is not None and not task.successor_id:
        _move_callback(write_set, task, ("booked", "calling"), state=why, ended_at=task.ended_at)
    elif task.state is TaskState.CONNECTING:
        _move_callback(write_set, task, ("booked",), state="calling")


def _move_callback(write_set: WriteSet, task: Task, before: tuple[str, ...], **values: Any) -> None:
    for state in before:
        write_set.change(Callback, {"contact_id": task.contact_id, "state": state}, None, **values)


def contact_columns(task: Task, gone: bool, joined_at: int | None = None) -> Mapping[str, Any]:
    """The columns. A task that has a successor leaves them to it; after the end the caller may still be surveyed.

    `wait_ms` is the wait in line until the first answer, or until the caller left the line.
    """
    handed_on = task.kind is Kind.TRANSFER or task.earlier_talk_ms > 0  # answered before
    answered_at, talk_ms = talked(task, joined_at)
    waited = None if handed_on or task.kind is Kind.CALLBACK else wait_ms(task)
    figures = {} if waited is None else {"wait_ms": waited}
    if task.successor_id:
        return figures
    columns: dict[str, Any] = {
        "queue": task.queue,
        "agent_no": task.agent_no or None,
        "talk_ms": task.earlier_talk_ms + talk_ms,
        **figures,
    }
    if not handed_on and answered_at is not None:
        columns["answered_at"] = answered_at
    if task.state in LIVE:
        held = task.state is TaskState.TALKING and (task.held_at is not None or task.lost_at is not None)
        columns |= {"state": "held" if held else task.state.value, "task_id": task.task_id}
        if task.kind is Kind.CALLBACK and task.state is TaskState.WAITING:
            columns["outcome"] = "callback_booked"
        return columns
    if task.wrap_at is not None and task.ended_at is not None:
        columns["wrap_ms"] = task.ended_at - task.wrap_at
    columns["outcome"] = _outcome(task, handed_on or answered_at is not None)
    if task.state is TaskState.DONE or task.kind is Kind.OUTBOUND:
        columns.pop("agent_no")  # it stays with who had it
    # A call-back that nobody took leaves nobody on the line, whoever was there when it was booked.
    called_off = task.state is TaskState.CANCELED and task.reason != NO_NUMBER
    unmade = task.kind is Kind.CALLBACK and task.mode is Mode.PHONE and called_off
    columns |= {"state": "ended", "ended_at": task.ended_at} if gone or unmade else {"state": "self_service"}
    return columns


def _outcome(task: Task, spoke: bool) -> str:
    """What a contact that ended with its task came to. Who spoke with somebody was answered, whatever became of the
    line or the call back after it: the queue that they left counts them itself."""
    if task.kind is Kind.OUTBOUND or task.reason == CALLED_IN_VAIN:
        return "answered" if spoke else "failed"
    if task.state is TaskState.ABANDONED and spoke:
        return "answered"
    if task.kind is Kind.CALLBACK and task.state is TaskState.CANCELED and task.reason != NO_NUMBER:
        return "callback_booked"  # the promise lives on in another task or contact; nobody was called in vain
    return OUTCOMES.get(task.state, "self_service")
