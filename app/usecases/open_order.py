"""An agent opens a work order: the same rules as for callers, chosen by what is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.tables import Account, Area, Contact, OrderClock, Outage, WorkOrder
from app.db.write_set import Insert, Reply, WriteSet
from app.domain.customers.rules import e164
from app.domain.orders import attaching, opening
from app.domain.orders.kinds import OrderType, Tipoff
from app.domain.orders.placing import of_account, of_area
from app.domain.orders.reads import likely_arrival_min
from app.domain.orders.written import Place, Reporter, Rules, Said, Written
from app.domain.outages.reads import absorbing_outage, areas_of
from app.domain.staff.permissions import Viewer
from app.observe.clock import Clock
from app.usecases.applied import applied
from app.usecases.carry_out import accepted, carry_out
from app.usecases.hear_recording import find_recording
from app.usecases.read_contacts import find_contact
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.restrictions import with_unit
from app.usecases.services.asking import Tools, rules_now
from app.usecases.shapes.orders import order_shape
from app.usecases.told_place import told_places
from app.usecases.write_once import Once, replied, write_once
from ivr_flows import hazards

SOURCES = {"voice": "phone", "sms": "sms", "chat": "web"}


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What is told. Without a contact the source is the agent."""

    type: OrderType
    description: str
    subtype: str | None = None
    level: str | None = None
    urgent: bool = False
    contact_id: str | None = None
    account_no: str | None = None
    contact_phone: str | None = None
    contact_name: str | None = None
    address: str | None = None
    area_code: str | None = None
    recording_id: str | None = None
    anonymous: bool = False
    about_agent_no: str | None = None
    about_unit: str | None = None
    lang: str | None = None


async def open_order(
    db: Database, clock: Clock, tools: Tools, viewer: Viewer, new: NewOrder, once: Once | None
) -> Reply:
    """Open it; 201 with the order. Danger makes an urgent order, a report of a known outage a sub order."""

    async def build() -> WriteSet:
        async with db.session() as session:
            return await _build(session, clock.now_ms(), tools, viewer, new)

    return await write_once(db, clock, once, build)


async def _build(session: AsyncSession, at: int, tools: Tools, viewer: Viewer, new: NewOrder) -> WriteSet:
    contact = await find_contact(session, viewer, new.contact_id) if new.contact_id else None
    if new.recording_id is not None:
        # An order opens its recording to whoever opened it, so only one's own may be named.
        await find_recording(session, viewer, new.recording_id)
    place = await _place(session, new)
    reporter = _reporter(new, contact)
    rules = await rules_now(session, tools)
    about = await with_unit(session, new.type, {"about_agent_no": new.about_agent_no, "about_unit": new.about_unit})
    parts = await _opened(session, at, tools, replace(new, **about), (reporter, place, rules))
    _open_by(parts, viewer.agent_no)
    parts[-1].write.rings.append(f"agent:{viewer.agent_no}")
    order_no = parts[-1].order_no
    customer_no = None if new.anonymous else place.customer_no
    write_set = await carry_out(
        session, tools, viewer, at, *parts, order_no=order_no, contact_id=new.contact_id, customer_no=customer_no
    )
    order = next(row for row in applied(write_set, WorkOrder, []) if row.order_no == order_no)
    clocks = [row for row in applied(write_set, OrderClock, []) if row.order_no == order_no]
    verified = contact is not None and contact.identity == "verified" and contact.agent_no == viewer.agent_no
    told = (await told_places(session, viewer, [order])).get(order_no)
    write_set.reply = replied(order_shape(order, clocks, viewer, at, verified=verified, told=told), 201)
    return write_set


async def _opened(
    session: AsyncSession, at: int, tools: Tools, new: NewOrder, known: tuple[Reporter, Place, Rules]
) -> list[Written]:
    reporter, place, rules = known
    said = Said(new.description, new.recording_id)
    number = await tools.numbers.take()
    sealed = tools.seal.close(reporter.phone) if new.anonymous else None
    if new.type is OrderType.FAULT:
        if new.urgent or hazards.find(new.description):
            return [opening.open_emergency(number, reporter, place, said, rules, at)]
        outage = (
            await absorbing_outage(session, place.area_code, at, rules.absorb_grace_ms) if place.area_code else None
        )
        if outage is not None:
            return await _attached(session, at, tools, number, (reporter, place, rules), said, outage)
        likely = await likely_arrival_min(session, place.area_type, at)
        return [opening.open_fault(number, reporter, place, said, rules, at, likely_min=likely, scope=new.subtype)]
    if new.type is OrderType.COMPLAINT:
        extra: dict[str, Any] = {"subtype": new.subtype} if new.subtype else {}
        extra |= {"level": new.level, "anonymous": sealed, "about": (new.about_agent_no, new.about_unit)}
        return [opening.open_complaint(number, reporter, place, said, rules, at, **extra)]
    if new.type is OrderType.TIPOFF:
        about = new.subtype or Tipoff.CONDUCT
        return [opening.open_tipoff(number, reporter, place, said, rules, at, subtype=about, anonymous=sealed)]
    told = (new.type, number, reporter, place, said, rules, at)
    return [opening.open_simple(*told, subtype=new.subtype, anonymous=sealed)]


async def _attached(
    session: AsyncSession,
    at: int,
    tools: Tools,
    number: str,
    known: tuple[Reporter, Place, Rules],
    said: Said,
    outage: Outage,
) -> list[Written]:
    reporter, place, rules = known
    parts: list[Written] = []
    master_no = outage.master_order_no
    if master_no is None:
        codes = await areas_of(session, outage.outage_no)
        master_no = await tools.numbers.take()
        parts.append(attaching.open_master(master_no, outage, await of_area(session, codes[0]), rules, at))
    attached = attaching.attach(number, reporter, place, said, outage, master_no, rules, at)
    return [*parts, accepted(attached)]


async def _place(session: AsyncSession, new: NewOrder) -> Place:
    if new.account_no is not None:
        if await session.get(Account, new.account_no) is None:
            raise Refused(RefusedBecause.INVALID, "unknown_account", "there is no such account")
        place = await of_account(session, new.account_no)
    else:
        if new.area_code is not None and await session.get(Area, new.area_code) is None:
            raise Refused(RefusedBecause.INVALID, "unknown_area", "there is no such area")
        place = await of_area(session, new.area_code)
    return replace(place, address=new.address) if new.address else place


def _reporter(new: NewOrder, contact: Contact | None) -> Reporter:
    given = new.contact_phone or ("" if contact is None else _peer(contact))
    phone = e164(given) if given else ""
    if new.contact_phone and phone is None:
        raise Refused(RefusedBecause.INVALID, "wrong_phone", "contact_phone is not a telephone number")
    lang = new.lang or (contact.lang if contact else "zh-CN")
    source = SOURCES.get(contact.channel, contact.channel) if contact else "agent"
    return Reporter(new.contact_id, phone or "", lang, source, new.contact_name)


def _peer(contact: Contact) -> str:
    return contact.from_number if contact.direction == "inbound" else contact.to_number


def _open_by(parts: list[Written], agent_no: str) -> None:
    """Name who opened it, so that they may follow it."""
    for part in parts:
        part.write.ops = [
            Insert(op.table, {**op.values, "opened_by": agent_no})
            if isinstance(op, Insert) and op.table is WorkOrder and op.values["source"] != "system"
            else op
            for op in part.write.ops
        ]
