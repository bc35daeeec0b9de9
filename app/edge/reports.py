"""Reports."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.report_service_level import ServiceLevelReport, report_service_level

router = guarded_router()
Kind = Annotated[Literal["service_level"], Path()]
REPORTS = {"service_level": report_service_level}


@router.get("/api/reports/{kind}")
@allow(Verb.REPORTS_READ)
async def get_report(
    services: ServicesOf,
    viewer: ViewerOf,
    kind: Kind,
    start: Annotated[date | None, Query(alias="from")] = None,
    end: Annotated[date | None, Query(alias="to")] = None,
) -> ServiceLevelReport:
    """A report of the days `from` to `to`, both included."""
    now_ms, zone = services.clock.now_ms(), services.settings.zone
    async with services.db.session() as session:
        return await REPORTS[kind](session, viewer, start, end, now_ms, zone)
