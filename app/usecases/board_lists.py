"""What the numbers of the wallboard count, as conditions: the same for the number and for the list behind it.

A board hangs on a wall: tip-offs, and complaints that name somebody and are not released, are in neither.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.db.tables import Callback, Contact, OfferRow, OrderClock, Recording, TaskRow, WorkOrder
from app.domain.orders.changing import CLOSES_BY_SILENCE
from app.domain.orders.kinds import ENDED, OrderType, Urgency
from app.usecases.agreed_calls import still_to_call

HOUR_MS = 3_600_000
WAITING = ("waiting", "offered")
WAITS = and_(col(TaskRow.state).in_(WAITING), col(TaskRow.kind).not_in(("consult", "conference")))
"""Somebody waits; a colleague who is asked in by an agent makes nobody wait."""
NOT_YET_TALKED = (*WAITING, "connecting")
COUNTED = ("contact", "transfer")
"""What a queue counts: callers, and those who are handed on to it. Consults and calls out are work of agents."""
PROMISED = "callback"
"""Counted where the contact never stood before, as of who wrote of danger and is called back. Who waited and was
promised a call is counted once, by their waiting; what is still due is counted apart (`callback_due`)."""
ABANDONED = "abandoned"
DIALLED = "dial"
"""An agent who dials promises nothing."""
ACCEPTED, WITHDRAWN = "accepted", ("abandoned", "canceled")

_named = or_(col(WorkOrder.about_agent_no).is_not(None), col(WorkOrder.about_unit).is_not(None))
ON_THE_WALL = and_(
    col(WorkOrder.confidential).is_(False),
    col(WorkOrder.type) != OrderType.TIPOFF,
    not_(and_(col(WorkOrder.type) == OrderType.COMPLAINT, col(WorkOrder.released_at).is_(None), _named)),
)
_running = and_(col(OrderClock.met_at).is_(None), col(OrderClock.stopped_at).is_(None))
_runs = and_(_running, col(OrderClock.paused_at).is_(None))
_limit = OrderClock.due_at + OrderClock.paused_ms


def clock_runs(which: str, now: Any) -> ColumnElement[bool]:
    """A clock that is `running`, `due` within the hour (not over it) or `breached`."""
    conditions = {
        "running": _runs,
        "due": and_(_runs, _limit >= now, _limit < now + HOUR_MS),
        "breached": and_(_runs, _limit < now),
    }
    return conditions[which]


def orders_by_clock(which: str, now: Any) -> ColumnElement[bool]:
    """Orders on the wall with such a clock. One that is over a limit is no more among those `due`."""
    clocks = select(OrderClock.order_no).where(col(OrderClock.order_no) == WorkOrder.order_no)
    found = and_(ON_THE_WALL, clocks.where(clock_runs(which, now)).exists())
    return and_(found, ~clocks.where(clock_runs("breached", now)).exists()) if which == "due" else found


def contacts_waiting_in(queue: str) -> ColumnElement[bool]:
    """Contacts of which a task waits in this queue, or is being offered."""
    tasks = select(TaskRow.task_id).where(col(TaskRow.contact_id) == Contact.contact_id, TaskRow.queue == queue, WAITS)
    return tasks.exists()


def queued_between(start: int, end: int) -> ColumnElement[bool]:
    """Tasks of callers that began to wait in `[start, end)`."""
    callers = select(Contact.contact_id).where(
        col(Contact.contact_id) == TaskRow.contact_id, col(Contact.direction) == "inbound"
    )
    stood = aliased(TaskRow)
    waited = select(stood.task_id).where(
        col(stood.contact_id) == TaskRow.contact_id,
        stood.queue == TaskRow.queue,
        col(stood.kind).in_(COUNTED),
        col(stood.waiting_at) <= TaskRow.waiting_at,
    )
    return and_(
        or_(col(TaskRow.kind).in_(COUNTED), and_(col(TaskRow.kind) == PROMISED, ~waited.exists())),
        col(TaskRow.waiting_at) >= start,
        col(TaskRow.waiting_at) < end,
        callers.exists(),
    )


def contacts_queued(queue: str, result: str | None, start: int, end: int) -> ColumnElement[bool]:
    """Contacts that stood in this queue, counted once: answered there, given up there unanswered, neither (other: they
    wait, are called back or moved on), or all (None)."""
    here = select(TaskRow.task_id).where(
        col(TaskRow.contact_id) == Contact.contact_id, TaskRow.queue == queue, queued_between(start, end)
    )
    answered = here.where(col(TaskRow.answered_at).is_not(None)).exists()
    if result == "answered":
        return answered
    abandoned = here.where(col(TaskRow.state) == ABANDONED).exists()
    if result == "abandoned":
        return and_(~answered, abandoned)
    return and_(here.exists(), ~answered, ~abandoned) if result == "other" else here.exists()


def orders_waiting_in(queue: str) -> ColumnElement[bool]:
    """Orders of which work waits in this queue without a contact: a job, a recording to hear, somebody to call back."""
    tasks = select(TaskRow.task_id).where(
        col(TaskRow.order_no) == WorkOrder.order_no,
        or_(col(TaskRow.contact_id).is_(None), col(TaskRow.contact_id).startswith("order:")),
        TaskRow.queue == queue,
        WAITS,
    )
    return tasks.exists()


def danger_without_crew() -> ColumnElement[bool]:
    """Danger to which no crew goes: none has the order, or was ever asked. One merged into another order goes by it."""
    return and_(
        ON_THE_WALL,
        col(WorkOrder.type) == OrderType.FAULT,
        col(WorkOrder.urgency) == Urgency.URGENT,
        col(WorkOrder.crew_no).is_(None),
        col(WorkOrder.sub_of).is_(None),
        col(WorkOrder.state).not_in(CLOSES_BY_SILENCE | ENDED),
    )


def jobs_queued(queue: str, result: str | None, start: int, end: int) -> ColumnElement[bool]:
    """Orders of which work entered this queue in `[start, end)`; `result` is answered, abandoned, other or None
    for all."""
    taken = select(OfferRow.offer_id).where(OfferRow.task_id == TaskRow.task_id, OfferRow.state == ACCEPTED).exists()
    tasks = select(TaskRow.task_id).where(
        col(TaskRow.order_no) == WorkOrder.order_no,
        TaskRow.queue == queue,
        TaskRow.queued_at >= start,
        TaskRow.queued_at < end,
    )
    if result == "answered":
        tasks = tasks.where(taken)
    if result == "abandoned":
        tasks = tasks.where(~taken, col(TaskRow.state).in_(WITHDRAWN))
    if result == "other":
        tasks = tasks.where(~taken, col(TaskRow.state).not_in(WITHDRAWN))
    return tasks.exists()


def _open_to_the_wall(contact_id: Any) -> ColumnElement[bool]:
    """The contact is not restricted, and nothing secret came of it."""
    secret = select(WorkOrder.order_no).where(col(WorkOrder.contact_id) == contact_id, ~ON_THE_WALL)
    it = aliased(Contact)
    restricted = select(it.contact_id).where(col(it.contact_id) == contact_id, col(it.restricted).is_not(None))
    return and_(~secret.exists(), ~restricted.exists())


def callback_due() -> ColumnElement[bool]:
    """Callbacks that were promised and for which nobody has talked to the customer yet."""
    task = select(TaskRow.task_id).where(
        col(TaskRow.contact_id) == Callback.contact_id, col(TaskRow.state).in_(NOT_YET_TALKED)
    )
    return and_(
        col(Callback.state).in_(("booked", "calling")),
        col(Callback.reason) != DIALLED,
        task.exists(),
        _open_to_the_wall(Callback.contact_id),
    )


def call_agreed(now: Any) -> ColumnElement[bool]:
    """Contacts whose customers agents have agreed to call, by their own words, and have not reached yet."""
    return and_(still_to_call(now), _open_to_the_wall(Contact.contact_id))


def recording_unheard() -> ColumnElement[bool]:
    """What callers said to the machine and nobody has listened to."""
    return and_(
        col(Recording.state) == "completed",
        col(Recording.purpose) == "caller",
        col(Recording.heard_at).is_(None),
        _open_to_the_wall(Recording.contact_id),
    )


def counted(condition: ColumnElement[bool], key: Any) -> Any:
    """How many rows of the key's table fulfil the condition."""
    return select(func.count()).select_from(key).where(condition).scalar_subquery()
