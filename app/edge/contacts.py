"""Contacts and their stories."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Day, Id, PagingOf, Text, number_in
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.days import day_of
from app.usecases.read_contacts import ContactFilters, read_contact, read_contacts
from app.usecases.shapes.base import Page
from app.usecases.shapes.contacts import ContactDetail, ContactShape

router = guarded_router()


@router.get("/api/contacts")
@allow(Verb.CONTACTS_READ)
async def list_contacts(
    services: ServicesOf,
    viewer: ViewerOf,
    paging: PagingOf,
    number: Annotated[str | None, Query(alias="from", max_length=64)] = None,
    call_sid: Text = None,
    agent_no: Text = None,
    day: Day = None,
    state: Text = None,
    queue: Text = None,
    waiting_in: Text = None,
    queued_in: Text = None,
    result: Literal["answered", "abandoned", "other"] | None = None,
    to_call: bool = False,
) -> Page[ContactShape]:
    """Contacts, the newest first. `waiting_in` and `queued_in` (on `date` or today, with `result`) are those that a
    number of the wallboard counts; `to_call` those concluded as `callback` in the last seven days whose customer nobody
    has talked with since: of an agent with those of colleagues off duty, of nobody as the wallboard counts them."""
    now = services.clock.now_ms()
    on = day or (day_of(now, services.settings.zone) if queued_in else None)
    to_call_at = now if to_call else None
    filters = ContactFilters(
        call_sid, number_in(number), agent_no, on, state, queue, waiting_in, queued_in, result, to_call_at
    )
    async with services.db.session() as session:
        return await read_contacts(session, viewer, filters, paging, services.settings.zone)


@router.get("/api/contacts/{contact_id}")
@allow(Verb.CONTACTS_READ)
async def get_contact(services: ServicesOf, viewer: ViewerOf, contact_id: Id) -> ContactDetail:
    """One contact."""
    async with services.db.session() as session:
        return await read_contact(session, viewer, contact_id)
