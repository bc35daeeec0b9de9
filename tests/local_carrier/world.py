"""A carrier under a driven clock beside a small application that answers what a test tells it to."""

from __future__ import annotations

import base64
import dataclasses
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from local_carrier.carrier import Carrier
from local_carrier.clock import DrivenClock
from local_carrier.leg import Leg
from local_carrier.server import application
from local_carrier.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_NUMBER, Settings
from tests.local_carrier.oracles.openapi import Exchange, Spec

CALLER = "+15550100001"
SPEC = Spec.load(os.environ["CARRIER_SPEC"]) if "CARRIER_SPEC" in os.environ else None
Answer = str | web.Response | Callable[[dict[str, str]], Any]


@dataclass
class Asked:
    path: str
    method: str
    query: str
    form: dict[str, str]
    headers: dict[str, str]
    pairs: list[tuple[str, str]]


def twiml(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


class App:
    """`answers` by path: TwiML without its root, a response, or a function of the form; else nothing."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._serve)
        self.server = TestServer(application)

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        pairs = [(k, str(v)) for k, v in (await request.post()).items()]
        if request.method == "GET":
            pairs = list(request.query.items())
        asked = Asked(request.path, request.method, request.query_string, dict(pairs), dict(request.headers), pairs)
        self.asked.append(asked)
        answer = self.answers.get(request.path, "")
        if callable(answer):
            answer = answer(asked.form)
            if hasattr(answer, "__await__"):
                answer = await answer
            if isinstance(answer, web.StreamResponse):
                return answer
        if isinstance(answer, web.Response):
            # A response can be sent once only; a test may want it several times.
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers.copy())
        return web.Response(text=twiml(str(answer)), content_type="text/xml")

    def at(self, path: str) -> list[dict[str, str]]:
        return [a.form for a in self.asked if a.path == path]


@dataclass
class Reply:
    status: int
    json: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.json[key]


class World:
    def __init__(self, **settings: Any) -> None:
        self.app = App()
        self._settings = settings
        self.carrier: Carrier
        self.clock: DrivenClock
        self.base = ""
        self.exchanges: list[Exchange] = []

    def _judged(self, server: web.Application) -> None:
        """With the carrier's OpenAPI document at hand, notes every exchange over REST for `__aexit__` to judge."""

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            answer = await handler(request)
            sent = request.transport is not None and not request.transport.is_closing()
            if sent and request.path.endswith(".json") and isinstance(answer, web.Response):
                form = tuple((name, str(value)) for name, value in (await request.post()).items())
                body = json.loads(answer.text or "null") if answer.content_type == "application/json" else None
                query = tuple(request.query.items())
                self.exchanges.append(Exchange(request.method, request.path, query, form, answer.status, body))
            return answer

        if SPEC is not None:
            server.middlewares.insert(0, note)

    async def __aenter__(self) -> World:
        await self.app.server.start_server()
        given = {"app_url": self.app.url("/").rstrip("/"), "seed": "7", **self._settings}
        rates = given.pop("rates", None)
        self.clock = DrivenClock(settle_ms=int(given.get("settle_ms", 0)))
        self.carrier = Carrier(Settings(**given), clock=self.clock, rates=rates)
        server = application(self.carrier)
        self._judged(server)
        self._server = TestServer(server)
        await self._server.start_server()
        port = self._server.port
        assert port is not None
        self.carrier.settings = dataclasses.replace(self.carrier.settings, port=port)
        self.base = str(self._server.make_url("/")).rstrip("/")
        self._http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()
        await self._server.close()
        await self.app.server.close()
        assert self.clock.failed == []
        if SPEC is not None:
            faults = sorted({fault for exchange in self.exchanges for fault in SPEC.faults(exchange)})
            assert not faults, "\n".join(faults)

    async def wait(self, seconds: float = 0) -> None:
        """Lets that much of the carrier's time pass."""
        await self.clock.advance(int(seconds * 1000))

    async def rest(self, method: str, path: str, *, auth: str = "", **form: Any) -> Reply:
        """One REST call; repeated fields are given as lists."""
        pairs = [(k, str(v)) for k, values in form.items() for v in (values if isinstance(values, list) else [values])]
        token = auth or f"{DEMO_ACCOUNT_SID}:{DEMO_AUTH_TOKEN}"
        async with self._http.request(
            method,
            f"{self.base}/2010-04-01/Accounts/{DEMO_ACCOUNT_SID}{path}",
            data=pairs if method == "POST" else None,
            params=pairs if method == "GET" else None,
            headers={"Authorization": "Basic " + base64.b64encode(token.encode()).decode()},
        ) as answer:
            body = await answer.json() if answer.content_type == "application/json" else {}
            return Reply(answer.status, body, dict(answer.headers))

    async def control(self, method: str, path: str, data: Any = None) -> Reply:
        async with self._http.request(method, f"{self.base}/control{path}", json=data) as answer:
            body = await answer.json() if answer.content_type == "application/json" else {}
            return Reply(answer.status, body, dict(answer.headers))

    def dial(self, script: Any = None, from_: str = CALLER) -> Leg:
        from local_carrier.parties.script import Script

        return self.carrier.dialling.dial_in(from_, DEMO_NUMBER, Script.from_json(script))

    def press(self, leg: Leg, keys: str) -> None:
        self.carrier.dialling.phones[leg.sid].press(keys)

    def say(self, leg: Leg, words: str) -> None:
        self.carrier.dialling.phones[leg.sid].say(words)

    def hang_up(self, leg: Leg) -> None:
        self.carrier.dialling.phones[leg.sid].hang_up()

    def heard(self, leg: Leg) -> list[str]:
        return [str(line["text"]) for line in leg.handset.lines if line["kind"] == "heard"]

    def errors(self) -> list[int]:
        self.carrier.ledger.flush()
        return [line["code"] for line in self.carrier.ledger.read() if line["kind"] in ("error", "warning")]
