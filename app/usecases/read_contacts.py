"""Contacts as the viewer may see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Contact, Message, Recording, Survey, TaskRow, WorkOrder
from app.domain.orders.visibility import visible
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.agreed_calls import left_to_call, still_to_call
from app.usecases.board_lists import call_agreed, contacts_queued, contacts_waiting_in, queued_between
from app.usecases.days import day_range
from app.usecases.paging import Paging, page_of
from app.usecases.promised_calls import promised_calls
from app.usecases.read_queues import visits
from app.usecases.refusals import not_found
from app.usecases.restrictions import contact_open_to, order_viewer, spoke_in
from app.usecases.scoping import reach
from app.usecases.shapes.base import Page, iso_or_none
from app.usecases.shapes.contacts import (
    CallbackOfContact,
    ContactDetail,
    ContactShape,
    InQueue,
    contact_fields,
    in_queue,
    message_shape,
    recording_shape,
)


@dataclass(frozen=True, slots=True)
class ContactFilters:
    """Filters of the list; empty = any. As the wallboard counts: `waiting_in` a queue, `queued_in` a queue on `day`
    (today when there is none), with `result` (answered, abandoned, other) there. `to_call_at`: those whose customers
    agents have agreed to call and have, at that instant, not reached yet; of `agent_no` with what falls to them since
    its agent is off duty, else as the wallboard counts."""

    call_sid: str | None = None
    number: str | None = None
    agent_no: str | None = None
    day: date | None = None
    state: str | None = None
    queue: str | None = None
    waiting_in: str | None = None
    queued_in: str | None = None
    result: str | None = None
    to_call_at: int | None = None


async def read_contacts(
    session: AsyncSession, viewer: Viewer, filters: ContactFilters, paging: Paging, zone: ZoneInfo
) -> Page[ContactShape]:
    """Contacts within reach, the newest first."""
    query = select(Contact).where(*_within(viewer), *_matching(viewer, filters, zone))
    contacts, next_cursor = await page_of(
        session, query, [Contact.started_at, Contact.contact_id], paging, newest_first=True
    )
    there = await _there(session, filters, contacts, zone)
    shapes = [
        ContactShape.model_validate({**fields, **there.get(fields["contact_id"], {})})
        for fields in await _fields(session, viewer, contacts)
    ]
    return Page(items=shapes, next_cursor=next_cursor)


async def _there(
    session: AsyncSession, filters: ContactFilters, contacts: Sequence[Contact], zone: ZoneInfo
) -> dict[str, dict[str, InQueue]]:
    """What became of each in the queue that the list is of."""
    if filters.queued_in is None or filters.day is None:
        return {}
    here = and_(col(TaskRow.queue) == filters.queued_in, queued_between(*day_range(filters.day, zone)))
    found = await visits(session, here, col(TaskRow.contact_id).in_([each.contact_id for each in contacts]))
    return {contact_id: {"in_queue": in_queue(queue, visit)} for (queue, contact_id), visit in found.items()}


async def find_contact(session: AsyncSession, viewer: Viewer, contact_id: str) -> Contact:
    """The contact's row, if it is within reach or in this person's hands; else `Refused` as if there were none."""
    query = select(Contact).where(Contact.contact_id == contact_id, *_within(viewer))
    contact = (await session.exec(query)).first()
    if contact is None:
        raise not_found("contact")
    return contact


async def read_contact(session: AsyncSession, viewer: Viewer, contact_id: str) -> ContactDetail:
    """One contact with its messages and recordings."""
    contact = await find_contact(session, viewer, contact_id)
    fields = (await _fields(session, viewer, [contact]))[0]
    messages = select(Message).where(Message.contact_id == contact_id).order_by(col(Message.at), Message.message_id)
    recordings = select(Recording).where(Recording.contact_id == contact_id).order_by(col(Recording.at))
    return ContactDetail.model_validate(
        {
            **fields,
            "messages": [message_shape(message) for message in await session.exec(messages.limit(500))],
            "recordings": [recording_shape(recording) for recording in await session.exec(recordings)],
        }
    )


def _within(viewer: Viewer) -> list[ColumnElement[bool]]:
    reached = reach(viewer, Verb.CONTACTS_READ, Contact.agent_no, Contact.unit)
    return [or_(reached, spoke_in(viewer.agent_no), left_to_call(viewer)), contact_open_to(viewer)]


def _matching(viewer: Viewer, filters: ContactFilters, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    wanted: list[tuple[Any, str | None]] = [
        (Contact.call_sid, filters.call_sid),
        (Contact.state, filters.state),
        (Contact.queue, filters.queue),
    ]
    found: list[ColumnElement[bool]] = [col(column) == value for column, value in wanted if value is not None]
    if filters.agent_no is not None:
        theirs = or_(col(Contact.agent_no) == filters.agent_no, spoke_in(filters.agent_no))
        found.append(or_(theirs, left_to_call(viewer)) if filters.to_call_at is not None else theirs)
    if filters.number is not None:
        found.append(or_(col(Contact.from_number) == filters.number, col(Contact.to_number) == filters.number))
    if filters.waiting_in is not None:
        found.append(contacts_waiting_in(filters.waiting_in))
    if filters.to_call_at is not None:
        found.append((still_to_call if filters.agent_no else call_agreed)(filters.to_call_at))
    if filters.day is None:
        return found
    start, end = day_range(filters.day, zone)
    if filters.queued_in is not None:
        found.append(contacts_queued(filters.queued_in, filters.result, start, end))
    else:
        found += [col(Contact.started_at) >= start, col(Contact.started_at) < end]
    return found


async def _fields(session: AsyncSession, viewer: Viewer, contacts: Sequence[Contact]) -> list[dict[str, Any]]:
    ids = [contact.contact_id for contact in contacts]
    seen = visible(await order_viewer(session, viewer))
    orders: dict[str, list[str]] = defaultdict(list)
    of_contacts = select(WorkOrder.contact_id, WorkOrder.order_no).where(col(WorkOrder.contact_id).in_(ids), seen)
    for contact_id, order_no in await session.exec(of_contacts.order_by(WorkOrder.order_no)):
        orders[str(contact_id)].append(order_no)
    answers = select(Survey).where(col(Survey.contact_id).in_(ids)).order_by(col(Survey.at))
    surveys = {survey.contact_id: survey for survey in await session.exec(answers)}
    promised = {
        contact_id: {"callback": CallbackOfContact(state=it.state, dials=it.dials, next_at=iso_or_none(it.next_at))}
        for contact_id, it in (await promised_calls(session, ids)).items()
    }
    return [
        contact_fields(contact, orders[contact.contact_id], surveys.get(contact.contact_id), viewer)
        | promised.get(contact.contact_id, {})
        for contact in contacts
    ]
