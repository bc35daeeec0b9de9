"""Copies of a whole database: SQLite through its own backup, PostgreSQL through pg_dump, pg_restore and psql."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from app.db.committer_sqlite import FileLock
from app.settings import Settings

PAGES_AT_ONCE = 1_000
PROGRAMS = ("pg_dump", "pg_restore", "psql")
EMPTY = """SET LOCAL lock_timeout = '10s'; DO $$ DECLARE name text; BEGIN
FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', name); END LOOP;
FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
EXECUTE format('DROP SEQUENCE IF EXISTS public.%I CASCADE', name); END LOOP; END $$"""


class CopyFailed(Exception):
    """Nothing was changed; the text says why."""


def backup(settings: Settings, file: Path) -> None:
    """Write a copy into `file`, which must not exist; what is committed meanwhile may or may not be in it."""
    if file.exists():
        raise CopyFailed(f"{file} exists already")
    unfinished = file.with_name(file.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        if settings.sqlite_path is not None:
            _copy(settings.sqlite_path, unfinished)
        else:
            dsn = settings.postgres_dsn
            _run(_programs(dsn) / "pg_dump", "--format=custom", f"--file={unfinished}", f"--dbname={dsn}")
        _sync(unfinished)
        unfinished.rename(file)
    except sqlite3.Error as error:
        raise CopyFailed(f"cannot copy the database: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def restore(settings: Settings, file: Path) -> None:
    """Put the copy in `file` in the place of the database. On SQLite nobody may hold the database (`InUse`)."""
    if not file.is_file():
        raise CopyFailed(f"{file} is not there")
    path = settings.sqlite_path
    if path is None:
        _restore_postgres(settings.postgres_dsn, file)
        return
    _check_copy(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    lock.take()
    try:
        unfinished = path.with_name(path.name + ".restoring")
        unfinished.unlink(missing_ok=True)
        _copy(file, unfinished)
        _sync(unfinished)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        unfinished.replace(path)
    finally:
        lock.release()


def _restore_postgres(dsn: str, file: Path) -> None:
    """All in one transaction. `pg_restore --clean` cannot drop the keys of partitions, hence the own emptying."""
    programs = _programs(dsn)
    with tempfile.TemporaryDirectory() as folder:
        script = str(Path(folder) / "restore.sql")
        _run(programs / "pg_restore", "--no-owner", f"--file={script}", str(file))
        _run(
            programs / "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
            f"--dbname={dsn}", f"--command={EMPTY}", f"--file={script}",
        )  # fmt: skip


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as origin,
        closing(sqlite3.connect(target)) as copy,
    ):
        origin.backup(copy, pages=PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode=DELETE")  # else whoever reads the copy leaves two more files beside it


def _check_copy(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise CopyFailed(f"{file} is no copy of a hotline database ({error})") from error
    if verdict != "ok":
        raise CopyFailed(f"{file} is damaged: {verdict}")


def _sync(file: Path) -> None:
    fd = os.open(file, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _programs(dsn: str) -> Path:
    """The folder on PATH with the client programs of the server's version, or of the oldest newer one."""
    folders = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    found = [folder for folder in folders if all(shutil.which(name, path=str(folder)) for name in PROGRAMS)]
    if not found:
        raise CopyFailed("pg_dump is not on PATH; it comes with the client package of PostgreSQL")
    asked = ("--no-psqlrc", "--tuples-only", "--no-align", f"--dbname={dsn}", "--command=SHOW server_version_num")
    server = int(_run(found[0] / "psql", *asked)) // 10_000
    majors = {folder: _major(_run(folder / "pg_dump", "--version")) for folder in found}
    fitting = [folder for folder in found if majors[folder] >= server]
    if not fitting:
        raise CopyFailed(
            f"the server is PostgreSQL {server}, the pg_dump on PATH of version {max(majors.values())};"
            f" put the client programs of {server} on PATH"
        )
    return min(fitting, key=lambda folder: majors[folder])


def _major(said: str) -> int:
    """Of `pg_dump (PostgreSQL) 18.1`."""
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _run(program: Path, *arguments: str) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 (fixed words)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise CopyFailed(f"{program.name}: {lines[-1] if lines else f'exit code {done.returncode}'}")
    return done.stdout
