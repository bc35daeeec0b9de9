"""Stored replies are forgotten after a day, not before."""

from __future__ import annotations

from app.db.database import Database
from app.db.tables import Claim, Lease
from app.db.write_set import Fence, WriteSet
from app.dispatch.expire_claims import LIFE_MS, expire_claims

NOW = 2_000_000_000_000


async def test_a_reply_lives_for_a_day(database: Database) -> None:
    setup = WriteSet()
    setup.put(Lease, name="routing", owner="n1", epoch=1, expires_at=0)
    setup.insert(Claim, key="old", at=NOW - LIFE_MS - 1)
    setup.insert(Claim, key="young", at=NOW - LIFE_MS + 1)
    await database.commit(setup)
    assert await expire_claims(database, NOW, Fence("routing", "n1", 1)) == 1
    assert (await database.commit(WriteSet(claim="old"))).won
    assert not (await database.commit(WriteSet(claim="young"))).won
