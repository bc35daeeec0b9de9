"""What the committer promises, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import bindparam, func, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Claim, Contact, JournalRow, Lease
from app.db.write_set import Conflict, Fence, Fenced, Reply, WriteError, WriteSet
from app.settings import Settings

CONTACT = HotQuery(
    select(Contact.wait_ms, Contact.version, Contact.learned).where(Contact.contact_id == bindparam("key"))  # type: ignore[call-overload]
)


def contact(contact_id: str = "c1", **values: object) -> dict[str, object]:
    return {
        "contact_id": contact_id,
        "channel": "voice",
        "from_number": "+15550100001",
        "to_number": "+15550095598",
        "state": "self_service",
        "started_at": 1_000,
        **values,
    }


def unit(claim: str | None = None, reply: str | None = None) -> WriteSet:
    return WriteSet(claim=claim, reply=Reply(reply) if reply is not None else None)


async def increment(database: Database) -> None:
    while True:
        wait_ms, version, _ = (await database.fetch(CONTACT, key="c1"))[0]
        write_set = unit()
        write_set.change(Contact, {"contact_id": "c1"}, version, wait_ms=wait_ms + 1)
        try:
            await database.commit(write_set)
        except Conflict:
            continue
        return


async def test_200_concurrent_increments_end_at_200(database: Database) -> None:
    first = unit()
    first.insert(Contact, **contact())
    await database.commit(first)
    await asyncio.gather(*(increment(database) for _ in range(200)))
    assert (await database.fetch(CONTACT, key="c1"))[0][0] == 200


async def test_concurrent_claims_have_one_effect_and_identical_replies(database: Database) -> None:
    async def one(n: int) -> tuple[bool, str]:
        write_set = unit("call:CA1:4.menu", f"<Response><Say>{n}</Say></Response>")
        write_set.insert(Contact, **contact(f"c{n}"))
        done = await database.commit(write_set)
        assert done.reply is not None
        return done.won, done.reply.body

    results = await asyncio.gather(*(one(n) for n in range(64)))
    assert [won for won, _ in results].count(True) == 1
    assert len({body for _, body in results}) == 1
    async with database.session() as session:
        assert (await session.exec(select(func.count()).select_from(Contact))).one()[0] == 1  # type: ignore[call-overload]


async def test_a_late_repeat_gets_the_stored_reply(database: Database) -> None:
    await database.commit(unit("call:CA1:voice", "<Response/>"))
    again = await database.commit(unit("call:CA1:voice", "<Response><Hangup/></Response>"))
    assert not again.won
    assert again.reply == Reply("<Response/>")


async def test_a_conflict_writes_nothing_of_its_unit_and_spares_the_others(database: Database) -> None:
    first = unit()
    first.insert(Contact, **contact(version=3))
    await database.commit(first)
    stale, fresh = unit("k-stale"), unit("k-fresh")
    stale.insert(Contact, **contact("c2"))
    stale.change(Contact, {"contact_id": "c1"}, 2, wait_ms=5)
    fresh.insert(Contact, **contact("c3"))
    outcomes = await asyncio.gather(database.commit(stale), database.commit(fresh), return_exceptions=True)
    assert isinstance(outcomes[0], Conflict)
    assert not isinstance(outcomes[1], BaseException)
    assert await database.fetch(CONTACT, key="c2") == []
    assert len(await database.fetch(CONTACT, key="c3")) == 1
    again = await database.commit(unit("k-stale", "<Response/>"))
    assert again.won, "the claim of a unit that failed is free again"


async def test_an_error_in_one_unit_does_not_touch_the_rest_of_its_batch(database: Database) -> None:
    first = unit()
    first.insert(Contact, **contact())
    await database.commit(first)
    units = []
    for n in range(20):
        write_set = unit()
        write_set.insert(Contact, **contact("c1" if n == 7 else f"d{n}"))
        units.append(database.commit(write_set))
    outcomes = await asyncio.gather(*units, return_exceptions=True)
    assert [n for n, outcome in enumerate(outcomes) if isinstance(outcome, WriteError)] == [7]


async def test_a_fence_lets_only_the_leader_of_the_epoch_write(database: Database) -> None:
    setup = unit()
    setup.put(Lease, name="routing", owner="n2", epoch=5, expires_at=0)
    await database.commit(setup)
    for owner, epoch in (("n1", 5), ("n2", 4)):
        fenced = WriteSet(fence=Fence("routing", owner, epoch))
        fenced.insert(Contact, **contact(f"{owner}-{epoch}"))
        with pytest.raises(Fenced):
            await database.commit(fenced)
    good = WriteSet(fence=Fence("routing", "n2", 5))
    good.insert(Contact, **contact("good"))
    assert (await database.commit(good)).won


async def test_put_inserts_and_then_replaces_given_columns_only(database: Database) -> None:
    for values in ({"owner": "a", "epoch": 1, "expires_at": 5}, {"owner": "b", "epoch": 2, "expires_at": 9}):
        write_set = unit()
        write_set.put(Lease, name="routing", **values)
        await database.commit(write_set)
    async with database.session() as session:
        row = (await session.exec(select(Lease))).one()[0]  # type: ignore[call-overload]
    assert (row.owner, row.epoch, row.expires_at) == ("b", 2, 9)


async def test_json_and_defaults_come_back_as_they_were(database: Database) -> None:
    write_set = unit()
    write_set.insert(Contact, **contact(learned={"地址": ["a", 1, None]}))
    write_set.insert(JournalRow, id="j1", at=1, kind="turn", actor_kind="caller", body={"path": ["main"]})
    await database.commit(write_set)
    async with database.session() as session:
        row = (await session.exec(select(Contact))).one()[0]  # type: ignore[call-overload]
    assert row.learned == {"地址": ["a", 1, None]}
    assert (row.version, row.identity, row.talk_ms, row.ended_at) == (1, "none", 0, None)


async def test_remove_deletes_by_key(database: Database) -> None:
    for key in ("a", "b"):
        await database.commit(unit(key))
    write_set = unit()
    write_set.remove(Claim, key="a")
    await database.commit(write_set)
    assert (await database.commit(unit("a"))).won
    assert not (await database.commit(unit("b"))).won


async def test_listeners_hear_rings_only_of_what_was_won(database: Database) -> None:
    heard: list[str] = []
    database.on_ring(heard.extend)
    for name in ("first", "second"):
        write_set = unit("same")
        write_set.rings.append(name)
        await database.commit(write_set)
    assert heard == ["first"]


async def test_a_cancelled_caller_does_not_take_its_unit_along(database: Database) -> None:
    write_set = unit()
    write_set.insert(Contact, **contact())
    waiting = asyncio.create_task(database.commit(write_set))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(5):
        while not await database.fetch(CONTACT, key="c1"):
            await asyncio.sleep(0)


async def test_a_second_process_is_refused_on_the_same_sqlite_file(settings: Settings, database: Database) -> None:
    if settings.sqlite_path is None:
        second = await Database.open(settings)
        await second.commit(unit("both may write"))
        await second.close()
        return
    from app.db.committer_sqlite import InUse

    with pytest.raises(InUse):
        await Database.open(settings)
