"""Everything around the calls: messages, directory, queues, conferences, ledger, faults, clock."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local_carrier.clock import DrivenClock
from local_carrier.control.answers import CARRIER, body_of, count_in, error, ok, wait_of
from local_carrier.faults import FaultRates
from local_carrier.messages import Message
from local_carrier.parties.directory import Entry


def _message(message: Message) -> dict[str, Any]:
    return {
        "message_sid": message.sid,
        "direction": message.direction,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "status": message.status,
        "error": message.error or None,
        "at": message.created_at,
    }


async def state(request: web.Request) -> web.Response:
    """What exists: numbers, live calls, queues, conferences."""
    carrier = request.app[CARRIER]
    rooms = [c for c in carrier.conferences.by_sid.values() if c.status != "completed"]
    return ok(
        {
            "now": carrier.clock.now_ms(),
            "clock": "driven" if carrier.clock.driven else "real",
            "account_sid": carrier.settings.account_sid,
            "numbers": sorted(carrier.numbers),
            "app_url": carrier.settings.app_url,
            "seed": carrier.seed,
            "ledger_seq": carrier.ledger.seq,
            "live_calls": sum(not leg.over for leg in carrier.legs.values()),
            "queues": [
                {"queue_sid": q.sid, "name": q.name, "members": [m.leg.sid for m in q.members]}
                for q in carrier.queues.by_sid.values()
            ],
            "conferences": [
                {
                    "conference_sid": c.sid,
                    "name": c.name,
                    "status": c.status,
                    "participants": list(c.participants),
                }
                for c in rooms
            ],
        }
    )


async def send_message(request: web.Request) -> web.Response:
    data, carrier = await body_of(request), request.app[CARRIER]
    from_, to = str(data.get("from", "")), str(data.get("to", carrier.settings.number))
    if not from_ or to not in carrier.numbers:
        return error("from is required and to must be one of the account's numbers")
    return ok(_message(carrier.messages.receive(from_, to, str(data.get("body", "")))), 201)


async def list_messages(request: web.Request) -> web.Response:
    """Messages of `number`, oldest first, both directions; `after` and `wait` follow its pane like a
    transcript."""
    carrier, number = request.app[CARRIER], request.query.get("number", "")
    lines = await carrier.messages.inbox(number).follow(count_in(request, "after"), wait_of(request))
    return ok({"items": [_message(m) for m in carrier.messages.of(number)], "lines": lines})


async def get_directory(request: web.Request) -> web.Response:
    return ok({"items": [entry.to_json() for entry in request.app[CARRIER].directory.entries.values()]})


async def put_entry(request: web.Request) -> web.Response:
    data = await body_of(request)
    try:
        entry = Entry.from_json({**data, "address": request.match_info["address"]})
    except ValueError as problem:
        return error(str(problem))
    request.app[CARRIER].directory.put(entry)
    return ok(entry.to_json())


async def delete_entry(request: web.Request) -> web.Response:
    if not request.app[CARRIER].directory.remove(request.match_info["address"]):
        return error("no such entry", 404)
    return web.Response(status=204)


async def ledger(request: web.Request) -> web.Response:
    """Lines with seq above `after`, at most `limit` (1000), whose fields equal the other parameters.

    `wait` seconds (up to 30) it waits for a line of any kind after `after`. `call=CALL_SID` or
    `texts=NUMBER` instead of other parameters: what the carrier still has in memory about that call or those texts,
    requests to the REST API included.
    """
    query = {name: value for name, value in request.query.items() if name not in ("after", "limit", "wait")}
    after, limit = count_in(request, "after"), count_in(request, "limit", 1000)
    await request.app[CARRIER].ledger.grown(after, wait_of(request))
    if "call" in query:
        lines = request.app[CARRIER].ledger.of_call(query["call"], after)
    elif "texts" in query:
        lines = request.app[CARRIER].ledger.of_texts(query["texts"], after)
    else:
        lines = request.app[CARRIER].ledger.read(after, min(10_000, max(1, limit)), **query)
    return ok({"items": lines, "next_after": lines[-1]["seq"] if lines else after})


async def get_faults(request: web.Request) -> web.Response:
    return ok(request.app[CARRIER].faults.rates.to_json())


async def put_faults(request: web.Request) -> web.Response:
    """Replaces all rates; `{}` ends all misfortune."""
    carrier = request.app[CARRIER]
    try:
        carrier.faults.rates = FaultRates.from_json(await body_of(request))
    except ValueError as problem:
        return error(str(problem))
    carrier.ledger.record("", "faults_set", rates=carrier.faults.rates.to_json())
    return ok(carrier.faults.rates.to_json())


async def move_clock(request: web.Request) -> web.Response:
    """`{advance_ms}` or `{until_idle: true}`; answers when time has got there. 409 under a real clock."""
    carrier, data = request.app[CARRIER], await body_of(request)
    clock = carrier.clock
    if not isinstance(clock, DrivenClock):
        return error("the clock is real", 409)
    if data.get("until_idle"):
        await clock.run()
    else:
        ms = data.get("advance_ms")
        if not isinstance(ms, int) or isinstance(ms, bool) or ms < 0:
            return error("advance_ms must be a number of milliseconds")
        await clock.advance(ms)
    return ok({"now": clock.now_ms()})


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/state", state),
        web.post("/control/messages", send_message),
        web.get("/control/messages", list_messages),
        web.get("/control/directory", get_directory),
        web.put("/control/directory/{address}", put_entry),
        web.delete("/control/directory/{address}", delete_entry),
        web.get("/control/ledger", ledger),
        web.get("/control/faults", get_faults),
        web.put("/control/faults", put_faults),
        web.post("/control/clock", move_clock),
    ]
