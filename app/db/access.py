"""The database for commands: beside a running service if there is one, else alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database, read_engine
from app.db.handover import Handover, socket_path
from app.db.standing import Standing
from app.db.standing import standing as standing_of
from app.db.write_set import Committed, WriteSet
from app.settings import Settings

Commit: TypeAlias = Callable[[WriteSet], Awaitable[Committed]]
Sessions: TypeAlias = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class NotAtHead(Exception):
    """The schema is not the one that this code works on; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a command needs: sessions to read, a way to write. `beside_service` = the service does the writing."""

    sessions: Sessions
    commit: Commit
    beside_service: bool


async def standing(settings: Settings) -> Standing:
    """How the database stands to this code; a file that is not there is empty and is not made."""
    path = settings.sqlite_path
    if path is not None and not path.exists():
        return Standing.EMPTY
    engine = create_async_engine(settings.database_url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(standing_of)
    finally:
        await engine.dispose()


async def require_head(settings: Settings) -> None:
    """Raise `NotAtHead` unless the schema is at head or ahead (a rolling upgrade)."""
    found = await standing(settings)
    if found is Standing.EMPTY:
        raise NotAtHead("the database is empty; run: hotline db upgrade")
    if found is Standing.BEHIND:
        raise NotAtHead("the database is behind this version; run: hotline db upgrade")


@asynccontextmanager
async def open_sessions(settings: Settings) -> AsyncIterator[Sessions]:
    """Sessions for a command that only reads; takes no lock. Raises `NotAtHead`."""
    await require_head(settings)
    engine = read_engine(settings)

    @asynccontextmanager
    async def session() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False, autoflush=False) as opened:
            yield opened

    try:
        yield session
    finally:
        await engine.dispose()


@asynccontextmanager
async def open_access(settings: Settings) -> AsyncIterator[Access]:
    """Open for a command that writes. Raises `NotAtHead`, or `InUse` when somebody holds the file without a socket."""
    path = settings.sqlite_path
    service = await Handover.connect(socket_path(path)) if path is not None else None
    if service is not None:
        try:
            async with open_sessions(settings) as sessions:
                yield Access(sessions, service.commit, beside_service=True)
        finally:
            await service.close()
        return
    await require_head(settings)
    database = await Database.open(settings)
    try:
        yield Access(database.session, database.commit, beside_service=False)
    finally:
        await database.close()
