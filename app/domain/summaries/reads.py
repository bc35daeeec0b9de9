"""What an agent did in a shift, from the rows that the work itself left."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agents.summary import OpenFact, PromiseFact, ShiftFacts, TalkedFact
from app.db.tables import Contact, DailySummary, OfferRow, OpenItem, OrderClock, Survey, TaskRow, WorkOrder
from app.domain.orders.changing import CLOSES_BY_SILENCE
from app.domain.orders.clocks import limit_ms, next_due
from app.domain.orders.kinds import OrderType
from app.domain.orders.reads import OPEN, clocks_of
from app.domain.summaries.shifts import Shift

CHUNK = 400


async def shift_facts(session: AsyncSession, agent_no: str, shift: Shift, now_ms: int) -> ShiftFacts:
    """Everything that counts for one agent in one shift. Leaders read it: what may be hidden from one of them,
    confidential orders and complaints that name somebody, counts nowhere (rules 26, 27)."""
    spoken = await _spoken(session, agent_no, shift)
    found = await _orders(session, agent_no, [contact.contact_id for contact, _ in spoken], shift)
    orders = [order for order in found if not is_left_out(order)]
    mine = [order for order in orders if shift.from_ms <= order.created_at < shift.to_ms]
    clocks = await _clocks(session, [order.order_no for order in orders])
    return ShiftFacts(
        from_ms=shift.from_ms,
        to_ms=shift.to_ms,
        now_ms=now_ms,
        talked=tuple(
            _talked(contact, found, talk_ms, contact.disposition if contact.agent_no == agent_no else "transferred")
            for contact, talk_ms in spoken
        ),
        offers=await _offers(session, agent_no, shift),
        orders=tuple(order.type for order in mine),
        promises=tuple(
            PromiseFact(clock.order_no, clock.started_at, limit_ms(clock), clock.met_at, clock.stopped_at)
            for clock in clocks
        ),
        scores=await _scores(session, agent_no, shift),
        open_orders=tuple(open_fact for order in orders if (open_fact := _open(order, clocks)) is not None),
    )


async def _spoken(session: AsyncSession, agent_no: str, shift: Shift) -> list[tuple[Contact, int]]:
    """Contacts that this agent spoke in, and how long; one given on counts, advice to a colleague does not."""
    query = (
        select(Contact, TaskRow)
        .join(TaskRow, col(TaskRow.contact_id) == col(Contact.contact_id))
        .where(
            TaskRow.agent_no == agent_no,
            or_(col(TaskRow.ended_at).is_(None), col(TaskRow.ended_at) >= shift.from_ms),
            TaskRow.queued_at < shift.to_ms,
        )
        .order_by(col(Contact.answered_at))
    )
    spoken: dict[str, tuple[Contact, int]] = {}
    for contact, task in (await session.exec(query)).all():
        own = contact.agent_no == agent_no or bool(task.body.get("successor_id"))
        if own and task.answered_at is not None and shift.from_ms <= task.answered_at < shift.to_ms:
            before = spoken.get(contact.contact_id, (contact, 0))[1]
            spoken[contact.contact_id] = (contact, before + task.talk_ms)
    return list(spoken.values())


async def _orders(session: AsyncSession, agent_no: str, contact_ids: Sequence[str], shift: Shift) -> list[WorkOrder]:
    """Orders that this agent opened, owns or worked at, and those that came out of the agent's contacts."""
    who = or_(
        col(WorkOrder.opened_by) == agent_no, col(WorkOrder.owner) == agent_no, col(WorkOrder.crew_no) == agent_no
    )
    changed = col(WorkOrder.changed_at) >= shift.from_ms
    query = select(WorkOrder).where(
        who, or_(changed, col(WorkOrder.state).in_(OPEN)), WorkOrder.created_at < shift.to_ms
    )
    found = {order.order_no: order for order in (await session.exec(query)).all()}
    for at in range(0, len(contact_ids), CHUNK):
        chunk = contact_ids[at : at + CHUNK]
        more = await session.exec(select(WorkOrder).where(col(WorkOrder.contact_id).in_(chunk)))
        found |= {order.order_no: order for order in more.all()}
    return [found[order_no] for order_no in sorted(found)]


async def _clocks(session: AsyncSession, order_nos: Sequence[str]) -> list[OrderClock]:
    clocks: list[OrderClock] = []
    for at in range(0, len(order_nos), CHUNK):
        clocks += await clocks_of(session, order_nos[at : at + CHUNK])
    return clocks


