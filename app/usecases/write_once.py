"""Writes of the HTTP interface: recomputed on a conflict, and once for each `Idempotency-Key`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlmodel import select

from app.db.database import Database
from app.db.tables import Claim
from app.db.write_set import Reply, WriteSet
from app.observe.clock import Clock
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.shapes.base import Shape

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Once:
    """A request that must have one effect: the sender's key, and a fingerprint of what was asked."""

    agent_no: str
    key: str
    fingerprint: str

    @property
    def claim(self) -> str:
        """The key that the write-set claims."""
        return f"rest:{self.agent_no}:{self.key}"

    @property
    def request(self) -> str:
        """The key under which the fingerprint stands beside the reply, as long as the reply."""
        return f"rest-request:{self.agent_no}:{self.key}"


def replied(shape: Shape, status: int = 200) -> Reply:
    """The reply that a write-set stores."""
    body = json.dumps(shape.as_json(), ensure_ascii=False, separators=(",", ":"))
    return Reply(body, status, JSON)


async def write_once(db: Database, clock: Clock, once: Once | None, build: Callable[[], Awaitable[WriteSet]]) -> Reply:
    """Build, commit, answer. `build` reads anew each time and sets the write-set's reply.

    A repeat of the same request gets the stored reply byte for byte; another request under the same key is refused.
    """
    if once is not None and (stored := await _stored(db, once)) is not None:
        return stored

    async def claimed() -> WriteSet:
        write_set = await build()
        if once is not None:
            write_set.claim = once.claim
            write_set.insert(Claim, key=once.request, at=clock.now_ms(), body=once.fingerprint)
        return write_set

    write_set, committed = await db.compute(claimed)
    if once is not None and not committed.won:
        stored = await _stored(db, once)
        assert stored is not None
        return stored
    assert write_set.reply is not None
    return write_set.reply


async def _stored(db: Database, once: Once) -> Reply | None:
    query = select(Claim).where(Claim.key.in_([once.claim, once.request]))  # type: ignore[attr-defined]
    async with db.session() as session:
        rows = {row.key: row for row in await session.exec(query)}
    reply, request = rows.get(once.claim), rows.get(once.request)
    if reply is None or reply.body is None:
        return None
    if request is None or request.body != once.fingerprint:
        detail = "this Idempotency-Key was used for another request"
        raise Refused(RefusedBecause.CONFLICT, "idempotency_key_reused", detail)
    return Reply(reply.body, reply.status or 200, reply.media_type or JSON)
