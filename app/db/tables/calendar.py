"""Working days that the utility states itself; they win over every other source."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class CalendarDay(SQLModel, table=True):
    """One day, `YYYY-MM-DD`."""

    __tablename__ = "calendar_days"

    date: str = Field(primary_key=True)
    is_workday: bool
    name: str = ""
    version: int = 1
