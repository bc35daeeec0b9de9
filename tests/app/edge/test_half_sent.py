"""Requests that never become whole, and what strangers can make the server do: by real sockets."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import cast

import aiohttp
import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.cli.listening import CountNoise, bound, server_of
from app.edge import errors
from app.edge.middleware import LimitBody, Shield
from app.observe.logging import configure_logging
from app.observe.metrics import Metrics
from app.settings import Settings
from tests.app.edge.conftest import House

Dial = Callable[[], AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]
SOON_S, NEVER_S = 0.2, 600.0


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["type"] == "websocket":
        socket = WebSocket(scope, receive, send)
        await socket.accept()
        with suppress(WebSocketDisconnect):
            await socket.send_text(await socket.receive_text())
        return
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{len(body)} of {scope['client'][0]}")(scope, receive, send)


@asynccontextmanager
async def served(app: ASGIApp, proxies: str = "", head_s: float = NEVER_S) -> AsyncIterator[Dial]:
    """The production server around `app`, and a way to connect to it."""
    (listening,) = bound("127.0.0.1", 0)
    server = server_of(app, proxies, head_s)
    serving = asyncio.create_task(server.serve([listening]))
    async with asyncio.timeout(20):
        while not server.started:
            await asyncio.sleep(0)

    @asynccontextmanager
    async def dial() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", listening.getsockname()[1])
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    try:
        yield dial
    finally:
        server.should_exit = True
        await serving


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Everything until the server closes; a reset is an end, too."""
    async with asyncio.timeout(20):
        with suppress(ConnectionResetError):
            return await reader.read()
        return b""


async def test_a_quiet_socket_outlives_the_patience_with_half_sent_heads() -> None:
    async with served(echo, head_s=SOON_S) as dial, aiohttp.ClientSession() as client, dial() as (reader, writer):
        host, port = writer.get_extra_info("peername")
        async with client.ws_connect(f"http://{host}:{port}/") as socket, dial() as (later, _):
            assert await all_of(reader) == await all_of(later) == b""
            await socket.send_str("still here")
            assert await socket.receive_str(timeout=20) == "still here"


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"POST /twilio/voice HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_a_head_that_does_not_arrive_ends_the_connection(begun: bytes) -> None:
    async with served(echo, head_s=SOON_S) as dial, dial() as (reader, writer):
        writer.write(begun)
        assert await all_of(reader) == b""


async def test_trickling_into_a_kept_connection_ends_it_too() -> None:
    async with served(echo, head_s=SOON_S) as dial, dial() as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await reader.readuntil(b"127.0.0.1")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET /")
        assert await all_of(reader) == b""


async def test_a_head_without_end_is_cut_off() -> None:
    async with served(echo) as dial, dial() as (reader, writer):
        with suppress(ConnectionError):
            writer.write(b"GET / HTTP/1.1\r\n")
            for _ in range(100):
                writer.write(b"X-More: " + b"x" * 1_000 + b"\r\n")
                await writer.drain()
        assert await all_of(reader) == b""


async def test_a_body_may_take_longer_than_a_head() -> None:
    async with served(echo, head_s=SOON_S) as dial, dial() as (reader, writer), dial() as (silent, _):
        writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\na")
        assert await all_of(silent) == b""
        writer.write(b"b")
        assert (await all_of(reader)).endswith(b"2 of 127.0.0.1")


def patient(metrics: Metrics, seconds: float) -> FastAPI:
    """The middlewares that bodies pass, around one route for webhooks and one for the API."""
    app = FastAPI()
    errors.install(app)

    async def read(given: dict[str, int]) -> dict[str, int]:
        return given

    app.add_api_route("/twilio/voice", read, methods=["POST"])
    app.add_api_route("/api/session", read, methods=["POST"])
    app.add_middleware(LimitBody, webhook_s=seconds, api_s=seconds)
    app.add_middleware(Shield, metrics=metrics)
    return app


