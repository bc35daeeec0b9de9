"""Databases for the tests of the service: each test that asks gets an empty one of its own, on both kinds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from tests.app import postgres_server

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """HOST:PORT of a PostgreSQL server that lives as long as the session; user postgres, no password."""
    with postgres_server.running() as address:
        yield address


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(f"postgresql://postgres@{address}/postgres")
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
def postgres_url(postgres_address: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"hotline_{next(_numbers)}"
    asyncio.run(_execute(postgres_address, f"CREATE DATABASE {name}"))
    yield f"postgresql+asyncpg://postgres@{postgres_address}/{name}"
    asyncio.run(_execute(postgres_address, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite file that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
