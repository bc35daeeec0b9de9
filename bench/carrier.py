"""How much the local carrier can carry: many calls at once, and a day of calls under the driven clock.

`python -m bench.carrier concurrent [CALLS]` holds scripted calls at the same time in real time and prints CPU
time and memory for each; `python -m bench.carrier day [CALLS]` runs a day twice with one seed and compares
the
ledgers. The application is a second process of constant documents; the carrier is held to one core.
"""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from aiohttp import web

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


async def concurrent(url: str, calls: int) -> None:
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
    waited = sum(any(line["kind"] == "pressed" for line in leg.handset.lines) for leg in carrier.legs.values())
    print(f"calls at once            {live}")
    print(f"calls that were queued   {waited}")
    print(f"CPU for each call        {(time.process_time() - cpu) / calls * 1000:.2f} ms")
    print(f"memory for each call     {(peak_kib - before_kib) / calls:.1f} KiB")
    await carrier.close()


async def day(url: str, calls: int, path: Path) -> str:
    """A day's calls, evenly spread with one agent leg for every fourth; the digest of its ledger."""
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
    seconds = time.monotonic() - started
    await carrier.close()
    print(
        f"{calls} calls, {carrier.ledger.seq} ledger lines, {seconds:.1f} s"
        f" ({time.process_time() - cpu:.1f} s of CPU), {rss_kib() // 1024} MiB resident"
    )
    return digest_of(path)


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(argv: list[str]) -> int:
    kind, calls = argv[0] if argv else "day", int(argv[1]) if len(argv) > 1 else 0
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    receiver, sender = multiprocessing.Pipe(duplex=False)
    application = multiprocessing.Process(target=answer_constants, args=(sender,), daemon=True)
    application.start()
    url = f"http://127.0.0.1:{receiver.recv()}"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        if kind == "concurrent":
            asyncio.run(concurrent(url, calls or 1_000))
            return 0
        with tempfile.TemporaryDirectory() as folder:
            digests = {asyncio.run(day(url, calls or 10_000, Path(folder) / name)) for name in ("a", "b")}
        print("the ledgers are the same" if len(digests) == 1 else "the ledgers DIFFER")
        return 0 if len(digests) == 1 else 1
    finally:
        application.terminate()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
