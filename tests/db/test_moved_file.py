"""A SQLite file that somebody moves away and back under a running service."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select

from app.db.database import Database
from app.db.tables import Claim
from app.db.write_set import WriteSet
from app.settings import Env, Settings
from tests.conftest import _create_tables


async def counted(database: Database) -> int:
    async with database.session() as session:
        return (await session.exec(select(func.count()).select_from(Claim))).one()


@pytest.mark.parametrize("name", ["hotline.db", "odd 100% #1.db"])
async def test_nothing_is_lost_and_reads_go_on_when_it_is_back(tmp_path: Path, name: str) -> None:
    file, away = tmp_path / name, tmp_path / "away.db"
    await _create_tables(f"sqlite+aiosqlite:///{tmp_path / 'made.db'}")
    (tmp_path / "made.db").rename(file)
    settings = Settings(_env_file=None, env=Env.DEMO, database_url=f"sqlite+aiosqlite:///{file}")  # type: ignore[call-arg]
    database = await Database.open(settings)
    await database.commit(WriteSet(claim="before"))
    assert not database.displaced
    file.rename(away)
    assert database.displaced
    with pytest.raises(OperationalError):
        await counted(database)
    await database.commit(WriteSet(claim="meanwhile"))
    assert not file.exists(), "a reader that made it would throw the log of the old one away"
    away.rename(file)
    assert not database.displaced
    assert await counted(database) == 2
    await database.close()
    again = await Database.open(settings)
    async with again.session() as session:
        assert sorted((await session.exec(select(Claim.key))).all()) == ["before", "meanwhile"]
    await again.close()


async def test_another_file_in_its_place_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "hotline.db"
    await _create_tables(f"sqlite+aiosqlite:///{file}")
    settings = Settings(_env_file=None, env=Env.DEMO, database_url=f"sqlite+aiosqlite:///{file}")  # type: ignore[call-arg]
    database = await Database.open(settings)
    file.rename(tmp_path / "away.db")
    file.touch()
    assert database.displaced
    file.unlink()
    (tmp_path / "away.db").rename(file)
    await database.close()
