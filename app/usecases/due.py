"""A pass over what time brings: its instant and rules, and how one unit of it is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.record import record
from app.db.tables import WarningRow
from app.db.write_set import Conflict, Fence, WriteSet
from app.domain.orders.written import SYSTEM, Alarm
from app.domain.warnings.writes import close, open_about, raise_all
from app.journal.entry import Entry
from app.usecases.services.asking import Tools

Unit = Callable[[AsyncSession], Awaitable[WriteSet | None]]


@dataclass(frozen=True, slots=True)
class Due:
    """A pass: its database, rules and instant; `fence` proves who leads, where that is asked."""

    db: Database
    tools: Tools
    at: int
    fence: Fence | None = None

    async def write(self, unit: Unit) -> int:
        """One unit from a fresh read; 0 when there was nothing to do or somebody else was first."""
        async with self.db.session() as session:
            write_set = await unit(session)
        if write_set is None:
            return 0
        write_set.fence = self.fence
        try:
            await self.db.commit(write_set)
        except Conflict:
            return 0
        return 1


def alarm_unit(now: Due, alarm: Alarm) -> Unit:
    """A warning that is raised once and not again while, or after, somebody has it."""

    async def unit(session: AsyncSession) -> WriteSet | None:
        if await open_about(session, alarm.kind, alarm.about, closed_too=True) is not None:
            return None
        write_set = await raise_all(session, [alarm], now.at, now.tools.warnings)
        body = {"text": f"warning: {alarm.kind}", "warning": alarm.kind, **alarm.facts}
        entry = Entry("note", SYSTEM.kind, None, alarm.contact_id, alarm.order_no, alarm.agent_no, body=body)
        record(write_set, entry, now.at)
        return write_set

    return unit


async def kept_up(
    session: AsyncSession, now: Due, kinds: Collection[str], holding: Mapping[tuple[str, str], Alarm]
) -> list[Unit]:
    """The warnings of these kinds made to agree with what holds now, by (kind, about): raised, corrected, closed.

    What somebody acknowledged is not raised again.
    """
    query = select(WarningRow).where(col(WarningRow.kind).in_(kinds), col(WarningRow.closed_at).is_(None))
    there = {(row.kind, row.about): row for row in (await session.exec(query)).all()}
    units = [_over(now, row) for key, row in there.items() if key not in holding]
    for key, alarm in holding.items():
        row = there.get(key)
        if row is None:
            units.append(alarm_unit(now, alarm))
        elif row.facts != alarm.facts or row.agent_no != alarm.agent_no:
            units.append(_corrected(row, alarm))
    return units


def _over(now: Due, warning: WarningRow) -> Unit:
    async def unit(_: AsyncSession) -> WriteSet | None:
        write_set = close(warning, now.at)
        body = {"text": f"over: {warning.kind}", "warning": warning.kind}
        entry = Entry("note", SYSTEM.kind, None, warning.contact_id, warning.order_no, warning.agent_no, body=body)
        record(write_set, entry, now.at)
        return write_set

    return unit


def _corrected(warning: WarningRow, alarm: Alarm) -> Unit:
    async def unit(_: AsyncSession) -> WriteSet | None:
        write_set = WriteSet(rings=[f"warning:{warning.warning_id}"])
        values = {"facts": dict(alarm.facts), "agent_no": alarm.agent_no}
        write_set.change(WarningRow, {"warning_id": warning.warning_id}, warning.version, **values)
        return write_set

    return unit
