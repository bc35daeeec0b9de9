"""Work on an order that is under way: whether somebody is looked for, and who has it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import InboxRow, TaskRow
from app.dispatch.rows import ORDER_PREFIX
from routing.types import Kind

FIELD = "field"
WAITING = ("waiting", "offered")


async def work_on(session: AsyncSession, order_no: str) -> Sequence[TaskRow]:
    """The tasks that are about this order itself: those of crews, and recordings to be heard."""
    query = select(TaskRow).where(
        TaskRow.order_no == order_no,
        col(TaskRow.contact_id).is_(None),
        col(TaskRow.ended_at).is_(None),
        TaskRow.kind != Kind.CALLBACK,
    )
    return (await session.exec(query.order_by(TaskRow.task_id))).all()


async def jobs_of(session: AsyncSession, order_no: str) -> list[TaskRow]:
    """Those of them that are a crew's."""
    return [task for task in await work_on(session, order_no) if task.mode == FIELD]


async def is_crew_asked(session: AsyncSession, order_no: str, jobs: Sequence[TaskRow]) -> bool:
    """Whether a crew is looked for, or was asked for and the leader has not heard of it yet."""
    if any(job.state in WAITING for job in jobs):
        return True
    told = await session.exec(select(InboxRow.body).where(col(InboxRow.applied_at).is_(None), InboxRow.kind == "event"))
    about = ORDER_PREFIX + order_no
    return any(body.get("contact_id") == about and body.get("queue") == FIELD for body in told.all())
