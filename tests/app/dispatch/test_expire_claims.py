"""What is kept for a time only is forgotten after it, not before."""

from __future__ import annotations

from app.db.database import Database
from app.db.tables import Claim, Lease, NumberLookup, WrongTry
from app.db.write_set import Fence, WriteSet
from app.dispatch.expire_claims import HOUR_MS, LIFE_MS, expire_claims
from tests.app.world import World

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


async def test_tries_and_look_ups_live_as_long_as_they_are_counted(world: World) -> None:
    setup = WriteSet()
    setup.put(Lease, name="routing", owner="n1", epoch=1, expires_at=0)
    for name, age_ms in (("old", 1), ("young", -1)):
        setup.insert(WrongTry, try_id=name, account_no="1", caller="", at=NOW - HOUR_MS - age_ms)
        setup.insert(NumberLookup, lookup_id=name, caller="", at=NOW - LIFE_MS - age_ms)
    await world.database.commit(setup)
    await expire_claims(world.database, NOW, Fence("routing", "n1", 1))
    assert [row.try_id for row in await world.rows(WrongTry)] == ["young"]
    assert [row.lookup_id for row in await world.rows(NumberLookup)] == ["young"]
