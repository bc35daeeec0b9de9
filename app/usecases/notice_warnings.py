"""What supervisors are warned of though nobody did anything: long and unmanned queues, faults that gather, callers who
call in vain, agents whose scores are low, numbers that are guessed at.

A warning stays until somebody acknowledges it; one about a queue also ends with its cause, and once acknowledged comes
again after an hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agents.survey import LOW
from app.db.record import record
from app.db.tables import (
    AccountPhone,
    Contact,
    LineRow,
    NumberLookup,
    OrderClock,
    Survey,
    TaskRow,
    WarningRow,
    WorkOrder,
)
from app.db.write_set import WriteSet
from app.domain.customers.rules import masked_phone
from app.domain.operations.sections import WarningKind, WarningRule
from app.domain.orders.kinds import OrderType
from app.domain.orders.written import SYSTEM, Alarm
from app.domain.warnings.writes import close, raise_all
from app.journal.entry import Entry
from app.usecases.board_lists import WAITS
from app.usecases.due import Due, Unit, alarm_unit
from app.usecases.services.accounts import EVERYBODY
from app.usecases.services.caller_facts import FAILED

AGAIN_MS = 3_600_000
CAUSE = "unanswered"
"""What `queue_unmanned` says besides: whether somebody is there who does not answer."""
OF_QUEUES = (WarningKind.QUEUE_LONG, WarningKind.QUEUE_UNMANNED)


async def _surges(session: AsyncSession, now: Due) -> list[Unit]:
    """Many faults from one area in a short time: perhaps one outage that nobody has published."""
    rule = now.tools.warnings.get(WarningKind.AREA_SURGE)
    if rule is None:
        return []
    query = (
        select(WorkOrder.area_code, func.min(WorkOrder.unit), func.count())
        .where(
            col(WorkOrder.created_at) > _since(rule, now),
            WorkOrder.type == OrderType.FAULT,
            WorkOrder.source != "system",
            col(WorkOrder.area_code).is_not(None),
        )
        .group_by(WorkOrder.area_code)
        .having(func.count() >= rule.threshold)
    )
    return [
        _once(rule, now, Alarm(WarningKind.AREA_SURGE, str(area), unit=unit, facts={"area_code": area, "faults": n}))
        for area, unit, n in (await session.exec(query)).all()
    ]


async def _queues(session: AsyncSession, now: Due) -> list[Unit]:
    """Lines that are too long, and callers in lines where nobody is logged in, or who is leaves them unanswered."""
    holding: dict[tuple[str, str], dict[str, Any]] = {}
    for kind in OF_QUEUES:
        rule = now.tools.warnings.get(kind)
        if rule is not None:
            holding |= {(kind, facts["queue"]): facts for facts in await _waiting(session, kind, rule, now)}
    query = select(WarningRow).where(
        col(WarningRow.kind).in_(OF_QUEUES),
        col(WarningRow.closed_at).is_(None) | (col(WarningRow.opened_at) > now.at - AGAIN_MS),
    )
    known = (await session.exec(query)).all()
    open_ = [row for row in known if row.closed_at is None]
    heard = {(row.kind, row.about) for row in known if row.closed_at is None or row.acknowledged_at is not None}
    units = [_closing(now, row) for row in open_ if (row.kind, row.about) not in holding]
    units += [_corrected(row, there) for row in open_ if _differs(row, there := holding.get((row.kind, row.about), {}))]
    new = [(kind, queue, facts) for (kind, queue), facts in holding.items() if (kind, queue) not in heard]
    return units + [_raising(now, Alarm(kind, queue, queue=queue, facts=facts)) for kind, queue, facts in new]


def _differs(row: WarningRow, there: Mapping[str, Any]) -> bool:
    return CAUSE in there and row.facts.get(CAUSE, False) != there[CAUSE]


def _corrected(row: WarningRow, facts: Mapping[str, Any]) -> Unit:
    """It stays the same warning when those who left callers unanswered have gone as well, or the reverse."""

    async def unit(_: AsyncSession) -> WriteSet | None:
        write_set = WriteSet(rings=[f"warning:{row.warning_id}"])
        write_set.change(WarningRow, {"warning_id": row.warning_id}, row.version, facts=dict(facts))
        return write_set

    return unit


async def _waiting(session: AsyncSession, kind: str, rule: WarningRule, now: Due) -> list[dict[str, Any]]:
    query = (
        select(TaskRow.queue, func.count(), LineRow.unanswered)
        .join(LineRow, col(LineRow.name) == TaskRow.queue)
        .where(WAITS, col(TaskRow.waiting_at) <= _since(rule, now))
        .group_by(TaskRow.queue, col(LineRow.unanswered))
        .having(func.count() >= rule.threshold)
    )
    if kind != WarningKind.QUEUE_UNMANNED:
        return [{"queue": queue, "waiting": n} for queue, n, _ in await session.exec(query)]
    query = query.where(col(LineRow.unmanned).is_(True))
    return [{"queue": queue, "waiting": n, CAUSE: unanswered} for queue, n, unanswered in await session.exec(query)]


async def _repeat_callers(session: AsyncSession, now: Due) -> list[Unit]:
    """Who calls again and again because a promise was broken or a call failed; not numbers of many accounts."""
    rule = now.tools.warnings.get(WarningKind.REPEAT_CALLER)
    if rule is None:
        return []
    calls = (
        select(Contact.from_number, func.count(), func.max(Contact.contact_id))
        .where(
            col(Contact.started_at) > _since(rule, now),
            Contact.direction == "inbound",
            Contact.channel == "voice",
            Contact.from_number != "",
        )
        .group_by(Contact.from_number)
        .having(func.count() >= rule.threshold)
    )
    units = []
    for number, n, contact_id in (await session.exec(calls)).all():
        if await _called_in_vain(session, number, rule, now):
            alarm = Alarm(WarningKind.REPEAT_CALLER, masked_phone(number), contact_id=contact_id, facts={"calls": n})
            units.append(_once(rule, now, alarm))
    return units


async def _called_in_vain(session: AsyncSession, number: str, rule: WarningRule, now: Due) -> bool:
    accounts = select(func.count()).where(AccountPhone.phone == number)
    if (await session.exec(accounts)).one() > 1:
        return False
    failed = select(func.count()).where(
        Contact.from_number == number,
        col(Contact.started_at) > _since(rule, now),
        col(Contact.outcome).in_(FAILED),
    )
    broken = (
        select(func.count(col(OrderClock.order_no)))
        .join(WorkOrder, col(WorkOrder.order_no) == OrderClock.order_no)
        .where(
            WorkOrder.contact_phone == number,
            col(WorkOrder.ended_at).is_(None),
            col(OrderClock.breached).is_(True),
            col(OrderClock.met_at).is_(None),
        )
    )
    return bool((await session.exec(failed)).one() or (await session.exec(broken)).one())


async def _low_scores(session: AsyncSession, now: Due) -> list[Unit]:
    """Several low scores of one agent; confirmed ones with "solved" are not theirs."""
    rule = now.tools.warnings.get(WarningKind.LOW_SCORE_RUN)
    if rule is None:
        return []
    query = (
        select(Survey.agent_no, func.min(Survey.unit), func.count())
        .where(
            col(Survey.answered_at) > _since(rule, now),
            col(Survey.score) <= LOW,
            col(Survey.personal).is_(True),
            col(Survey.agent_no).is_not(None),
        )
        .group_by(Survey.agent_no)
        .having(func.count() >= rule.threshold)
    )
    return [
        _once(rule, now, Alarm(WarningKind.LOW_SCORE_RUN, str(who), unit=unit, agent_no=who, facts={"low_scores": n}))
        for who, unit, n in (await session.exec(query)).all()
    ]


async def _guessers(session: AsyncSession, now: Due) -> list[Unit]:
    """Numbers from which too many account numbers are looked up, and too many from everywhere together."""
    rule = now.tools.warnings.get(WarningKind.NUMBER_GUESSING)
    if rule is None:
        return []
    recent = col(NumberLookup.at) > _since(rule, now)
    query = select(NumberLookup.caller, func.count()).where(recent).group_by(NumberLookup.caller)
    found = [
        (masked_phone(caller) if caller else "withheld", n)
        for caller, n in (await session.exec(query.having(func.count() >= rule.threshold))).all()
    ]
    everybody = (await session.exec(select(func.count()).where(recent))).one()
    if everybody >= rule.threshold * EVERYBODY:
        found.append(("everybody", everybody))
    return [_once(rule, now, Alarm(WarningKind.NUMBER_GUESSING, about, facts={"look_ups": n})) for about, n in found]


def _since(rule: WarningRule, now: Due) -> int:
    return now.at - rule.window_s * 1000


def _once(rule: WarningRule, now: Due, alarm: Alarm) -> Unit:
    """Once for each matter in twelve windows, acknowledged or not."""
    slot = now.at // (max(rule.window_s, 1) * 12_000)
    return alarm_unit(now, replace(alarm, about=f"{alarm.about}:{slot}"))


def _raising(now: Due, alarm: Alarm) -> Unit:
    async def unit(session: AsyncSession) -> WriteSet | None:
        write_set = await raise_all(session, [alarm], now.at, now.tools.warnings)
        body = {"text": f"warning: {alarm.kind}", "warning": alarm.kind, **alarm.facts}
        record(write_set, Entry("note", SYSTEM.kind, body=body), now.at)
        return write_set

    return unit


def _closing(now: Due, warning: WarningRow) -> Unit:
    async def unit(_: AsyncSession) -> WriteSet | None:
        write_set = close(warning, now.at)
        body = {"text": f"over: {warning.kind}", "warning": warning.kind, "queue": warning.queue}
        record(write_set, Entry("note", SYSTEM.kind, body=body), now.at)
        return write_set

    return unit


FINDERS = (_surges, _queues, _repeat_callers, _low_scores, _guessers)
