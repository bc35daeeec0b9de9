"""What time alone brings: promises near their limit or broken, orders closed by silence, surveys that are due,
matters nobody took over, estimates that run out, reporters whom a restoration missed.

One pass looks at rows whose own deadline has come; each becomes a unit of its own, guarded by the versions it read,
so that a pass may be repeated, interrupted or run twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agents.survey import QuietHours
from app.db.database import Database
from app.db.record import record
from app.db.tables import Contact, OpenItem, OrderClock, Outage, Survey, WarningRow, WorkOrder
from app.db.write_set import Fence, WriteError, WriteSet
from app.domain.operations.load import Operations
from app.domain.operations.sections import WarningKind
from app.domain.orders import changing, clocks
from app.domain.orders.kinds import State
from app.domain.orders.reads import order_file, ringing, silent, subs_of
from app.domain.orders.transitions import Refused
from app.domain.orders.written import SYSTEM, Alarm, Written
from app.domain.outages import writes as outages
from app.domain.outages.kinds import PUBLIC, OutageState
from app.domain.outages.reads import told
from app.domain.summaries.reads import not_accepted
from app.domain.surveys.inviting import after_contact, after_order
from app.domain.surveys.reads import due
from app.domain.surveys.writes import Recorded, SurveyRules, ask_by_text
from app.domain.warnings.writes import close, raise_all
from app.journal.entry import Entry
from app.observe.clock import Clock
from app.usecases import notice_waiting, notice_warnings
from app.usecases.due import Due, Unit, alarm_unit
from app.usecases.put_texts import put_texts
from app.usecases.services.asking import Tools, put_tasks, rules_now

WARN_BEFORE_MS = 15 * 60_000
LATE_REPORT_MS = 10 * 60_000
JUST_ENDED_MS = 10 * 60_000
LONGEST_MS = 4 * 3_600_000
AT_ONCE = 100
PASS_S = 1.0
SELDOM = 10
"""Every how many passes what counts over many rows is looked at."""

log = structlog.get_logger(__name__)


def survey_rules(operations: Operations) -> SurveyRules:
    """`[survey]` and `[quiet_hours]` as surveys use them."""
    survey, quiet = operations.survey, operations.quiet_hours
    hours = QuietHours(quiet.from_minute, quiet.to_minute)
    return SurveyRules(survey.delay_s * 1000, survey.attempts, survey.gap_s * 1000, survey.sample_permille, hours)


async def notice_due(due_now: Due, *, counts: bool = True) -> int:
    """One pass; how many units were written. `counts`: also what is counted over many rows."""
    units: list[Unit] = []
    async with due_now.db.session() as session:
        for find in (*FINDERS, *(notice_warnings.FINDERS if counts else ())):
            units += await find(session, due_now)
    return sum([await due_now.write(unit) for unit in units])


async def keep_noticing(db: Database, clock: Clock, tools: Tools, fence: Callable[[], Fence | None]) -> None:
    """A pass each second for as long as this process leads (`fence` gives its proof, None = it does not)."""
    for passes in count():
        leading = fence()
        if leading is not None:
            try:
                await notice_due(Due(db, tools, clock.now_ms(), leading), counts=passes % SELDOM == 0)
            except (WriteError, SQLAlchemyError, OSError) as error:
                log.warning("noticing_interrupted", error=str(error))
        await asyncio.sleep(PASS_S)


async def _clocks(session: AsyncSession, now: Due) -> list[Unit]:
    return [_clock_unit(now, clock) for clock in await ringing(session, now.at, AT_ONCE)]


def _clock_unit(now: Due, clock: OrderClock) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        write_set = WriteSet()
        rang = clocks.look(write_set, clock, now.at)
        if rang is None:
            return write_set
        order = await session.get(WorkOrder, clock.order_no)
        unit_of = order.unit if order else None
        owner = (order.crew_no or order.owner) if order else None
        facts = {"clock": rang.name, "due_at": rang.due_at}
        alarm = Alarm(f"clock_{rang.kind}", f"{rang.order_no}:{rang.name}", rang.order_no, unit_of, owner, None, facts)
        write_set.extend(await _in_place(session, alarm, now))
        write_set.rings.append(f"order:{rang.order_no}")
        body = {"text": f"{rang.name}: {rang.kind}", "clock": rang.name, "event": rang.kind, "due_at": rang.due_at}
        record(write_set, Entry("clock", SYSTEM.kind, order_no=rang.order_no, body=body), now.at)
        return write_set

    return unit


async def _in_place(session: AsyncSession, alarm: Alarm, now: Due) -> WriteSet:
    """An order stands once: a broken promise takes the place of what was near its limit, and keeps it."""
    query = select(WarningRow).where(WarningRow.order_no == alarm.order_no, col(WarningRow.closed_at).is_(None))
    there = (await session.exec(query)).all()
    if alarm.kind == WarningKind.CLOCK_NEAR_DUE and any(row.kind == WarningKind.CLOCK_BREACH for row in there):
        return WriteSet()
    write_set = await raise_all(session, [alarm], now.at, now.tools.warnings)
    if alarm.kind == WarningKind.CLOCK_BREACH:
        for row in there:
            if row.kind == WarningKind.CLOCK_NEAR_DUE:
                write_set.extend(close(row, now.at))
    return write_set


async def _silent_orders(session: AsyncSession, now: Due) -> list[Unit]:
    return [_silent_unit(now, order.order_no) for order in await silent(session, now.at, AT_ONCE)]


def _silent_unit(now: Due, order_no: str) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        file = await order_file(session, order_no)
        if file is None:
            return None
        subs = await subs_of(session, order_no) if file.sub_count else []
        closed = changing.close_silent(file, await rules_now(session, now.tools), now.at, subs)
        if isinstance(closed, Refused):
            return None
        write_set = await _written(session, now, closed)
        asked = await after_order(session, file.order, now.tools.surveys, now.tools.zone, now.at)
        if isinstance(asked, Recorded):
            write_set.extend(asked.write)
        return write_set

    return unit


async def _late_reporters(session: AsyncSession, now: Due) -> list[Unit]:
    """Reports that were being written while the outage was restored."""
    query = select(Outage).where(
        Outage.state == OutageState.RESTORED, col(Outage.restored_at) > now.at - LATE_REPORT_MS
    )
    return [_late_unit(now, outage) for outage in (await session.exec(query)).all() if outage.master_order_no]


def _late_unit(now: Due, outage: Outage) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        subs = await subs_of(session, str(outage.master_order_no))
        reached = await told(session, outage.outage_no, outages.RESTORED)
        written = Written(outage.outage_no, "late_reporters_told", body={"outage_no": outage.outage_no})
        outages.tell_restored(written, outage.outage_no, subs, reached, now.at)
        return await _written(session, now, written) if written.texts else None

    return unit


async def _ended_by_crew(session: AsyncSession, now: Due) -> list[Unit]:
    """Outages whose crew has restored the master order: the power is back, whoever reported must hear it."""
    query = (
        select(Outage)
        .join(WorkOrder, col(WorkOrder.order_no) == Outage.master_order_no)
        .where(col(Outage.state).in_(PUBLIC), col(WorkOrder.state).in_((State.RESTORED, State.ARCHIVED)))
    )
    return [_ended_unit(now, outage) for outage in (await session.exec(query)).all()]


def _ended_unit(now: Due, outage: Outage) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        subs = await subs_of(session, str(outage.master_order_no))
        reached = await told(session, outage.outage_no, outages.RESTORED)
        rules = await rules_now(session, now.tools)
        restored = outages.restore(outage, None, subs, reached, SYSTEM, rules, now.at)
        return None if isinstance(restored, Refused) else await _written(session, now, restored)

    return unit


async def _running_out(session: AsyncSession, now: Due) -> list[Unit]:
    """The publisher is warned a quarter of an hour before an estimate passes."""
    query = select(Outage).where(
        col(Outage.state).in_(PUBLIC), col(Outage.eta_at) <= now.at + WARN_BEFORE_MS, col(Outage.eta_at) > now.at
    )
    return [_running_out_unit(now, outage) for outage in (await session.exec(query)).all()]


def _running_out_unit(now: Due, outage: Outage) -> Unit:
    about = f"{outage.outage_no}:{outage.revision}"
    facts = {"outage_no": outage.outage_no, "eta_at": outage.eta_at}
    return alarm_unit(now, Alarm("estimate_near", about, unit=outage.unit, agent_no=outage.published_by, facts=facts))


async def _invitations(session: AsyncSession, now: Due) -> list[Unit]:
    """Callers who were served and hung up before anybody asked them."""
    asked = select(Survey.contact_id).where(Survey.contact_id == Contact.contact_id).exists()
    query = (
        select(Contact)
        .where(
            col(Contact.started_at) > now.at - LONGEST_MS,
            col(Contact.ended_at) > now.at - JUST_ENDED_MS,
            Contact.state == "ended",
            Contact.direction == "inbound",
            col(Contact.agent_no).is_not(None),
            ~asked,
        )
        .limit(AT_ONCE)
    )
    return [_invitation_unit(now, contact) for contact in (await session.exec(query)).all()]


def _invitation_unit(now: Due, contact: Contact) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        row = contact.model_dump()
        invited = await after_contact(session, row, now.tools.surveys, now.tools.zone, now.at, on_line=False)
        if isinstance(invited, str):
            return None
        invited.write.claim = f"survey-after:{contact.contact_id}"
        entry = Entry(
            "survey", SYSTEM.kind, contact_id=contact.contact_id, agent_no=contact.agent_no, body=invited.body
        )
        record(invited.write, entry, now.at)
        return invited.write

    return unit


async def _surveys(session: AsyncSession, now: Due) -> list[Unit]:
    return [_survey_unit(now, survey) for survey in await due(session, now.at, AT_ONCE)]


def _survey_unit(now: Due, survey: Survey) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        asked = ask_by_text(survey, now.at)
        entry = Entry(
            "survey",
            SYSTEM.kind,
            contact_id=survey.contact_id,
            order_no=survey.order_no,
            agent_no=survey.agent_no,
            body={"text": "asked by text", **asked.body},
        )
        record(asked.write, entry, now.at)
        await put_texts(session, asked.write, asked.texts, now.at, survey.contact_id)
        return asked.write

    return unit


async def _open_items(session: AsyncSession, now: Due) -> list[Unit]:
    return [_item_unit(now, item) for item in await not_accepted(session, now.at)]


def _item_unit(now: Due, item: OpenItem) -> Unit:
    facts: dict[str, Any] = {"handed_to": item.handed_to, "summary_id": item.summary_id}
    alarm = Alarm(
        "item_not_accepted", f"{item.summary_id}:{item.order_no}", item.order_no, None, item.giver, None, facts
    )
    return alarm_unit(now, alarm)


async def _written(session: AsyncSession, now: Due, written: Written) -> WriteSet:
    write_set = WriteSet()
    write_set.extend(written.write)
    put_tasks(write_set, written.asks, now.at)
    write_set.extend(await raise_all(session, written.warnings, now.at, now.tools.warnings))
    order_no = written.order_no if "outage_no" not in written.body else None
    body = {"text": written.kind, **written.body}
    record(write_set, Entry("order", SYSTEM.kind, order_no=order_no, body=body, private=written.private), now.at)
    await put_texts(session, write_set, written.texts, now.at)
    return write_set


FINDERS = (
    _clocks,
    _silent_orders,
    _ended_by_crew,
    _late_reporters,
    _running_out,
    _invitations,
    _surveys,
    _open_items,
    *notice_waiting.FINDERS,
)
