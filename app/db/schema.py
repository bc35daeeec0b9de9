"""The schema: bringing it to head, and telling whether it is there.

All functions take a plain connection, so that they run under `AsyncConnection.run_sync` on both databases.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

import app.db.tables  # noqa: F401 - fills the metadata
from app.db import partitions
from app.db.tables.base import Json, Ms

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = MIGRATIONS / "versions"
UPGRADE_LOCK = 95598


def _render(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Own column types as what they are in the database, so that an old migration needs no code of today."""
    if kind == "type" and isinstance(item, Json):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Ms):
        return "sa.BigInteger()"
    if kind == "type" and type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


def _compared(name: str | None, kind: str, _parents: Any) -> bool:
    """Everything but the partitions, which the tables do not list."""
    return kind != "table" or name is None or not partitions.is_partition(name)


COMPARE_OPTIONS: dict[str, Any] = {"render_item": _render, "include_name": _compared, "compare_type": True}


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection) -> None:
    """Bring the schema to head, whole or not at all, on a connection that has run nothing yet.

    Journal partitions are added on the way. Several nodes may do this at once: the first one works, the others wait.
    """
    if connection.dialect.name == "sqlite":
        # The driver begins a transaction only before INSERT and the like; without this, each CREATE stands by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
    command.upgrade(configuration(connection), "head")
    partitions.add_months(connection, months=18)


def drift(connection: Connection) -> list[str]:
    """What in the database differs from the tables of the code, one line each; empty = nothing."""
    context = MigrationContext.configure(connection, opts={**COMPARE_OPTIONS, "target_metadata": SQLModel.metadata})
    return [_described(difference) for difference in compare_metadata(context, SQLModel.metadata)]


def _described(difference: Any) -> str:
    """One difference as a sentence; Alembic gives (operation, …), or a list of changes of one column."""
    if isinstance(difference, list):
        operation, _, table, column = difference[0][:4]
        return f"column {table}.{column} differs: {operation.removeprefix('modify_')}"
    operation, *things = difference
    verb, _, noun = operation.partition("_")
    last = things[-1]
    place = f"{things[1]}.{last.name}" if noun == "column" else str(last.name)
    return f"{noun} {place} {'is missing' if verb == 'add' else 'is not known to this version'}"
