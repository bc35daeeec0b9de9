"""Whether somebody is asked after a contact or a finished order, and by which way.

On the line when the agent has hung up and the caller is still there; by text when the caller is gone. Nobody twice
about one order in seven days, no number twice by text in that time, nobody after an emergency or an abusive call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from agents.survey import DAY_MS, MATTER_DAYS, Ended, is_sampled, why_not
from app.db.tables import Customer, WorkOrder
from app.domain.orders.kinds import OrderType, Urgency
from app.domain.orders.reads import open_of
from app.domain.summaries.shifts import shift_at
from app.domain.surveys.kinds import SurveySource
from app.domain.surveys.reads import invitations
from app.domain.surveys.writes import About, Recorded, SurveyRules, about_contact, ask_later, ask_now

EMERGENCY = "emergency"


async def after_contact(
    session: AsyncSession, contact: Mapping[str, Any], rules: SurveyRules, zone: ZoneInfo, at: int, *, on_line: bool
) -> Recorded | str:
    """The invitation after a contact with an agent (columns of its row), or why there is none."""
    customer = await session.get(Customer, contact["customer_no"]) if contact.get("customer_no") else None
    learned = contact.get("learned") or {}
    ended = Ended(
        answered=contact.get("agent_no") is not None,
        emergency=contact.get("queue") == EMERGENCY or "emergency_no" in learned,
        abuse=contact.get("disposition") == "nuisance",
        anonymous=contact.get("restricted") is not None,
        reachable=on_line or bool(contact.get("from_number")),
        do_not_call=customer is not None and customer.do_not_call and not on_line,
    )
    day = shift_at(at, zone).date
    about = about_contact(contact, day, await _order_of(session, contact))
    return await _invite(session, about, ended, rules, zone, at, on_line=on_line)


async def after_order(
    session: AsyncSession, order: WorkOrder, rules: SurveyRules, zone: ZoneInfo, at: int
) -> Recorded | str:
    """The invitation after a restored fault or an answered complaint, or why there is none."""
    if order.type not in (OrderType.FAULT, OrderType.COMPLAINT, OrderType.SERVICE_REQUEST) or order.sub_of:
        return "not_asked"
    ended = Ended(
        answered=True,
        emergency=order.urgency == Urgency.URGENT,
        anonymous=order.anonymous,
        reachable=bool(order.contact_phone),
    )
    agent_no = order.crew_no or order.owner or order.opened_by
    day = shift_at(at, zone).date
    about = About(order.contact_id, agent_no, order.contact_phone, day, order.lang, order.order_no, order.unit)
    return await _invite(session, about, ended, rules, zone, at, on_line=False)


async def _invite(
    session: AsyncSession, about: About, ended: Ended, rules: SurveyRules, zone: ZoneInfo, at: int, *, on_line: bool
) -> Recorded | str:
    peer = None if on_line else about.peer
    earlier = await invitations(session, about.matter, about.contact_id, peer, at - MATTER_DAYS * DAY_MS)
    reason = why_not(ended, earlier, at)
    if reason is not None:
        return reason
    if not is_sampled(about.contact_id or about.matter, rules.sample_permille):
        return "not_sampled"
    if on_line:
        return ask_now(about, SurveySource.POST_CALL_IVR, at)
    offset = datetime.fromtimestamp(at / 1000, zone).utcoffset()
    return ask_later(about, rules, int(offset.total_seconds()) if offset else 0, at)


async def _order_of(session: AsyncSession, contact: Mapping[str, Any]) -> str | None:
    """The matter of the contact: the open order of this number, if it was opened or spoken of in it."""
    orders = await open_of(session, phone=contact.get("from_number") or None)
    return next((order.order_no for order in orders if order.contact_id == contact["contact_id"]), None)
