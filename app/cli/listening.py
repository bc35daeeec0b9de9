"""The server on its port: no patience with half-sent requests, no log lines at the pleasure of strangers."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.cli.console import NOT_SO, WRONG_USE, Failure
from app.observe.metrics import Metrics
from app.settings import Settings

GRACE_S = 5
HEAD_S = 10.0
MAX_HEAD = 64 * 1024
NOISE = (
    "Invalid HTTP request received.",
    "Unsupported upgrade request.",
    "Invalid UTF-8 sequence received from client.",
)


class ImpatientHttp(HttpToolsProtocol):
    """Gives a request line with its headers `patience_s` and 64 kB, from the first moment of the connection on."""

    def __init__(self, *args: Any, patience_s: float = HEAD_S, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._patience_s = patience_s
        self._patience: asyncio.TimerHandle | None = None
        self._head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock runs before the first byte: who sends nothing has no request either."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Blank lines before a request count as waiting for it, too."""
        super().data_received(data)
        if self.transport.get_protocol() is not self:  # an open socket sends no further head
            return
        if self.transport.is_closing() or not (self.cycle is None or self.cycle.response_complete):
            return
        self._head += len(data)
        if self._head > MAX_HEAD:
            self.transport.close()
        elif self._patience is None and self.timeout_keep_alive_task is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """The request begins; its body has a time limit of its own."""
        self._end_patience()
        self._head = 0
        super().on_headers_complete()

    def handle_websocket_upgrade(self) -> None:
        """Nobody waits for a head here any more."""
        self._end_patience()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        """The clock ends with the connection."""
        self._end_patience()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._patience = self.loop.call_later(self._patience_s, self.transport.close)

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


class RefusableSockets(WebSocketsSansIOProtocol):
    """Takes a refused handshake for finished, for which the server would log an error, and pings within measure."""

    async def send(self, message: Any) -> None:
        """Pass on one message of the application."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True

    def handle_ping(self) -> None:
        """Answer a ping, but heap no answers up for a client that does not read them."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.transport.abort()


class CountNoise(logging.Filter):
    """Counts what anybody can make the server log as often as they like, instead of a line for each."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is logged."""
        if record.msg not in NOISE:
            return True
        self._metrics.requests_malformed.inc()
        return False


def server_of(app: ASGIApp, trusted_proxies: str = "", head_s: float = HEAD_S) -> uvicorn.Server:
    """The server as it is in production, without a port."""
    config = uvicorn.Config(
        app,
        log_config=None,
        loop="uvloop",
        http=partial(ImpatientHttp, patience_s=head_s),  # type: ignore[arg-type]
        ws=RefusableSockets,
        ws_per_message_deflate=False,
        ws_max_size=64 * 1024,
        timeout_graceful_shutdown=GRACE_S,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
    )
    return uvicorn.Server(config)


def bound(host: str, port: int) -> list[socket.socket]:
    """Sockets on every address of `host`; they refuse connections until served. Raises Failure without one of them."""
    made: list[socket.socket] = []
    try:
        for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            made.append(socket.socket(family, kind))
            made[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                made[-1].setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made[-1].bind(address)
    except OSError as error:
        for each in made:
            each.close()
        raise Failure(f"{host} port {port}: {error.strerror}", NOT_SO) from error
    return made


def held(fd: int) -> list[socket.socket]:
    """The socket that the parent process holds open, so that whoever comes while this one is started again waits in
    line instead of being refused. Raises Failure when the file descriptor is no such socket.
    """
    try:
        found = socket.socket(fileno=fd)
    except OSError as error:
        raise Failure(f"--fd {fd}: {error.strerror}; give the number of a listening socket", WRONG_USE) from error
    if not found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise Failure(f"--fd {fd}: the socket does not listen", WRONG_USE)
    return [found]


def listen(app: ASGIApp, metrics: Metrics, found: Settings, sockets: list[socket.socket]) -> None:
    """Serve until told to stop."""
    logging.getLogger("uvicorn.error").addFilter(CountNoise(metrics))
    server = server_of(app, found.trusted_proxies)
    with suppress(KeyboardInterrupt, SystemExit):  # the server's own exit codes are not the command's
        server.run(sockets)
    if not server.started:
        raise Failure("the service did not start; the log says why", NOT_SO)
