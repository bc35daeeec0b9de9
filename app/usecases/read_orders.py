"""Work orders as the viewer may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Contact, OpenItem, OrderClock, TaskRow, WorkOrder
from app.domain.orders.kinds import OrderType, Urgency
from app.domain.orders.reads import OPEN, OrderFile, clocks_of, order_file
from app.domain.orders.visibility import may_see, visible
from app.domain.staff.permissions import Viewer
from app.domain.summaries.reads import is_left_out
from app.usecases.board_lists import danger_without_crew, jobs_queued, orders_by_clock, orders_waiting_in
from app.usecases.crew_work import is_crew_asked, jobs_of
from app.usecases.days import day_of, day_range
from app.usecases.paging import Paging, page_of
from app.usecases.refusals import not_found
from app.usecases.restrictions import hidden_orders, in_hands_of, order_in_hands_of, order_viewer
from app.usecases.shapes.base import Page
from app.usecases.shapes.orders import OrderShape, order_shape
from app.usecases.told_place import told_places


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Filters of the list; empty = any. `master` names the order into which those wanted are merged.

    As the wallboard counts: `clock` (running, due, breached), `waiting_in` a queue, `queued_in` a queue today with
    `result` (answered, abandoned, other), `without_crew` danger that no crew has.
    """

    type: str | None = None
    state: str | None = None
    account_no: str | None = None
    contact_id: str | None = None
    phone: str | None = None
    day: date | None = None
    master: str | None = None
    clock: str | None = None
    waiting_in: str | None = None
    queued_in: str | None = None
    result: str | None = None
    crew_no: str | None = None
    without_crew: bool = False


async def read_orders(
    session: AsyncSession, viewer: Viewer, filters: OrderFilters, paging: Paging, zone: ZoneInfo, now_ms: int
) -> Page[OrderShape]:
    """Orders within reach, the newest first."""
    seen = visible(await order_viewer(session, viewer))
    query = select(WorkOrder).where(seen, *_matching(filters, zone), *_counted(filters, zone, now_ms))
    keys = [WorkOrder.created_at, WorkOrder.order_no]
    orders, next_cursor = await page_of(session, query, keys, paging, newest_first=True)
    return Page(items=await shape_orders(session, viewer, orders, now_ms), next_cursor=next_cursor)


async def find_order(session: AsyncSession, viewer: Viewer, order_no: str) -> OrderFile:
    """Everything about one order within reach; else `Refused` as if there were none."""
    file = await order_file(session, order_no)
    if file is None or not await _is_within(session, viewer, file.order):
        raise not_found("work order")
    return file


async def find_order_to_read(session: AsyncSession, viewer: Viewer, order_no: str) -> OrderFile:
    """As `find_order`, and besides what stands among the open items of the viewer's shifts or was handed to them."""
    file = await order_file(session, order_no)
    if file is None:
        raise not_found("work order")
    if not await _is_within(session, viewer, file.order) and not await _is_open_item(session, viewer, file.order):
        raise not_found("work order")
    return file


async def _is_within(session: AsyncSession, viewer: Viewer, order: WorkOrder) -> bool:
    return may_see(order, await order_viewer(session, viewer)) or await _is_served(session, viewer, order.order_no)


async def _is_open_item(session: AsyncSession, viewer: Viewer, order: WorkOrder) -> bool:
    """Handed over by or to the viewer, or still open and come out of a contact that is in the viewer's summary."""
    if is_left_out(order):
        return False
    item = or_(col(OpenItem.giver) == viewer.agent_no, col(OpenItem.handed_to) == viewer.agent_no)
    handed = select(OpenItem.order_no).where(OpenItem.order_no == WorkOrder.order_no, item).exists()
    gave = select(TaskRow.task_id).where(
        TaskRow.contact_id == Contact.contact_id, TaskRow.agent_no == viewer.agent_no, TaskRow.state == "transferred"
    )
    spoke = or_(col(Contact.agent_no) == viewer.agent_no, gave.exists())
    came = select(Contact.contact_id).where(Contact.contact_id == WorkOrder.contact_id, spoke).exists()
    left = or_(handed, and_(col(WorkOrder.state).in_(OPEN), came))
    query = select(WorkOrder.order_no).where(WorkOrder.order_no == order.order_no, left, ~hidden_orders(viewer))
    return (await session.exec(query)).first() is not None


