"""Calls as their parties have them: dial, press, speak, answer, hang up, read along."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local_carrier.control.answers import CARRIER, body_of, count_in, error, ok, wait_of
from local_carrier.leg import Leg
from local_carrier.parties.script import Script

MOST_AT_ONCE = 4_000


def described(leg: Leg) -> dict[str, Any]:
    return {
        "call_sid": leg.sid,
        "party": leg.party,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "status": leg.status,
        "parent_call_sid": leg.parent_sid or None,
        "created_at": leg.created_at,
        "answered_at": leg.answered_at or None,
        "ended_at": leg.ended_at or None,
        "lines": len(leg.handset.lines),
    }


def _leg(request: web.Request) -> Leg:
    leg = request.app[CARRIER].legs.get(request.match_info["sid"])
    if leg is None:
        raise web.HTTPNotFound(text="no such call")
    return leg


async def create(request: web.Request) -> web.Response:
    data, carrier = await body_of(request), request.app[CARRIER]
    try:
        script = Script.from_json(data.get("script"))
        leg = carrier.dialling.dial_in(str(data.get("from", "")), str(data.get("to", carrier.settings.number)), script)
    except ValueError as problem:
        return error(str(problem))
    return ok(described(leg), 201)


async def create_client(request: web.Request) -> web.Response:
    data, carrier = await body_of(request), request.app[CARRIER]
    params = data.get("params", {})
    if not isinstance(params, dict) or not all(isinstance(value, str) for value in params.values()):
        return error("params must be an object of strings, as the browser's own library has it")
    try:
        script = Script.from_json(data.get("script"))
        leg = carrier.dialling.connect_client(str(data.get("identity", "")), params, script)
    except ValueError as problem:
        return error(str(problem))
    return ok(described(leg), 201)


async def listing(request: web.Request) -> web.Response:
    """Filters `party`, `status`, `live=true`; newest first, at most `limit` (100)."""
    query = request.query
    limit = min(1000, max(1, count_in(request, "limit", 100)))
    found = []
    for leg in reversed(request.app[CARRIER].legs.values()):
        if query.get("party") not in (None, leg.party) or query.get("status") not in (None, leg.status):
            continue
        if query.get("live") == "true" and leg.over:
            continue
        found.append(described(leg))
        if len(found) == limit:
            break
    return ok({"items": found})


async def read(request: web.Request) -> web.Response:
    return ok(described(_leg(request)))


async def transcript(request: web.Request) -> web.Response:
    """Lines after `after`; with `wait` (seconds, up to 30) it waits for the first of them."""
    leg = _leg(request)
    lines = await leg.handset.follow(count_in(request, "after"), wait_of(request))
    return ok({"call_sid": leg.sid, "status": leg.status, "lines": lines})


async def act(request: web.Request) -> web.Response:
    """POST …/keys {keys}, …/speech {text}, …/hangup, …/answer, …/decline."""
    leg, action = _leg(request), request.match_info["action"]
    phone = request.app[CARRIER].dialling.phones.get(leg.sid)
    if phone is None or leg.over:
        return error("the call is over", 409)
    data = await body_of(request)
    given = str(data.get("keys" if action == "keys" else "text", ""))
    if len(given) > MOST_AT_ONCE:
        return error(f"at most {MOST_AT_ONCE} characters at once")
    if action == "keys":
        phone.press(given)
    elif action == "speech":
        phone.say(given)
    elif action == "hangup":
        phone.hang_up()
    elif not (phone.answer() if action == "answer" else phone.decline()):
        return error("the call does not ring", 409)
    return ok(described(leg))


def routes() -> list[web.RouteDef]:
    return [
        web.post("/control/calls", create),
        web.get("/control/calls", listing),
        web.get("/control/calls/{sid}", read),
        web.get("/control/calls/{sid}/transcript", transcript),
        web.post("/control/calls/{sid}/{action:keys|speech|hangup|answer|decline}", act),
        web.post("/control/client-legs", create_client),
    ]
