"""Databases without a schema, for what makes or checks the schema itself."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from app.db.database import Database
from tests.app.hotline_command import Hotline, upgraded
from tests.app.world import World


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite file that is not there yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[str]:
    """The address of an empty PostgreSQL database."""
    name = "e" + uuid.uuid4().hex
    admin = await asyncpg.connect(postgres_url.format(name="postgres").replace("+asyncpg", ""))
    await admin.execute(f"CREATE DATABASE {name}")
    yield postgres_url.format(name=name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(params=["sqlite_url", "postgres_database"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of each kind in turn."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def hotline(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Hotline:
    """The command on a fresh database of each kind."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_DATABASE_URL", empty_url)
    asyncio.run(upgraded(empty_url))
    return Hotline(empty_url, tmp_path, capsys)


@pytest.fixture
async def world(database: Database) -> World:
    """A small utility on each kind of database."""
    return await World(database).founded()
