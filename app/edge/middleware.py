"""Plain ASGI middlewares: limits of bodies, security headers, one log line and figure for each request."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.errors import Problem, problem_response
from app.observe.logging import failure_facts, logger
from app.observe.metrics import Metrics

WEBHOOK_LIMIT = 64 * 1024
API_LIMIT = 1024 * 1024
TOO_LARGE = "the body is too large"
NO_STORE = (b"cache-control", b"no-store")


class LimitBody:
    """Refuses bodies over 64 kB on webhooks and 1 MB elsewhere, announced or streamed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = WEBHOOK_LIMIT if scope["path"].startswith("/twilio/") else API_LIMIT
        if _announced(scope) > limit:
            await problem_response(413, "too_large", TOO_LARGE, {"Connection": "close"})(scope, receive, send)
            return
        seen = 0

        async def receive_within_limit() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise Problem(413, "too_large", TOO_LARGE, {"Connection": "close"})
            return message

        await self._app(scope, receive_within_limit, send)


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
