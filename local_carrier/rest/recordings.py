"""Recordings and their media (docs/voice/api/recording)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local_carrier.control.answers import CARRIER
from local_carrier.recordings import Recording
from local_carrier.rest.answers import API, RestError, choice, date_of, form_of, json_answer, not_found, page
from local_carrier.rest.calls import RECORDING_EVENTS, callback_of, leg_of


def shape(request: web.Request, recording: Recording) -> dict[str, Any]:
    """As the resource that was asked shows it: of the account, of a call or of a conference."""
    carrier = request.app[CARRIER]
    account = f"{API}/Accounts/{carrier.settings.account_sid}"
    common: dict[str, Any] = {
        "sid": recording.sid,
        "account_sid": carrier.settings.account_sid,
        "call_sid": recording.leg.sid,
        "conference_sid": recording.conference_sid or None,
        "status": recording.status,
        "source": recording.source,
        "channels": recording.channels,
        "duration": str(recording.duration_s) if recording.duration_s >= 0 else None,
        "start_time": date_of(recording.started_at),
        "date_created": date_of(recording.started_at),
        "date_updated": date_of(recording.updated_at),
        "error_code": None,
        "encryption_details": None,
        "price": None,
        "price_unit": "USD",
        "api_version": "2010-04-01",
    }
    if "sid" in request.match_info:
        uri = f"{account}/Calls/{recording.leg.sid}/Recordings/{recording.sid}.json"
        return {**common, "track": "both", "uri": uri}
    if "room" in request.match_info:
        return {**common, "uri": f"{account}/Conferences/{recording.conference_sid}/Recordings/{recording.sid}.json"}
    own = f"{account}/Recordings/{recording.sid}"
    beside = {"transcriptions": f"{own}/Transcriptions.json", "add_on_results": f"{own}/AddOnResults.json"}
    return {**common, "media_url": carrier.recordings.url(recording), "uri": f"{own}.json", "subresource_uris": beside}


def _recording(request: web.Request) -> Recording:
    recordings = request.app[CARRIER].recordings
    key = request.match_info["recording"]
    if key == "Twilio.CURRENT":
        live = [
            r
            for r in recordings.by_sid.values()
            if request.match_info.get("sid") in (None, r.leg.sid)
            and request.match_info.get("room") in (None, r.conference_sid)
            and r.status in ("in-progress", "paused")
        ]
        found = live[-1] if live else None
    else:
        found = recordings.by_sid.get(key)
    if found is None or found.deleted:
        raise not_found(request)
    return found


async def create(request: web.Request) -> web.Response:
    carrier, leg, form = request.app[CARRIER], leg_of(request), await form_of(request)
    if leg.status != "in-progress":
        raise RestError(400, 21220, "Requested resource is not eligible for recording")
    channels = 2 if choice(form, "RecordingChannels", ("mono", "dual"), "mono") == "dual" else 1
    callback = await callback_of(request, "RecordingStatusCallback", RECORDING_EVENTS)
    recording = carrier.recordings.begin(leg, "StartCallRecordingAPI", callback, channels=channels)
    return json_answer(shape(request, recording), 201)


async def update(request: web.Request) -> web.Response:
    carrier, recording, form = request.app[CARRIER], _recording(request), await form_of(request)
    status = choice(form, "Status", ("in-progress", "paused", "stopped"), "")
    skip = choice(form, "PauseBehavior", ("skip", "silence"), "silence") == "skip"
    if recording.status not in ("in-progress", "paused"):
        raise RestError(400, 21220, "The recording is over")
    if status == "paused":
        carrier.recordings.pause(recording, skip=skip)
    elif status == "in-progress":
        carrier.recordings.resume(recording)
    else:
        carrier.recordings.stop(recording.sid)
    answer = shape(request, recording)
    return json_answer({**answer, "status": "stopped"} if status == "stopped" else answer)


async def read(request: web.Request) -> web.Response:
    return json_answer(shape(request, _recording(request)))


async def media(request: web.Request) -> web.Response:
    """The sound itself, once it is complete."""
    carrier, recording = request.app[CARRIER], _recording(request)
    if recording.status != "completed":
        raise not_found(request)
    return web.Response(body=carrier.media.recording(recording.duration_s * 1000), content_type="audio/x-wav")


async def delete(request: web.Request) -> web.Response:
    _recording(request).deleted = True
    return web.Response(status=204)


async def listing(request: web.Request) -> web.Response:
    carrier = request.app[CARRIER]
    call = request.match_info.get("sid") or request.query.get("CallSid")
    conference = request.match_info.get("room") or request.query.get("ConferenceSid")
    found = [
        recording
        for recording in reversed(carrier.recordings.by_sid.values())
        if not recording.deleted
        and call in (None, recording.leg.sid)
        and conference in (None, recording.conference_sid)
    ]
    return page(request, "recordings", found, lambda recording: shape(request, recording))


def routes(base: str) -> list[web.RouteDef]:
    of_call = base + "/Calls/{sid:CA[0-9a-f]+}/Recordings"
    of_room = base + "/Conferences/{room:CF[0-9a-f]+}/Recordings"
    one = base + "/Recordings/{recording:RE[0-9a-f]+}"
    return [
        web.post(of_call + ".json", create),
        web.get(of_call + ".json", listing),
        web.get(of_call + "/{recording}.json", read),
        web.post(of_call + "/{recording}.json", update),
        web.delete(of_call + "/{recording}.json", delete),
        web.get(of_room + ".json", listing),
        web.get(of_room + "/{recording}.json", read),
        web.post(of_room + "/{recording}.json", update),
        web.get(base + "/Recordings.json", listing),
        web.get(one + ".json", read),
        web.delete(one + ".json", delete),
        web.get(one + "{extension:(\\.wav|\\.mp3)?}", media),
    ]
