"""What has become of the calls back that were promised in contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Callback, TaskRow
from app.usecases.board_lists import DIALLED


@dataclass(frozen=True, slots=True)
class PromisedCall:
    """`dials` in vain so far; `next_at` until when the customer rests, None while an agent may call at any time."""

    state: str
    dials: int
    next_at: int | None


async def promised_calls(session: AsyncSession, contact_ids: Sequence[str]) -> dict[str, PromisedCall]:
    """The newest promise of each of these contacts that has one."""
    made = select(Callback.contact_id, Callback.state).where(
        col(Callback.contact_id).in_(contact_ids), Callback.reason != DIALLED
    )
    promised = dict((await session.exec(made.order_by(col(Callback.at)))).all())
    if not promised:
        return {}
    tasks = select(TaskRow.contact_id, TaskRow.state, TaskRow.body).where(
        col(TaskRow.contact_id).in_(promised), TaskRow.kind == "callback"
    )
    found = {contact_id: PromisedCall(state, 0, None) for contact_id, state in promised.items()}
    for contact_id, state, body in await session.exec(tasks.order_by(col(TaskRow.queued_at), TaskRow.task_id)):
        next_at = body.get("ready_at") if state == "waiting" else None
        found[str(contact_id)] = PromisedCall(promised[str(contact_id)], int(body.get("dials", 0)), next_at or None)
    return found
