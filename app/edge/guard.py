"""Every route names who may use it, and that is settled before anything of the request is parsed or looked up.

`@allow(Verb.X)` or `@public` stands on each endpoint; a `GuardedRoute` without one refuses to be made.
"""

from __future__ import annotations

import hmac
import json
import math
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import HTTPConnection

from app.domain.staff.permissions import Verb
from app.edge.errors import Problem
from app.edge.services import services_of
from app.usecases.resume_session import Session, resume_session

COOKIE = "hotline_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_DEPTH = 32
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def allow(verb: Verb) -> Callable[[Endpoint], Endpoint]:
    """Declare that the endpoint needs a log-in whose role has `verb`."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.permission = verb  # type: ignore[attr-defined]
        return endpoint

    return declare


def public(endpoint: Endpoint) -> Endpoint:
    """Declare that anybody may use the endpoint."""
    endpoint.permission = None  # type: ignore[attr-defined]
    return endpoint


class Undeclared(Exception):
    """A route names neither a permission nor that it is public."""


class StrictRequest(Request):
    """A request whose JSON has one meaning and can be stored: no double names, no NaN, no NUL, no lone surrogate."""

    async def json(self) -> Any:
        """The body as JSON; raises a 422 problem for what only lenient parsers accept."""
        try:
            return parse_strictly(await self.body())
        except (ValueError, RecursionError) as error:
            raise Problem(422, "invalid_json", "the body is not well-formed JSON in UTF-8") from error


def parse_strictly(raw: bytes) -> Any:
    """JSON of RFC 8259 with unique names; integers within 2^53, texts without NUL. Raises ValueError."""
    value = json.loads(
        raw.decode("utf-8"),
        object_pairs_hook=_unique,
        parse_constant=_no_constant,
        parse_int=_safe_int,
        parse_float=_finite,
    )
    _check_texts(value, MAX_DEPTH)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _safe_int(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) >= 2**53:
        raise ValueError("an integer is beyond 2^53")
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is beyond all bounds")
    return value


def _check_texts(value: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("a text holds NUL")
        value.encode("utf-8")
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_texts(name, depth - 1)
            _check_texts(item, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check_texts(item, depth - 1)


def check_address(connection: HTTPConnection) -> None:
    """Refuse an address whose percent encoding hides NUL or bytes that are not UTF-8."""
    scope = connection.scope
    for raw in (scope.get("raw_path") or b"", scope.get("query_string") or b""):
        try:
            text = unquote_to_bytes(raw).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Problem(422, "invalid_encoding", "the address is not UTF-8") from error
        if "\x00" in text:
            raise Problem(422, "invalid_encoding", "the address holds NUL")


async def session_of(connection: HTTPConnection) -> Session | None:
    """The live session of the cookie, if there is one."""
    token = connection.cookies.get(COOKIE)
    if not token or len(token) > 256:
        return None
    services = services_of(connection)
    return await resume_session(services.db, services.clock, token)


async def admit(request: Request, verb: Verb) -> None:
    """Raise 401 or 403 unless the request is logged in, permitted and, where it writes, meant by its sender."""
    session = await session_of(request)
    if session is None:
        raise Problem(401, "not_logged_in", "log in first")
    if not session.viewer.may(verb):
        raise Problem(403, "forbidden", f"your role lacks {verb}")
    if request.method not in SAFE_METHODS and not _csrf_matches(request, session):
        raise Problem(403, "csrf_missing", f"{CSRF_HEADER} is missing or not this session's")
    request.state.session = session
    request.state.viewer = session.viewer


def _csrf_matches(request: Request, session: Session) -> bool:
    given = request.headers.get(CSRF_HEADER, "")
    return hmac.compare_digest(given.encode("latin-1", "replace"), session.csrf_token.encode())


class GuardedRoute(APIRoute):
    """A route that asks for its permission first. What a reply's shape was not given is left out of it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **{**options, "response_model_exclude_unset": True})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the guard."""
        if not hasattr(self.endpoint, "permission"):
            raise Undeclared(f"{self.path} names no permission")
        verb: Verb | None = self.endpoint.permission
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            if verb is not None:
                await admit(request, verb)
            check_address(request)
            return await answer(StrictRequest(request.scope, request.receive))

        return guarded


def guarded_router() -> APIRouter:
    """A router whose routes are all guarded."""
    return APIRouter(route_class=GuardedRoute)
