"""Resident memory and start: `python -m bench.memory [--write]`.

`hotline serve` on SQLite with the demo's data: from the start of the process to `/readyz`, resident when idle, what
each further waiting call and each further console socket adds. The first thousand calls and the first hundred consoles
fill caches and load what is loaded late; they are not counted. Nor is the client of the carrier, loaded with the first
request to it (25 MiB): on a busy machine that would come between two readings.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import statistics
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from app.db.access import open_access
from app.db.tables import OutboxRow, Staff, StaffSession
from app.db.write_set import WriteSet
from app.observe.clock import new_id
from bench.contenders import Contender, product
from bench.floor import all_wait, callers_wait, now_ms, willing_carrier
from bench.results import RESULTS, circumstances, write_section
from bench.webhook_load import CALLS
from tests.whole.databases import SqliteDatabases, settings_for
from tests.whole.processes import free_port

COMMAND = "python -m bench.memory --write"
STARTS = 3
FURTHER_CALLS = 3_000
CONSOLES, FURTHER_CONSOLES = 100, 200


def agent_no(number: int) -> str:
    """Of the n-th agent of this bench."""
    return f"b{number:05}"


async def hire(database: str, count: int) -> None:
    """Agents who are logged in already."""
    write_set = WriteSet(rings=["import:agents"])
    for number in range(count):
        name = agent_no(number)
        write_set.insert(Staff, agent_no=name, name=name, role="agent", modes=["web"], skills={}, team="B")
        write_set.insert(
            StaffSession,
            token_hash=hashlib.sha256(name.encode()).hexdigest(),
            agent_no=name,
            csrf_token=name,
            created_at=now_ms(),
            seen_at=now_ms(),
            expires_at=now_ms() + 3_600_000,
        )
    async with open_access(settings_for(database)) as access:
        await access.commit(write_set)


async def open_consoles(stack: AsyncExitStack, url: str, first: int, count: int) -> None:
    """So many sockets, each with its snapshot read."""
    http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    for number in range(first, first + count):
        headers = {"Origin": url, "Cookie": f"hotline_session={agent_no(number)}"}
        socket = await stack.enter_async_context(http.ws_connect(f"{url}/api/console", headers=headers))
        assert (await socket.receive_json())["type"] == "snapshot"


async def consoles(service: Contender) -> float:
    """KiB for each further console."""
    await hire(service.database, CONSOLES + FURTHER_CONSOLES)
    server = service.server
    async with AsyncExitStack() as stack:
        await open_consoles(stack, server.url, 0, CONSOLES)
        await asyncio.to_thread(server.rest)
        before = server.memory_kib()
        await open_consoles(stack, server.url, CONSOLES, FURTHER_CONSOLES)
        await asyncio.to_thread(server.rest)
        return (server.memory_kib() - before) / FURTHER_CONSOLES


async def ask_carrier(service: Contender) -> None:
    """One request to the carrier, and its answer."""
    row_id, write_set = new_id(), WriteSet(rings=["outbox"])
    order = {"kind": "call.end", "body": {"call_sid": "CA" + "0" * 32}}
    write_set.insert(OutboxRow, id=row_id, next_at=now_ms(), at=now_ms(), **order)
    async with open_access(settings_for(service.database)) as access:
        await access.commit(write_set)
    for _ in range(100):
        if await service.column(f"SELECT state FROM outbox WHERE id = '{row_id}'") == ["sent"]:
            break
        await asyncio.sleep(0.1)
    else:
        raise RuntimeError(f"the carrier is not asked: {service.server.tail()}")
    await asyncio.to_thread(service.server.rest)


async def calls(service: Contender, carrier: int) -> float:
    """KiB for each further waiting call."""
    async with willing_carrier(carrier):
        await asyncio.to_thread(callers_wait, service)
        await all_wait(service, CALLS)
        await ask_carrier(service)
        before = service.server.memory_kib()
        await asyncio.to_thread(callers_wait, service, CALLS, FURTHER_CALLS)
        await all_wait(service, CALLS + FURTHER_CALLS)
        return (service.server.memory_kib() - before) / FURTHER_CALLS


def measure(folder: Path) -> list[tuple[str, float, str, float]]:
    """Name, figure, unit and limit of each."""
    carrier = free_port()
    starts, cpu, idle = [], [], 0.0
    databases = SqliteDatabases(folder)
    for number in range(STARTS):
        service = product(
            "service", asyncio.run(databases.make()), None, HOTLINE_CARRIER_API_URL=f"http://127.0.0.1:{carrier}"
        )
        try:
            starts.append(service.server.start(folder / f"{number}.log"))
            cpu.append(service.server.cpu_s)
            service.server.rest()
            idle = service.server.memory_kib() / 1024
            if number == 0:
                each_console = asyncio.run(consoles(service))
            if number == 1:
                each_call = asyncio.run(calls(service, carrier))
        finally:
            service.server.stop()
    return [
        (f"start to ready ({statistics.median(cpu):.1f} s of processor time)", statistics.median(starts), "s", 2.0),
        ("idle process", idle, "MiB resident", 120 * 1e6 / 2**20),
        ("each waiting call", each_call, "KiB", 4.0),
        ("each console", each_console, "KiB", 40.0),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as place:
        found = measure(Path(place))
    lines = [f"`{COMMAND}` · {circumstances()}", "", "| | measured | at most | |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {value:.1f} {unit} | {limit:.1f} | {'reached' if value <= limit else 'NOT REACHED'} |"
        for name, value, unit, limit in found
    ]
    print("\n".join(lines))
    if given.write:
        write_section(RESULTS, "Memory and start", lines)


if __name__ == "__main__":
    main()
