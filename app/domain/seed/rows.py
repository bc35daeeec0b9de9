"""A row of demo data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class SeedRow:
    """One row, put into its table by primary key."""

    table: type[SQLModel]
    values: dict[str, Any]
