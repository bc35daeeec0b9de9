"""The servers of the bench of webhooks: the service, and those that it is compared with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bench.processes import Server
from bench.webhook_load import CALLS, call_sid
from tests.postgres import postgres_server
from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.processes import free_port


@dataclass
class Contender:
    """A server and, if it keeps calls, the database in which they stand."""

    server: Server
    database: str = ""

    async def column(self, query: str) -> list[Any]:
        """The first column of what the database answers."""
        engine = create_async_engine(self.database, poolclass=NullPool)
        async with engine.connect() as connection:
            found = list((await connection.execute(text(query))).scalars())
        await engine.dispose()
        return found

    async def standing(self, first: int = 0, count: int = CALLS) -> list[int]:
        """The turn at which each of these calls stands."""
        if not self.database:
            return [1] * count
        engine = create_async_engine(self.database, poolclass=NullPool)
        async with engine.connect() as connection:
            rows = (await connection.execute(text("SELECT call_sid, turn FROM flow_sessions"))).all()
        await engine.dispose()
        found = {row.call_sid: row.turn for row in rows}
        return [found[call_sid(number)] for number in range(first, first + count)]


def product(name: str, database: str, core: int | None, **environ: str) -> Contender:
    """`hotline serve` on this database."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {
        "HOTLINE_ENV": "demo",
        "HOTLINE_DATABASE_URL": database,
        "HOTLINE_PUBLIC_BASE_URL": url,
        "HOTLINE_CARRIER_API_URL": f"http://127.0.0.1:{free_port()}",
        **environ,
    }
    return Contender(Server(name, ("-m", "app.cli", "serve", "--port", str(port)), environ, url, core), database)


def constant(core: int) -> Contender:
    """The anchor."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = ("-m", "uvicorn", "bench.servers.constant:app", "--port", str(port), "--no-access-log")
    fast = ("--loop", "uvloop", "--http", "httptools", "--log-level", "warning")
    return Contender(Server("F", (*words, *fast), {}, url, core))


def orm(folder: Path, core: int) -> Contender:
    """The turn through an ORM."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    database = f"sqlite+aiosqlite:///{folder / 'orm.db'}"
    words = ("-m", "uvicorn", "bench.servers.orm_turn:app", "--port", str(port), "--no-access-log")
    fast = ("--loop", "uvloop", "--http", "httptools", "--log-level", "warning")
    environ = {"BENCH_DATABASE_URL": database, "BENCH_BASE_URL": url}
    return Contender(Server("O", (*words, *fast), environ, url, core), database)


def django(folder: Path, core: int) -> Contender:
    """The package's webhook."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = ("-m", "gunicorn", "bench.servers.django_webhook:application", "--bind", f"127.0.0.1:{port}")
    workers = ("--worker-class", "gthread", "--threads", "8", "--workers", "1", "--keep-alive", "60")
    return Contender(Server("D", (*words, *workers), {"BENCH_DATABASE": str(folder / "django.db")}, url, core))


@contextmanager
def contenders(chosen: str, folder: Path, core: int) -> Iterator[dict[str, Contender]]:
    """All that were chosen, started."""
    found: dict[str, Contender] = {}
    names = chosen.split(",")
    with ExitStack() as stack:
        if "F" in names:
            found["F"] = constant(core)
        if "T" in names:
            found["T"] = product("T", asyncio.run(SqliteDatabases(folder).make()), core)
        if "T-PG" in names:
            address = stack.enter_context(postgres_server())
            asyncio.run(make_durable(address.format(name="postgres").replace("+asyncpg", "")))
            found["T-PG"] = product("T-PG", asyncio.run(PostgresDatabases(address).make()), core)
        if "D" in names:
            found["D"] = django(folder, core)
        if "O" in names:
            found["O"] = orm(folder, core)
        for name, each in found.items():
            stack.callback(each.server.stop)
            each.server.start(folder / f"{name}.log")
        yield found


async def make_durable(dsn: str) -> None:
    """The tests switch fsync off; here it counts."""
    connection = await asyncpg.connect(dsn)
    await connection.execute("ALTER SYSTEM SET fsync = on")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    await asyncio.sleep(1)
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SHOW fsync") == "on"
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()
