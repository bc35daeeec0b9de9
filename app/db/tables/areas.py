"""The tree of areas, from the province down to the transformer."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Area(SQLModel, table=True):
    """One area. `area_type` None = that of the nearest ancestor that has one; the same for `unit`."""

    __tablename__ = "areas"

    code: str = Field(primary_key=True)
    name: str
    parent_code: str | None = Field(default=None, index=True)
    kind: str
    area_type: str | None = None
    unit: str | None = None
    version: int = 1
