"""Moving and amending an order by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.tables import Account, Area, Contact, OrderClock, Recording, Staff, TaskRow, WorkOrder
from app.db.write_set import Reply, WriteSet
from app.domain.customers.rules import e164
from app.domain.operations.sections import WarningKind
from app.domain.orders.changing import amend, transition
from app.domain.orders.kinds import ENDED, ON_SITE, State, Urgency
from app.domain.orders.reads import OrderFile, subs_of
from app.domain.orders.written import Written
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Scope, Verb, Viewer
from app.domain.warnings.writes import close, open_about
from app.observe.clock import Clock
from app.usecases.applied import applied
from app.usecases.carry_out import accepted, acting, carry_out
from app.usecases.crew_work import FIELD, WAITING, is_crew_asked, work_on
from app.usecases.read_orders import find_order, verified_contacts
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.restrictions import in_hands_of, with_unit
from app.usecases.services.asking import Tools, rules_now
from app.usecases.shapes.orders import order_shape
from app.usecases.told_place import told_places
from app.usecases.turn_effects import put_event
from app.usecases.write_once import Once, replied, write_once
from routing.events import TaskCanceled
from routing.types import TaskState

LEADING_FIELDS = frozenset({"released_at", "supervised", "owner", "about_agent_no", "about_unit"})


async def move_order(
    db: Database, clock: Clock, tools: Tools, viewer: Viewer, order_no: str, to: str, note: str, once: Once | None
) -> Reply:
    """Take a step of the order's type; the order as it stands then."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            file = await find_order(session, viewer, order_no)
            rules = await rules_now(session, tools)
            subs = await subs_of(session, order_no)
            if to == State.CREW_ASSIGNED and viewer.role is not Role.FIELD:
                detail = "a crew takes an order by itself; dispatched has one asked"
                raise Refused(RefusedBecause.CONFLICT, "not_a_crew", detail)
            work = await work_on(session, order_no)
            jobs = [task for task in work if task.mode == FIELD]
            asked = await is_crew_asked(session, order_no, jobs)
            moved = accepted(transition(file, to, note, acting(viewer), rules, at, subs=subs, crew_asked=asked))
            write_set = await _done(session, at, tools, viewer, file, moved)
            _take_back(write_set, file, to, jobs, at)
            if to in ENDED:
                for task in work:
                    if task.mode != FIELD and task.state in WAITING:  # nobody need hear its recording any more
                        put_event(write_set, TaskCanceled(at, task.task_id, to))
            return write_set

    return await write_once(db, clock, once, build)


def _take_back(write_set: WriteSet, file: OrderFile, to: str, jobs: Sequence[TaskRow], at: int) -> None:
    """The order leaves the crew that has it; unless it is sent out, nobody is looked for any more either.

    This is told after any wish for another crew, so that the one who has the order now is not the first to be free.
    """
    if to in ON_SITE:
        return
    for job in jobs:
        if to != State.DISPATCHED or job.state not in WAITING:
            put_event(write_set, TaskCanceled(at, job.task_id, to))
    if file.order.crew_no is not None:
        write_set.rings.append(f"agent:{file.order.crew_no}")


async def amend_order(
    db: Database,
    clock: Clock,
    tools: Tools,
    viewer: Viewer,
    order_no: str,
    changes: Mapping[str, Any],
    version: int | None,
) -> Reply:
    """Change fields; before and after are journaled. `version` is what the change rests on, None = any."""
    changes = {**changes, **_number(changes)}
    leading = viewer.scope(Verb.ORDERS_READ) in (Scope.UNIT, Scope.ALL)
    if not leading and set(changes) & LEADING_FIELDS:
        raise Refused(RefusedBecause.FORBIDDEN, "forbidden", "only supervisors change owner, release and supervision")

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            file = await find_order(session, viewer, order_no)
            if version is not None and version != file.order.version:
                raise Refused(
                    RefusedBecause.CONFLICT, "changed_meanwhile", "somebody else changed the order; read it again"
                )
            await _check_places(session, changes)
            told = {**changes, **await _told_on_the_line(session, viewer, file, changes)}
            owner = await _owner(session, changes.get("owner"))
            rules = await rules_now(session, tools)
            units = (owner.unit, owner.team) if owner else ()
            about = await with_unit(session, file.order.type, told)
            work = await work_on(session, order_no)
            asked = await is_crew_asked(session, order_no, [task for task in work if task.mode == FIELD])
            amended = accepted(amend(file, about, at, rules=rules, owner_units=units, crew_asked=asked))
            write_set = await _done(session, at, tools, viewer, file, amended)
            if file.order.to_listen and told.get("to_listen") is False:
                await _listened(session, write_set, viewer, file, work, at)
            return write_set

    return await write_once(db, clock, None, build)


