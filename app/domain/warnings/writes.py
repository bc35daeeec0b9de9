"""Raising, acknowledging and closing warnings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import WarningRow
from app.db.write_set import Change, Insert, WriteSet
from app.domain.operations.sections import WarningRule
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Alarm
from app.domain.warnings.kinds import level_of
from app.observe.clock import new_id

LAST_AT = "last_at"
"""In the facts of what was counted up: when it was seen last."""


async def raise_all(
    session: AsyncSession, alarms: Iterable[Alarm], at: int, rules: Mapping[str, WarningRule] | None = None
) -> WriteSet:
    """Rows for these alarms; one that is open already about the same thing is counted up instead."""
    write = WriteSet()
    for alarm in {(alarm.kind, alarm.about): alarm for alarm in alarms}.values():
        there = await open_about(session, alarm.kind, alarm.about)
        if there is not None:
            warning_id = there.warning_id
            write.change(WarningRow, {"warning_id": warning_id}, there.version, times=there.times + 1)
        else:
            warning_id = new_id(at)
            write.insert(
                WarningRow,
                warning_id=warning_id,
                kind=alarm.kind,
                level=level_of(alarm.kind, rules or {}),
                about=alarm.about,
                unit=alarm.unit,
                queue=alarm.queue,
                order_no=alarm.order_no,
                contact_id=alarm.contact_id,
                agent_no=alarm.agent_no,
                facts=dict(alarm.facts),
                opened_at=at,
            )
        write.rings.append(f"warning:{warning_id}")
    return write


async def count_up(session: AsyncSession, write: WriteSet, at: int) -> None:
    """In place: what `write` opens anew though it is open already is counted up there, with when it was seen last."""
    for place, op in enumerate(write.ops):
        if isinstance(op, Insert) and op.table is WarningRow:
            there = await open_about(session, op.values["kind"], op.values["about"])
            if there is not None:
                values = {"times": there.times + 1, "facts": {**there.facts, LAST_AT: at}}
                write.ops[place] = Change(WarningRow, {"warning_id": there.warning_id}, values, None)


async def open_about(session: AsyncSession, kind: str, about: str, *, closed_too: bool = False) -> WarningRow | None:
    """The open warning of this kind about this thing; with `closed_too` also one that is done with."""
    query = select(WarningRow).where(WarningRow.kind == kind, WarningRow.about == about)
    if not closed_too:
        query = query.where(col(WarningRow.closed_at).is_(None))
    return (await session.exec(query.limit(1))).first()


def acknowledge(warning: WarningRow, agent_no: str, note: str, at: int) -> WriteSet | Refused:
    """Somebody has seen it and says what is done; the first one counts. It leaves the list of open ones."""
    if warning.acknowledged_at is not None:
        return Refused("changed", f"acknowledged by {warning.acknowledged_by} already")
    write = WriteSet()
    write.change(
        WarningRow,
        {"warning_id": warning.warning_id},
        warning.version,
        acknowledged_at=at,
        acknowledged_by=agent_no,
        note=note,
        closed_at=at,
    )
    write.rings.append(f"warning:{warning.warning_id}")
    return write


def close(warning: WarningRow, at: int) -> WriteSet:
    """The cause is gone."""
    write = WriteSet()
    write.change(WarningRow, {"warning_id": warning.warning_id}, warning.version, closed_at=at)
    write.rings.append(f"warning:{warning.warning_id}")
    return write
