"""Outages as published, and the areas that each one covers."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from app.db.tables.base import Ms


class Outage(SQLModel, table=True):
    """One outage; it holds until `restored_at`. `eta_at` is what callers were told last, `revision` counts that."""

    __tablename__ = "outages"

    outage_no: str = Field(primary_key=True)
    kind: str
    cause: str = ""
    state: str = Field(default="published", index=True)
    start_at: int = Field(sa_type=Ms)
    eta_at: int | None = Field(default=None, sa_type=Ms)
    restored_at: int | None = Field(default=None, sa_type=Ms)
    master_order_no: str | None = Field(default=None, index=True)
    published_at: int | None = Field(default=None, sa_type=Ms)
    published_by: str | None = None
    unit: str | None = None
    revision: int = 1
    version: int = 1


class OutageArea(SQLModel, table=True):
    """An area that an outage covers, with all areas below it."""

    __tablename__ = "outage_areas"

    outage_no: str = Field(primary_key=True)
    area_code: str = Field(primary_key=True, index=True)
