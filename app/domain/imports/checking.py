"""All rows of a file against themselves, each other and the database; memory does not grow with the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.write_set import table_of
from app.domain.areas.reads import DEPTH_LIMIT
from app.domain.imports.kinds import Column, Kind
from app.domain.imports.reading import BadRow, Row, rows

CHUNK = 400

T = TypeVar("T")
Sessions: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Seen:
    """Keys with the lines on which they stood first; kept in a temporary file once there are many."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA cache_size=-8000")
        self._database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def first_line(self, key: str, line: int) -> int | None:
        """Remember the key; the line of its first appearance if this is not it."""
        done = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        if done.rowcount:
            return None
        found: tuple[int] = self._database.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        return found[0]

    def close(self) -> None:
        """Forget all."""
        self._database.close()


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


async def check(
    path: Path,
    kind: Kind,
    sessions: Sessions,
    refuse: Callable[[BadRow], None],
    progress: Callable[[int], None],
) -> int:
    """Check every row; `refuse` hears of each bad one. Returns the number of rows."""
    seen, total = Seen(), 0
    tree: dict[str, tuple[int, str | None]] = {}
    try:
        for chunk in chunks(rows(path, kind)):
            async with sessions() as session:
                missing = await _missing(session, kind, chunk)
            for row in chunk:
                found = _against_others(row, kind, seen, missing)
                if isinstance(found, BadRow):
                    refuse(found)
                if kind.tree is not None and kind.tree[0] in row.values:
                    tree[row.values[kind.tree[0]]] = (row.line, row.values.get(kind.tree[1]))
            total += len(chunk)
            progress(total)
        if kind.tree is not None:
            async with sessions() as session:
                for bad in await _broken_tree(session, kind, tree):
                    refuse(bad)
    finally:
        seen.close()
    return total


def _against_others(row: Row | BadRow, kind: Kind, seen: Seen, missing: dict[str, set[str]]) -> Row | BadRow:
    """All that is wrong with a row at once: its cells, its key and whom it refers to."""
    reasons = [*(row.reasons if isinstance(row, BadRow) else ()), *_said_before(row, kind, seen)]
    for column in kind.columns:
        absent = [value for value in _references(column, row) if value in missing.get(column.name, ())]
        if absent and column.refers_to is not None:
            names = ", ".join(repr(value) for value in absent)
            reasons.append((column.name, f"{names} is not among the {table_of(column.refers_to).name}"))
    return BadRow(row.line, tuple(reasons)) if reasons else row


def _said_before(row: Row | BadRow, kind: Kind, seen: Seen) -> list[tuple[str, str]]:
    if not all(name in row.values for name in kind.key):
        return []
    first = seen.first_line("\0".join(str(row.values[name]) for name in kind.key), row.line)
    return [] if first is None else [(_column_of(kind, kind.key[-1]).name, f"stands already on line {first}")]


def _column_of(kind: Kind, target: str) -> Column:
    return next(column for column in kind.columns if column.target == target)


def _references(column: Column, row: Row | BadRow) -> list[str]:
    value = row.values.get(column.target) if column.refers_to is not None else None
    return value if isinstance(value, list) else [value] if value is not None else []


async def _missing(session: AsyncSession, kind: Kind, chunk: list[Row | BadRow]) -> dict[str, set[str]]:
    """For each referring column, the values of this chunk that the database does not have."""
    found: dict[str, set[str]] = {}
    for column in kind.columns:
        if column.refers_to is not None:
            wanted = {value for row in chunk for value in _references(column, row)}
            found[column.name] = wanted - await _there(session, column.refers_to, wanted)
    return found


async def _there(session: AsyncSession, table: type[SQLModel], keys: set[str]) -> set[str]:
    """Which of these keys the table has."""
    (name,) = (column.name for column in table_of(table).primary_key)
    attribute = col(getattr(table, name))
    there: set[str] = set()
    for part in chunks(sorted(keys)):
        there.update((await session.exec(select(attribute).where(attribute.in_(part)))).all())
    return there


async def _broken_tree(session: AsyncSession, kind: Kind, tree: dict[str, tuple[int, str | None]]) -> list[BadRow]:
    """Rows whose parent is nowhere, and rows that lie on a loop once the file is applied."""
    assert kind.tree is not None
    code, parent = kind.tree
    query = select(col(getattr(kind.table, code)), col(getattr(kind.table, parent)))
    parents: dict[str, Any] = dict((await session.exec(query)).all())
    parents |= {name: above for name, (_, above) in tree.items()}
    bad: list[BadRow] = []
    for name, (line, above) in tree.items():
        if above is not None and above not in parents:
            bad.append(BadRow(line, ((parent, f"{above!r} is not among the {kind.name}, nor in this file"),)))
        elif (reason := _too_deep(name, parents)) is not None:
            bad.append(BadRow(line, ((parent, reason),)))
    return bad


def _too_deep(name: str, parents: Mapping[str, Any]) -> str | None:
    at = parents.get(name)
    for _ in range(DEPTH_LIMIT):
        if at is None:
            return None
        if at == name:
            return f"{name!r} would lie below itself"
        at = parents.get(at)
    return f"{name!r} would lie more than {DEPTH_LIMIT} levels deep"
