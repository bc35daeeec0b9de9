"""What is known of a caller before anything is asked: a handful of indexed reads at the start of each contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Account, Contact, Customer, Outage
from app.domain.billing.reads import as_of_ms, open_bills
from app.domain.customers.kinds import Sensitivity
from app.domain.customers.reads import accounts_by_phone
from app.domain.operations.sections import Level, WarningKind, WarningRule
from app.domain.orders.clocks import is_breached
from app.domain.orders.reads import OrderFile, filed, open_of
from app.domain.surveys.reads import open_for
from app.usecases.services import bills, outages, progress
from app.usecases.services.accounts import naming
from app.usecases.services.asking import Tools
from app.usecases.services.callbacks import open_callback
from app.usecases.turn_effects import SILENT
from ivr_flows.graph import EMERGENCY

LISTED = 4
REPEATED = WarningRule(4, 7_200, Level.YELLOW)
"""Who calls again and again, where the operations file says nothing of `repeat_caller`."""
RECENT = 20
FAILED = ("abandoned", "failed")


@dataclass(frozen=True, slots=True)
class Known:
    """`facts` start the tree; `contact` are columns of the new contact: language, and what the number hints at."""

    facts: Mapping[str, Any]
    contact: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    accounts: Sequence[Account]
    customers: Sequence[Customer]
    order: OrderFile | None
    recent: Sequence[Contact]


async def caller_facts(
    session: AsyncSession,
    tools: Tools,
    *,
    contact_id: str,
    caller: str,
    channel: str,
    at_ms: int,
    said_text: str = "",
) -> Known:
    """Facts for a contact that begins. `caller` is E.164 or empty; what is found by it is a hint, no identity."""
    found = await _find(session, contact_id, caller)
    lang = _language(found, channel)
    facts: dict[str, Any] = {
        "caller": caller,
        "caller_known": bool(caller),
        "channel": channel,
        "lang": lang,
        "tz_offset_s": _offset_s(tools, at_ms),
        "said_text": said_text,
        "manner": _manner(found, tools.warnings.get(WarningKind.REPEAT_CALLER, REPEATED), at_ms),
        "open_question": await _open_question(session, caller, channel, at_ms),
        **_match(found.accounts),
        **await _matter(session, tools, caller, found, at_ms),
    }
    contact: dict[str, Any] = {"lang": lang, "identity": "hint" if found.accounts else "none"}
    if len(found.accounts) == 1:
        contact |= {"account_no": found.accounts[0].account_no, "customer_no": found.accounts[0].customer_no}
    return Known(facts, contact)


async def _find(session: AsyncSession, contact_id: str, caller: str) -> _Found:
    if not caller:
        return _Found((), (), None, ())
    accounts = await accounts_by_phone(session, caller)
    numbers = {account.customer_no for account in accounts}
    customers: Sequence[Customer] = ()
    if numbers:
        customers = (await session.exec(select(Customer).where(col(Customer.customer_no).in_(numbers)))).all()
    recent = await session.exec(
        select(Contact)
        .where(Contact.from_number == caller, Contact.contact_id != contact_id)
        .order_by(col(Contact.started_at).desc())
        .limit(RECENT)
    )
    order = None
    for candidate in await open_of(session, phone=caller, account_nos=[a.account_no for a in accounts[:LISTED]]):
        file = await filed(session, candidate)
        if file.state not in progress.DONE:
            order = file
            break
    return _Found(accounts, customers, order, recent.all())


def _language(found: _Found, channel: str) -> str:
    """The one used last on this channel, else the one in the archive: an English keyword is no wish for the phone."""
    before = next((contact for contact in found.recent if contact.channel == channel), None)
    if before is not None:
        return before.lang
    return found.customers[0].lang if found.customers else "zh-CN"


def _match(accounts: Sequence[Account]) -> dict[str, Any]:
    if not accounts:
        return {"match": "none"}
    if len(accounts) == 1:
        return {"match": "one", **naming(accounts[0])}
    return {"match": "many", "accounts": [naming(account) for account in accounts[:LISTED]]}


def _manner(found: _Found, repeated: WarningRule, at_ms: int) -> str:
    sensitive = {kind for customer in found.customers for kind in customer.sensitive}
    if Sensitivity.MEDICAL in sensitive:
        return "medical"
    was_silent = any((contact.learned or {}).get(SILENT) for contact in found.recent)
    if Sensitivity.ELDERLY in sensitive or was_silent:
        return "slow"
    return "repeat" if _calls_again_in_vain(found, repeated, at_ms) else "normal"


def _calls_again_in_vain(found: _Found, repeated: WarningRule, at_ms: int) -> bool:
    """Another call of several, after a broken promise or a call that failed; not for a number of many accounts."""
    calls = [contact for contact in found.recent if at_ms - contact.started_at < repeated.window_s * 1000]
    if len(calls) + 1 < repeated.threshold or len(found.accounts) > 1:
        return False
    broken = found.order is not None and any(is_breached(clock, at_ms) for clock in found.order.working_clocks)
    return broken or any(contact.outcome in FAILED for contact in calls)


async def _open_question(session: AsyncSession, caller: str, channel: str, at_ms: int) -> str:
    survey = await open_for(session, caller, at_ms) if channel == "sms" and caller else None
    if survey is None:
        return "none"
    return "score" if survey.score is None else "solved"


async def _matter(session: AsyncSession, tools: Tools, caller: str, found: _Found, at_ms: int) -> dict[str, Any]:
    booked = await open_callback(session, caller, at_ms) if caller else None
    if booked is not None:
        return {"matter": "danger" if booked.queue == EMERGENCY else "callback"}
    for account in {account.area_code: account for account in found.accounts[:LISTED]}.values():
        outage = await outages.ongoing_at(session, account.area_code, at_ms, tools.absorb_grace_ms)
        if outage is not None:
            named = await outages.naming(session, outage, account.area_code)
            return {"matter": "outage", "outage_reported": _has_reported(found, outage), **named}
    if found.order is not None:
        return {"matter": "order", **progress.naming(found.order)}
    if len(found.accounts) == 1:
        account = found.accounts[0]
        if bills.is_cut(account, bool(await open_bills(session, account.account_no))):
            return {"matter": "arrears", "arrears_asof_at": await as_of_ms(session) or at_ms}
    return {"matter": "none"}


def _has_reported(found: _Found, outage: Outage) -> bool:
    return found.order is not None and found.order.order.outage_no == outage.outage_no


def _offset_s(tools: Tools, at_ms: int) -> int:
    offset = datetime.fromtimestamp(at_ms / 1000, tools.zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
