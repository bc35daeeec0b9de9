"""Whatever is sent, the answer is a clear refusal: no 5xx, nothing repeated back, always a problem document."""

from __future__ import annotations

import json
import re

import httpx2
import pytest
from fastapi.routing import APIRoute

from app.edge.middleware import API_LIMIT, WEBHOOK_LIMIT
from tests.app.edge.conftest import House

BODIES = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "number": b"5",
    "not json": b"{not json",
    "cut": b'{"note": "x',
    "latin-1": '{"note": "é"}'.encode("latin-1"),
    "utf-16": '{"note": "x"}'.encode("utf-16"),
    "bom": b'\xef\xbb\xbf{"note": "x"}',
    "lone surrogate": b'{"note": "\\ud800", "description": "\\udfff", "text": "\\ud800"}',
    "nul": b'{"note": "a\\u0000b", "to": "\\u0000", "description": "\\u0000", "cause": "\\u0000", "text": "\\u0000"}',
    "nul in a name": b'{"no\\u0000te": "x"}',
    "twice": b'{"note": "a", "note": "b"}',
    "nan": b'{"note": NaN}',
    "infinity": b'{"note": -Infinity}',
    "beyond float": b'{"note": 1e400}',
    "huge integer": b'{"version": ' + b"9" * 400 + b"}",
    "64 bits": b'{"version": 9223372036854775808}',
    "five thousand digits": b'{"version": ' + b"9" * 5000 + b"}",
    "deep": b'{"place":' * 40_000 + b"1" + b"}" * 40_000,
    "deep list": b"[" * 100_000,
    "long text": json.dumps({"note": "x" * 100_000, "to": "y" * 100_000, "text": "z" * 100_000}).encode(),
    "year 10000": b'{"kind": "fault", "area_codes": ["A"], "start_at": "10000-01-01T00:00:00Z"}',
    "year 1": b'{"kind": "fault", "area_codes": ["A"], "start_at": "0001-01-01T00:00:00+14:00"}',
    "instant as number": b'{"kind": "fault", "area_codes": ["A"], "start_at": 1e300}',
    "no offset": b'{"kind": "fault", "area_codes": ["A"], "start_at": "2026-01-01T00:00:00"}',
    "unknown area": b'{"kind": "fault", "area_codes": ["\xf0\x9f\x92\xa9", "\xe2\x80\xae"]}',
    "emoji order": '{"type": "fault", "description": "👩‍👩‍👧‍👦 \u202e\u200b ﷽", "address": "\u0301"}'.encode(),
    "sql": b'{"type": "fault", "description": "x", "account_no": "\' OR 1=1 --"}',
}
TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "multipart/form-data; boundary=x",
    "\xff/\xfe",
)
VALUES = {
    "plain": "x",
    "nul": "%00",
    "not utf-8": "%ff%fe",
    "half escape": "%",
    "bad escape": "%zz",
    "surrogate": "%ed%a0%80",
    "newline": "%0d%0aX-Injected:%201",
    "slash": "..%2f..%2fetc",
    "huge": "9" * 400,
    "negative": "-9223372036854775809",
    "quote": "%27%22%3b--",
    "like": "%25_%5c",
    "rtl": "%e2%80%ae",
    "long": "x" * 5000,
}
QUERIES = (
    *("limit=0", "limit=-1", "limit=99999999999999999999", "limit=1e3", "limit=NaN", "limit=", "limit=5&limit=x"),
    *("cursor=x", "cursor=e30", "cursor=WzFd", "cursor=W251bGxd", "cursor=WyJcdTAwMDAiLCAiYSJd", "cursor=%00"),
    *("cursor=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSwgImEiXQ", "cursor=" + "W" * 500, "cursor=WzEsICJceDAwIl0"),
    *("date=0000-01-01", "date=0001-01-01", "date=9999-12-31", "date=10000-01-01", "date=2026-02-30", "date=x"),
    *("from=%2b", "from=+", "from=%00", "phone=" + "9" * 60, "state=%ff", "q=%25", "q=" + "a%20" * 40, "q=\\", "q=%00"),
    *("open=maybe", "=", "&&&", "a" * 4000, "reason=%00"),
)


def routes(house: House) -> list[tuple[str, str]]:
    found = []
    for route in house.app.routes:
        if isinstance(route, APIRoute):
            found += [(method, route.path) for method in sorted(route.methods)]
    return found


