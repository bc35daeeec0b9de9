"""The migrations make what the tables say, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from app.db import partitions, schema, standing

T = TypeVar("T")
NOV_2026 = 1_793_500_000_000


async def on(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def test_head_is_what_the_tables_say(empty_url: str) -> None:
    assert await on(empty_url, standing.standing) is standing.Standing.EMPTY
    await on(empty_url, schema.upgrade)
    assert await on(empty_url, standing.standing) is standing.Standing.HEAD
    assert await on(empty_url, schema.drift) == []


async def test_upgrade_at_head_changes_nothing(empty_url: str) -> None:
    await on(empty_url, schema.upgrade)
    await on(empty_url, schema.upgrade)
    assert await on(empty_url, schema.drift) == []


async def test_an_upgrade_that_breaks_off_leaves_nothing(empty_url: str) -> None:
    def broken(connection: Connection) -> None:
        schema.upgrade(connection)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await on(empty_url, broken)
    assert await on(empty_url, standing.standing) is standing.Standing.EMPTY
    await on(empty_url, schema.upgrade)
    assert await on(empty_url, schema.drift) == []


async def test_two_nodes_may_upgrade_at_once(postgres_database: str) -> None:
    await asyncio.gather(on(postgres_database, schema.upgrade), on(postgres_database, schema.upgrade))
    assert await on(postgres_database, schema.drift) == []


async def test_drift_is_named(empty_url: str) -> None:
    await on(empty_url, schema.upgrade)
    for statement in (
        "ALTER TABLE customers DROP COLUMN email",
        "ALTER TABLE customers ADD COLUMN nickname TEXT",
        "DROP TABLE knowledge",
        "DROP INDEX ix_account_phones_phone",
    ):
        await on(empty_url, lambda c, sql=statement: c.execute(text(sql)))
    assert sorted(await on(empty_url, schema.drift)) == [
        "column customers.email is missing",
        "column customers.nickname is not known to this version",
        "index ix_account_phones_phone is missing",
        "index ix_knowledge_category is missing",
        "table knowledge is missing",
    ]


async def test_a_column_of_another_type_is_drift(postgres_database: str) -> None:
    await on(postgres_database, schema.upgrade)
    await on(postgres_database, lambda c: c.execute(text("ALTER TABLE bills ALTER COLUMN amount_fen TYPE integer")))
    assert await on(postgres_database, schema.drift) == ["column bills.amount_fen differs: type"]


async def test_a_version_that_the_code_does_not_know_is_ahead(empty_url: str) -> None:
    await on(empty_url, schema.upgrade)
    await on(empty_url, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    assert await on(empty_url, standing.standing) is standing.Standing.AHEAD


async def test_every_table_can_be_dropped_by_the_way_back(sqlite_url: str) -> None:
    await on(sqlite_url, schema.upgrade)

    def back(connection: Connection) -> None:
        schema.command.downgrade(schema.configuration(connection), "base")

    await on(sqlite_url, back)
    left = await on(sqlite_url, lambda c: c.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all())
    assert set(left) <= {"alembic_version"}
    assert SQLModel.metadata.tables


async def test_journal_rows_lie_in_the_partition_of_their_month(postgres_database: str) -> None:
    await on(postgres_database, schema.upgrade)

    def write(connection: Connection) -> list[str]:
        insert = text("INSERT INTO journal (id, at, kind, actor_kind, body) VALUES (:id, :at, 'note', 'system', '{}')")
        made = partitions.add_months(connection, months=40, from_ms=NOV_2026)
        assert partitions.partition_name(2030, 1) in made
        connection.execute(insert, {"id": "a", "at": NOV_2026})
        connection.execute(insert, {"id": "b", "at": 1})
        query = text("SELECT tableoid::regclass::text FROM journal ORDER BY id")
        return list(connection.scalars(query).all())

    assert await on(postgres_database, write) == ["journal_202611", "journal_default"]


async def test_a_month_whose_rows_stand_in_the_default_partition_is_left_there(postgres_database: str) -> None:
    await on(postgres_database, schema.upgrade)

    def write(connection: Connection) -> list[str]:
        insert = text("INSERT INTO journal (id, at, kind, actor_kind, body) VALUES ('a', :at, 'note', 'system', '{}')")
        connection.execute(insert, {"at": 1})
        return partitions.add_months(connection, months=2, from_ms=1)

    assert await on(postgres_database, write) == ["journal_197002"]


@pytest.mark.parametrize("month", [1, 12])
def test_names_of_partitions_sort_by_month(month: int) -> None:
    assert partitions.partition_name(2026, month) < partitions.partition_name(2027, 1)
