"""Plain ASGI middlewares: limits of bodies, security headers, one log line and figure for each request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.errors import Problem, problem_response
from app.observe.logging import failure_facts, logger
from app.observe.metrics import Metrics

WEBHOOK_LIMIT = 64 * 1024
API_LIMIT = 1024 * 1024
TOO_LARGE = "the body is too large"
WEBHOOK_S, API_S = 10.0, 60.0
"""So long a body may take; a photo from a crew's phone goes over a slow network."""
GONE = 499
"""What is counted when the client went before its request was whole; nothing is answered."""
NO_STORE = (b"cache-control", b"no-store")


class Gone(Exception):
    """The client went away before its request was whole."""


class LimitBody:
    """Refuses bodies over 64 kB on webhooks and 1 MB elsewhere, announced or streamed, and those that only trickle."""

    def __init__(self, app: ASGIApp, webhook_s: float = WEBHOOK_S, api_s: float = API_S) -> None:
        self._app = app
        self._webhook_s = webhook_s
        self._api_s = api_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        webhook = scope["path"].startswith("/twilio/")
        limit, patience_s = (WEBHOOK_LIMIT, self._webhook_s) if webhook else (API_LIMIT, self._api_s)
        if _announced(scope) > limit:
            await problem_response(413, "too_large", TOO_LARGE, {"Connection": "close"})(scope, receive, send)
            return
        body = _Body(receive, limit, patience_s)
        try:
            await self._app(scope, body.receive, send)
        except Exception:
            if not body.gone:
                raise
        if body.gone:
            raise Gone


class _Body:
    """The body of one request on its way in."""

    def __init__(self, receive: Receive, limit: int, patience_s: float) -> None:
        self._receive = receive
        self._limit = limit
        self._until = asyncio.get_running_loop().time() + patience_s
        self._seen = 0
        self._whole = False
        self.gone = False

    async def receive(self) -> Message:
        """The next part; what comes after the body, the client's leaving, may be waited for without end."""
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError as error:
            raise Problem(408, "too_slow", "the body did not arrive in time", {"Connection": "close"}) from error
        self.gone = message["type"] == "http.disconnect"
        self._seen += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._seen > self._limit:
            raise Problem(413, "too_large", TOO_LARGE, {"Connection": "close"})
        return message


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


class SecurityHeaders:
    """Sets on every reply what browsers need to keep pages to themselves. A reply's own values stay."""

    def __init__(self, app: ASGIApp, voice_sdk: bool) -> None:
        self._app = app
        headers = {
            "content-security-policy": content_security_policy(voice_sdk),
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "x-frame-options": "DENY",
            "cross-origin-opener-policy": "same-origin",
            "permissions-policy": "geolocation=(self), microphone=(self), camera=()",
        }
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                more = [*self._headers, NO_STORE] if scope["path"].startswith("/api/") else self._headers
                message["headers"] = given + [header for header in more if header[0] not in names]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def content_security_policy(voice_sdk: bool) -> str:
    """Own files only, nothing inline. The Voice SDK's hosts are added where browser softphones are configured."""
    parts = ["default-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
    parts.append("object-src 'none'")
    if voice_sdk:
        parts.append("connect-src 'self' https://*.twilio.com wss://*.twilio.com")
        parts.append("media-src 'self' mediastream: https://*.twilio.com")
    return "; ".join(parts)


class Shield:
    """The last word on a request: what nobody handled becomes a 500 problem, and each request is logged and counted.

    Logged are method, route, status and time; never the address line, whose queries hold telephone numbers. Of
    webhooks only failures are logged: the journal tells the rest.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, monotonic: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._metrics = metrics
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = self._monotonic()

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noting_status)
        except Gone:
            status = GONE
        except Exception as error:  # noqa: BLE001 - whatever it is, the peer gets an answer and the log the place
            logger.error("request_failed", route=_route(scope), **failure_facts(error))
            if not status:
                await problem_response(500, "internal_error", "the service failed")(scope, receive, send_noting_status)
        finally:
            elapsed_s = self._monotonic() - started
            self._metrics.request(scope["method"], _route(scope), status, elapsed_s)
            if status >= 400 or not scope["path"].startswith("/twilio/"):
                ms = round(elapsed_s * 1000, 1)
                logger.info("request", method=scope["method"], route=_route(scope), status=status, ms=ms)


def _route(scope: Scope) -> str:
    """The route's template, so that neither logs nor label values hold what callers send."""
    return str(getattr(scope.get("route"), "path", "unmatched"))
