"""A floor for benches: a carrier that says yes to everything, callers who wait, agents at their consoles."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp
from aiohttp import web

from app.db.access import open_access
from app.db.write_set import WriteSet
from app.domain.seed.people import DEMO_PASSWORD
from app.observe.clock import SystemClock
from app.settings import Settings
from app.usecases.turn_effects import put_event
from bench.contenders import Contender
from bench.webhook_load import CALLS, arrivals, send_all, turns
from routing.events import Event
from tests.whole.databases import settings_for

PATIENCE_S = 20.0


@asynccontextmanager
async def willing_carrier(port: int) -> AsyncIterator[None]:
    """Answers every REST request with a running call, conference or message."""

    async def answer(_: web.Request) -> web.Response:
        one = {"sid": "CF" + "0" * 32, "call_sid": "CA" + "0" * 32, "status": "in-progress"}
        return web.json_response({**one, "conferences": [one], "participants": [one], "meta": {"key": "conferences"}})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


def callers_wait(service: Contender, first: int = 0, count: int = CALLS) -> None:
    """So many calls arrive and ask for a human."""
    url, port = service.server.url, service.server.port
    send_all(port, arrivals(url, first, count))
    standing = asyncio.run(service.standing(first, count))
    send_all(port, turns(url, standing, 1, keys="0", first=first))


async def all_wait(service: Contender, count: int) -> None:
    """Until so many tasks stand in line, and the service has come to rest."""
    for _ in range(300):
        if await service.column("SELECT count(*) FROM tasks WHERE state = 'waiting'") == [count]:
            break
        await asyncio.sleep(0.1)
    else:
        raise RuntimeError(f"{count} callers do not wait: {service.server.tail()}")
    await asyncio.to_thread(service.server.rest)


async def tell_leader(database: str, event: Event) -> None:
    """What the carrier's webhooks would make of the media: one event for the leader."""
    settings: Settings = settings_for(database)
    write_set = WriteSet()
    put_event(write_set, event)
    async with open_access(settings) as access:
        await access.commit(write_set)


def now_ms() -> int:
    """Of the machine's clock."""
    return SystemClock().now_ms()


class Console:
    """One agent's open console; every frame is kept with the instant of its arrival."""

    def __init__(self, url: str, agent_no: str) -> None:
        self.agent_no = agent_no
        self.frames: list[tuple[float, dict[str, Any]]] = []
        self._url = url
        self._sent = 0

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._news = asyncio.Condition()
        body = {"agent_no": self.agent_no, "password": DEMO_PASSWORD}
        headers = {"Origin": self._url}
        async with self._http.post(f"{self._url}/api/session", json=body, headers=headers) as answer:
            assert answer.status < 300, await answer.text()
        self._socket = await self._http.ws_connect(f"{self._url}/api/console", headers=headers)
        self._reading = asyncio.create_task(self._read())
        await self.frame(0, type="snapshot")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._reading
        await self._http.close()

    async def _read(self) -> None:
        async for message in self._socket:
            at = time.perf_counter()
            async with self._news:
                self.frames.append((at, json.loads(message.data)))
                self._news.notify_all()

    async def send(self, command: str, **fields: Any) -> tuple[float, int]:
        """Send one command; the instant, and the place in `frames` from which its consequences come."""
        self._sent += 1
        known = len(self.frames)
        text = json.dumps({"type": command, "id": f"{self.agent_no}-{self._sent}", **fields})
        at = time.perf_counter()
        await self._socket.send_str(text)
        return at, known

    async def tell(self, command: str, **fields: Any) -> int:
        """One command that is acknowledged; the place in `frames` as in `send`."""
        _, known = await self.send(command, **fields)
        _, frame = await self.frame(known, id=f"{self.agent_no}-{self._sent}")
        assert frame["type"] == "ack", (command, fields, frame)
        return known

    async def frame(self, after: int, **fields: Any) -> tuple[float, dict[str, Any]]:
        """The first frame from place `after` on that has these fields, with the instant of its arrival."""
        async with self._news, asyncio.timeout(PATIENCE_S):
            while True:
                for at, frame in self.frames[after:]:
                    if fields.items() <= frame.items():
                        return at, frame
                await self._news.wait()
