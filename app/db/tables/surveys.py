"""Surveys: one row for each invitation, with what was answered."""

from __future__ import annotations

from sqlmodel import Field, Index, SQLModel, text

from app.db.tables.base import Ms


class Survey(SQLModel, table=True):
    """A survey belongs to a contact (and order), an agent and a day of the shift's calendar.

    `score` is canonical: 1 to 5, 5 best. `matter` is what the seven-day rule counts by: the order's number, else
    the contact. `personal` is false where the score must not enter the agent's own figures.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        Index("ix_surveys_contact_id", "contact_id"),
        Index("ix_surveys_order_no", "order_no"),
        Index("ix_surveys_agent_no", "agent_no", "at"),
        Index("ix_surveys_matter", "matter", "at"),
        Index("ix_surveys_peer", "peer", "at"),
        Index(
            "ix_surveys_next",
            "next_attempt_at",
            sqlite_where=text("next_attempt_at IS NOT NULL"),
            postgresql_where=text("next_attempt_at IS NOT NULL"),
        ),
    )

    survey_id: str = Field(primary_key=True)
    contact_id: str | None = None
    order_no: str | None = None
    matter: str
    agent_no: str | None = None
    unit: str | None = None
    day: str
    peer: str | None = None
    lang: str = "zh-CN"
    source: str
    status: str
    score: int | None = None
    solved: bool | None = None
    comment: str | None = None
    personal: bool = True
    attempts: int = 0
    next_attempt_at: int | None = Field(default=None, sa_type=Ms)
    at: int = Field(sa_type=Ms)
    answered_at: int | None = Field(default=None, sa_type=Ms)
    version: int = 1
