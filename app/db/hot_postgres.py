"""Hot reads on PostgreSQL."""

from __future__ import annotations

from typing import Any

import asyncpg

from app.db.hot import HotQuery


async def leave_as_it_is(_: Any) -> None:
    """Nothing of ours changes a session, so none needs the driver's clean-up, a round trip after each use.

    An open transaction is rolled back all the same.
    """


class PostgresHotReader:
    """A pool for reads."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def connect(cls, dsn: str) -> PostgresHotReader:
        """Open the pool."""
        return cls(await asyncpg.create_pool(dsn, min_size=1, max_size=8, command_timeout=5, reset=leave_as_it_is))

    async def fetch(self, query: HotQuery, **values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        text, filled = query.for_postgres(values)
        return [tuple(row) for row in await self._pool.fetch(text, *filled)]

    async def close(self) -> None:
        """Close the pool."""
        await self._pool.close()
