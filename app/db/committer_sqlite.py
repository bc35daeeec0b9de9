"""The committer on SQLite: one connection, statements on the loop, COMMIT in a thread, durable (FULL)."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.db.committer import Committer, Outcome
from app.db.statements import form_of, parameters, statement_for
from app.db.write_set import Committed, Conflict, Fence, Fenced, Reply, Unavailable, WriteError, WriteSet
from app.observe.failpoints import failpoint

BUSY_PATIENCE_S = 3.0
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=0", "wal_autocheckpoint=2000", "cache_size=-8000")

CLAIM = "INSERT OR IGNORE INTO claims (key, at, status, media_type, body) VALUES (?, ?, ?, ?, ?)"
CLAIMED = "SELECT status, media_type, body FROM claims WHERE key = ?"
DOUBLED = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")
UNIT_ERRORS = (sqlite3.Error, WriteError, ValueError, TypeError, LookupError, OverflowError)
FENCE = "SELECT 1 FROM leases WHERE name = ? AND owner = ? AND epoch = ?"


class InUse(Exception):
    """Another process already serves this database file."""


class FileLock:
    """Holds `FILE.lock` for as long as a process may write the database file."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._fd: int | None = None

    def take(self) -> None:
        """Take the lock or raise `InUse`."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            raise InUse(f"{self._path.name} is held: another process writes this database") from error
        self._fd = fd

    def release(self) -> None:
        """Give the lock back."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


class SqliteCommitter(Committer):
    """Group commit on one file. All other connections only read."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        super().__init__()
        self._path = path
        self._now_ms = now_ms
        self._lock = FileLock(path)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-commit")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Take the file's lock and begin; raises `InUse` when another process has it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=512)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        self._connection = connection
        self.start_workers(1)

    async def close(self) -> None:
        """Write what is waiting, then let the file go."""
        await super().close()
        self._thread.shutdown()
        if self._connection is not None:
            self._connection.close()
        self._lock.release()

    async def write_batch(self, write_sets: list[WriteSet]) -> list[Outcome]:
        """One transaction; COMMIT off the loop. If a unit fails, all are written anew with a savepoint for each."""
        connection = self._connection
        assert connection is not None
        await self._begin(connection)
        failpoint("commit.begun")
        try:
            outcomes: list[Outcome] = [self._write(connection, write_set) for write_set in write_sets]
        except UNIT_ERRORS as error:
            lost = not connection.in_transaction
            if not lost:
                connection.execute("ROLLBACK")
            if len(write_sets) == 1:
                raise (_lost(error) if lost else _outcome_of(error)) from error
            await self._begin(connection)
            outcomes = [self._unit(connection, write_set) for write_set in write_sets]
        failpoint("commit.written")
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, connection.execute, "COMMIT")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise Unavailable(f"not committed: {error}") from error
        failpoint("commit.durable")
        return outcomes

    async def _begin(self, connection: sqlite3.Connection) -> None:
        give_up = time.monotonic() + BUSY_PATIENCE_S
        if connection.in_transaction:  # left by a failure that was no unit's
            connection.execute("ROLLBACK")
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if time.monotonic() > give_up:
                    raise Unavailable(f"cannot write: {error}") from error
                await asyncio.sleep(0.005)
            else:
                return

    def _unit(self, connection: sqlite3.Connection, unit: WriteSet) -> Outcome:
        connection.execute("SAVEPOINT unit")
        try:
            outcome = self._write(connection, unit)
        except UNIT_ERRORS as error:
            if not connection.in_transaction:
                raise _lost(error) from error
            connection.execute("ROLLBACK TO unit")
            outcome = _outcome_of(error)
        connection.execute("RELEASE unit")
        return outcome

    def _write(self, connection: sqlite3.Connection, unit: WriteSet) -> Outcome:
        if unit.fence is not None:
            _check_fence(connection, unit.fence)
        if unit.claim is not None:
            reply = unit.reply
            stored = (None, None, None) if reply is None else (reply.status, reply.media_type, reply.body)
            if connection.execute(CLAIM, (unit.claim, self._now_ms(), *stored)).rowcount == 0:
                return Committed(won=False, reply=_reply(connection.execute(CLAIMED, (unit.claim,)).fetchone()))
        failpoint("commit.claimed")
        for op in unit.ops:
            statement = statement_for(form_of(op))
            hit = connection.execute(statement.single, parameters(op, statement)).rowcount
            if statement.must_hit and hit != 1:
                raise Conflict(f"{op.table.__tablename__} changed meanwhile")
        return Committed(won=True, reply=unit.reply)


def _check_fence(connection: sqlite3.Connection, fence: Fence) -> None:
    if connection.execute(FENCE, (fence.lease, fence.owner, fence.epoch)).fetchone() is None:
        raise Fenced(f"{fence.lease} is no longer led by {fence.owner} in epoch {fence.epoch}")


def _reply(row: tuple[int | None, str | None, str | None]) -> Reply | None:
    status, media_type, body = row
    if status is None or media_type is None or body is None:
        return None
    return Reply(body=body, status=status, media_type=media_type)


def _lost(error: Exception) -> Unavailable:
    """SQLite gives the whole transaction up when, for instance, the disk is full."""
    return Unavailable(f"the transaction was lost: {error}")


def _outcome_of(error: Exception) -> WriteError:
    """A key that somebody else made since it was looked for is a conflict: read again and recompute."""
    if isinstance(error, WriteError):
        return error
    if isinstance(error, sqlite3.OperationalError):
        return Unavailable(f"not written: {error}")
    doubled = isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorname in DOUBLED
    return (Conflict if doubled else WriteError)(f"{type(error).__name__}: {error}")
