"""The sound of recordings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from app.carrier.recordings import NoSound
from app.domain.staff.permissions import Verb
from app.edge.errors import Problem
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Id
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.hear_recording import hear_recording

router = guarded_router()


@router.get("/api/recordings/{recording_id}", response_class=StreamingResponse)
@allow(Verb.RECORDINGS_HEAR)
async def get_recording(
    services: ServicesOf,
    viewer: ViewerOf,
    recording_id: Id,
    reason: Annotated[str | None, Query(max_length=500)] = None,
) -> StreamingResponse:
    """Listen to a recording; each time is journaled."""
    sid = await hear_recording(services.db, services.clock, viewer, recording_id, reason)
    try:
        sound = await services.sounds.open(sid)
    except NoSound as error:
        raise Problem(503, "recording_unavailable", str(error), {"Retry-After": "5"}) from error
    return StreamingResponse(sound.chunks, media_type=sound.media_type)
