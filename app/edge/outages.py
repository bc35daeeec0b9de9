"""Outages."""

from __future__ import annotations

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import PagingOf, Text
from app.edge.services import ServicesOf
from app.usecases.read_outages import read_outages
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
