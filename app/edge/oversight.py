"""Surveys, warnings and the journal."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Day, Id, PagingOf, Text
from app.edge.services import ServicesOf, ViewerOf
from app.edge.writing import Asked, OnceOf, Words, answered
from app.usecases.acknowledge_warning import acknowledge_warning
from app.usecases.read_journal import read_journal
from app.usecases.read_surveys import SurveyFilters, read_surveys
from app.usecases.read_warnings import read_warnings
from app.usecases.shapes.base import Page
from app.usecases.shapes.oversight import JournalShape, SurveyPage, WarningShape

router = guarded_router()


@router.get("/api/surveys")
@allow(Verb.SURVEYS_READ)
async def list_surveys(
    services: ServicesOf,
    viewer: ViewerOf,
    paging: PagingOf,
    agent_no: Text = None,
    contact_id: Text = None,
    order_no: Text = None,
    day: Day = None,
    status: Text = None,
    scored: bool | None = None,
    low: bool | None = None,
) -> SurveyPage:
    """Surveys, the newest first, and their figures; agents get the figures of theirs only."""
    filters = SurveyFilters(agent_no, contact_id, order_no, day, status, scored, low)
    async with services.db.session() as session:
        return await read_surveys(session, viewer, filters, paging, services.settings.zone)


@router.get("/api/warnings")
@allow(Verb.WARNINGS_READ)
async def list_warnings(
    services: ServicesOf,
    viewer: ViewerOf,
    paging: PagingOf,
    kind: Text = None,
    level: Text = None,
    opened: Annotated[bool | None, Query(alias="open")] = None,
) -> Page[WarningShape]:
    """Warnings, the newest first."""
    async with services.db.session() as session:
        return await read_warnings(session, viewer, paging, kind=kind, level=level, opened=opened)


@router.get("/api/journal")
@allow(Verb.JOURNAL_READ)
async def list_journal(
    services: ServicesOf, paging: PagingOf, kind: Text = None, actor_id: Text = None, day: Day = None
) -> Page[JournalShape]:
    """Journal rows, the newest first."""
    zone = services.settings.zone
    async with services.db.session() as session:
        return await read_journal(session, paging, zone, kind=kind, actor_id=actor_id, day=day)


class Acknowledge(Asked):
    """What is done about it."""

    note: Words = ""


@router.post("/api/warnings/{warning_id}/acknowledge", response_model=WarningShape)
@allow(Verb.WARNINGS_ACKNOWLEDGE)
async def post_acknowledgement(
    services: ServicesOf, viewer: ViewerOf, warning_id: Id, once: OnceOf, body: Acknowledge
) -> Response:
    """Acknowledge a warning."""
    return answered(await acknowledge_warning(services.db, services.clock, viewer, warning_id, body.note, once))
