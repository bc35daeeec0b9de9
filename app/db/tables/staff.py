"""People who work here, and their log-ins; what the core knows of them now stands in `agents`."""

from __future__ import annotations

from sqlmodel import Field, Index, SQLModel

from app.db.tables.base import Json, Ms


class Staff(SQLModel, table=True):
    """One person. `password_hash` is argon2id; None = cannot log in. `skills` maps a skill to its level, 1 to 5."""

    __tablename__ = "staff"

    agent_no: str = Field(primary_key=True)
    name: str
    role: str
    password_hash: str | None = None
    modes: list[str] = Field(default_factory=list, sa_type=Json)
    skills: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    team: str | None = None
    unit: str | None = None
    phone: str | None = None
    active: bool = True
    version: int = 1


class StaffSession(SQLModel, table=True):
    """A log-in. The cookie's token is kept as its SHA-256 only."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index("ix_staff_sessions_agent_no", "agent_no"),)

    token_hash: str = Field(primary_key=True)
    agent_no: str
    csrf_token: str
    created_at: int = Field(sa_type=Ms)
    seen_at: int = Field(sa_type=Ms)
    expires_at: int = Field(sa_type=Ms, index=True)
    ended_at: int | None = Field(default=None, sa_type=Ms)
