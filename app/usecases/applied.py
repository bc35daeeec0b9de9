"""What rows will look like once a write-set is committed: for replies that are stored in the same commit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from sqlmodel import SQLModel

from app.db.write_set import Change, Insert, WriteSet

Model = TypeVar("Model", bound=SQLModel)


def applied(write_set: WriteSet, table: type[Model], rows: Iterable[Model]) -> list[Model]:
    """Copies of `rows` with the changes of the write-set, then the rows that it inserts into `table`."""
    found = [row.model_copy() for row in rows]
    for op in write_set.ops:
        if op.table is not table:
            continue
        if isinstance(op, Insert):
            found.append(table(**op.values))
        elif isinstance(op, Change):
            for row in found:
                if all(getattr(row, name) == value for name, value in op.key.items()):
                    _change(row, op)
    return found


def _change(row: SQLModel, op: Change) -> None:
    for name, value in op.values.items():
        setattr(row, name, value)
    if op.version is not None:
        setattr(row, "version", op.version + 1)  # noqa: B010 - not every table has one
