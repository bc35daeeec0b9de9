"""What still has to be done for callers, as the wallboard counts it."""

from __future__ import annotations

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import PagingOf
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.read_follow_ups import read_callbacks, read_unheard
from app.usecases.shapes.base import Page
from app.usecases.shapes.follow_ups import CallbackShape, UnheardShape

router = guarded_router()


@router.get("/api/callbacks")
@allow(Verb.WALLBOARD_READ)
async def list_callbacks(services: ServicesOf, viewer: ViewerOf, paging: PagingOf) -> Page[CallbackShape]:
    """Callbacks that were promised and not made yet, the newest first."""
    async with services.db.session() as session:
        return await read_callbacks(session, viewer, paging)


@router.get("/api/recordings")
@allow(Verb.WALLBOARD_READ)
async def list_unheard(services: ServicesOf, viewer: ViewerOf, paging: PagingOf) -> Page[UnheardShape]:
    """Recordings of callers that nobody has listened to, the newest first."""
    async with services.db.session() as session:
        return await read_unheard(session, viewer, paging)
