"""What is invisible to a viewer wherever it would turn up: tip-offs, and complaints that name them (rules 26, 27)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Contact, OfferRow, Staff, TaskRow, WorkOrder
from app.domain.orders import visibility
from app.domain.orders.kinds import OrderType
from app.domain.staff.permissions import Scope, Verb, Viewer, within
from app.usecases.refusals import Refused, RefusedBecause

IN_HAND = ("connecting", "talking", "wrapping")
"""States of a task in which somebody has the contact in hand."""
HAD = ("done", "transferred")
IN_VAIN = ("busy", "no-answer", "completed", "hung_up", "given_up", "failed", "customer_unanswered")
"""Why an accepted offer of a callback ended with nobody on the line: the carrier's words, and the core's for the last
attempt."""


async def order_viewer(session: AsyncSession, viewer: Viewer) -> visibility.Viewer:
    """The viewer as the visibility of orders knows them, with all units below their own."""
    known = (await session.exec(select(Staff.unit).distinct())).all()
    units = frozenset(unit for unit in known if unit is not None and within(viewer.unit, unit))
    own = frozenset() if viewer.unit is None else frozenset({viewer.unit})
    return visibility.Viewer(
        viewer.agent_no, viewer.role, viewer.unit, units | own, viewer.may(Verb.TIPOFFS_READ), viewer.team
    )


def hidden_orders(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `WorkOrder` for those that this viewer must not even know of."""
    secret: ColumnElement[bool] = or_(col(WorkOrder.confidential).is_(True), col(WorkOrder.type) == OrderType.TIPOFF)
    named: ColumnElement[bool] = col(WorkOrder.about_agent_no) == viewer.agent_no
    if viewer.scope(Verb.ORDERS_READ) is not Scope.ALL:
        own = [unit for unit in (viewer.unit, viewer.team) if unit is not None]
        named = or_(named, col(WorkOrder.about_unit).in_(own))
    # Without the coalesce a complaint that names nobody would be neither hidden nor not.
    about_them = func.coalesce(named, False)
    complaint = and_(col(WorkOrder.type) == OrderType.COMPLAINT, col(WorkOrder.released_at).is_(None), about_them)
    return or_(false() if viewer.may(Verb.TIPOFFS_READ) else secret, complaint)


def order_not_hidden(viewer: Viewer, order_no: Any) -> ColumnElement[bool]:
    """Rows whose column `order_no` is empty or names an order that the viewer may know of."""
    hidden = select(WorkOrder.order_no).where(col(WorkOrder.order_no) == col(order_no), hidden_orders(viewer))
    return ~hidden.exists()


def in_hands_of(agent_no: str) -> ColumnElement[bool]:
    """The condition on `Contact`: this person speaks in it now, be it to advise the colleague whose contact it is."""
    task = select(TaskRow.task_id).where(
        col(TaskRow.contact_id) == Contact.contact_id,
        TaskRow.agent_no == agent_no,
        col(TaskRow.state).in_(IN_HAND),
    )
    return task.exists()


def order_in_hands_of(agent_no: str) -> ColumnElement[bool]:
    """The condition on `WorkOrder`: this person works on it now, such as by hearing its recording."""
    task = select(TaskRow.task_id).where(
        col(TaskRow.order_no) == WorkOrder.order_no, TaskRow.agent_no == agent_no, col(TaskRow.state).in_(IN_HAND)
    )
    return task.exists()


def spoke_in(agent_no: str) -> ColumnElement[bool]:
    """The condition on `Contact`: this person has it in hand or had it, be it that it was given on since, or that
    whoever they called back was not reached."""
    task = select(TaskRow.task_id).where(
        col(TaskRow.contact_id) == Contact.contact_id,
        TaskRow.agent_no == agent_no,
        col(TaskRow.state).in_((*IN_HAND, *HAD)),
    )
    called = select(OfferRow.contact_id).where(
        OfferRow.agent_no == agent_no, OfferRow.state == "rescinded", col(OfferRow.reason).in_(IN_VAIN)
    )
    return or_(task.exists(), col(Contact.contact_id).in_(called))


def contact_open_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `Contact`: not restricted, and no order came of it that the viewer must not know of.

    Whoever serves a restricted contact sees it until it has ended.
    """
    # Without the coalesce a contact of nobody would be neither open nor hidden, and so shown where it is negated.
    own = func.coalesce(col(Contact.agent_no) == viewer.agent_no, False)
    serving = and_(own, col(Contact.ended_at).is_(None))
    unrestricted = true() if viewer.may(Verb.TIPOFFS_READ) else or_(col(Contact.restricted).is_(None), serving)
    hidden = select(WorkOrder.order_no).where(col(WorkOrder.contact_id) == Contact.contact_id, hidden_orders(viewer))
    return and_(unrestricted, or_(serving, ~hidden.exists()))


def contact_not_hidden(viewer: Viewer, contact_id: Any) -> ColumnElement[bool]:
    """Rows whose column `contact_id` is empty or names a contact that is open to the viewer."""
    hidden = select(Contact.contact_id).where(col(Contact.contact_id) == col(contact_id), ~contact_open_to(viewer))
    return ~hidden.exists()


async def with_unit(session: AsyncSession, order_type: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, and where a complaint names a person only, the unit or team of that person: those who work with and
    lead them must not see it either (rule 27)."""
    named = fields.get("about_agent_no")
    person = await session.get(Staff, named) if named and order_type == OrderType.COMPLAINT else None
    if named and person is None and order_type == OrderType.COMPLAINT:
        detail = "about_agent_no names nobody of this utility; leave it out or name the unit in about_unit"
        raise Refused(RefusedBecause.INVALID, "unknown_person", detail)
    if person is None or fields.get("about_unit"):
        return dict(fields)
    return {**fields, "about_unit": person.unit or person.team}
