"""Reads of the hot path: Core statements on the models, compiled once to the driver's own text.

On SQLite they run on the loop (a read by key takes some ten microseconds); on PostgreSQL on a pool.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.dialects.sqlite import pysqlite


class HotQuery:
    """A select with `bindparam`s, run as `await reader.fetch(QUERY, name=value)`; rows are plain tuples."""

    __slots__ = ("_postgres", "_sqlite", "statement")

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._sqlite: tuple[str, list[str]] | None = None
        self._postgres: tuple[str, list[str]] | None = None

    def for_sqlite(self) -> tuple[str, list[str]]:
        """Text with `?` marks and the names of its parameters in order."""
        if self._sqlite is None:
            compiled = self.statement.compile(dialect=pysqlite.dialect(paramstyle="qmark"))
            self._sqlite = (str(compiled), list(compiled.positiontup or ()))
        return self._sqlite

    def for_postgres(self) -> tuple[str, list[str]]:
        """Text with `$n` marks and the names of its parameters in order."""
        if self._postgres is None:
            compiled = self.statement.compile(dialect=asyncpg_dialect.dialect())  # type: ignore[no-untyped-call]
            self._postgres = (str(compiled), list(compiled.positiontup or ()))
        return self._postgres


class HotReader(Protocol):
    """Runs hot queries."""

    async def fetch(self, query: HotQuery, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        ...

    async def close(self) -> None:
        """Let the connection go."""
        ...


class SqliteHotReader:
    """A read-only connection of its own beside the committer's."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._connection.execute("PRAGMA query_only=ON")
        self._connection.execute("PRAGMA busy_timeout=1000")

    async def fetch(self, query: HotQuery, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        text, names = query.for_sqlite()
        return self._connection.execute(text, [values[name] for name in names]).fetchall()

    async def close(self) -> None:
        """Let the connection go."""
        self._connection.close()


class PostgresHotReader:
    """A pool for reads."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def connect(cls, dsn: str) -> PostgresHotReader:
        """Open the pool."""
        return cls(await asyncpg.create_pool(dsn, min_size=1, max_size=8, command_timeout=5))

    async def fetch(self, query: HotQuery, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        text, names = query.for_postgres()
        return [tuple(row) for row in await self._pool.fetch(text, *(values[name] for name in names))]

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()
