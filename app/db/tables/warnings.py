"""Warnings to supervisors, open until somebody acknowledges them or the cause is gone."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel

from app.db.tables.base import Json, Ms


class WarningRow(SQLModel, table=True):
    """One warning; the same kind about the same thing is open once, `times` counts how often it was seen."""

    __tablename__ = "warnings"
    __table_args__ = (
        Index("ix_warnings_opened_at", "opened_at"),
        Index("ix_warnings_about", "kind", "about"),
    )

    warning_id: str = Field(primary_key=True)
    kind: str
    level: str
    about: str
    unit: str | None = None
    queue: str | None = None
    order_no: str | None = None
    contact_id: str | None = None
    agent_no: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    times: int = 1
    opened_at: int = Field(sa_type=Ms)
    acknowledged_at: int | None = Field(default=None, sa_type=Ms)
    acknowledged_by: str | None = None
    note: str | None = None
    closed_at: int | None = Field(default=None, sa_type=Ms)
    version: int = 1
