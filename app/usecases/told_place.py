"""The place of an urgent order, for whoever serves the caller who told it: somebody must go there now (rule 25)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Account, Contact, TaskRow, WorkOrder
from app.domain.orders.kinds import Urgency
from app.domain.orders.visibility import masked_address
from app.domain.staff.permissions import Viewer
from app.usecases.restrictions import IN_HAND, in_hands_of


async def told_places(session: AsyncSession, viewer: Viewer, orders: Sequence[WorkOrder]) -> dict[str, str]:
    """Addresses by order: of the urgent ones whose contact, or which themselves, this viewer has in hand now. What
    comes from the archive of the account stays masked in them until the caller is verified."""
    urgent = [order for order in orders if order.urgency == Urgency.URGENT and order.address]
    if not urgent:
        return {}
    contacts = select(Contact.contact_id).where(
        col(Contact.contact_id).in_([order.contact_id for order in urgent if order.contact_id]),
        in_hands_of(viewer.agent_no),
    )
    works = select(TaskRow.order_no).where(
        col(TaskRow.order_no).in_([order.order_no for order in urgent]),
        TaskRow.agent_no == viewer.agent_no,
        col(TaskRow.state).in_(IN_HAND),
    )
    served: set[str | None] = {*(await session.exec(contacts)).all(), *(await session.exec(works)).all()}
    numbers = [order.account_no for order in urgent if order.account_no]
    filed = select(Account.account_no, Account.address).where(col(Account.account_no).in_(numbers))
    on_file = dict((await session.exec(filed)).all()) if numbers else {}
    return {
        order.order_no: told_address(order.address, on_file.get(order.account_no or ""))
        for order in urgent
        if order.address and (order.contact_id in served or order.order_no in served)
    }


def told_address(address: str, on_file: str | None) -> str:
    """`address` with the archive's own part of it masked: before what was told, or after it where only supposed."""
    return address.replace(on_file, masked_address(on_file)) if on_file else address
