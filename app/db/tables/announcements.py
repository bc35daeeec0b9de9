"""What supervisors tell their people, and who has read it."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from app.db.tables.base import Ms


class Announcement(SQLModel, table=True):
    """A notice on the consoles of one unit (or of all) until it ends."""

    __tablename__ = "announcements"

    announcement_id: str = Field(primary_key=True)
    text: str
    level: str = "normal"
    unit: str | None = None
    author: str
    at: int = Field(sa_type=Ms, index=True)
    until: int | None = Field(default=None, sa_type=Ms)
    version: int = 1


class AnnouncementRead(SQLModel, table=True):
    """One reader's receipt."""

    __tablename__ = "announcement_reads"

    announcement_id: str = Field(primary_key=True)
    agent_no: str = Field(primary_key=True)
    read_at: int = Field(sa_type=Ms)
