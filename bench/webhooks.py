"""A full durable tree turn against four others in one run: `python -m bench.webhooks [--rounds N] [--write]`.

F  a FastAPI route with constant TwiML, the anchor
T  the service as it ships on SQLite (FULL): one key in the shipped main menu, over 1,000 calls
T-PG  the same on PostgreSQL (fsync and synchronous commit on)
D  the signed, write-free webhook of the `django-twilio` package under gunicorn
O  the same turn through an ORM session for each request, SQLite FULL

Servers run on one core, the load and PostgreSQL on the other. Rounds are interleaved and medians taken, since the
machine may be shared; processor time for each request is steadier than the rate. `*` repeats the menu, so that a call
takes many turns. After each round the database must show one turn for each reply.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bench.processes import Server
from bench.results import RESULTS, write_section
from bench.webhook_load import CALLS, Loaded, arrivals, call_sid, load, turns
from tests.postgres import postgres_server
from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.processes import free_port

COMMAND = "python -m bench.webhooks --write"
MOST_TURNS = 190
TARGETS = (
    ("T / F", "T", "F", 0.15, 0.25),
    ("T / D", "T", "D", 2.0, 3.0),
    ("T / O", "T", "O", 5.0, 5.0),
    ("T-PG / F", "T-PG", "F", 0.10, 0.18),
)


@dataclass
class Contender:
    """A server and, if it keeps calls, the database in which they stand."""

    server: Server
    database: str = ""

    async def standing(self) -> list[int]:
        """The turn at which each call stands."""
        if not self.database:
            return [1] * CALLS
        engine = create_async_engine(self.database, poolclass=NullPool)
        async with engine.connect() as connection:
            rows = (await connection.execute(text("SELECT call_sid, turn FROM flow_sessions"))).all()
        await engine.dispose()
        found = {row.call_sid: row.turn for row in rows}
        return [found[call_sid(number)] for number in range(CALLS)]


@dataclass(frozen=True)
class Round:
    """One measurement: what the load saw, and the server's processor time for each request, in all and until rest."""

    loaded: Loaded
    cpu_us: float
    cpu_rest_us: float


