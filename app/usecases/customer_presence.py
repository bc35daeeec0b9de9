"""A customer of the web who has closed their last window, or is back: whoever has the conversation sees it."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.rows import RowQuery
from app.db.tables import Contact
from app.db.write_set import WriteSet, table_of
from app.usecases.hotline import Hotline

FOR_PEOPLE = ("waiting", "offered", "connecting", "talking", "held", "wrapping")

_contacts = table_of(Contact)
CONTACT = RowQuery(
    select(*(_contacts.c[name] for name in ("state", "agent_no", "left_at"))).where(
        _contacts.c.contact_id == bindparam("contact_id")
    )
)


async def customer_left(hotline: Hotline, contact_id: str, at_ms: int) -> None:
    """They went at this instant. With nobody there or awaited it is nobody's news, and nothing is written."""
    contact = await CONTACT.one(hotline.db, contact_id=contact_id)
    if contact is not None and contact["state"] in FOR_PEOPLE:
        await _write(hotline, contact_id, contact["agent_no"], at_ms)


async def customer_back(hotline: Hotline, contact_id: str) -> None:
    """They have a window again."""
    contact = await CONTACT.one(hotline.db, contact_id=contact_id)
    if contact is not None and contact["left_at"] is not None:
        await _write(hotline, contact_id, contact["agent_no"], None)


async def _write(hotline: Hotline, contact_id: str, agent_no: str | None, left_at: int | None) -> None:
    write_set = WriteSet(rings=[f"contact:{contact_id}", *([f"agent:{agent_no}"] if agent_no else [])])
    write_set.change(Contact, {"contact_id": contact_id}, None, left_at=left_at)
    await hotline.db.commit(write_set)
