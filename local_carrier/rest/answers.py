"""What every REST request meets: credentials, faults, the ledger, errors and pages."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.typedefs import Handler

from local_carrier.carrier import Carrier
from local_carrier.clock import sleep
from local_carrier.control.answers import CARRIER
from local_carrier.webhooks.callbacks import rfc2822

T = TypeVar("T")
API = "/2010-04-01"
MAX_PAGE = 1000


class RestError(Exception):
    """An answer of the API's error shape; `code` is the carrier's, `status` the HTTP one."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def not_found(request: web.Request) -> RestError:
    return RestError(404, 20404, f"The requested resource {request.path} was not found")


def _body(problem: RestError) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "more_info": f"https://www.twilio.com/docs/errors/{problem.code}",
        "status": problem.status,
    }


def authenticate(carrier: Carrier, request: web.Request) -> None:
    """Basic auth by account sid and any of its tokens, or by an API key; raises 20003, 20404 for another
    account."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        user, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        user = secret = ""
    expected = [carrier.settings.api_keys[user]] if user in carrier.settings.api_keys else []
    if user == carrier.settings.account_sid:
        expected = list(carrier.settings.auth_tokens)
    known = any(hmac.compare_digest(secret.encode(), token.encode()) for token in expected)
    if scheme.lower() != "basic" or not known:
        raise RestError(401, 20003, "Authenticate")
    if request.match_info.get("account", carrier.settings.account_sid) != carrier.settings.account_sid:
        raise not_found(request)


@web.middleware
async def rest_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Stands around every path of the API and leaves the rest of the server alone."""
    if not request.path.startswith(API + "/"):
        return await handler(request)
    carrier = request.app[CARRIER]
    with carrier.clock.busy():
        form, unreadable = await _read(request)
        entry = carrier.ledger.begin("rest", "rest", method=request.method, path=request.path_qs, params=form)
        response, lost = await _answer(carrier, request, unreadable or handler)
        body = response.text if response.content_type == "application/json" else None
        carrier.ledger.finish(entry, status=response.status, reply=json.loads(body) if body else None, reply_lost=lost)
        if lost and request.transport is not None:
            request.transport.abort()
        return response


async def _read(request: web.Request) -> tuple[list[tuple[str, str]], Handler | None]:
    """The form, or what refuses it: nothing that is sent may end otherwise than in an answer."""
    try:
        return [(name, str(value)) for name, value in (await request.post()).items()], None
    except web.HTTPRequestEntityTooLarge:
        return [], _refusing(RestError(413, 20001, "The request is too large"))
    except (ValueError, LookupError, AssertionError, web.HTTPException, HttpProcessingError) as problem:
        return [], _refusing(RestError(400, 20001, f"The form cannot be read: {type(problem).__name__}"))


def _refusing(problem: RestError) -> Handler:
    async def refuse(_: web.Request) -> web.StreamResponse:
        raise problem

    return refuse


async def _answer(carrier: Carrier, request: web.Request, handler: Handler) -> tuple[web.Response, bool]:
    faults = carrier.faults
    try:
        authenticate(carrier, request)
        if faults.strikes("rest_dropped", "rest"):
            return web.Response(status=500), True
        if faults.strikes("rest_slow", "rest"):
            await sleep(carrier.clock, int(faults.share("slowness", "rest") * faults.rates.rest_slow_ms))
        if faults.strikes("rest_429", "rest"):
            raise RestError(429, 20429, "Too Many Requests")
        if faults.strikes("rest_500", "rest"):
            raise RestError(500, 20500, "An internal server error has occurred")
        response = await handler(request)
    except RestError as problem:
        headers = {"Retry-After": "1"} if problem.status == 429 else {}
        if problem.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
        failed = web.json_response(_body(problem), status=problem.status)
        failed.headers.update(headers)
        return failed, False
    except web.HTTPNotFound:
        return web.json_response(_body(not_found(request)), status=404), False
    except web.HTTPMethodNotAllowed:
        return web.json_response(_body(RestError(405, 20004, "Method not allowed")), status=405), False
    if not isinstance(response, web.Response):
        raise TypeError("REST handlers answer with a whole response")
    return response, faults.strikes("rest_reply_lost", "rest")


async def form_of(request: web.Request) -> dict[str, str]:
    """The form's fields, the last of a repeated one."""
    return {key: str(value) for key, value in (await request.post()).items()}


async def list_of(request: web.Request, name: str) -> list[str]:
    """A repeated field; one field with several words counts as several."""
    form = await request.post()
    return [word for value in form.getall(name, []) for word in str(value).split()]


def choice(form: dict[str, str], name: str, allowed: Sequence[str], default: str, code: int = 20001) -> str:
    value = form.get(name, default) or default
    if value not in allowed:
        raise RestError(400, code, f"Invalid {name}: must be one of {', '.join(allowed)}")
    return value


def flag_of(form: dict[str, str], name: str, default: bool) -> bool:
    """Anything but true is false where something is given (docs/voice/api/conference-participant-
    resource)."""
    return form[name].strip().lower() == "true" if form.get(name, "") else default


def whole(form: dict[str, str], name: str, default: int, low: int, high: int, code: int = 20001) -> int:
    text = form.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or not low <= int(text[:12]) <= high:
        raise RestError(400, code, f"Invalid {name}: must be a whole number from {low} to {high}")
    return int(text)


def web_url(form: dict[str, str], name: str, code: int = 21205) -> str:
    url = form.get(name, "").strip()
    if url and not url.startswith(("http://", "https://")):
        raise RestError(400, code, f"{name} is not a valid URL: {url}")
    return url


def date_of(at_ms: int) -> str | None:
    return rfc2822(at_ms) if at_ms else None


def json_answer(data: Any, status: int = 200) -> web.Response:
    return web.json_response(data, status=status)


def page(request: web.Request, key: str, items: Sequence[T], shape: Callable[[T], dict[str, Any]]) -> web.Response:
    """One page of a list, with the addresses of its neighbours."""
    query = dict(request.query)
    size = min(MAX_PAGE, max(1, _number(query.get("PageSize"), 50)))
    number = max(0, _number(query.get("Page"), 0))
    first, last = number * size, number * size + size
    shown = items[first:last]

    def uri(index: int) -> str:
        return f"{request.path}?{urlencode({**query, 'PageSize': str(size), 'Page': str(index)})}"

    return json_answer(
        {
            key: [shape(item) for item in shown],
            "page": number,
            "page_size": size,
            "start": first,
            "end": max(first, first + len(shown) - 1),
            "uri": uri(number),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(number - 1) if number else None,
            "next_page_uri": uri(number + 1) if last < len(items) else None,
        }
    )


def _number(text: str | None, default: int) -> int:
    return int(text[:9]) if text and text.isascii() and text.isdigit() else default
