"""From `wrap_up` to the next offer at the agent's socket: `python -m bench.dispatch [--samples N] [--write]`.

A thousand calls have come in through signed webhooks and wait; an agent at a real console takes one after the other.
Measured from sending the command to receiving the offer's frame, so both ways of the socket are in it. The carrier says
yes to everything; that people hear each other, and that the customer hangs up, is told to the leader as events.
Once on SQLite with one otherwise idle node, once on PostgreSQL with the console at the node that does not lead.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from pathlib import Path

from app.observe.clock import new_id
from bench.contenders import Contender, make_durable, product
from bench.floor import Console, all_wait, callers_wait, now_ms, tell_leader, willing_carrier
from bench.results import RESULTS, circumstances, write_section
from bench.webhook_load import CALLS
from routing.events import MediaConnected, TalkEnded
from tests.postgres import postgres_server
from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.processes import free_port

COMMAND = "python -m bench.dispatch --write"
AGENT = "1001"
MUST_MS, AIM_MS = 20.0, 10.0
PAUSE_S = 0.2
"""The console takes at most twenty messages a second; a talk is three."""
OPERATIONS = """
[queues.phone]
wrap_up_s = 600
offer_timeout_s = 120
callback_after_s = 3600
[quiet_hours]
from = "00:00"
to = "00:00"
"""


async def one_talk(console: Console, database: str, known: int) -> int:
    """Take the offer and talk until there is only wrapping up to do; the contact's place in `frames`."""
    _, offer = await console.frame(known, type="offer")
    await console.tell("accept", offer_id=offer["offer_id"])
    known = len(console.frames)
    await tell_leader(database, MediaConnected(now_ms(), offer["task_id"], offer["offer_id"]))
    await console.frame(known, type="contact", contact_id=offer["contact_id"], state="talking")
    known = len(console.frames)
    await tell_leader(database, TalkEnded(now_ms(), offer["task_id"], "customer"))
    await console.frame(known, type="contact", contact_id=offer["contact_id"], state="wrapping")
    return known


async def samples(url: str, database: str, count: int) -> list[float]:
    """Milliseconds from `wrap_up` to the next offer, so many times."""
    found = []
    async with Console(url, AGENT) as console:
        known = await console.tell("set_state", state="available")
        for _ in range(count):
            at = await one_talk(console, database, known)
            contact_id = next(f["contact_id"] for _, f in reversed(console.frames) if f["type"] == "contact")
            await asyncio.sleep(PAUSE_S)
            sent, known = await console.send("wrap_up", contact_id=contact_id, disposition="resolved", note="")
            came, _ = await console.frame(max(known, at), type="offer")
            found.append((came - sent) * 1000)
    return found


async def floor(nodes: list[Contender], carrier: int, count: int) -> list[float]:
    """Samples at the last node's console with all callers waiting."""
    async with willing_carrier(carrier):
        await all_wait(nodes[0], CALLS)
        return await samples(nodes[-1].server.url, nodes[0].database, count)


def run(database: str, nodes: int, count: int, folder: Path) -> list[float]:
    """Start, let the callers in, measure, stop."""
    (folder / "hotline.toml").write_text(OPERATIONS, encoding="utf-8")
    carrier = free_port()
    environ = {"HOTLINE_CARRIER_API_URL": f"http://127.0.0.1:{carrier}", "HOTLINE_CONFIG": str(folder / "hotline.toml")}
    started: list[Contender] = []
    try:
        for number in range(nodes):
            node = product(f"node{number}", database, min(os.sched_getaffinity(0)) if nodes == 1 else None, **environ)
            started.append(node)
            node.server.start(folder / f"{new_id()}.log")
        callers_wait(started[0])
        return asyncio.run(floor(started, carrier, count))
    except BaseException:
        for node in started:
            print(node.server.tail())
        raise
    finally:
        for node in reversed(started):
            node.server.stop()


def row(name: str, found: list[float]) -> str:
    """One line of the table."""
    cuts = statistics.quantiles(found, n=100, method="inclusive")
    return f"| {name} | {len(found)} | {cuts[49]:.1f} | {cuts[94]:.1f} | {cuts[98]:.1f} | {max(found):.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--only", default="sqlite,postgres")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    given = parser.parse_args()
    lines = [
        f"`{COMMAND} --samples {given.samples}` · {CALLS:,} callers wait, one agent's real console",
        "",
    ]
    lines += ["| | samples | p50 ms | p95 ms | p99 ms | most |", "|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as place:
        folder = Path(place)
        if "sqlite" in given.only:
            found = run(asyncio.run(SqliteDatabases(folder).make()), 1, given.samples, folder)
            lines.append(row("SQLite, one node", found))
            p99 = statistics.quantiles(found, n=100, method="inclusive")[98]
            word = "aim reached" if p99 <= AIM_MS else "reached" if p99 <= MUST_MS else "NOT REACHED"
            verdict = f"p99 ≤ {MUST_MS:.0f} ms (aim {AIM_MS:.0f}) on one node: {p99:.1f} ms, {word}."
        if "postgres" in given.only:
            with postgres_server() as address:
                asyncio.run(make_durable(address.format(name="postgres").replace("+asyncpg", "")))
                database = asyncio.run(PostgresDatabases(address).make())
                lines.append(row("PostgreSQL, console at the other node", run(database, 2, given.samples, folder)))
    if "sqlite" in given.only:
        lines += ["", verdict]
    lines += ["", f"At the end: {circumstances()}."]
    print("\n".join(lines))
    if given.write:
        write_section(RESULTS, "Dispatch", lines)


if __name__ == "__main__":
    main()
