"""Claims: each effect of the outside happens once, and a repeat gets the stored reply byte for byte."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from app.db.tables.base import Ms


class Claim(SQLModel, table=True):
    """One claimed key with its reply; kept for 24 hours."""

    __tablename__ = "claims"

    key: str = Field(primary_key=True)
    at: int = Field(sa_type=Ms, index=True)
    status: int | None = None
    media_type: str | None = None
    body: str | None = None
