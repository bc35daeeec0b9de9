"""Calls (docs/voice/api/call-resource)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from aiohttp import web

from local_carrier.carrier import Carrier
from local_carrier.control.answers import CARRIER
from local_carrier.interpreter import Run, run_call
from local_carrier.leg import Leg, Redirected, StatusCallback, Target
from local_carrier.media import Sound
from local_carrier.rest.answers import (
    API,
    RestError,
    choice,
    date_of,
    form_of,
    json_answer,
    list_of,
    not_found,
    page,
    web_url,
    whole,
)

METHODS = ("GET", "POST")
ADDRESS = re.compile(r"\+[1-9]\d{6,14}|client:[A-Za-z0-9_.@+-]{1,121}(\?.*)?|sips?:[^\s@]+@[^\s@]+")
STATUSES = ("queued", "ringing", "in-progress", "canceled", "completed", "failed", "busy", "no-answer")
MAX_INLINE = 4_000
SEND_DIGITS = re.compile(r"[0-9A-D#*wW]{0,32}")
CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
RECORDING_EVENTS = frozenset(
    {"started", "in-progress", "paused", "resumed", "stopped", "completed", "failed", "absent"}
)
ROOM_EVENTS = frozenset({"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"})


def shape(carrier: Carrier, leg: Leg) -> dict[str, Any]:
    uri = f"{API}/Accounts/{carrier.settings.account_sid}/Calls/{leg.sid}"
    subresources = (
        "Events",
        "Notifications",
        "Payments",
        "Recordings",
        "Siprec",
        "Streams",
        "Transcriptions",
    )
    return {
        "sid": leg.sid,
        "account_sid": carrier.settings.account_sid,
        "parent_call_sid": leg.parent_sid or None,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "phone_number_sid": None,
        "status": leg.status,
        "start_time": date_of(leg.started_at),
        "end_time": date_of(leg.ended_at),
        "duration": str(leg.duration_s) if leg.over else None,
        "price": None,
        "price_unit": "USD",
        "direction": leg.direction,
        "answered_by": leg.answered_by or None,
        "annotation": None,
        "api_version": "2010-04-01",
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": str(leg.queue_time_ms),
        "trunk_sid": None,
        "date_created": date_of(leg.created_at),
        "date_updated": date_of(leg.updated_at),
        "uri": f"{uri}.json",
        "subresource_uris": {
            **{name.lower(): f"{uri}/{name}.json" for name in subresources},
            "user_defined_messages": f"{uri}/UserDefinedMessages.json",
            "user_defined_message_subscriptions": f"{uri}/UserDefinedMessageSubscriptions.json",
        },
    }


def leg_of(request: web.Request) -> Leg:
    leg = request.app[CARRIER].legs.get(request.match_info["sid"])
    if leg is None:
        raise not_found(request)
    return leg


def check_parties(carrier: Carrier, form: dict[str, str]) -> tuple[str, str]:
    """`From` and `To` of a call to be made; raises the carrier's errors."""
    to, from_ = form.get("To", "").strip(), form.get("From", "").strip()
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise RestError(400, 21213, "'From' phone number is required")
    if not ADDRESS.fullmatch(to):
        raise RestError(400, 21211, f"The phone number you are attempting to call, {to}, is not valid.")
    if not ADDRESS.fullmatch(from_):
        raise RestError(400, 21212, f"Invalid 'From' number: {from_}")
    if from_.startswith("+") and from_ not in carrier.numbers:
        raise RestError(400, 21210, f"The source phone number provided, {from_}, is not yet verified for your account.")
    return from_, to


async def callback_of(
    request: web.Request, prefix: str = "StatusCallback", known: frozenset[str] = CALL_EVENTS
) -> StatusCallback | None:
    form = await form_of(request)
    url = web_url(form, prefix, 21609)
    if not url:
        return None
    events = await list_of(request, f"{prefix}Event")
    if unknown := set(events) - known:
        raise RestError(400, 21626, f"Invalid {prefix}Event: {', '.join(sorted(unknown))}")
    method = choice(form, f"{prefix}Method", METHODS, "POST", 21209)
    return StatusCallback(url, method, frozenset(events or ["completed"]))


def target_of(form: dict[str, str]) -> Target | None:
    """What a call is to execute: the document of its address, without one inline TwiML; None when neither is given."""
    twiml = form.get("Twiml", "")
    if len(twiml) > MAX_INLINE:
        raise RestError(400, 32018, "Twiml size exceeded maximum allowed value of 4000 characters")
    plain = Target(
        twiml=twiml,
        fallback_url=web_url(form, "FallbackUrl"),
        fallback_method=choice(form, "FallbackMethod", METHODS, "POST", 21209),
    )
    url = web_url(form, "Url")
    if not url:
        return plain if twiml else None
    return replace(plain, url=url, method=choice(form, "Method", METHODS, "POST", 21209), twiml=None)


