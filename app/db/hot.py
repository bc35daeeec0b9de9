"""Reads of the hot path: Core statements on the models, compiled once to the driver's own text.

On SQLite they run on the loop (a read by key takes some ten microseconds); on PostgreSQL on a pool.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sqlalchemy import BindParameter, Select
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors

Compiled: TypeAlias = tuple[str, tuple[str, ...], Mapping[str, Any]]


class HotQuery:
    """A select with `bindparam`s, run as `await reader.fetch(QUERY, name=value)`; rows are plain tuples."""

    __slots__ = ("_postgres", "_sqlite", "statement")

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._sqlite: Compiled | None = None
        self._postgres: Compiled | None = None

    def for_sqlite(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Text with `?` marks and its values in order."""
        if self._sqlite is None:
            self._sqlite = _compiled(self.statement, pysqlite.dialect(paramstyle="qmark"))
        return _filled(self._sqlite, given)

    def for_postgres(self, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """Text with `$n` marks and its values in order."""
        if self._postgres is None:
            from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect

            self._postgres = _compiled(self.statement, asyncpg_dialect.dialect())  # type: ignore[no-untyped-call]
        return _filled(self._postgres, given)


def _compiled(statement: Select[Any], dialect: Dialect) -> Compiled:
    for element in visitors.iterate(statement):
        if isinstance(element, BindParameter):
            # Lists are unfolded at compile time, and that asks for all values, also those that come with each run.
            element.required = False
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    fixed = {name: value for name, value in compiled.params.items() if value is not None}
    return str(compiled), tuple(compiled.positiontup or ()), fixed


def _filled(compiled: Compiled, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
    text, names, fixed = compiled
    return text, [given[name] if name in given else fixed[name] for name in names]


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
        return self._connection.execute(*query.for_sqlite(values)).fetchall()

    async def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
