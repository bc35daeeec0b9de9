"""Forgetting personal parts of the journal: the rows stay, and the chain over them holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.record import record
from app.db.tables import Contact, Customer, JournalPrivate, JournalRow, WorkOrder
from app.db.write_set import WriteSet
from app.journal.entry import Entry

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose parts: one customer's, one contact's, or all from before an instant."""

    customer_no: str | None = None
    contact_id: str | None = None
    before_ms: int | None = None

    @property
    def named(self) -> Mapping[str, Any]:
        """What was asked for, as the journal keeps it."""
        asked = {"customer_no": self.customer_no, "contact_id": self.contact_id, "before_ms": self.before_ms}
        return {name: value for name, value in asked.items() if value is not None}


async def is_known(session: AsyncSession, whose: Whose) -> bool:
    """Whether there is such a customer or contact."""
    if whose.customer_no is not None:
        return await session.get(Customer, whose.customer_no) is not None
    return whose.contact_id is None or await session.get(Contact, whose.contact_id) is not None


async def personal_parts(session: AsyncSession, whose: Whose) -> Sequence[str]:
    """Some of the rows whose personal part is still there; none = all is forgotten."""
    query = select(JournalPrivate.row_id).join(JournalRow, col(JournalRow.id) == JournalPrivate.row_id)
    if whose.customer_no is not None:
        contacts = select(Contact.contact_id).where(Contact.customer_no == whose.customer_no)
        orders = select(WorkOrder.order_no).where(WorkOrder.customer_no == whose.customer_no)
        query = query.where(
            or_(
                JournalRow.customer_no == whose.customer_no,
                col(JournalRow.contact_id).in_(contacts),
                col(JournalRow.order_no).in_(orders),
            )
        )
    if whose.contact_id is not None:
        query = query.where(JournalRow.contact_id == whose.contact_id)
    if whose.before_ms is not None:
        query = query.where(col(JournalRow.at) < whose.before_ms)
    return (await session.exec(query.limit(AT_ONCE))).all()


def forget(row_ids: Sequence[str], whose: Whose, reason: str, at_ms: int) -> WriteSet:
    """Delete these personal parts, and say so in the journal, in one unit."""
    write = WriteSet()
    for row_id in row_ids:
        write.remove(JournalPrivate, row_id=row_id)
    body = {"text": "personal parts forgotten", "rows": len(row_ids), "reason": reason, "whose": dict(whose.named)}
    entry = Entry("note", "system", "command", contact_id=whose.contact_id, customer_no=whose.customer_no, body=body)
    record(write, entry, at_ms)
    return write
