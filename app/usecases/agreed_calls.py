"""Calls that agents agreed with customers by their own words, and that nobody has made yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, case, false
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from agents.words import CALL_AGREED
from app.db.tables import AgentRow, Contact, Staff
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.shapes.contacts import TO_CONCLUDE

KEPT_MS = 7 * 86_400_000
"""For so long a call that was agreed is brought to mind."""


def still_to_call(now_ms: Any) -> ColumnElement[bool]:
    """Contacts concluded as `callback`, with a number, after which nobody of ours has talked with that number."""
    return and_(_agreed(), col(Contact.started_at) + KEPT_MS >= now_ms)


def left_to_call(viewer: Viewer) -> ColumnElement[bool]:
    """Such contacts of colleagues who are off duty: whoever serves the same unit's customers may make the call."""
    if not viewer.may(Verb.CONSOLE):
        return false()
    away = (
        select(Staff.agent_no)
        .join(AgentRow, col(AgentRow.agent_no) == Staff.agent_no)
        .where(AgentRow.state == "offline", col(Staff.unit).is_not_distinct_from(viewer.unit))
    )
    return and_(_agreed(), col(Contact.agent_no).in_(away))


def _agreed() -> ColumnElement[bool]:
    later: Any = aliased(Contact)
    talked = select(later.contact_id).where(
        _number(later) == _number(Contact),
        later.started_at > Contact.started_at,
        later.answered_at.is_not(None),
    )
    return and_(
        col(Contact.disposition) == CALL_AGREED,
        col(Contact.state).not_in(TO_CONCLUDE),
        _number(Contact).startswith("+"),
        ~talked.exists(),
    )


def _number(contact: Any) -> Any:
    """The customer's side."""
    return case((contact.direction == "inbound", contact.from_number), else_=contact.to_number)
