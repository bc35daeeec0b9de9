"""What lives for a time only: stored replies a day, by then nobody repeats a request; look-ups and wrong tries as
long as they are counted."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import bindparam, select
from sqlmodel import SQLModel

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Claim, NumberLookup, WrongTry
from app.db.write_set import Fence, WriteError, WriteSet, table_of
from app.observe.clock import Clock

HOUR_MS = 3_600_000
LIFE_MS = 24 * HOUR_MS
LIVES: tuple[tuple[type[SQLModel], str, int], ...] = (
    (Claim, "key", LIFE_MS),
    (NumberLookup, "lookup_id", LIFE_MS),
    (WrongTry, "try_id", HOUR_MS),
)
LOOK_S = 60.0
AT_ONCE = 500


def _older(table: type[SQLModel], key: str) -> HotQuery:
    columns = table_of(table).c
    return HotQuery(select(columns[key]).where(columns.at < bindparam("before")).limit(AT_ONCE))


EXPIRED = {table: _older(table, key) for table, key, _ in LIVES}
log = structlog.get_logger(__name__)


async def keep_expiring(db: Database, clock: Clock, fence: Fence) -> None:
    """Look every minute until cancelled."""
    while True:
        gone = 0
        try:
            gone = await expire_claims(db, clock.now_ms(), fence)
        except WriteError as error:
            log.warning("claims_not_expired", error=str(error))
        await asyncio.sleep(0 if gone >= AT_ONCE else LOOK_S)


async def expire_claims(db: Database, now_ms: int, fence: Fence) -> int:
    """Forget what is older than its life, some hundred of each kind at once; how many."""
    write_set = WriteSet(fence=fence)
    for table, key, life_ms in LIVES:
        for (value,) in await db.fetch(EXPIRED[table], before=now_ms - life_ms):
            write_set.remove(table, **{key: value})
    if write_set.ops:
        await db.commit(write_set)
    return len(write_set.ops)
