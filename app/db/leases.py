"""Who leads: a lease row, judged by the database's own clock, or ended at once by the death of its holder's process.

Taking and renewing are the two writes that do not go through the committer: they must neither wait behind a batch nor
share its fate. On SQLite one process holds the file, so its first take stands until it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from app.db.database import Database
from app.db.tables import Lease
from app.db.write_set import WriteSet, table_of
from app.observe.clock import Clock
from app.settings import Settings

if TYPE_CHECKING:
    import asyncpg

ROUTING = "routing"
TTL_MS = 6_000
RENEW_MS = 2_000

NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint"
TAKE = f"""INSERT INTO leases AS l (name, owner, epoch, expires_at) VALUES ($1, $2, 1, {NOW} + $3)
ON CONFLICT (name) DO UPDATE SET owner = $2, epoch = l.epoch + 1, expires_at = {NOW} + $3
WHERE l.expires_at < {NOW} OR NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = l.owner)
RETURNING epoch"""  # noqa: S608 (NOW is a constant)
RENEW = f"UPDATE leases SET expires_at = {NOW} + $4 WHERE name = $1 AND owner = $2 AND epoch = $3 RETURNING epoch"  # noqa: S608
GIVE_BACK = "UPDATE leases SET expires_at = 0 WHERE name = $1 AND owner = $2 AND epoch = $3"


class Leases(Protocol):
    """Taking, keeping and giving back a lease."""

    async def take(self, name: str) -> int | None:
        """The epoch in which this process leads from now on; None while somebody else does."""
        ...

    async def renew(self, name: str, epoch: int) -> bool:
        """Lead for another six seconds; False when the lease is gone."""
        ...

    async def give_back(self, name: str, epoch: int) -> None:
        """Let the next one take it at once."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class SqliteLeases:
    """One process, one leader; the epoch still counts, so that fences mean the same on both databases."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def take(self, name: str) -> int | None:
        """Always given."""
        table = table_of(Lease)
        async with self._db.session() as session:
            row = (await (await session.connection()).execute(table.select().where(table.c.name == name))).first()
        epoch = 1 if row is None else int(row.epoch) + 1
        await self._put(name, epoch)
        return epoch

    async def renew(self, name: str, epoch: int) -> bool:
        """Moves the end, by which others see that the leader lives."""
        await self._put(name, epoch)
        return True

    async def give_back(self, name: str, epoch: int) -> None:
        """Nothing to do: nobody else may have it."""

    async def close(self) -> None:
        """Nothing to close."""

    async def _put(self, name: str, epoch: int) -> None:
        write_set = WriteSet()
        ends = self._clock.now_ms() + TTL_MS
        write_set.put(Lease, name=name, owner=self._db.node, epoch=epoch, expires_at=ends)
        await self._db.commit(write_set)


class PostgresLeases:
    """A connection of its own. It and the committer's carry the node's name: a node without any has died."""

    def __init__(self, dsn: str, owner: str) -> None:
        self._dsn = dsn
        self._owner = owner
        self._connection: asyncpg.Connection | None = None

    async def take(self, name: str) -> int | None:
        """Given when nobody holds it, or its holder is late or has no connection left."""
        return await self._value(TAKE, name, self._owner, TTL_MS)

    async def renew(self, name: str, epoch: int) -> bool:
        """False when another epoch has begun."""
        return await self._value(RENEW, name, self._owner, epoch, TTL_MS) is not None

    async def give_back(self, name: str, epoch: int) -> None:
        """Ends the lease now."""
        await self._value(GIVE_BACK, name, self._owner, epoch)

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await self._connection.close()

    async def _value(self, text: str, *values: object) -> int | None:
        import asyncpg

        if self._connection is None or self._connection.is_closed():
            name = {"application_name": self._owner}
            self._connection = await asyncpg.connect(self._dsn, timeout=3, command_timeout=2, server_settings=name)
        found: int | None = await self._connection.fetchval(text, *values)
        return found


def leases_of(settings: Settings, db: Database, clock: Clock) -> Leases:
    """The leases of this database."""
    if settings.sqlite_path is not None:
        return SqliteLeases(db, clock)
    return PostgresLeases(settings.postgres_dsn, db.node)