async def _is_served(session: AsyncSession, viewer: Viewer, order_no: str) -> bool:
    """Whoever works on an order now has it; whoever speaks with a customer that customer's, as the screen shows them;
    never a tip-off, nor a complaint that names them."""
    same_account = and_(col(Contact.account_no).is_not(None), col(Contact.account_no) == WorkOrder.account_no)
    about = or_(col(Contact.contact_id) == WorkOrder.contact_id, same_account)
    speaking = select(Contact.contact_id).where(about, in_hands_of(viewer.agent_no)).exists()
    served = or_(speaking, order_in_hands_of(viewer.agent_no))
    order = select(WorkOrder.order_no).where(WorkOrder.order_no == order_no, served, ~hidden_orders(viewer))
    return (await session.exec(order)).first() is not None


async def read_order(session: AsyncSession, viewer: Viewer, order_no: str, now_ms: int) -> OrderShape:
    """One order; of danger that no crew has, `crew_asked` says whether one is being looked for."""
    file = await find_order_to_read(session, viewer, order_no)
    order = file.order
    shape = (await shape_orders(session, viewer, [order], now_ms))[0]
    if (order.type, order.urgency) == (OrderType.FAULT, Urgency.URGENT) and not order.crew_no:
        shape.crew_asked = await is_crew_asked(session, order_no, await jobs_of(session, order_no))
    return shape


async def shape_orders(
    session: AsyncSession, viewer: Viewer, orders: Sequence[WorkOrder], now_ms: int
) -> list[OrderShape]:
    """Shapes of orders that the viewer may see."""
    clocks: dict[str, list[OrderClock]] = defaultdict(list)
    for clock in await clocks_of(session, [order.order_no for order in orders]):
        clocks[clock.order_no].append(clock)
    verified = await verified_contacts(session, viewer, [order.contact_id for order in orders])
    told = await told_places(session, viewer, orders)

    def shape(order: WorkOrder) -> OrderShape:
        known, place = order.contact_id in verified, told.get(order.order_no)
        return order_shape(order, clocks[order.order_no], viewer, now_ms, verified=known, told=place)

    return [shape(order) for order in orders]


async def verified_contacts(session: AsyncSession, viewer: Viewer, ids: Sequence[str | None]) -> set[str | None]:
    """Those of the contacts that this viewer serves or served and in which the caller was verified.

    While somebody speaks with the same customer and has not verified them, what was verified earlier does not count.
    """
    query = select(Contact.contact_id, Contact.customer_no).where(
        col(Contact.contact_id).in_([each for each in ids if each]),
        Contact.agent_no == viewer.agent_no,
        Contact.identity == "verified",
    )
    found = (await session.exec(query)).all()
    if not found:
        return set()
    in_hand = select(Contact.contact_id, Contact.customer_no, Contact.identity).where(in_hands_of(viewer.agent_no))
    speaking = (await session.exec(in_hand)).all()
    open_now = {customer_no for _, customer_no, identity in speaking if identity == "verified"}
    shut = {customer_no for _, customer_no, _ in speaking if customer_no} - open_now
    return {contact_id for contact_id, customer_no in found if customer_no not in shut}


def _counted(filters: OrderFilters, zone: ZoneInfo, now_ms: int) -> list[ColumnElement[bool]]:
    found = []
    if filters.clock is not None:
        found.append(orders_by_clock(filters.clock, now_ms))
    if filters.waiting_in is not None:
        found.append(orders_waiting_in(filters.waiting_in))
    if filters.queued_in is not None:
        found.append(jobs_queued(filters.queued_in, filters.result, *day_range(day_of(now_ms, zone), zone)))
    if filters.without_crew:
        found.append(danger_without_crew())
    return found


def _matching(filters: OrderFilters, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    wanted: list[tuple[Any, str | None]] = [
        (WorkOrder.type, filters.type),
        (WorkOrder.state, filters.state),
        (WorkOrder.account_no, filters.account_no),
        (WorkOrder.contact_id, filters.contact_id),
        (WorkOrder.contact_phone, filters.phone),
        (WorkOrder.sub_of, filters.master),
        (WorkOrder.crew_no, filters.crew_no),
    ]
    found: list[ColumnElement[bool]] = [col(column) == value for column, value in wanted if value is not None]
    if filters.day is not None:
        start, end = day_range(filters.day, zone)
        found += [col(WorkOrder.created_at) >= start, col(WorkOrder.created_at) < end]
    return found
