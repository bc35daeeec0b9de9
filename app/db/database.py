"""The database as the rest of the service sees it: commit write-sets, read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.committer import Committer, Ring
from app.db.committer_sqlite import SqliteCommitter
from app.db.hot import HotQuery, HotReader, SqliteHotReader
from app.db.write_set import Committed, Conflict, WriteSet
from app.observe.clock import Clock, SystemClock, new_id
from app.observe.failpoints import failpoint
from app.settings import Settings

ATTEMPTS = 3


class Database:
    """One open database. `node` names this process to the others that share it."""

    def __init__(
        self, committer: Committer, hot: HotReader, engine: AsyncEngine, node: str, file: Path | None = None
    ) -> None:
        self._committer = committer
        self._hot = hot
        self._engine = engine
        self.node = node
        self._file = file
        self._served = _identity(file)

    @classmethod
    async def open(cls, settings: Settings, clock: Clock | None = None) -> Database:
        """Open for writing; on SQLite raises `InUse` when another process serves the file."""
        now_ms = (clock or SystemClock()).now_ms
        node = new_id()
        path = settings.sqlite_path
        if path is not None:
            writer = SqliteCommitter(path, now_ms)
            await writer.open()
            return cls(writer, SqliteHotReader(path), read_engine(settings), node, path)
        # The driver is loaded only where it is used.
        from app.db.committer_postgres import PostgresCommitter
        from app.db.hot_postgres import PostgresHotReader

        committer = PostgresCommitter(settings.postgres_dsn, now_ms, node)
        await committer.open()
        return cls(committer, await PostgresHotReader.connect(settings.postgres_dsn), read_engine(settings), node)

    @property
    def failing(self) -> bool:
        """Whether the last batch could not be written at all."""
        return self._committer.failing

    @property
    def displaced(self) -> bool:
        """Whether another file, or none, stands in the place of the SQLite file that is served."""
        return _identity(self._file) != self._served

    async def commit(self, write_set: WriteSet) -> Committed:
        """Write one unit; see `Committer.commit`."""
        return await self._committer.commit(write_set)

    async def compute(self, build: Callable[[], Awaitable[WriteSet]]) -> tuple[WriteSet, Committed]:
        """Build a unit from fresh reads and write it; on a conflict read and build again, three times in all."""
        for attempt in range(ATTEMPTS):
            write_set = await build()
            failpoint("webhook.computed")
            try:
                return write_set, await self._committer.commit(write_set)
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def fetch(self, query: HotQuery, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a hot query."""
        return await self._hot.fetch(query, **values)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; nothing that is done in it is ever committed."""
        async with AsyncSession(self._engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    def on_ring(self, listener: Ring) -> None:
        """Hear what this process's commits changed."""
        self._committer.on_ring(listener)

    def off_ring(self, listener: Ring) -> None:
        """Hear no more."""
        self._committer.off_ring(listener)

    def ring(self, rings: Sequence[str]) -> None:
        """Pass on what another node's commits changed."""
        self._committer.ring(rings)

    async def close(self) -> None:
        """Write what is waiting and close."""
        await self._committer.close()
        await self._hot.close()
        await self._engine.dispose()


def _identity(file: Path | None) -> tuple[int, int] | None:
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


def read_engine(settings: Settings) -> AsyncEngine:
    """The ORM's engine. On SQLite its connections refuse to write."""
    path = settings.sqlite_path
    if path is None:
        return create_async_engine(settings.database_url, pool_size=8, max_overflow=4)
    # Where the file was moved away, a connection that could make a new one would take the log of the old one with it.
    file = URL.create("sqlite+aiosqlite", database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"})
    engine = create_async_engine(file, poolclass=NullPool)

    @event.listens_for(engine.sync_engine, "connect")
    def _read_only(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA busy_timeout=3000")

    return engine