async def _offers(session: AsyncSession, agent_no: str, shift: Shift) -> dict[str, int]:
    query = (
        select(OfferRow.state, func.count())
        .where(OfferRow.agent_no == agent_no, col(OfferRow.at) >= shift.from_ms, col(OfferRow.at) < shift.to_ms)
        .group_by(OfferRow.state)
    )
    return {state: int(n) for state, n in (await session.exec(query)).all()}


async def _scores(session: AsyncSession, agent_no: str, shift: Shift) -> tuple[int, ...]:
    query = select(Survey.score).where(
        Survey.agent_no == agent_no,
        col(Survey.at) >= shift.from_ms,
        col(Survey.at) < shift.to_ms,
        col(Survey.score).is_not(None),
        col(Survey.personal).is_(True),
    )
    return tuple(score for score in (await session.exec(query)).all() if score is not None)


def _talked(contact: Contact, orders: Sequence[WorkOrder], talk_ms: int, disposition: str | None) -> TalkedFact:
    of_contact = [order for order in orders if order.contact_id == contact.contact_id]
    hidden = contact.restricted is not None or any(is_left_out(order) for order in of_contact)
    return TalkedFact(
        contact_id=contact.contact_id,
        channel=contact.channel,
        peer=contact.from_number,
        talk_ms=talk_ms,
        disposition=disposition,
        category="other" if hidden else _subject(contact, of_contact),
    )


def is_left_out(order: WorkOrder) -> bool:
    """Confidential, or a complaint that names somebody and is not released: it stands in nobody's summary."""
    named = order.about_agent_no is not None or order.about_unit is not None
    complaint = order.type == OrderType.COMPLAINT and named and order.released_at is None
    return order.confidential or order.type == OrderType.TIPOFF or complaint


def _subject(contact: Contact, orders: Sequence[WorkOrder]) -> str:
    """What the caller came with: the order that came of it, else what the tree learned; never how it was concluded."""
    learned = contact.learned or {}
    if orders:
        return str(orders[0].type)
    if contact.disposition == "nuisance":
        return "nuisance"
    if contact.queue == "emergency" or learned.get("emergency_no"):
        return "emergency"
    return "fault" if learned.get("scope") or learned.get("place_text") else "inquiry"


def _open(order: WorkOrder, clocks: Sequence[OrderClock]) -> OpenFact | None:
    """What is still to be done; one that only waits for its customer's silence, with no promise running, is nobody's
    work."""
    following = next_due(clock for clock in clocks if clock.order_no == order.order_no)
    if order.state not in OPEN or (order.state in CLOSES_BY_SILENCE and following is None):
        return None
    return OpenFact(order.order_no, order.type, limit_ms(following) if following else None)


async def summary_of(session: AsyncSession, agent_no: str, shift: Shift) -> DailySummary | None:
    """The stored summary of a shift, if anything of it was stored."""
    query = select(DailySummary).where(DailySummary.agent_no == agent_no, DailySummary.shift_from == shift.from_ms)
    return (await session.exec(query)).first()


async def items_of(session: AsyncSession, summary_id: str) -> list[OpenItem]:
    """What was handed over with a summary."""
    query = select(OpenItem).where(OpenItem.summary_id == summary_id).order_by(OpenItem.order_no)
    return list((await session.exec(query)).all())


async def not_accepted(session: AsyncSession, now_ms: int) -> list[OpenItem]:
    """Handed over and accepted by nobody a quarter of an hour into the next shift: these turn red."""
    query = select(OpenItem).where(col(OpenItem.accepted_at).is_(None), col(OpenItem.due_at) <= now_ms)
    return list((await session.exec(query)).all())


async def missing(session: AsyncSession, shift: Shift) -> list[str]:
    """Agents who spoke with somebody in a shift and have not handed in its summary."""
    worked = select(Contact.agent_no).where(
        col(Contact.answered_at) >= shift.from_ms,
        col(Contact.answered_at) < shift.to_ms,
        col(Contact.agent_no).is_not(None),
    )
    gave = select(TaskRow.agent_no).where(
        TaskRow.state == "transferred",
        col(TaskRow.contact_id).is_not(None),
        col(TaskRow.ended_at) >= shift.from_ms,
        col(TaskRow.ended_at) < shift.to_ms,
    )
    done = select(DailySummary.agent_no).where(DailySummary.shift_from == shift.from_ms, DailySummary.state != "draft")
    agents = {*(await session.exec(worked.distinct())).all(), *(await session.exec(gave.distinct())).all()}
    agents -= set((await session.exec(done)).all())
    return sorted(agent for agent in agents if agent is not None)