def half_sent(path: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
    return head.encode() + b"{"


@pytest.mark.parametrize("path", ["/twilio/voice", "/api/session"])
async def test_a_body_that_does_not_arrive_is_answered_408_and_the_connection_ends(path: str) -> None:
    async with served(patient(Metrics(), SOON_S)) as dial, dial() as (reader, writer):
        writer.write(half_sent(path))
        answer = await all_of(reader)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b'"code": "too_slow"' in answer


@pytest.mark.parametrize("path", ["/twilio/voice", "/api/session"])
async def test_who_goes_before_the_body_is_whole_is_no_failure_of_ours(path: str) -> None:
    metrics, stream = Metrics(), io.StringIO()
    end = configure_logging(stream)
    async with served(patient(metrics, NEVER_S)) as dial:
        async with dial() as (_, writer):
            writer.write(half_sent(path))
            await writer.drain()
        counted = f'hotline_http_requests_total{{method="POST",route="{path}",status="499"}} 1.0'
        async with asyncio.timeout(20):
            while counted not in metrics.exposition().decode():
                await asyncio.sleep(0)
    end()
    assert '"level": "error"' not in stream.getvalue()


@pytest.mark.parametrize(("proxies", "seen"), [("", b"127.0.0.1"), ("127.0.0.0/8", b"203.0.113.9")])
async def test_only_a_configured_proxy_is_believed_about_the_address(proxies: str, seen: bytes) -> None:
    async with served(echo, proxies) as dial, dial() as (reader, writer):
        forwarded = b"X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n"
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + forwarded + b"\r\n")
        assert (await all_of(reader)).endswith(b"0 of " + seen)


@pytest.mark.parametrize("given", ["proxy.example", "0.0.0.0/0", "::/0", "*", "10.0.0.1, nonsense"])
def test_a_proxy_is_named_by_its_address(given: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, trusted_proxies=given)  # type: ignore[call-arg]


async def test_refused_sockets_and_nonsense_are_counted_not_logged(house: House) -> None:
    metrics, stream = house.services.metrics, io.StringIO()
    end = configure_logging(stream)
    noise = CountNoise(metrics)
    logging.getLogger("uvicorn.error").addFilter(noise)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (echo if scope["type"] == "lifespan" else house.app)(scope, receive, send)

    async with served(app) as dial:
        for sent, answer in ((handshake("https://evil.example"), b"403"), (handshake("http://a"), b"401")):
            async with dial() as (reader, writer):
                writer.write(sent)
                assert (await all_of(reader)).startswith(b"HTTP/1.1 " + answer)
        async with dial() as (reader, writer):
            writer.write(b"\x16\x03\x01 hello\r\n\r\n")
            assert (await all_of(reader)).startswith(b"HTTP/1.1 400")
    logging.getLogger("uvicorn.error").removeFilter(noise)
    end()
    assert stream.getvalue() == ""
    exposed = metrics.exposition().decode()
    for counted in ('sockets_refused_total{status="403"}', 'sockets_refused_total{status="401"}', "malformed_total"):
        assert f"{counted} 1.0" in exposed


async def test_pings_whose_answers_nobody_reads_end_the_socket() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await echo(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.accept"})
        await receive()

    pings = (b"\x89\xfd" + bytes(4) + b"x" * 125) * 1_000
    async with served(app) as dial, dial() as (reader, writer):
        writer.write(handshake("http://a"))
        await reader.readuntil(b"\r\n\r\n")
        cast("asyncio.ReadTransport", writer.transport).pause_reading()
        ended = False
        for _ in range(1_000):
            try:
                writer.write(pings)
                await writer.drain()
            except ConnectionError:
                ended = True
                break
        assert ended


def handshake(origin: str) -> bytes:
    lines = ["GET /api/console HTTP/1.1", "Host: a", f"Origin: {origin}", "Connection: Upgrade", "Upgrade: websocket"]
    return "\r\n".join(
        [*lines, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==", "", ""]
    ).encode()