def product(name: str, database: str, core: int) -> Contender:
    """`hotline serve` on this database."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environ = {
        "HOTLINE_ENV": "demo",
        "HOTLINE_DATABASE_URL": database,
        "HOTLINE_PUBLIC_BASE_URL": url,
        "HOTLINE_CARRIER_API_URL": f"http://127.0.0.1:{free_port()}",
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
            found["T"] = product("T", SqliteDatabases(folder).make(), core)
        if "T-PG" in names:
            address = stack.enter_context(postgres_server())
            asyncio.run(_durable(address.format(name="postgres").replace("+asyncpg", "")))
            found["T-PG"] = product("T-PG", PostgresDatabases(address).make(), core)
        if "D" in names:
            found["D"] = django(folder, core)
        if "O" in names:
            found["O"] = orm(folder, core)
        for name, each in found.items():
            stack.callback(each.server.stop)
            each.server.start(folder / f"{name}.log")
        yield found


async def _durable(dsn: str) -> None:
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


def measure(each: Contender, connections: int, seconds: float, most: int, folder: Path) -> Round:
    """One round; fails when a reply has no turn in the database."""
    server = each.server
    before = asyncio.run(each.standing())
    assert max(before) + most // CALLS + 1 < MOST_TURNS, "the calls have talked enough: fewer rounds"
    prepared = turns(server.url, before, most // CALLS + 1)
    cpu = server.cpu_s
    loaded = load(server.url, prepared, connections, seconds, folder)
    cpu_us = (server.cpu_s - cpu) / loaded.requests * 1e6
    server.rest()
    if each.database:
        taken = sum(asyncio.run(each.standing())) - sum(before)
        assert loaded.requests <= taken <= loaded.requests + connections, (loaded, taken, server.tail())
    return Round(loaded, cpu_us, (server.cpu_s - cpu) / loaded.requests * 1e6)


def open_calls(each: Contender, folder: Path) -> None:
    """Ring a thousand times and warm up."""
    if each.database:
        requests = arrivals(each.server.url)
        load_all(each.server, requests)
    measure(each, 8, 1, 20_000, folder)


def load_all(server: Server, requests: list[bytes]) -> None:
    """Send each request once, over eight connections; every answer must be 200."""

    async def one(port: int, share: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for each in share:
            writer.write(each)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            assert head.startswith("http/1.1 200"), (head, server.tail())
            await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        writer.close()

    async def all_of_them() -> None:
        port = int(server.url.rpartition(":")[2])
        await asyncio.gather(*(one(port, requests[start::8]) for start in range(8)))

    asyncio.run(all_of_them())


def median(rounds: list[Round], what: str) -> float:
    """The median of one figure."""
    values: dict[str, Callable[[Round], float]] = {
        "rate": lambda r: r.loaded.rate,
        "p50": lambda r: r.loaded.p50_us / 1000,
        "p99": lambda r: r.loaded.p99_us / 1000,
        "cpu": lambda r: r.cpu_us,
        "cpu_rest": lambda r: r.cpu_rest_us,
    }
    return statistics.median(values[what](each) for each in rounds)


def table(wide: dict[str, list[Round]], narrow: dict[str, list[Round]], command: str) -> list[str]:
    """The results as Markdown."""
    lines = [f"`{command}` · {len(next(iter(wide.values())))} interleaved rounds, medians (lowest–highest rate)", ""]
    lines += [
        "| | req/s at 32 | lowest–highest | × F | CPU µs/req | with the work after it | p50 ms | p99 ms "
        "| p50 ms at 4 | p99 ms at 4 | × F |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    anchor = median(wide["F"], "rate") if "F" in wide else float("nan")
    anchor_p99 = median(narrow["F"], "p99") if "F" in narrow else float("nan")
    for name, rounds in wide.items():
        rates = sorted(each.loaded.rate for each in rounds)
        four = narrow[name]
        lines.append(
            f"| {name} | {median(rounds, 'rate'):,.0f} | {rates[0]:,.0f}–{rates[-1]:,.0f} "
            f"| {median(rounds, 'rate') / anchor:.2f} | {median(rounds, 'cpu'):.0f} | {median(rounds, 'cpu_rest'):.0f} "
            f"| {median(rounds, 'p50'):.1f} | {median(rounds, 'p99'):.1f} "
            f"| {median(four, 'p50'):.2f} | {median(four, 'p99'):.2f} | {median(four, 'p99') / anchor_p99:.1f} |"
        )
    return [*lines, "", *_verdicts(wide, narrow)]


def _verdicts(wide: dict[str, list[Round]], narrow: dict[str, list[Round]]) -> Iterator[str]:
    yield "| goal | by rate | by CPU | must | aim | |"
    yield "|---|---|---|---|---|---|"
    for goal, one, other, must, aim in TARGETS:
        if one in wide and other in wide:
            ratio = median(wide[one], "rate") / median(wide[other], "rate")
            by_cpu = median(wide[other], "cpu") / median(wide[one], "cpu")
            word = "aim reached" if ratio >= aim else "reached" if ratio >= must else "NOT REACHED"
            yield f"| {goal} | {ratio:.2f} | {by_cpu:.2f} | {must} | {aim} | {word} |"
    if "T" in narrow and "F" in narrow:
        tail = median(narrow["T"], "p99") / median(narrow["F"], "p99")
        word = "aim reached" if tail <= 2.5 else "reached" if tail <= 4 else "NOT REACHED"
        yield f"| p99 at 4 connections, T / F | {tail:.2f} | | ≤ 4 | ≤ 2.5 | {word} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="F,T,T-PG,D,O", help="contenders, comma-separated")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    wide: dict[str, list[Round]] = defaultdict(list)
    narrow: dict[str, list[Round]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as place:
        folder = Path(place)
        with contenders(given.only, folder, cores[0]) as found:
            for each in found.values():
                open_calls(each, folder)
            for number in range(given.rounds):
                for name, each in found.items():
                    most = 60_000 if name == "F" else 16_000
                    wide[name].append(measure(each, 32, given.seconds, most, folder))
                    narrow[name].append(measure(each, 4, given.seconds, most, folder))
                    print(number, name, wide[name][-1], narrow[name][-1].loaded.p99_us, flush=True)
    lines = table(wide, narrow, f"{COMMAND} --rounds {given.rounds} --seconds {given.seconds}")
    print("\n".join(lines))
    if given.write:
        write_section(RESULTS, "Webhooks", lines)


if __name__ == "__main__":
    main()
