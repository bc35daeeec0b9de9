"""How much the local carrier can carry: many calls at once, and a day of calls under the driven clock.

`python -m bench.carrier [--write] [--at-once 1000] [--day 10000]`: scripted calls that stand at the same time in real
time, with processor time and memory for each; then a day, twice with one seed, whose ledgers must be the same. The
application is a second process of constant documents; the carrier is held to one core.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

from bench.results import RESULTS, circumstances, write_section
from local_carrier.carrier import Carrier
from local_carrier.clock import DrivenClock
from local_carrier.parties.script import Script
from local_carrier.settings import DEMO_NUMBER, Settings

DOCUMENTS = {
    "/twilio/voice": '<Gather numDigits="1" action="/menu"><Say>For a fault press 1</Say></Gather>',
    "/menu": '<Enqueue waitUrl="/wait" action="/left">phone</Enqueue>',
    "/wait": '<Say>Please hold the line</Say><Pause length="30"/>',
    "/left": "<Say>Goodbye</Say><Hangup/>",
    "/twilio/client": '<Dial timeout="120" action="/left"><Queue>phone</Queue></Dial>',
}


def answer_constants(ready: Connection) -> None:
    """The application: a constant answer for each path, nothing remembered."""
    bodies = {path: f"<Response>{inside}</Response>".encode() for path, inside in DOCUMENTS.items()}

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=bodies.get(request.path, b"<Response/>"), content_type="text/xml")

    async def serve() -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        ready.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(serve())


def rss_kib() -> int:
    fields = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()
    return int(fields[0])


@dataclass(frozen=True)
class AtOnce:
    calls: int
    stood: int
    queued: int
    cpu_ms: float
    kib: float


async def at_once(url: str, calls: int) -> AtOnce:
    """Dials all at once, lets each press a key and wait in the queue, and ends them after twenty seconds."""
    carrier = Carrier(Settings(app_url=url, seed="bench"))
    await carrier.open()
    before_kib, cpu = rss_kib(), time.process_time()
    script = Script.from_json({"steps": [{"hear": "press 1", "press": "1"}], "hang_up_after_s": 20})
    started = time.monotonic()
    for index in range(calls):
        carrier.dialling.dial_in(f"+1555{index:07}", DEMO_NUMBER, script)
        if index % 50 == 0:
            await asyncio.sleep(0)
    peak_kib = live = 0
    while time.monotonic() - started < 19:
        await asyncio.sleep(0.5)
        live = max(live, sum(leg.status == "in-progress" for leg in carrier.legs.values()))
        peak_kib = max(peak_kib, rss_kib())
    await asyncio.sleep(5)
    queued = sum(any(line["kind"] == "pressed" for line in leg.handset.lines) for leg in carrier.legs.values())
    cpu_ms = (time.process_time() - cpu) / calls * 1000
    await carrier.close()
    return AtOnce(calls, live, queued, cpu_ms, (peak_kib - before_kib) / calls)


@dataclass(frozen=True)
class Day:
    calls: int
    lines: int
    seconds: float
    cpu_s: float
    mib: int
    digest: str


async def day(url: str, calls: int, path: Path) -> Day:
    """A day's calls, evenly spread with one agent leg for every fourth."""
    clock = DrivenClock()
    carrier = Carrier(Settings(app_url=url, seed="day", ledger_path=str(path)), clock=clock)
    await carrier.open()
    started, cpu = time.monotonic(), time.process_time()
    gap_ms, begin_ms = 86_400_000 // calls, clock.now_ms()

    def dial(index: int) -> None:
        script = {"steps": [{"hear": "press 1", "press": "1"}], "hang_up_after_s": 20 + index % 100}
        carrier.dialling.dial_in(f"+1555{index:07}", DEMO_NUMBER, Script.from_json(script))
        if index % 4 == 0:
            carrier.dialling.connect_client(f"agent{index % 60}", {})

    for index in range(calls):
        clock.call_at(begin_ms + index * gap_ms, lambda index=index: dial(index))  # type: ignore[misc]
    await clock.run()
    seconds, cpu_s = time.monotonic() - started, time.process_time() - cpu
    await carrier.close()
    return Day(calls, carrier.ledger.seq, seconds, cpu_s, rss_kib() // 1024, digest_of(path))


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def report(held: AtOnce, days: list[Day]) -> list[str]:
    same = len({each.digest for each in days}) == 1
    lines = [
        f"`python -m bench.carrier --write` · the carrier on one core, the application on another · {circumstances()}",
        "",
        "| calls at once | stood together | pressed a key and queued | processor time each | memory each |",
        "|---|---|---|---|---|",
        f"| {held.calls:,} | {held.stood:,} | {held.queued:,} | {held.cpu_ms:.2f} ms | {held.kib:.1f} KiB |",
        "",
        "| a day under the driven clock | calls | ledger lines | took | processor time | resident | at most |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, each in zip(("first run", "again"), days, strict=True):
        reached = "180 s: reached" if each.seconds < 180 else "180 s: NOT REACHED"
        lines.append(
            f"| {name} | {each.calls:,} | {each.lines:,} | {each.seconds:.1f} s | {each.cpu_s:.1f} s | {each.mib} MiB"
            f" | {reached} |"
        )
    verdict = "the same, byte for byte" if same else "DIFFERENT"
    return [*lines, "", f"The two ledgers of one seed are {verdict} (sha256 {days[0].digest[:16]}…)."]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.carrier")
    parser.add_argument("--write", action="store_true", help="into bench/RESULTS.md")
    parser.add_argument("--at-once", type=int, default=1_000)
    parser.add_argument("--day", type=int, default=10_000)
    given = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    receiver, sender = multiprocessing.Pipe(duplex=False)
    application = multiprocessing.Process(target=answer_constants, args=(sender,), daemon=True)
    application.start()
    url = f"http://127.0.0.1:{receiver.recv()}"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        held = asyncio.run(at_once(url, given.at_once))
        with tempfile.TemporaryDirectory() as folder:
            days = [asyncio.run(day(url, given.day, Path(folder) / name)) for name in ("a", "b")]
    finally:
        application.terminate()
    lines = report(held, days)
    print("\n".join(lines))
    if given.write:
        write_section(RESULTS, "Local carrier", lines)
    return 0 if days[0].digest == days[1].digest else 1


if __name__ == "__main__":
    raise SystemExit(main())
