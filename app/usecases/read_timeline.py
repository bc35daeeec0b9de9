"""The story of a contact, an order, an agent or a customer, unfolded from the journal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Customer, JournalPrivate, JournalRow, Message
from app.domain.customers.rules import masked_phone
from app.domain.staff.permissions import Verb, Viewer
from app.journal.timeline import unfold
from app.usecases.paging import Paging, decode_cursor, encode_cursor
from app.usecases.read_agents import read_agent
from app.usecases.read_contacts import find_contact
from app.usecases.read_orders import find_order_to_read, verified_contacts
from app.usecases.refusals import Refused, RefusedBecause, not_found
from app.usecases.restrictions import contact_not_hidden, order_not_hidden
from app.usecases.scoping import reach
from app.usecases.shapes.base import Page, iso, masked_text
from app.usecases.shapes.contacts import shows_personal
from app.usecases.shapes.oversight import Actor, TimelineEntry

ROWS = 5000
NUMBER = re.compile(r"\+?\d{7,15}")
PERSONAL = frozenset({"address", "contact_name", "name", "place"})


async def contact_timeline(
    session: AsyncSession, viewer: Viewer, contact_id: str, paging: Paging
) -> Page[TimelineEntry]:
    """All that happened in a contact."""
    contact = await find_contact(session, viewer, contact_id)
    shown = shows_personal(viewer, contact.identity)
    return await _story(session, viewer, col(JournalRow.contact_id) == contact_id, paging, shown)


async def order_timeline(session: AsyncSession, viewer: Viewer, order_no: str, paging: Paging) -> Page[TimelineEntry]:
    """All that happened to an order."""
    file = await find_order_to_read(session, viewer, order_no)
    verified = bool(await verified_contacts(session, viewer, [file.order.contact_id]))
    shown = shows_personal(viewer, "verified" if verified else "none")
    return await _story(session, viewer, col(JournalRow.order_no) == order_no, paging, shown)


async def agent_timeline(session: AsyncSession, viewer: Viewer, agent_no: str, paging: Paging) -> Page[TimelineEntry]:
    """All that an agent did and was offered."""
    await read_agent(session, viewer, agent_no)
    about = col(JournalRow.agent_no) == agent_no
    return await _story(session, viewer, about, paging, shows_personal(viewer, "none"))


async def customer_timeline(
    session: AsyncSession, viewer: Viewer, customer_no: str, paging: Paging
) -> Page[TimelineEntry]:
    """All that happened with a customer, as far as the viewer's contacts reach."""
    if await session.get(Customer, customer_no) is None:
        raise not_found("customer")
    mine = reach(viewer, Verb.CONTACTS_READ, JournalRow.agent_no)
    about = (col(JournalRow.customer_no) == customer_no) & mine
    return await _story(session, viewer, about, paging, shows_personal(viewer, "none"))


async def _story(
    session: AsyncSession, viewer: Viewer, about: ColumnElement[bool], paging: Paging, shown: bool
) -> Page[TimelineEntry]:
    query = (
        select(JournalRow, JournalPrivate)
        .join(JournalPrivate, col(JournalPrivate.row_id) == JournalRow.id, isouter=True)
        .where(
            about,
            order_not_hidden(viewer, JournalRow.order_no),
            contact_not_hidden(viewer, JournalRow.contact_id),
        )
        .order_by(col(JournalRow.at), col(JournalRow.id))
        .limit(ROWS)
    )
    rows = [_unfoldable(row, private, shown) for row, private in await session.exec(query)]
    entries = unfold(rows)
    start = _after(paging.cursor)
    part = entries[start : start + paging.limit]
    more = len(entries) > start + paging.limit
    await _tell_delivery(session, part)
    return Page(items=[_entry(entry) for entry in part], next_cursor=encode_cursor([part[-1]["seq"]]) if more else None)


async def _tell_delivery(session: AsyncSession, entries: Sequence[Mapping[str, Any]]) -> None:
    """What became of the texts in these entries, as far as the carrier has told: `status`, and `error_code`."""
    sent = {entry["data"]["message_id"]: entry["data"] for entry in entries if "message_id" in entry["data"]}
    query = select(Message.message_id, Message.status, Message.error_code).where(
        col(Message.message_id).in_([*sent]), Message.channel == "sms", Message.direction == "outbound"
    )
    for message_id, status, error_code in (await session.exec(query)).all() if sent else ():
        sent[message_id] |= {"status": status, **({"error_code": error_code} if error_code else {})}


def _after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    seq = int(decode_cursor(cursor, [int])[0])
    if seq < 0:
        raise Refused(RefusedBecause.INVALID, "invalid_cursor", "the cursor is not one of this list")
    return seq


def _unfoldable(row: JournalRow, private: JournalPrivate | None, shown: bool) -> dict[str, Any]:
    personal = private.body if private is not None else {}
    return {**row.model_dump(), "private": personal if shown else masked_private(personal, row.order_no)}


def masked_private(values: Mapping[str, Any], order_no: str | None) -> dict[str, Any]:
    """Personal values as those see them who have not verified the person: numbers and addresses masked.

    The number of the order that they are about stays: whoever reads the story reads it beside them.
    """
    return {name: _masked(name, value, order_no) for name, value in values.items()}


def _masked(name: str, value: Any, order_no: str | None) -> Any:
    if isinstance(value, str):
        text = masked_text(value) if name in PERSONAL else value
        return NUMBER.sub(lambda found: found[0] if found[0] == order_no else masked_phone(found[0]), text)
    if isinstance(value, dict):
        return {inner: _masked(name if name in PERSONAL else inner, item, order_no) for inner, item in value.items()}
    if isinstance(value, list):
        return [_masked(name, item, order_no) for item in value]
    return value


def _entry(entry: Mapping[str, Any]) -> TimelineEntry:
    actor = Actor(kind=entry["actor"]["kind"], id=entry["actor"]["id"])
    plain = {name: entry[name] for name in ("seq", "kind", "text", "data")}
    return TimelineEntry(**plain, at=iso(entry["at"]), actor=actor)
