"""Who leads on PostgreSQL: one at a time, and the next one as soon as a process has died."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from app.db.leases import PostgresLeases
from app.observe.clock import new_id
from app.settings import Settings

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
def two(settings: Settings) -> tuple[PostgresLeases, PostgresLeases]:
    """Two nodes."""
    dsn = settings.postgres_dsn
    return PostgresLeases(dsn, new_id()), PostgresLeases(dsn, new_id())


async def test_one_leads_until_it_gives_back(two: tuple[PostgresLeases, PostgresLeases]) -> None:
    first, second = two
    assert await first.take("routing") == 1
    assert await second.take("routing") is None
    assert await first.renew("routing", 1)
    await first.give_back("routing", 1)
    assert await second.take("routing") == 2
    assert not await first.renew("routing", 1)
    await first.close()
    await second.close()


async def test_a_dead_process_does_not_lead(two: tuple[PostgresLeases, PostgresLeases]) -> None:
    first, second = two
    assert await first.take("routing") == 1
    await first.close()  # as a kill closes it: nothing is given back
    async with asyncio.timeout(10):
        while (epoch := await second.take("routing")) is None:
            await asyncio.sleep(0.01)
    assert epoch == 2
    await second.close()


async def test_a_node_lives_with_any_of_its_connections(settings: Settings) -> None:
    name, dsn = new_id(), settings.postgres_dsn
    first, second = PostgresLeases(dsn, name), PostgresLeases(dsn, new_id())
    other: asyncpg.Connection = await asyncpg.connect(dsn, server_settings={"application_name": name})
    assert await first.take("routing") == 1
    await first.close()
    assert await second.take("routing") is None
    await other.close()
    await second.close()
