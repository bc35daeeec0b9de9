"""Errors as `application/problem+json`: every one has a stable `code`, none repeats what was sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from app.db.write_set import Conflict, OutcomeUnknown, Unavailable, WriteError
from app.usecases.refusals import Refused, RefusedBecause

CODES = {
    400: "bad_request",
    401: "not_logged_in",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_attempts",
    500: "internal_error",
    503: "unavailable",
}
STATUS = {
    RefusedBecause.NOT_FOUND: 404,
    RefusedBecause.FORBIDDEN: 403,
    RefusedBecause.CONFLICT: 409,
    RefusedBecause.INVALID: 422,
    RefusedBecause.NOT_LOGGED_IN: 401,
    RefusedBecause.TOO_MANY: 429,
}
MEDIA_TYPE = "application/problem+json"
MACHINES = ("/api/", "/twilio/")


class Problem(HTTPException):
    """An error with its own `code`; `detail` is a sentence for people and holds nothing personal."""

    def __init__(self, status: int, code: str, detail: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail or HTTPStatus(status).phrase, headers)
        self.code = code


def problem_body(status: int, code: str, detail: str, **more: Any) -> bytes:
    """The bytes of one problem document (RFC 9457) with our `code`."""
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code}
    return json.dumps({**document, "detail": detail, **more}, ensure_ascii=True).encode()


def problem_response(
    status: int, code: str, detail: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """A problem document as a response that no cache keeps."""
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(problem_body(status, code, detail, **more), status, headers=kept, media_type=MEDIA_TYPE)


NO_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>404</title></head><body><main><h1>404</h1><p>没有这个页面。</p>"
    '<p lang="en">There is no such page.</p><p><a href="/console">坐席台 <span lang="en">Console</span></a> · '
    '<a href="/field">现场作业 <span lang="en">On site</span></a> · '
    '<a href="/wallboard">值班大屏 <span lang="en">Wallboard</span></a></p></main></body></html>'
)


def _is_for_people(request: Request) -> bool:
    """Whether somebody typed or followed the address in a browser; programs ask for no pages."""
    return request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", "")


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and not request.url.path.startswith(MACHINES) and _is_for_people(request):
        return HTMLResponse(NO_PAGE, 404, {"Cache-Control": "no-store"})
    code = error.code if isinstance(error, Problem) else CODES.get(error.status_code, "error")
    return problem_response(error.status_code, code, error.detail, error.headers)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(item["loc"][:1] == ("path",) for item in found):
        return problem_response(404, "not_found", "Not Found")
    errors = [{"at": [_plain(part) for part in item["loc"]], "reason": item["type"]} for item in found]
    return problem_response(422, "invalid", "some values are missing or wrong", errors=errors[:20])


def _plain(part: str | int) -> str | int:
    """A place in the input; names that the caller made up are shortened."""
    return part if isinstance(part, int) else part[:64]


async def _on_refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s is not None else None
    return problem_response(STATUS[error.because], error.code, error.detail, headers)


async def _on_write_error(_: Request, error: Exception) -> Response:
    if isinstance(error, Conflict):
        return problem_response(409, "changed_meanwhile", "somebody else changed this; read it again")
    if isinstance(error, OutcomeUnknown):
        return problem_response(503, "outcome_unknown", "repeat with the same Idempotency-Key", {"Retry-After": "2"})
    assert isinstance(error, Unavailable | WriteError)
    return problem_response(503, "unavailable", "nothing was written; try again", {"Retry-After": "2"})


async def _on_no_database(_: Request, __: Exception) -> Response:
    return problem_response(503, "unavailable", "the database does not answer; try again", {"Retry-After": "2"})


def install(app: FastAPI) -> None:
    """Register the handlers; what none of them knows is answered by the `Shield` middleware."""
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(WriteError, _on_write_error)
    app.add_exception_handler(OperationalError, _on_no_database)
