"""Stored replies live for a day: by then no carrier and no page repeats a request."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Claim
from app.db.write_set import Fence, WriteError, WriteSet, table_of
from app.observe.clock import Clock

LIFE_MS = 24 * 3_600_000
LOOK_S = 60.0
AT_ONCE = 500

_claims = table_of(Claim)
EXPIRED = HotQuery(select(_claims.c.key).where(_claims.c.at < bindparam("before")).limit(AT_ONCE))
log = structlog.get_logger(__name__)


async def keep_expiring(db: Database, clock: Clock, fence: Fence) -> None:
    """Look every minute until cancelled."""
    while True:
        gone = 0
        try:
            gone = await expire_claims(db, clock.now_ms(), fence)
        except WriteError as error:
            log.warning("claims_not_expired", error=str(error))
        await asyncio.sleep(0 if gone == AT_ONCE else LOOK_S)


async def expire_claims(db: Database, now_ms: int, fence: Fence) -> int:
    """Forget claims older than a day, some hundred at once; how many."""
    rows = await db.fetch(EXPIRED, before=now_ms - LIFE_MS)
    if rows:
        write_set = WriteSet(fence=fence)
        for (key,) in rows:
            write_set.remove(Claim, key=key)
        await db.commit(write_set)
    return len(rows)
