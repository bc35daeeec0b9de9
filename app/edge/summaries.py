"""Shift summaries."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from app.domain.customers.kinds import Lang
from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Day, Id, PagingOf, Text
from app.edge.services import ServicesOf, ViewerOf
from app.edge.writing import Asked, Code, OnceOf, Words, answered
from app.usecases.handed_over import accept_handed_over, read_handed_over
from app.usecases.read_summaries import read_summaries
from app.usecases.shapes.base import Page
from app.usecases.shapes.summaries import SummaryShape, ToTakeOver
from app.usecases.write_summary import acknowledge_summary, keep_summary_text, submit_summary

router = guarded_router()


def _lang(request: Request) -> str:
    """The language of drafted sentences: English for browsers that ask for it first."""
    return Lang.EN if request.headers.get("Accept-Language", "").lower().startswith("en") else Lang.ZH_CN


LangOf = Annotated[str, Depends(_lang)]


class Keep(Asked):
    """The agent's own words."""

    text: Words


class Submit(Asked):
    """Who shall go on with which open order."""

    handed_to: Annotated[dict[Code, Code], Field(max_length=500, default_factory=dict)]


class Read(Asked):
    """What the supervisor says to it."""

    comment: Words = ""


@router.get("/api/daily-summaries")
@allow(Verb.SUMMARIES_READ)
async def list_summaries(
    services: ServicesOf, viewer: ViewerOf, paging: PagingOf, lang: LangOf, agent_no: Text = None, day: Day = None
) -> Page[SummaryShape]:
    """Summaries of a day, one for each shift; drafts are computed."""
    now_ms, zone = services.clock.now_ms(), services.settings.zone
    async with services.db.session() as session:
        return await read_summaries(
            session, viewer, paging, agent_no=agent_no, day=day, lang=lang, now_ms=now_ms, zone=zone
        )


@router.patch("/api/daily-summaries/{summary_id}", response_model=SummaryShape)
@allow(Verb.SUMMARIES_WRITE)
async def patch_summary(services: ServicesOf, viewer: ViewerOf, summary_id: Id, lang: LangOf, body: Keep) -> Response:
    """Keep one's own words."""
    given = (services.db, services.clock, services.tools, viewer, summary_id)
    return answered(await keep_summary_text(*given, body.text, lang))


@router.post("/api/daily-summaries/{summary_id}/submit", response_model=SummaryShape)
@allow(Verb.SUMMARIES_WRITE)
async def post_submission(
    services: ServicesOf, viewer: ViewerOf, summary_id: Id, lang: LangOf, once: OnceOf, body: Submit | None = None
) -> Response:
    """Hand it in."""
    given = (services.db, services.clock, services.tools, viewer, summary_id)
    return answered(await submit_summary(*given, body.handed_to if body else {}, lang, once))


@router.post("/api/daily-summaries/{summary_id}/acknowledge", response_model=SummaryShape)
@allow(Verb.SUMMARIES_ACKNOWLEDGE)
async def post_reading(
    services: ServicesOf, viewer: ViewerOf, summary_id: Id, lang: LangOf, once: OnceOf, body: Read | None = None
) -> Response:
    """The supervisor has read it."""
    given = (services.db, services.clock, services.tools, viewer, summary_id)
    return answered(await acknowledge_summary(*given, body.comment if body else "", lang, once))


@router.get("/api/handed-over")
@allow(Verb.SUMMARIES_READ)
async def list_handed_over(services: ServicesOf, viewer: ViewerOf) -> Page[ToTakeOver]:
    """Open orders that others handed to the reader and that wait for being accepted."""
    async with services.db.session() as session:
        return await read_handed_over(session, viewer, services.clock.now_ms())


@router.post("/api/daily-summaries/{summary_id}/items/{order_no}/accept", response_model=Page[ToTakeOver])
@allow(Verb.SUMMARIES_WRITE)
async def post_acceptance(services: ServicesOf, viewer: ViewerOf, summary_id: Id, order_no: Id) -> Page[ToTakeOver]:
    """Go on with an order that was handed to the reader; what is left to accept."""
    await accept_handed_over(services.db, services.clock, viewer, summary_id, order_no)
    async with services.db.session() as session:
        return await read_handed_over(session, viewer, services.clock.now_ms())
