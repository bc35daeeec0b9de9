"""The carrier as a process of its own, under the real clock, with an application that answers it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from local_carrier.__main__ import main
from tests.local_carrier.world import CALLER, App


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def carrier(app: App, *options: str, **environ: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local_carrier", "serve", "--port", str(port)),
        *("--app-url", app.url("/").rstrip("/"), *options),
        env={**os.environ, **environ},
    )
    try:
        async with aiohttp.ClientSession() as http:
            while process.returncode is None:
                try:
                    async with http.get(f"{base}/healthz") as answer:
                        assert answer.status == 200
                        break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        yield base, process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_a_call_in_real_time_and_a_clean_end(tmp_path: Path) -> None:
    app = App()
    await app.server.start_server()
    app.answers["/twilio/voice"] = '<Gather numDigits="1" action="/menu"><Say>press</Say></Gather>'
    app.answers["/menu"] = "<Hangup/>"
    ledger = tmp_path / "ledger.jsonl"
    options = ("--ledger", str(ledger), "--faults", '{"callback_doubled": 1}')
    async with carrier(app, *options, HOTLINE_NUMBER="+15550109500") as (base, process):
        async with aiohttp.ClientSession() as http:
            script = [{"hear": "press", "press": "3"}]
            async with http.post(f"{base}/control/calls", json={"from": CALLER, "script": script}) as answer:
                call = await answer.json()
            assert call["to"] == "+15550109500"
            seen: list[dict[str, str]] = []
            while not seen or seen[-1].get("status") != "completed":
                url = f"{base}/control/calls/{call['call_sid']}/transcript?after={len(seen)}&wait=10"
                async with http.get(url) as answer:
                    seen += (await answer.json())["lines"]
        assert app.at("/menu")[0]["Digits"] == "3"
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert '"carrier_stopped"' in ledger.read_text(encoding="utf-8")
    await app.server.close()


async def ledger_of(base: str) -> list[dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(f"{base}/control/ledger?limit=10000") as answer:
        return list((await answer.json())["items"])


async def test_what_the_ledger_told_is_there_after_a_kill_and_it_goes_on(tmp_path: Path) -> None:
    app = App()
    await app.server.start_server()
    app.answers["/twilio/voice"] = '<Say>hello</Say><Enqueue waitUrl="/wait">line</Enqueue>'
    app.answers["/wait"] = '<Pause length="1"/>'
    options, seed = ("--ledger", str(tmp_path / "ledger.jsonl")), ("--seed", "s")
    async with carrier(app, *options, *seed) as (base, process):
        async with aiohttp.ClientSession() as http:
            for number in range(20):
                async with http.post(f"{base}/control/calls", json={"from": f"+1555010{number:04}"}) as answer:
                    assert answer.status == 201
        while not any(line["kind"] == "queue_joined" for line in await ledger_of(base)):
            pass
        told = await ledger_of(base)
        process.kill()
        await process.wait()
    async with carrier(app, *options, *seed) as (base, _):
        one = {"from": "+15550100000"}
        async with aiohttp.ClientSession() as http, http.post(f"{base}/control/calls", json=one) as answer:
            again = await answer.json()
        kept = await ledger_of(base)
    await app.server.close()
    assert kept[: len(told)] == told
    assert [line["seq"] for line in kept] == list(range(1, len(kept) + 1))
    assert again["call_sid"] not in {line.get("call_sid") for line in told}
    assert [line["kind"] for line in kept].count("carrier_started") == 2


async def test_it_ends_at_once_though_a_page_waits_for_news() -> None:
    app = App()
    await app.server.start_server()
    async with carrier(app) as (base, process), aiohttp.ClientSession() as http:
        async with http.get(f"{base}/control/state") as answer:
            seq = (await answer.json())["ledger_seq"]
        waiting = asyncio.ensure_future(http.get(f"{base}/control/ledger?after={seq}&wait=30"))
        async with http.get(f"{base}/healthz"):
            pass
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await process.wait() == 0
        with pytest.raises(aiohttp.ClientError):
            (await waiting).raise_for_status()
    await app.server.close()


def test_wrong_use_is_told_in_one_line(capsys: object) -> None:
    assert main(["serve", "--faults", '{"meteor": 1}']) == 2
    assert main(["serve", "--directory", "/nonexistent.json", "--port", "0"]) == 1
