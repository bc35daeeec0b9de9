"""What was recorded, for the phones that were recorded."""

from __future__ import annotations

from aiohttp import web

from local_carrier.control.answers import CARRIER, ok


async def of_call(request: web.Request) -> web.Response:
    """Recordings of a call, oldest first: `{recording_sid, source, status, started_at, duration_s}`."""
    sid = request.match_info["sid"]
    found = [r for r in request.app[CARRIER].recordings.by_sid.values() if r.leg.sid == sid and not r.deleted]
    return ok(
        {
            "items": [
                {
                    "recording_sid": r.sid,
                    "source": r.source,
                    "status": r.status,
                    "started_at": r.started_at,
                    "duration_s": r.duration_s if r.duration_s >= 0 else None,
                }
                for r in found
            ]
        }
    )


async def media(request: web.Request) -> web.Response:
    """The sound of a completed recording as WAV."""
    recording = request.app[CARRIER].recordings.by_sid.get(request.match_info["sid"])
    if recording is None or recording.deleted or recording.status != "completed":
        raise web.HTTPNotFound(text="no such recording, or not complete yet")
    sound = request.app[CARRIER].media.recording(recording.duration_s * 1000)
    return web.Response(body=sound, content_type="audio/wav")


def routes() -> list[web.RouteDef]:
    return [
        web.get("/control/calls/{sid}/recordings", of_call),
        web.get("/control/recordings/{sid:RE[0-9a-f]+}.wav", media),
    ]
