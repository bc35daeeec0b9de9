"""Immutable releases: of the trees with their prompts, and of the operations file."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, SQLModel

from app.db.tables.base import Json, Ms


class FlowRelease(SQLModel, table=True):
    """All trees and prompts of one publication, named by the hash of their content."""

    __tablename__ = "flow_releases"

    release: str = Field(primary_key=True)
    spec: int
    body: dict[str, Any] = Field(sa_type=Json)
    published_at: int = Field(sa_type=Ms)
    published_by: str
    note: str = ""


class ConfigRelease(SQLModel, table=True):
    """The effective operations file at one time, named by its hash."""

    __tablename__ = "config_releases"

    release: str = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=Json)
    stored_at: int = Field(sa_type=Ms)
