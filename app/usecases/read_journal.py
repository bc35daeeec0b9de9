"""The journal, for auditors."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import JournalRow
from app.usecases.days import day_range
from app.usecases.paging import Paging, page_of
from app.usecases.shapes.base import Page
from app.usecases.shapes.oversight import JournalShape, journal_shape


async def read_journal(
    session: AsyncSession, paging: Paging, zone: ZoneInfo, *, kind: str | None, actor_id: str | None, day: date | None
) -> Page[JournalShape]:
    """Rows in the order of time, the newest first."""
    query = select(JournalRow)
    if kind is not None:
        query = query.where(JournalRow.kind == kind)
    if actor_id is not None:
        query = query.where(JournalRow.actor_id == actor_id)
    if day is not None:
        start, end = day_range(day, zone)
        query = query.where(JournalRow.at >= start, JournalRow.at < end)
    rows, next_cursor = await page_of(session, query, [JournalRow.at, JournalRow.id], paging, newest_first=True)
    return Page(items=[journal_shape(row) for row in rows], next_cursor=next_cursor)
