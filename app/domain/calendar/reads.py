"""The calendar as the utility keeps it."""

from __future__ import annotations

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import CalendarDay
from app.domain.calendar.rules import WorkCalendar


async def work_calendar(session: AsyncSession) -> WorkCalendar:
    """The calendar with all days that the utility states itself."""
    days = (await session.exec(select(CalendarDay))).all()
    return WorkCalendar({day.date: day.is_workday for day in days})
