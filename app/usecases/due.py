"""A pass over what time brings: its instant and rules, and how one unit of it is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.record import record
from app.db.write_set import Conflict, Fence, WriteSet
from app.domain.orders.written import SYSTEM, Alarm
from app.domain.warnings.writes import open_about, raise_all
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
        entry = Entry("note", SYSTEM.kind, order_no=alarm.order_no, agent_no=alarm.agent_no, body=body)
        record(write_set, entry, now.at)
        return write_set

    return unit
