"""The committer on PostgreSQL: batches by `unnest`, two in flight, synchronous commit on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import asyncpg

from app.db.committer import Committer, Outcome
from app.db.hot_postgres import leave_as_it_is
from app.db.statements import Form, form_of, parameters, statement_for
from app.db.write_set import (
    Committed,
    Conflict,
    Fence,
    Fenced,
    OutcomeUnknown,
    Reply,
    Unavailable,
    WriteError,
    WriteSet,
)
from app.observe.failpoints import failpoint

IN_FLIGHT = 2
CHANNEL = "hotline"
NOTIFY_LIMIT = 7_000

CLAIM = """INSERT INTO claims (key, at, status, media_type, body)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
ON CONFLICT (key) DO NOTHING RETURNING key"""
CLAIMED = "SELECT key, status, media_type, body FROM claims WHERE key = ANY($1::text[])"
FENCE = "SELECT 1 FROM leases WHERE name = $1 AND owner = $2 AND epoch = $3 FOR SHARE"

LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, ConnectionError, TimeoutError, OSError)


class PostgresCommitter(Committer):
    """Group commit over a small pool of its own."""

    def __init__(self, dsn: str, now_ms: Callable[[], int], node: str) -> None:
        super().__init__()
        self._dsn = dsn
        self._now_ms = now_ms
        self._node = node
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Connect and begin."""
        self._pool = await asyncpg.create_pool(
            self._dsn,
            min_size=IN_FLIGHT,
            max_size=IN_FLIGHT,
            command_timeout=10,
            reset=leave_as_it_is,
            server_settings={"application_name": self._node},
        )
        self.start_workers(IN_FLIGHT)

    async def close(self) -> None:
        """Write what is waiting, then disconnect."""
        await super().close()
        if self._pool is not None:
            await self._pool.close()

    async def write_batch(self, write_sets: list[WriteSet]) -> list[Outcome]:
        """All units in one transaction; if the database refuses any of it, each unit alone."""
        try:
            return await self._transaction(write_sets)
        except LOST as error:
            return await self._after_loss(write_sets, error)
        except (asyncpg.PostgresError, WriteError, ValueError, asyncpg.DataError) as error:
            if len(write_sets) == 1:
                return [_outcome_of(error)]
        return [(await self.write_batch([unit]))[0] for unit in write_sets]

    async def _transaction(self, units: list[WriteSet]) -> list[Outcome]:
        assert self._pool is not None
        async with self._pool.acquire() as connection, connection.transaction():
            failpoint("commit.begun")
            for fence in {unit.fence: None for unit in units if unit.fence is not None}:
                await _check_fence(connection, fence)
            lost = await self._claim(connection, units)
            failpoint("commit.claimed")
            won = [unit for at, unit in enumerate(units) if at not in lost]
            await _write_rows(connection, won)
            await self._notify(connection, won)
            failpoint("commit.written")
        failpoint("commit.durable")
        return [
            Committed(won=False, reply=lost[at]) if at in lost else Committed(won=True, reply=unit.reply)
            for at, unit in enumerate(units)
        ]

    async def _claim(self, connection: Any, units: list[WriteSet]) -> dict[int, Reply | None]:
        """Claim in the order of the keys (no deadlock between batches); the units that lost, with the stored reply."""
        firsts: dict[str, int] = {}
        for at, unit in enumerate(units):
            if unit.claim is not None:
                firsts.setdefault(unit.claim, at)
        if not firsts:
            return {}
        keys = sorted(firsts)
        now = self._now_ms()
        replies = [units[firsts[key]].reply for key in keys]
        rows = await connection.fetch(CLAIM, keys, [now] * len(keys), *_columns(replies))
        claimed = {row["key"] for row in rows}
        losers = {
            at: unit.claim
            for at, unit in enumerate(units)
            if unit.claim is not None and (unit.claim not in claimed or firsts[unit.claim] != at)
        }
        if not losers:
            return {}
        stored = await connection.fetch(CLAIMED, sorted(set(losers.values())))
        found = {row["key"]: _reply(row) for row in stored}
        return {at: found.get(key) for at, key in losers.items()}

    async def _notify(self, connection: Any, units: Sequence[WriteSet]) -> None:
        rings = list(dict.fromkeys(ring for unit in units for ring in unit.rings))
        if not rings:
            return
        body = json.dumps({"node": self._node, "rings": rings})
        if len(body) > NOTIFY_LIMIT:
            body = json.dumps({"node": self._node, "rings": ["*"]})
        await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, body)

    async def _after_loss(self, units: list[WriteSet], error: BaseException) -> list[Outcome]:
        """The connection went, perhaps during COMMIT: ask for each claim whether it was written."""
        outcomes: list[Outcome] = []
        for unit in units:
            if unit.claim is None:
                outcomes.append(OutcomeUnknown(str(error)))
                continue
            try:
                assert self._pool is not None
                row = await self._pool.fetchrow(CLAIMED, [unit.claim])
            except (*LOST, asyncpg.PostgresError) as again:
                outcomes.append(Unavailable(f"the database does not answer: {again}"))
                continue
            if row is not None:
                outcomes.append(Committed(won=True, reply=_reply(row)))
            else:
                outcomes.extend(await self._once_more(unit))
        return outcomes

    async def _once_more(self, unit: WriteSet) -> list[Outcome]:
        try:
            return await self._transaction([unit])
        except WriteError as error:
            return [error]
        except (*LOST, asyncpg.PostgresError) as error:
            return [Unavailable(f"the database does not answer: {error}")]


async def _check_fence(connection: Any, fence: Fence) -> None:
    if await connection.fetchval(FENCE, fence.lease, fence.owner, fence.epoch) is None:
        raise Fenced(f"{fence.lease} is no longer led by {fence.owner} in epoch {fence.epoch}")


async def _write_rows(connection: Any, units: Sequence[WriteSet]) -> None:
    groups: dict[Form, list[list[Any]]] = defaultdict(list)
    for unit in units:
        for op in unit.ops:
            form = form_of(op)
            groups[form].append(parameters(op, statement_for(form)))
    ordered = sorted(groups, key=lambda form: (statement_for(form).rank, form[1].__name__, form[2]))
    for form in ordered:
        statement = statement_for(form)
        rows = groups[form]
        rows.sort(key=lambda row: [str(value) for value in row[-2:]] if statement.must_hit else [str(row[0])])
        done = await connection.execute(statement.batched, *map(list, zip(*rows, strict=True)))
        if statement.must_hit and int(done.rsplit(" ", 1)[1]) != len(rows):
            raise Conflict(f"{form[1].__tablename__} changed meanwhile")


def _columns(replies: list[Reply | None]) -> tuple[list[int | None], list[str | None], list[str | None]]:
    return (
        [reply.status if reply else None for reply in replies],
        [reply.media_type if reply else None for reply in replies],
        [reply.body if reply else None for reply in replies],
    )


def _reply(row: Any) -> Reply | None:
    if row["status"] is None or row["body"] is None:
        return None
    return Reply(body=row["body"], status=row["status"], media_type=row["media_type"])


def _outcome_of(error: Exception) -> WriteError:
    """A key that somebody else made since it was looked for is a conflict: read again and recompute."""
    if isinstance(error, WriteError):
        return error
    doubled = isinstance(error, asyncpg.UniqueViolationError)
    return (Conflict if doubled else WriteError)(f"{type(error).__name__}: {error}")
