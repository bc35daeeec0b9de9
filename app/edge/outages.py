"""Outages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Response
from pydantic import Field

from app.domain.outages.kinds import OutageKind
from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Id, PagingOf, Text
from app.edge.services import ServicesOf, ViewerOf
from app.edge.writing import Asked, Code, Instant, OnceOf, Words, answered, ms
from app.usecases.publish_outage import NewOutage, publish_outage
from app.usecases.read_outages import read_outages
from app.usecases.restore_outage import restore_outage
from app.usecases.shapes.base import Page
from app.usecases.shapes.outages import OutageShape

router = guarded_router()


@router.get("/api/outages")
@allow(Verb.OUTAGES_READ)
async def list_outages(
    services: ServicesOf, paging: PagingOf, state: Text = None, kind: Text = None, area_code: Text = None
) -> Page[OutageShape]:
    """Outages, those that began last first."""
    now_ms = services.clock.now_ms()
    async with services.db.session() as session:
        return await read_outages(session, now_ms, paging, state=state, kind=kind, area_code=area_code)


class PublishOutage(Asked):
    """A new outage; without `start_at` it begins now."""

    kind: OutageKind
    area_codes: Annotated[list[Code], Field(min_length=1, max_length=500)]
    cause: Words = ""
    start_at: Instant | None = None
    eta_at: Instant | None = None


@router.post("/api/outages", status_code=201, response_model=OutageShape)
@allow(Verb.OUTAGES_PUBLISH)
async def post_outage(services: ServicesOf, viewer: ViewerOf, once: OnceOf, body: PublishOutage) -> Response:
    """Publish an outage; callers of its areas hear of it from now on."""
    new = NewOutage(body.kind, body.area_codes, body.cause, ms(body.start_at), ms(body.eta_at))
    return answered(await publish_outage(services.db, services.clock, services.tools, viewer, new, once))


@router.post("/api/outages/{outage_no}/restore", response_model=OutageShape)
@allow(Verb.OUTAGES_PUBLISH)
async def post_restoration(services: ServicesOf, viewer: ViewerOf, outage_no: Id, once: OnceOf) -> Response:
    """Power is back; those who reported are told."""
    return answered(await restore_outage(services.db, services.clock, services.tools, viewer, outage_no, once))
