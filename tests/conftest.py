"""Databases for tests: each test that asks for `database_url` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import app.db.tables
from app.db.database import Database
from app.settings import Env, Settings
from tests.postgres import postgres_server

assert app.db.tables


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of the tests' PostgreSQL server, with `{name}` for the database."""
    with postgres_server() as url:
        yield url


async def _create_tables(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database with all tables."""
    if request.param == "sqlite":
        url = f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
    else:
        server: str = request.getfixturevalue("postgres_url")
        name = "t" + uuid.uuid4().hex
        admin = await asyncpg.connect(server.format(name="postgres").replace("+asyncpg", ""))
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()
        url = server.format(name=name)
    await _create_tables(url)
    return url


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings of a demo on that database."""
    return Settings(_env_file=None, env=Env.DEMO, database_url=database_url)  # type: ignore[call-arg]


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The open database."""
    database = await Database.open(settings)
    yield database
    await database.close()
