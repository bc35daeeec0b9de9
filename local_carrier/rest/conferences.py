"""Conferences (docs/voice/api/conference-resource)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local_carrier.carrier import Carrier
from local_carrier.conferences import Conference
from local_carrier.control.answers import CARRIER
from local_carrier.leg import Target
from local_carrier.rest.answers import (
    API,
    RestError,
    choice,
    date_of,
    form_of,
    json_answer,
    not_found,
    page,
    web_url,
)

METHODS = ("GET", "POST")


def shape(carrier: Carrier, conference: Conference) -> dict[str, Any]:
    uri = f"{API}/Accounts/{carrier.settings.account_sid}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": carrier.settings.account_sid,
        "friendly_name": conference.name,
        "status": conference.status,
        "region": "us1",
        "api_version": "2010-04-01",
        "date_created": date_of(conference.created_at),
        "date_updated": date_of(conference.updated_at),
        "reason_conference_ended": conference.reason_ended or None,
        "call_sid_ending_conference": conference.ending_call_sid or None,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
    }


def conference_of(request: web.Request, *, by_name: bool = False) -> Conference:
    rooms, key = request.app[CARRIER].conferences, request.match_info["sid"]
    found = rooms.find(key) if by_name else rooms.by_sid.get(key)
    if found is None:
        raise not_found(request)
    return found


async def read(request: web.Request) -> web.Response:
    return json_answer(shape(request.app[CARRIER], conference_of(request)))


async def update(request: web.Request) -> web.Response:
    carrier, conference, form = request.app[CARRIER], conference_of(request), await form_of(request)
    status = choice(form, "Status", ("", "completed"), "")
    announcement = web_url(form, "AnnounceUrl")
    if conference.status == "completed":
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")
    if announcement:
        target = Target(announcement, choice(form, "AnnounceMethod", METHODS, "POST", 21209))
        for participant in conference.participants.values():
            participant.announce(target)
    if status:
        carrier.conferences.end(conference, "conference-ended-via-api")
    return json_answer(shape(carrier, conference))


async def listing(request: web.Request) -> web.Response:
    carrier, query = request.app[CARRIER], request.query
    if query.get("Status", "init") not in ("init", "in-progress", "completed"):
        raise RestError(400, 20001, "Invalid Status")
    found = [
        conference
        for conference in reversed(carrier.conferences.by_sid.values())
        if query.get("Status", conference.status) == conference.status
        and query.get("FriendlyName", conference.name) == conference.name
    ]
    return page(request, "conferences", found, lambda conference: shape(carrier, conference))


def routes(base: str) -> list[web.RouteDef]:
    return [
        web.get(base + "/Conferences.json", listing),
        web.get(base + "/Conferences/{sid:CF[0-9a-f]+}.json", read),
        web.post(base + "/Conferences/{sid:CF[0-9a-f]+}.json", update),
    ]
