"""What waits though somebody should have it: customers whose agent does not answer in writing, danger without a crew.

Each matter stands once, is corrected while it lasts and goes by itself with its cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Contact, Message, OfferRow, Staff, TaskRow, WarningRow, WorkOrder
from app.domain.operations.sections import WarningKind
from app.domain.orders.changing import CLOSES_BY_SILENCE
from app.domain.orders.kinds import ENDED, Urgency
from app.domain.orders.written import Alarm
from app.usecases.board_lists import danger_without_crew
from app.usecases.console_shapes import BESIDE
from app.usecases.due import Due, Unit, kept_up
from app.usecases.shapes.base import iso
from routing.types import Mode, OfferState, TaskState

DANGER_MS = 60_000
"""So long somebody in danger may wait, for an answer in writing or for a crew."""
PLAIN_MS = 180_000
OF_CHATS = (WarningKind.CHAT_UNANSWERED, WarningKind.DANGER_CHAT_UNANSWERED)
MISSES = (OfferState.EXPIRED, OfferState.DECLINED)


async def _silent_agents(session: AsyncSession, now: Due) -> list[Unit]:
    """Written conversations that an agent has accepted and leaves without an answer; in danger red, for everybody."""
    holding: dict[tuple[str, str], Alarm] = {}
    for task, contact, since in await _unanswered(session, now.at - DANGER_MS):
        danger = await _tells_of_danger(session, contact)
        if not danger and since > now.at - PLAIN_MS:
            continue
        staff = None if danger else await session.get(Staff, task.agent_no)
        kind = OF_CHATS[danger]
        holding[kind, f"contact:{contact.contact_id}:{since}"] = Alarm(
            kind,
            f"contact:{contact.contact_id}:{since}",
            unit=staff.unit if staff else None,
            agent_no=task.agent_no,
            contact_id=contact.contact_id,
            facts={"since": iso(since)},
            queue=task.queue,
        )
    return await kept_up(session, now, OF_CHATS, holding)


async def _unanswered(session: AsyncSession, before: int) -> list[tuple[TaskRow, Contact, int]]:
    """Conversations in writing that an agent has, and since when (before `before`) their customer has no answer."""
    of_contact = Message.contact_id == TaskRow.contact_id
    answered = select(func.max(Message.at)).where(of_contact, Message.from_kind == "agent")
    last = answered.correlate(TaskRow).scalar_subquery()
    asked = select(func.min(Message.at)).where(of_contact, Message.from_kind == "customer", col(Message.at) > last)
    query = (
        select(TaskRow, Contact, last, asked.correlate(TaskRow).scalar_subquery())
        .join(Contact, col(Contact.contact_id) == TaskRow.contact_id)
        .where(
            TaskRow.state == TaskState.TALKING,
            TaskRow.mode == Mode.WEB,
            col(TaskRow.kind).not_in(BESIDE),
            col(TaskRow.agent_no).is_not(None),
            col(TaskRow.answered_at) <= before,
        )
    )
    found = [
        (task, contact, asked_at if last_at else task.answered_at)
        for task, contact, last_at, asked_at in (await session.exec(query)).all()
    ]
    return [(task, contact, since) for task, contact, since in found if since is not None and since <= before]


async def _tells_of_danger(session: AsyncSession, contact: Contact) -> bool:
    """An urgent order of it is not restored, or words of danger were found of which no order was made."""
    learned = (contact.learned or {}).get("emergency_no")
    ours = col(WorkOrder.contact_id) == contact.contact_id
    orders = select(WorkOrder.order_no).where(
        ours if learned is None else ours | (col(WorkOrder.order_no) == learned),
        WorkOrder.urgency == Urgency.URGENT,
        col(WorkOrder.state).not_in(CLOSES_BY_SILENCE | ENDED),
    )
    words = select(WarningRow.warning_id).where(
        WarningRow.kind == WarningKind.HAZARD,
        WarningRow.contact_id == contact.contact_id,
        col(WarningRow.order_no).is_(None),
    )
    return any([(await session.exec(query.limit(1))).first() for query in (orders, words)])


async def _without_crew(session: AsyncSession, now: Due) -> list[Unit]:
    """Danger that no crew has for too long, or that one let ring or declined: once an order, corrected meanwhile."""
    holding: dict[tuple[str, str], Alarm] = {}
    for order in (await session.exec(select(WorkOrder).where(danger_without_crew()))).all():
        job = await _last_job(session, order.order_no)
        misses = await _misses(session, job.task_id) if job else []
        since = _waits_since(order, job)
        if not misses and since > now.at - DANGER_MS:
            continue
        about = f"order:{order.order_no}:{job.task_id if job else ''}"
        holding[WarningKind.DANGER_NO_CREW, about] = Alarm(
            WarningKind.DANGER_NO_CREW,
            about,
            order_no=order.order_no,
            contact_id=order.contact_id,
            facts={"since": iso(since), **_last_miss(misses)},
        )
    return await kept_up(session, now, (WarningKind.DANGER_NO_CREW,), holding)


def _waits_since(order: WorkOrder, job: TaskRow | None) -> int:
    if job is None:
        return order.created_at
    return job.queued_at if job.ended_at is None else job.ended_at


async def _last_job(session: AsyncSession, order_no: str) -> TaskRow | None:
    query = select(TaskRow).where(TaskRow.order_no == order_no, TaskRow.mode == Mode.FIELD)
    return (await session.exec(query.order_by(col(TaskRow.queued_at).desc(), col(TaskRow.task_id).desc()))).first()


async def _misses(session: AsyncSession, task_id: str) -> Sequence[OfferRow]:
    query = select(OfferRow).where(OfferRow.task_id == task_id, col(OfferRow.state).in_(MISSES))
    return (await session.exec(query.order_by(col(OfferRow.ended_at), OfferRow.offer_id))).all()


def _last_miss(misses: Sequence[OfferRow]) -> dict[str, Any]:
    """Who did not take it last, how (expired, declined) and when, and how often nobody did."""
    if not misses:
        return {}
    last = misses[-1]
    missed_at = iso(last.ended_at) if last.ended_at else None
    return {"misses": len(misses), "missed_by": last.agent_no, "missed_how": last.state, "missed_at": missed_at}


FINDERS = (_silent_agents, _without_crew)
