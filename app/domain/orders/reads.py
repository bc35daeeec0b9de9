"""Reads of orders: each by an index, the newest first where there are many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import OrderClock, WorkOrder
from app.domain.orders.clocks import next_due
from app.domain.orders.kinds import ENDED, OrderType, State, Urgency
from app.domain.orders.promises import likely_minutes

OPEN = [str(state) for state in State if state not in ENDED]
RECENT_MS = 6 * 3_600_000
SAMPLE = 100
NOT_THERE_YET = [State.ACCEPTED, State.DISPATCHED, State.CREW_ASSIGNED, State.EN_ROUTE, State.RETURNED]


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One order with its clocks, its master and its subs' figures."""

    order: WorkOrder
    clocks: tuple[OrderClock, ...]
    master: WorkOrder | None = None
    master_clocks: tuple[OrderClock, ...] = ()
    sub_count: int = 0
    sub_urges: int = 0

    @property
    def state(self) -> str:
        """The real state: a merged order stands where its master's crew stands."""
        if self.order.state == State.MERGED and self.master is not None:
            return self.master.state
        return self.order.state

    @property
    def working_clocks(self) -> tuple[OrderClock, ...]:
        """The clocks by which the work is measured: the master's for a merged order."""
        return self.master_clocks if self.order.state == State.MERGED else self.clocks

    @property
    def next_clock(self) -> OrderClock | None:
        """The promise that is due first."""
        return next_due(self.working_clocks)


async def order_file(session: AsyncSession, order_no: str) -> OrderFile | None:
    """Everything about one order; None = there is none with this number."""
    order = await session.get(WorkOrder, order_no, populate_existing=True)
    if order is None:
        return None
    return await filed(session, order)


async def filed(session: AsyncSession, order: WorkOrder) -> OrderFile:
    """What stands around an order that was read."""
    master = await session.get(WorkOrder, order.sub_of) if order.sub_of else None
    clocks = await clocks_of(session, [order.order_no, *([order.sub_of] if order.sub_of else [])])
    count, urges = (0, 0)
    if order.sub_of is None and order.outage_no is not None:
        query = select(func.count(), func.coalesce(func.sum(WorkOrder.urge_count), 0))
        count, urges = (await session.exec(query.where(WorkOrder.sub_of == order.order_no))).one()
    return OrderFile(
        order,
        tuple(clock for clock in clocks if clock.order_no == order.order_no),
        master,
        tuple(clock for clock in clocks if clock.order_no != order.order_no),
        int(count),
        int(urges),
    )


async def clocks_of(session: AsyncSession, order_nos: Iterable[str]) -> list[OrderClock]:
    """The clocks of these orders in the order of their limits."""
    query = select(OrderClock).where(col(OrderClock.order_no).in_(list(order_nos))).order_by(col(OrderClock.due_at))
    return list((await session.exec(query)).all())


async def open_of(
    session: AsyncSession,
    *,
    phone: str | None,
    account_nos: Sequence[str] = (),
    order_type: OrderType | None = None,
    limit: int = 5,
) -> list[WorkOrder]:
    """Open orders of a phone or of accounts, newest first; never one that is confidential."""
    who: list[ColumnElement[bool]] = []
    if phone:
        who.append(col(WorkOrder.contact_phone) == phone)
    if account_nos:
        who.append(col(WorkOrder.account_no).in_(list(account_nos)))
    if not who:
        return []
    query = select(WorkOrder).where(or_(*who), col(WorkOrder.state).in_(OPEN), col(WorkOrder.confidential).is_(False))
    if order_type is not None:
        query = query.where(WorkOrder.type == order_type)
    return list((await session.exec(query.order_by(col(WorkOrder.created_at).desc()).limit(limit))).all())


async def newest_danger(session: AsyncSession, phone: str) -> WorkOrder | None:
    """The newest urgent order of a phone, whatever became of it."""
    query = select(WorkOrder).where(
        WorkOrder.contact_phone == phone, WorkOrder.urgency == Urgency.URGENT, WorkOrder.type == OrderType.FAULT
    )
    return (await session.exec(query.order_by(col(WorkOrder.created_at).desc()).limit(1))).first()


async def newest_fault(session: AsyncSession, account_no: str, phone: str) -> WorkOrder | None:
    """The newest fault of an account, else of a phone, whatever became of it; None where neither is known."""
    if not (account_no or phone):
        return None
    who = WorkOrder.account_no == account_no if account_no else col(WorkOrder.contact_phone) == phone
    query = select(WorkOrder).where(who, WorkOrder.type == OrderType.FAULT)
    return (await session.exec(query.order_by(col(WorkOrder.created_at).desc()).limit(1))).first()


async def subs_of(session: AsyncSession, master_no: str) -> list[WorkOrder]:
    """The orders that are merged into a master now, in the order in which they came."""
    query = select(WorkOrder).where(WorkOrder.sub_of == master_no, WorkOrder.state == State.MERGED)
    return list((await session.exec(query.order_by(col(WorkOrder.created_at), WorkOrder.order_no))).all())


async def likely_arrival_min(session: AsyncSession, area_type: str | None, now_ms: int) -> int:
    """Minutes until a crew is likely to arrive, from recent faults of the same type of area; 0 = nothing known."""
    query = (
        select(WorkOrder.state, WorkOrder.created_at, OrderClock.met_at)
        .join(OrderClock, col(OrderClock.order_no) == WorkOrder.order_no)
        .where(
            WorkOrder.type == OrderType.FAULT,
            OrderClock.name == "arrive",
            OrderClock.round == 1,
            col(WorkOrder.created_at) > now_ms - RECENT_MS,
            col(WorkOrder.sub_of).is_(None),
        )
        .order_by(col(WorkOrder.created_at).desc())
        .limit(SAMPLE)
    )
    query = query.where(WorkOrder.area_type == area_type) if area_type else query
    rows = (await session.exec(query)).all()
    arrived = [met_at - created_at for _, created_at, met_at in rows if met_at is not None]
    waiting = [now_ms - created_at for state, created_at, _ in rows if state in NOT_THERE_YET]
    return likely_minutes(arrived, max(waiting, default=0))


async def ringing(session: AsyncSession, now_ms: int, limit: int = 200) -> list[OrderClock]:
    """Clocks that somebody must look at now."""
    query = select(OrderClock).where(col(OrderClock.next_at) <= now_ms).order_by(col(OrderClock.next_at)).limit(limit)
    return list((await session.exec(query)).all())


async def silent(session: AsyncSession, now_ms: int, limit: int = 200) -> list[WorkOrder]:
    """Orders whose silence has lasted long enough to close them."""
    query = (
        select(WorkOrder).where(col(WorkOrder.deadline_at) <= now_ms).order_by(col(WorkOrder.deadline_at)).limit(limit)
    )
    return list((await session.exec(query)).all())
