"""Shift summaries and the open matters that are handed over with them."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel, UniqueConstraint

from app.db.tables.base import Json, Ms


class DailySummary(SQLModel, table=True):
    """What one agent hands in for one shift; while it is a draft, the counts are computed and not kept."""

    __tablename__ = "daily_summaries"
    __table_args__ = (
        UniqueConstraint("agent_no", "shift_from"),
        Index("ix_daily_summaries_date", "date"),
    )

    summary_id: str = Field(primary_key=True)
    agent_no: str
    unit: str | None = None
    date: str
    shift_from: int = Field(sa_type=Ms)
    shift_to: int = Field(sa_type=Ms)
    state: str = "draft"
    counts: dict[str, Any] | None = Field(default=None, sa_type=Json)
    feedback: list[dict[str, Any]] | None = Field(default=None, sa_type=Json)
    text: str | None = None
    late: bool = False
    submitted_at: int | None = Field(default=None, sa_type=Ms)
    acknowledged_at: int | None = Field(default=None, sa_type=Ms)
    acknowledged_by: str | None = None
    comment: str | None = None
    version: int = 1


class OpenItem(SQLModel, table=True):
    """An order that is still open at the end of a shift; it stays with the giver until a named person accepts it."""

    __tablename__ = "open_items"
    __table_args__ = (Index("ix_open_items_handed_to", "handed_to"),)

    summary_id: str = Field(primary_key=True)
    order_no: str = Field(primary_key=True)
    giver: str
    handed_to: str | None = None
    accepted_at: int | None = Field(default=None, sa_type=Ms)
    due_at: int = Field(sa_type=Ms)
    version: int = 1
