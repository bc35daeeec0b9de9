"""Photos that crews took on site; the picture itself is a file."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from app.db.tables.base import Ms


class Photo(SQLModel, table=True):
    """One photo of one order. `sha256` is that of the file, so that a swapped one is noticed."""

    __tablename__ = "photos"

    photo_id: str = Field(primary_key=True)
    order_no: str = Field(index=True)
    agent_no: str
    media_type: str
    size: int
    sha256: str
    taken_at: int | None = Field(default=None, sa_type=Ms)
    at: int = Field(sa_type=Ms)
