"""Reading and answering JSON on the control API. Errors are `{error: text}`."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from local_carrier.carrier import Carrier

LONGEST_WAIT_S = 30.0
CARRIER: web.AppKey[Carrier] = web.AppKey("carrier", Carrier)


async def body_of(request: web.Request) -> dict[str, Any]:
    """The JSON object sent, empty when nothing was; 400 when it is something else."""
    try:
        text = await request.text()
        data = json.loads(text) if text.strip() else {}
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair can be escaped in JSON, but not sent on
    except (ValueError, LookupError, RecursionError) as problem:
        raise _bad(f"the body is no JSON: {problem}") from problem
    if not isinstance(data, dict):
        raise _bad("the body must be a JSON object")
    return data


def _bad(message: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": message}), content_type="application/json")


def count_in(request: web.Request, name: str, default: int = 0) -> int:
    """A parameter of the query that is a whole number; 400 when it is something else."""
    text = request.query.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit()):
        raise _bad(f"{name} must be a whole number")
    return int(text[:15])


def wait_of(request: web.Request) -> float:
    """How many seconds the one who asks is willing to wait, at most 30; 400 when it is no number."""
    try:
        seconds = float(request.query.get("wait", "") or 0)
    except ValueError as problem:
        raise _bad("wait must be a number of seconds") from problem
    return min(LONGEST_WAIT_S, seconds) if seconds > 0 else 0.0


def ok(data: Any, status: int = 200) -> web.Response:
    return web.json_response(
        data, status=status, dumps=lambda d: json.dumps(d, ensure_ascii=False, separators=(",", ":"))
    )


def error(message: str, status: int = 400) -> web.Response:
    return ok({"error": message}, status)