def check(reply: httpx2.Response, what: object) -> None:
    assert reply.status_code < 500, (what, reply.status_code, reply.text)
    if reply.status_code >= 400 and "are not built" not in reply.text:
        assert reply.headers["content-type"] == "application/problem+json", what
        assert reply.json()["code"], what
    assert "x-injected" not in reply.headers, what


@pytest.mark.parametrize("who", ["1001", "3001", "5001"])
async def test_no_body_makes_the_service_fail(any_house: House, who: str) -> None:
    client = await any_house.as_(who)
    for method, path in routes(any_house):
        if method == "GET" or method == "DELETE":
            continue
        for name, body in BODIES.items():
            where = re.sub(r"{[a-z_]+}", "0000000000", path)
            for kind in TYPES if name in ("null", "emoji order") else TYPES[:1]:
                headers = {"Content-Type": kind.encode("latin-1")}
                check(await client.request(method, where, content=body, headers=headers), (method, path, name, kind))


@pytest.mark.parametrize("who", ["3001", "5001"])
async def test_no_address_makes_the_service_fail(any_house: House, who: str) -> None:
    client = await any_house.as_(who)
    for method, path in routes(any_house):
        if method == "DELETE":
            continue
        for name, value in VALUES.items():
            if "{" in path:
                where = re.sub(r"{[a-z_]+}", lambda _, value=value: value, path)
                check(await client.request(method, where, content=b"{}"), (method, path, name))
        if method == "GET":
            for query in QUERIES:
                check(await client.get(f"{path.replace('{', '').replace('}', '')}?{query}"), (path, query))


async def test_no_header_makes_the_service_fail(house: House) -> None:
    client = await house.as_("3001")
    for key in (b"", b" ", b"\xff", b"x" * 5000, b"a\tb", b"0", "键".encode()):
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        check(await client.post("/api/outages", content=b"{}", headers=headers), key)
    for cookie in (b"", b"\xff", b"x" * 10_000, b";;;=", b'"', b"a=b; hotline_session=\xe9"):
        for name in (b"hotline_session=", b""):
            stranger = house.client()
            check(await stranger.get("/api/me", headers={"Cookie": name + cookie}), cookie)
    for host in ("h:99999", "evil.example", "", "a b"):
        check(await client.get("/api/queues/", headers={"Host": host}), host)


async def test_unknown_routes_and_methods_are_problems_too(house: House) -> None:
    client = await house.as_("3001")
    for method, path, status in [
        ("GET", "/api/nothing", 404),
        ("PUT", "/api/work-orders", 405),
        ("POST", "/api/queues", 405),
        ("BREW", "/api/queues", 405),
        ("GET", "/api/queues/", 404),
        ("GET", "//evil.example/%2e%2e", 404),
    ]:
        reply = await client.request(method, path)
        assert reply.status_code == status, path
        check(reply, path)
        assert "location" not in reply.headers


async def test_what_was_sent_is_not_repeated_back(house: House) -> None:
    client = await house.as_("1001")
    canary = "canary-13812345678"
    for body in ({"type": canary}, {canary: 1}, {"type": "fault", "contact_phone": canary}):
        reply = await client.post("/api/work-orders", json=body)
        assert reply.status_code == 422
        values = reply.json()
        assert canary not in json.dumps([values["detail"], values["code"], values["title"]])
        assert "input" not in reply.text


class Streamed(httpx2.AsyncByteStream):
    """A body of unknown length."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.sent = 0

    async def __aiter__(self):  # type: ignore[no-untyped-def]
        while self.sent < self.size:
            self.sent += 16_384
            yield b" " * 16_384


@pytest.mark.parametrize(("path", "limit"), [("/api/work-orders", API_LIMIT), ("/twilio/voice", WEBHOOK_LIMIT)])
async def test_announced_large_bodies_are_refused_unread(house: House, path: str, limit: int) -> None:
    client = await house.as_("1001")
    reply = await client.post(path, content=b"x" * (limit + 1))
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    assert (await client.post(path, content=b"x" * 1000)).status_code != 413


async def test_streamed_large_bodies_are_cut_off(house: House) -> None:
    client = await house.as_("1001")
    stream = Streamed(50 * 1024 * 1024)
    headers = {"Content-Type": "application/json"}
    reply = await client.post("/api/work-orders", content=stream, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
