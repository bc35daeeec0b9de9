"""Monthly partitions of the journal on PostgreSQL; elsewhere there is nothing to divide."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from sqlalchemy import Connection, text

TABLE = "journal"
DEFAULT = f"{TABLE}_default"


def partition_name(year: int, month: int) -> str:
    """Name of the partition that holds this month (UTC)."""
    return f"{TABLE}_{year:04d}{month:02d}"


def is_partition(name: str) -> bool:
    """Whether a table of this name is one of the journal's partitions."""
    return name == DEFAULT or (name.startswith(f"{TABLE}_") and name.removeprefix(f"{TABLE}_").isdigit())


def add_months(connection: Connection, *, months: int, from_ms: int | None = None) -> list[str]:
    """Make sure of the default partition and of `months` partitions from the month of `from_ms` (None = now) on.

    Returns the names of those that were made. Rows of a month without a partition are kept by the default one; such a
    month gets no partition later, because PostgreSQL refuses one whose rows stand in the default.
    """
    if connection.dialect.name != "postgresql":
        return []
    there = set(
        connection.scalars(text("SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid")).all()
    )
    made: list[str] = []
    if DEFAULT not in there:
        connection.execute(text(f"CREATE TABLE {DEFAULT} PARTITION OF {TABLE} DEFAULT"))
        made.append(DEFAULT)
    first = datetime.fromtimestamp((from_ms if from_ms is not None else time.time_ns() // 1_000_000) / 1000, UTC)
    for index in range(first.month - 1, first.month - 1 + months):
        year, month = first.year + index // 12, index % 12 + 1
        name = partition_name(year, month)
        begin, end = _month_ms(year, month), _month_ms(year + month // 12, month % 12 + 1)
        if name in there or _default_holds(connection, begin, end):
            continue
        connection.execute(text(f"CREATE TABLE {name} PARTITION OF {TABLE} FOR VALUES FROM ({begin}) TO ({end})"))
        made.append(name)
    return made


def _month_ms(year: int, month: int) -> int:
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000


def _default_holds(connection: Connection, begin: int, end: int) -> bool:
    query = text(f"SELECT EXISTS (SELECT 1 FROM {DEFAULT} WHERE at >= :begin AND at < :end)")  # noqa: S608
    return bool(connection.scalar(query, {"begin": begin, "end": end}))