async def create(request: web.Request) -> web.Response:
    carrier, form = request.app[CARRIER], await form_of(request)
    from_, to = check_parties(carrier, form)
    target = target_of(form)
    if target is None and (application := form.get("ApplicationSid", "")):
        if application != carrier.settings.app_sid:
            raise RestError(400, 21218, f"ApplicationSid {application} is not one of the account's")
        target = Target(carrier.settings.app(carrier.settings.client_path))
    if target is None:
        raise RestError(400, 21205, "Url parameter is required.")
    timeout_s = whole(form, "Timeout", 60, 5, 600, 21208)
    time_limit_s = whole(form, "TimeLimit", 14_400, 1, 86_400)
    digits = form.get("SendDigits", "")
    if not SEND_DIGITS.fullmatch(digits):
        raise RestError(400, 21206, "SendDigits has at most 32 of 0-9, A-D, #, *, w and W")
    detects = choice(form, "MachineDetection", ("Enable", "DetectMessageEnd", "None"), "None") != "None" and not digits
    callback = await callback_of(request)
    recorder = await callback_of(request, "RecordingStatusCallback", RECORDING_EVENTS)
    verdict_url = web_url(form, "AsyncAmdStatusCallback", 21609)
    # Everything that can be refused has been: from here on there is a call.
    leg = carrier.calls.create("outbound-api", from_, to, callback=callback)
    leg.time_limit_s = time_limit_s
    record_from_answer(carrier, leg, form, recorder)
    later = form.get("AsyncAmd", "").lower() == "true"
    if detects and later:
        leg.on_answer.append(lambda answered: _tell_who_answered(carrier, answered, verdict_url))
    programme = target

    async def run(answered: Leg) -> None:
        if digits:
            await Run(carrier, answered, programme).play(Sound("tones", digits))
        await run_call(carrier, answered, programme)

    carrier.dialling.call_out(leg, run, timeout_s=timeout_s, paced=True, machine_detection=detects and not later)
    return json_answer(shape(carrier, leg), 201)


def record_from_answer(carrier: Carrier, leg: Leg, form: dict[str, str], recorder: StatusCallback | None) -> None:
    """Record=true: all of the call, whatever it does."""
    if form.get("Record", "").lower() != "true":
        return
    channels = 2 if form.get("RecordingChannels") == "dual" else 1

    def begin(answered: Leg) -> None:
        carrier.recordings.begin(answered, "OutboundAPI", recorder, channels=channels)

    leg.on_answer.append(begin)


def _tell_who_answered(carrier: Carrier, answered: Leg, url: str) -> None:
    params = [
        ("CallSid", answered.sid),
        ("AccountSid", carrier.settings.account_sid),
        ("AnsweredBy", carrier.directory.of(answered.to).answered_by),
        ("MachineDetectionDuration", "1800"),
    ]
    carrier.callbacks.send(answered.party, answered.sid, url, params)


async def update(request: web.Request) -> web.Response:
    carrier, leg, form = request.app[CARRIER], leg_of(request), await form_of(request)
    if form.get("Url") and form.get("Twiml"):
        raise RestError(400, 20001, "Url and Twiml exclude each other")
    target, status = target_of(form), choice(form, "Status", ("", "completed", "canceled"), "")
    callback, time_limit_s = await callback_of(request), whole(form, "TimeLimit", 0, 1, 86_400)
    if leg.over or (target is not None and not status and leg.status != "in-progress"):
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    leg.callback = callback or leg.callback
    if time_limit_s:
        carrier.calls.limit(leg, time_limit_s)
    if status == "completed" or (status and not leg.answered_at and leg.direction != "outbound-dial"):
        # A call that rings within a Dial is in progress already as the carrier sees it: only `completed` ends it.
        leg.annotations["leave_reason"] = "participant_updated_via_api"
        carrier.calls.end(leg)
    elif target is not None and not status:
        leg.updated_at = carrier.clock.now_ms()
        leg.interrupt(Redirected(target))
    return json_answer(shape(carrier, leg))


async def read(request: web.Request) -> web.Response:
    return json_answer(shape(request.app[CARRIER], leg_of(request)))


async def delete(request: web.Request) -> web.Response:
    carrier, leg = request.app[CARRIER], leg_of(request)
    if not leg.over:
        raise RestError(409, 20409, "The call is still in progress")
    del carrier.legs[leg.sid]
    carrier.dialling.phones.pop(leg.sid, None)
    return web.Response(status=204)


async def listing(request: web.Request) -> web.Response:
    """Newest first; To, From, Status, ParentCallSid, StartTime and EndTime (also with < and >, by date)."""
    carrier, query = request.app[CARRIER], request.query
    exact = (("To", "to"), ("From", "from_"), ("Status", "status"), ("ParentCallSid", "parent_sid"))
    if query.get("Status", "queued") not in STATUSES:
        raise RestError(400, 20001, "Invalid Status")
    found = [
        leg
        for leg in reversed(carrier.legs.values())
        if all(getattr(leg, field) == query[name] for name, field in exact if query.get(name))
        and _on_day(query, "StartTime", leg.started_at)
        and _on_day(query, "EndTime", leg.ended_at)
    ]
    return page(request, "calls", found, lambda leg: shape(carrier, leg))


def _on_day(query: Any, name: str, at_ms: int) -> bool:
    from datetime import UTC, datetime

    day = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at_ms else ""
    given = {sign: query.get(name + sign, "") for sign in ("", "<", ">")}
    if any(given.values()) and not day:
        return False
    return (
        (not given[""] or day.startswith(given[""][:10]))
        and (not given["<"] or day <= given["<"] or day.startswith(given["<"]))
        and (not given[">"] or day >= given[">"])
    )


def routes(base: str) -> list[web.RouteDef]:
    return [
        web.post(base + "/Calls.json", create),
        web.get(base + "/Calls.json", listing),
        web.get(base + "/Calls/{sid:CA[0-9a-f]+}.json", read),
        web.post(base + "/Calls/{sid:CA[0-9a-f]+}.json", update),
        web.delete(base + "/Calls/{sid:CA[0-9a-f]+}.json", delete),
    ]
