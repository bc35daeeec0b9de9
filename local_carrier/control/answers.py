"""Reading and answering JSON on the control API. Errors are `{error: text}`."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from local_carrier.carrier import Carrier

CARRIER: web.AppKey[Carrier] = web.AppKey("carrier", Carrier)


async def body_of(request: web.Request) -> dict[str, Any]:
    """The JSON object sent, empty when nothing was; 400 when it is something else."""
    text = await request.text()
    if not text.strip():
        return {}
    try:
        data = json.loads(text)
    except ValueError as problem:
        raise _bad(f"the body is no JSON: {problem}") from problem
    if not isinstance(data, dict):
        raise _bad("the body must be a JSON object")
    return data


def _bad(message: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": message}), content_type="application/json")


def ok(data: Any, status: int = 200) -> web.Response:
    return web.json_response(
        data, status=status, dumps=lambda d: json.dumps(d, ensure_ascii=False, separators=(",", ":"))
    )


def error(message: str, status: int = 400) -> web.Response:
    return ok({"error": message}, status)