async def _told_on_the_line(
    session: AsyncSession, viewer: Viewer, file: OrderFile, changes: Mapping[str, Any]
) -> dict[str, bool]:
    """Who writes the place of a danger while serving the caller needs no recording of it, and nobody else does."""
    order = file.order
    if not (order.to_listen and order.urgency == Urgency.URGENT and changes.get("address")):
        return {}
    served = select(Contact.contact_id).where(Contact.contact_id == order.contact_id, in_hands_of(viewer.agent_no))
    return {"to_listen": False} if (await session.exec(served)).first() is not None else {}


async def _listened(
    session: AsyncSession, write_set: WriteSet, viewer: Viewer, file: OrderFile, work: Sequence[TaskRow], at: int
) -> None:
    """The recording was heard and the order handed out, by whomever: nobody is asked for that any more."""
    order = file.order
    for task in work:
        if task.mode != FIELD and task.state != TaskState.WRAPPING:
            put_event(write_set, TaskCanceled(at, task.task_id, "listened"))
    named = or_(*(col(name) == order.recording_id for name in (Recording.recording_id, Recording.recording_sid)))
    unheard = select(Recording).where(named, col(Recording.heard_at).is_(None))
    for sound in (await session.exec(unheard)).all() if order.recording_id else ():
        key = {"recording_id": sound.recording_id}
        write_set.change(Recording, key, sound.version, heard_at=at, heard_by=viewer.agent_no)
    warned = await open_about(session, WarningKind.EMERGENCY_UNANSWERED, f"order:{order.order_no}")
    if warned is not None:
        write_set.extend(close(warned, at))


def _number(changes: Mapping[str, Any]) -> dict[str, str]:
    given = changes.get("contact_phone")
    if given is None:
        return {}
    number = e164(given)
    if number is None:
        raise Refused(RefusedBecause.INVALID, "wrong_phone", "contact_phone is not a telephone number")
    return {"contact_phone": number}


async def _check_places(session: AsyncSession, changes: Mapping[str, Any]) -> None:
    for name, table in (("account_no", Account), ("area_code", Area)):
        wanted = changes.get(name)
        if wanted is not None and await session.get(table, wanted) is None:
            raise Refused(RefusedBecause.INVALID, f"unknown_{name}", f"there is no such {name}")


async def _owner(session: AsyncSession, agent_no: str | None) -> Staff | None:
    if agent_no is None:
        return None
    owner = await session.get(Staff, agent_no)
    if owner is None or not owner.active or owner.role in (Role.AUDITOR, Role.ADMIN):
        raise Refused(RefusedBecause.INVALID, "unknown_owner", "nobody with this number can own an order")
    return owner


async def _done(
    session: AsyncSession, at: int, tools: Tools, viewer: Viewer, file: OrderFile, written: Written
) -> WriteSet:
    order = file.order
    write_set = await carry_out(
        session,
        tools,
        viewer,
        at,
        written,
        order_no=order.order_no,
        contact_id=order.contact_id,
        customer_no=order.customer_no,
    )
    after = next(row for row in applied(write_set, WorkOrder, [order]) if row.order_no == order.order_no)
    clocks = [row for row in applied(write_set, OrderClock, file.clocks) if row.order_no == order.order_no]
    verified = bool(await verified_contacts(session, viewer, [order.contact_id]))
    told = (await told_places(session, viewer, [after])).get(order.order_no)
    write_set.reply = replied(order_shape(after, clocks, viewer, at, verified=verified, told=told))
    return write_set
