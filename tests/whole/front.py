"""What stands before the nodes in production: spreads requests, and waits for a node that is starting again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Self
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from yarl import URL

from tests.whole.processes import free_port

PATIENCE_S = 13.0
GIVEN_UP_S = 30.0
"""Nobody asks any more about a call of which nothing was heard for so long."""
DROPPED = ("host", "content-length", "connection", "transfer-encoding")


class Front:
    """Requests go to the nodes in turn. One that breaks off in the middle is a 502, which the carrier repeats."""

    def __init__(self, nodes: Sequence[str] = ()) -> None:
        self.nodes = list(nodes)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._next = 0
        self._since: dict[str, float] = {}

    def longest_wait_s(self) -> float:
        """How long the one has been waiting who waits longest: for an answer that is no word of patience."""
        now = asyncio.get_running_loop().time()
        waits = [now - since for since in self._since.values() if now - since < GIVEN_UP_S]
        return max(waits, default=0.0)

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            auto_decompress=False, connector=aiohttp.TCPConnector(limit=0, force_close=True)
        )
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=False)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._http.close()

    def _choose(self, _: bytes) -> str:
        """The node whose turn it is."""
        self._next += 1
        return self.nodes[self._next % len(self.nodes)]

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        form = parse_qs(body.decode("utf-8", "replace"))
        about = next((form[name][0] for name in ("CallSid", "MessageSid") if name in form), request.path)
        self._since.setdefault(about, asyncio.get_running_loop().time())
        answer = await self._answer(request, body)
        if answer.status < 500 and b"again=" not in (answer.body or b""):  # type: ignore[operator]
            self._since.pop(about, None)
        return answer

    async def _answer(self, request: web.Request, body: bytes) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in DROPPED}
        give_up = asyncio.get_running_loop().time() + PATIENCE_S
        while asyncio.get_running_loop().time() < give_up:
            node = self._choose(body)
            try:
                async with self._http.request(
                    request.method, URL(node + request.raw_path, encoded=True), data=body, headers=headers
                ) as answer:
                    kept = {n: v for n, v in answer.headers.items() if n.lower() not in DROPPED}
                    return web.Response(status=answer.status, body=await answer.read(), headers=kept)
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.05)
            except (aiohttp.ClientError, OSError):
                return web.Response(status=502)
        return web.Response(status=504)


class Alternating(Front):
    """Each request about a call goes to another node than the one before; `took[CallSid]` tells which it went to."""

    def __init__(self, nodes: Sequence[str] = ()) -> None:
        super().__init__(nodes)
        self.took: defaultdict[str, list[str]] = defaultdict(list)

    def _choose(self, body: bytes) -> str:
        about = parse_qs(body.decode("utf-8", "replace")).get("CallSid", [""])[0]
        node = self.nodes[len(self.took[about]) % len(self.nodes)]
        self.took[about].append(node)
        return node
