"""Hot reads whose rows are mappings with JSON decoded and flags as flags, for those who need many columns of a row."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Boolean, Select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables.base import Json


class RowQuery:
    """A select with `bindparam`s; `await QUERY.all(db, name=value)` gives dictionaries by column name."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        columns = list(statement.selected_columns)
        self._names = [str(column.key) for column in columns]
        self._json = [at for at, column in enumerate(columns) if isinstance(column.type, Json)]
        self._flags = [at for at, column in enumerate(columns) if isinstance(column.type, Boolean)]
        self.hot = HotQuery(statement)

    async def all(self, db: Database, **values: Any) -> list[dict[str, Any]]:
        """All rows."""
        return [self._row(row) for row in await db.fetch(self.hot, **values)]

    async def one(self, db: Database, **values: Any) -> dict[str, Any] | None:
        """The first row."""
        rows = await db.fetch(self.hot, **values)
        return self._row(rows[0]) if rows else None

    def _row(self, row: tuple[Any, ...]) -> dict[str, Any]:
        cells = list(row)
        for at in self._json:
            if isinstance(cells[at], str):
                cells[at] = json.loads(cells[at])
        for at in self._flags:
            if cells[at] is not None:
                cells[at] = bool(cells[at])
        return dict(zip(self._names, cells, strict=True))
