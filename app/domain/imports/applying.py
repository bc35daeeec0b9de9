"""Applying checked rows: chunk by chunk, each compared with what is there, only differences written."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.write_set import Committed, Conflict, OutcomeUnknown, Unavailable, WriteSet
from app.domain.imports.checking import Sessions, chunks
from app.domain.imports.kinds import Children, Kind
from app.domain.imports.reading import BadRow, Row, WrongFile, rows

CHUNK = 200
ATTEMPTS = 5
RETRY_AFTER_S = 0.2

Commit: TypeAlias = Callable[[WriteSet], Awaitable[Committed]]
Key: TypeAlias = tuple[Any, ...]


@dataclass(slots=True)
class Counts:
    """What an import did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def rows(self) -> int:
        """All rows."""
        return self.new + self.changed + self.unchanged

    def add(self, other: Counts) -> None:
        """Take another chunk's counts in."""
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged


async def apply(path: Path, kind: Kind, sessions: Sessions, commit: Commit, progress: Callable[[int], None]) -> Counts:
    """Write all rows of a checked file; broken off anywhere, another run completes it."""
    counts = Counts()
    for chunk in chunks(rows(path, kind), CHUNK):
        good = [row for row in chunk if isinstance(row, Row)]
        if len(good) < len(chunk):
            bad = next(row for row in chunk if isinstance(row, BadRow))
            raise WrongFile(f"{bad.text(str(path))}; the file was changed while it was read")
        counts.add(await _chunk(good, kind, sessions, commit))
        progress(counts.rows)
    return counts


async def _chunk(chunk: list[Row], kind: Kind, sessions: Sessions, commit: Commit) -> Counts:
    """One chunk; what others changed meanwhile is read again, a database that is busy gets some time."""
    for attempt in range(1, ATTEMPTS + 1):
        async with sessions() as session:
            write_set, counts = await _difference(session, kind, chunk)
        if not write_set.ops:
            return counts
        try:
            await commit(write_set)
        except (Conflict, OutcomeUnknown, Unavailable):
            if attempt == ATTEMPTS:
                raise
            await asyncio.sleep(RETRY_AFTER_S * attempt)
        else:
            return counts
    raise AssertionError("unreachable")


async def _difference(session: AsyncSession, kind: Kind, chunk: Sequence[Row]) -> tuple[WriteSet, Counts]:
    keys = [_key(kind, row) for row in chunk]
    there = await _stored(session, kind, keys)
    listed = await _listed(session, kind, kind.children, keys) if kind.children is not None else {}
    write_set, counts = WriteSet(), Counts()
    for key, row in zip(keys, chunk, strict=True):
        values = dict(row.values)
        wanted = values.pop(kind.children.target, None) if kind.children is not None else None
        same_children = wanted is None or _children_equal(kind.children, wanted, listed.get(key, []))
        stored = there.get(key)
        if stored is None:
            write_set.put(kind.table, **values, **kind.new)
            counts.new += 1
        elif changed := {name: value for name, value in values.items() if getattr(stored, name) != value}:
            write_set.change(kind.table, dict(zip(kind.key, key, strict=True)), stored.version, **changed)
            counts.changed += 1
        elif not same_children:
            write_set.change(kind.table, dict(zip(kind.key, key, strict=True)), stored.version)
            counts.changed += 1
        else:
            counts.unchanged += 1
        if kind.children is not None and wanted is not None and not same_children:
            _write_children(write_set, kind.children, kind.key[0], key[0], wanted, listed.get(key, []))
    return write_set, counts


def _key(kind: Kind, row: Row) -> Key:
    return tuple(row.values[name] for name in kind.key)


async def _stored(session: AsyncSession, kind: Kind, keys: Sequence[Key]) -> dict[Key, Any]:
    """What is there under these keys. Each part of a key is asked for by itself: SQLite has no index for pairs of
    values, and what comes back too many is small."""
    query = select(kind.table)
    for at, name in enumerate(kind.key):
        query = query.where(col(getattr(kind.table, name)).in_(sorted({key[at] for key in keys})))
    return {tuple(getattr(row, name) for name in kind.key): row for row in (await session.exec(query)).all()}


async def _listed(session: AsyncSession, kind: Kind, children: Children, keys: Sequence[Key]) -> dict[Key, list[str]]:
    owner, item = col(getattr(children.table, kind.key[0])), col(getattr(children.table, children.item))
    order = col(getattr(children.table, children.position)) if children.position else item
    query = select(owner, item).where(owner.in_([key[0] for key in keys])).order_by(owner, order)
    found: dict[Key, list[str]] = defaultdict(list)
    for name, value in (await session.exec(query)).all():
        found[(name,)].append(value)
    return found


def _children_equal(children: Children | None, wanted: list[str], listed: list[str]) -> bool:
    ordered = children is not None and children.position is not None
    return wanted == listed if ordered else sorted(wanted) == sorted(listed)


def _write_children(
    write_set: WriteSet, children: Children, owner: str, key: str, wanted: list[str], listed: list[str]
) -> None:
    for value in listed:
        if value not in wanted:
            write_set.remove(children.table, **{owner: key, children.item: value})
    for position, value in enumerate(wanted):
        place = {children.position: position} if children.position else {}
        write_set.put(children.table, **{owner: key, children.item: value}, **place)
