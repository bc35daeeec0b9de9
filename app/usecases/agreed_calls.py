"""Calls that agents agreed with customers by their own words, and that nobody has made yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from agents.words import CALL_AGREED
from app.db.tables import Contact
from app.usecases.shapes.contacts import TO_CONCLUDE

KEPT_MS = 7 * 86_400_000
"""For so long a call that was agreed is brought to mind."""


def still_to_call(now_ms: int) -> ColumnElement[bool]:
    """Contacts concluded as `callback`, with a number, after which nobody of ours has talked with that number."""
    later: Any = aliased(Contact)
    talked = select(later.contact_id).where(
        _number(later) == _number(Contact),
        later.started_at > Contact.started_at,
        later.answered_at.is_not(None),
    )
    return and_(
        col(Contact.disposition) == CALL_AGREED,
        col(Contact.state).not_in(TO_CONCLUDE),
        col(Contact.started_at) >= now_ms - KEPT_MS,
        _number(Contact).startswith("+"),
        ~talked.exists(),
    )


def _number(contact: Any) -> Any:
    """The customer's side."""
    return case((contact.direction == "inbound", contact.from_number), else_=contact.to_number)
