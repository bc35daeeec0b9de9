"""Imports beside a running service, broken off, and of a size that must not matter."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from app.cli.console import Progress
from app.db.database import Database
from app.db.handover import serve, socket_path
from app.domain.imports.kinds import kind_of
from app.domain.imports.reading import BadRow
from app.domain.imports.run import check_file
from app.settings import Env, Settings
from tests.app.hotline_command import Hotline, upgraded
from tests.app.imports.files import AREAS, CUSTOMERS

ROWS = 6_000
MANY = 20_000
"""So many that a busy machine sees the first chunk long before the last."""


def customers(count: int = ROWS, name: str = "Name") -> str:
    head = CUSTOMERS.splitlines()[0]
    rows = (f"C{n:06},{name} {n},person,individual,current,{n} Example Road,,," for n in range(count))
    return "\n".join([head, *rows, ""])


def start(hotline: Hotline, *args: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "HOTLINE_DATABASE_URL": hotline.url}
    root = Path(__file__).parents[3]
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *args],
        env={**environment, "PYTHONPATH": str(root)},
        cwd=hotline.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def count(hotline: Hotline) -> int:
    return int(hotline.rows("SELECT count(*) FROM customers")[0][0])


def test_killed_and_run_again_it_is_complete(hotline: Hotline) -> None:
    file = hotline.file(customers(MANY))
    process = start(hotline, "import", "customers", file)
    while count(hotline) == 0:
        assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = count(hotline)
    assert 0 < done < MANY
    said = hotline("import", "customers", file)
    assert said.out == f"customers: {MANY} rows, {MANY - done} new, 0 changed, {done} unchanged\n"


async def test_beside_a_running_service(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None, env=Env.DEMO, database_url=sqlite_url)  # type: ignore[call-arg]
    hotline = Hotline(sqlite_url, tmp_path, capture=None)  # type: ignore[arg-type]
    await upgraded(sqlite_url)
    database = await Database.open(settings)
    heard: list[str] = []
    database.on_ring(heard.extend)
    server = await serve(socket_path(tmp_path / "empty.db"), database.commit)
    process = start(hotline, "import", "areas", hotline.file(AREAS))
    out, err = await asyncio.to_thread(process.communicate)
    server.close()
    await database.close()
    assert (process.returncode, out, err) == (0, "areas: 3 rows, 3 new, 0 changed, 0 unchanged\n", "")
    assert heard == ["import:areas"]


def test_while_somebody_else_holds_the_file_it_says_so(sqlite_url: str, tmp_path: Path) -> None:
    hotline = Hotline(sqlite_url, tmp_path, capture=None)  # type: ignore[arg-type]

    async def hold() -> tuple[int, str]:
        await upgraded(sqlite_url)
        database = await Database.open(Settings(_env_file=None, database_url=sqlite_url))  # type: ignore[call-arg]
        process = start(hotline, "import", "areas", hotline.file(AREAS))
        _, err = await asyncio.to_thread(process.communicate)
        await database.close()
        return process.returncode, err

    code, err = asyncio.run(hold())
    assert code == 1
    assert "another process writes this database" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("good", [True, False])
async def test_memory_does_not_grow_with_the_file(database: Database, tmp_path: Path, good: bool) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(customers(30_000, name="Name" if good else "bell\x07"))
    kind = kind_of("customers", zone=Settings().zone, tariffs=frozenset(), now_ms=0)
    refused = 0

    def refuse(_row: BadRow) -> None:
        nonlocal refused
        refused += 1

    tracemalloc.start()
    try:
        assert await check_file(file, kind, database.session, refuse, lambda _: None) is good
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused == (0 if good else 30_000)
    assert peak < 6 << 20


class Terminal:
    """A stream that keeps what it is given."""

    def __init__(self, tty: bool) -> None:
        self.text = ""
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing waits."""


def test_progress_is_shown_on_a_terminal_only() -> None:
    for tty in (True, False):
        terminal = Terminal(tty)
        progress = Progress("checked", terminal, every=100)  # type: ignore[arg-type]
        for done in range(0, 1_000, 50):
            progress(done)
        progress.clear()
        assert terminal.text.count("checked") == (10 if tty else 0)
        assert terminal.text.endswith("\r\033[K") == tty
