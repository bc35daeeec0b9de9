"""Open orders that somebody handed over at the end of a shift: listed for who shall go on, and accepted there."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.record import record
from app.db.tables import OpenItem, Staff, WorkOrder
from app.db.write_set import WriteSet
from app.domain.orders.transitions import Refused as DomainRefused
from app.domain.orders.visibility import may_own
from app.domain.staff.permissions import Viewer
from app.domain.summaries.writes import accept
from app.domain.warnings.writes import close, open_about
from app.journal.entry import Entry
from app.observe.clock import Clock
from app.usecases.actors import actor_kind
from app.usecases.refusals import Refused, RefusedBecause, not_found
from app.usecases.restrictions import hidden_orders
from app.usecases.shapes.base import Page, iso, masked_text
from app.usecases.shapes.summaries import ToTakeOver

LIMIT = 100


async def read_handed_over(session: AsyncSession, viewer: Viewer, now_ms: int) -> Page[ToTakeOver]:
    """What was handed to the viewer and not accepted yet, the most urgent first."""
    query = (
        select(OpenItem, WorkOrder, Staff.name)
        .join(WorkOrder, col(WorkOrder.order_no) == OpenItem.order_no)
        .join(Staff, col(Staff.agent_no) == OpenItem.giver)
        .where(OpenItem.handed_to == viewer.agent_no, col(OpenItem.accepted_at).is_(None), ~hidden_orders(viewer))
        .order_by(col(OpenItem.due_at), OpenItem.order_no)
        .limit(LIMIT)
    )
    items = [
        ToTakeOver(
            summary_id=item.summary_id,
            order_no=item.order_no,
            type=order.type,
            subtype=order.subtype,
            state=order.state,
            address_masked=masked_text(order.address) if order.address else None,
            giver=item.giver,
            giver_name=name,
            accept_by=iso(item.due_at),
            late=item.due_at <= now_ms,
        )
        for item, order, name in (await session.exec(query)).all()
    ]
    return Page(items=items, next_cursor=None)


async def accept_handed_over(db: Database, clock: Clock, viewer: Viewer, summary_id: str, order_no: str) -> None:
    """The viewer goes on with the order: it is theirs from now on, and nobody is warned of it any more."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            item = await session.get(OpenItem, (summary_id, order_no))
            order = await session.get(WorkOrder, order_no)
            if item is None or order is None or item.handed_to != viewer.agent_no:
                raise not_found("open item")
            taken = accept(item, viewer.agent_no, at)
            if isinstance(taken, DomainRefused):
                raise Refused(RefusedBecause.CONFLICT, "changed", taken.message)
            write_set = taken.write
            warned = await open_about(session, "item_not_accepted", f"{summary_id}:{order_no}")
            if warned is not None:
                write_set.extend(close(warned, at))
        if order.owner in (None, item.giver) and may_own(order, viewer.agent_no, viewer.unit, viewer.team):
            write_set.change(WorkOrder, {"order_no": order_no}, order.version, owner=viewer.agent_no)
        body = {"text": "item_accepted", "giver": item.giver, **taken.body}
        entry = Entry(
            "note", actor_kind(viewer), viewer.agent_no, order_no=order_no, agent_no=viewer.agent_no, body=body
        )
        record(write_set, entry, at)
        return write_set

    await db.compute(build)
