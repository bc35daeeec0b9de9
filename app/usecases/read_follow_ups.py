"""The lists behind two numbers of the wallboard: callbacks due, recordings unheard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Callback, Contact, Recording, WorkOrder
from app.domain.customers.rules import masked_phone
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.board_lists import callback_due, recording_unheard
from app.usecases.paging import Paging, page_of
from app.usecases.promised_calls import promised_calls
from app.usecases.restrictions import contact_not_hidden, hidden_orders, order_not_hidden
from app.usecases.scoping import reach
from app.usecases.shapes.base import Page, iso, iso_or_none
from app.usecases.shapes.follow_ups import CallbackShape, UnheardShape


def _seen(viewer: Viewer, contact_id: Any, order_no: Any) -> ColumnElement[bool]:
    """Rows within reach and open to the viewer, orders included; who belongs to nobody is everybody's who leads."""
    nobodys = and_(col(Contact.agent_no).is_(None), col(Contact.unit).is_(None))
    within = or_(reach(viewer, Verb.CONTACTS_READ, Contact.agent_no, Contact.unit), nobodys)
    contacts = select(Contact.contact_id).where(col(Contact.contact_id) == contact_id, within)
    open_to = and_(contact_not_hidden(viewer, contact_id), order_not_hidden(viewer, order_no))
    return and_(open_to, contacts.exists())


async def read_callbacks(session: AsyncSession, viewer: Viewer, paging: Paging) -> Page[CallbackShape]:
    """Callbacks due, the newest first."""
    query = select(Callback).where(callback_due(), _seen(viewer, Callback.contact_id, Callback.order_no))
    found, cursor = await page_of(session, query, [Callback.at, Callback.callback_id], paging, newest_first=True)
    promised = await promised_calls(session, [each.contact_id for each in found])
    items = [
        CallbackShape(
            **each.model_dump(include={"callback_id", "contact_id", "order_no", "queue", "reason", "state"}),
            attempts=promised[each.contact_id].dials,
            phone_masked=masked_phone(each.phone),
            at=iso(each.at),
            next_at=iso_or_none(promised[each.contact_id].next_at),
        )
        for each in found
    ]
    return Page(items=items, next_cursor=cursor)


async def read_unheard(session: AsyncSession, viewer: Viewer, paging: Paging) -> Page[UnheardShape]:
    """Recordings unheard, the newest first."""
    query = select(Recording).where(recording_unheard(), _seen(viewer, Recording.contact_id, Recording.order_no))
    found, cursor = await page_of(session, query, [Recording.at, Recording.recording_id], paging, newest_first=True)
    orders = await _orders_of(session, viewer, found)
    items = [
        UnheardShape(
            **each.model_dump(include={"recording_id", "contact_id", "duration_s"}),
            order_no=each.order_no or orders.get(each.recording_id),
            at=iso(each.at),
        )
        for each in found
    ]
    return Page(items=items, next_cursor=cursor)


async def _orders_of(session: AsyncSession, viewer: Viewer, recordings: Sequence[Recording]) -> dict[str, str]:
    """The order that each recording was left for: the one that names it, else the only one of its contact."""
    contacts = [each.contact_id for each in recordings]
    query = select(WorkOrder.order_no, WorkOrder.contact_id, WorkOrder.recording_id).where(
        col(WorkOrder.contact_id).in_(contacts), ~hidden_orders(viewer)
    )
    found = list(await session.exec(query.order_by(WorkOrder.order_no)))
    named = {recording: order_no for order_no, _, recording in found if recording is not None}
    of_contact: dict[str, list[str]] = defaultdict(list)
    for order_no, contact_id, _ in found:
        of_contact[str(contact_id)].append(order_no)
    orders: dict[str, str] = {}
    for each in recordings:
        alone = of_contact[each.contact_id] if len(of_contact[each.contact_id]) == 1 else []
        known = named.get(each.recording_id) or named.get(each.recording_sid) or next(iter(alone), None)
        if known is not None:
            orders[each.recording_id] = known
    return orders
