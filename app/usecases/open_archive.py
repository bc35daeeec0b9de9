"""Opening a customer or an account: with a contact of one's own, or with a reason that is journaled (rule 25).

One rule for what is shown in full: while somebody speaks with the customer, what was verified in that contact counts
and nothing else, for another may be calling from the same number; afterwards the contacts of the shift count.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.record import record
from app.db.tables import Contact, Customer
from app.db.write_set import WriteSet
from app.domain.billing.reads import as_of_ms, bills
from app.domain.customers.reads import account_card, accounts_of
from app.domain.staff.permissions import Viewer
from app.journal.entry import Entry
from app.observe.clock import Clock
from app.usecases.actors import actor_kind
from app.usecases.days import day_of
from app.usecases.refusals import Refused, RefusedBecause, not_found
from app.usecases.restrictions import in_hands_of
from app.usecases.shapes.contacts import shows_personal
from app.usecases.shapes.customers import AccountShape, CustomerShape, account_shape, customer_shape

SERVED_MS = 12 * 3_600_000
MIN_REASON = 4


@dataclass(frozen=True, slots=True)
class _Ground:
    """Why this may be opened: the contact in hand, else the best of one's own within a shift, else a reason."""

    contact_id: str | None
    shown: bool


async def open_customer(
    db: Database, clock: Clock, viewer: Viewer, customer_no: str, reason: str | None
) -> CustomerShape:
    """A customer; journaled. Raises `Refused` with `reason_needed` without a contact and without a reason."""
    async with db.session() as session:
        ground = await _ground(session, clock, viewer, col(Contact.customer_no) == customer_no)
        _check(ground, reason)
        customer = await session.get(Customer, customer_no)
        if customer is None:
            raise not_found("customer")
        shape = customer_shape(customer, await accounts_of(session, customer_no), ground.shown)
    await _note(db, clock, viewer, ground, reason, customer_no, None)
    return shape


async def open_account(
    db: Database, clock: Clock, zone: ZoneInfo, viewer: Viewer, account_no: str, reason: str | None
) -> AccountShape:
    """An account with its last bills; the same rules."""
    async with db.session() as session:
        ground = await _ground(session, clock, viewer, col(Contact.account_no) == account_no)
        _check(ground, reason)
        card = await account_card(session, account_no)
        if card is None:
            raise not_found("account")
        last = await bills(session, account_no)
        today = day_of(clock.now_ms(), zone)
        shape = account_shape(card, last, await as_of_ms(session), today, ground.shown)
    await _note(db, clock, viewer, ground, reason, card.account.customer_no, account_no)
    return shape


async def _ground(session: AsyncSession, clock: Clock, viewer: Viewer, about: ColumnElement[bool]) -> _Ground:
    mine = or_(col(Contact.agent_no) == viewer.agent_no, in_hands_of(viewer.agent_no))
    query = (
        select(Contact.contact_id, Contact.identity, in_hands_of(viewer.agent_no))
        .where(mine, about, Contact.started_at > clock.now_ms() - SERVED_MS)
        .order_by(col(Contact.started_at).desc())
        .limit(50)
    )
    rows = list(await session.exec(query))
    now = [row for row in rows if row[2]] or rows
    best = next((row for row in now if row[1] == "verified"), now[0] if now else None)
    if best is None:
        return _Ground(None, shows_personal(viewer, "none"))
    return _Ground(best[0], shows_personal(viewer, best[1]))


def _check(ground: _Ground, reason: str | None) -> None:
    if ground.contact_id is None and len((reason or "").strip()) < MIN_REASON:
        detail = f"without a contact of yours, say why: ?reason= with {MIN_REASON} characters or more"
        raise Refused(RefusedBecause.FORBIDDEN, "reason_needed", detail)


async def _note(
    db: Database,
    clock: Clock,
    viewer: Viewer,
    ground: _Ground,
    reason: str | None,
    customer_no: str,
    account_no: str | None,
) -> None:
    entry = Entry(
        "lookup",
        actor_kind(viewer),
        viewer.agent_no,
        contact_id=ground.contact_id,
        agent_no=viewer.agent_no,
        customer_no=customer_no,
        body={"opened": "account" if account_no else "customer", "account_no": account_no, "shown": ground.shown},
        private={"reason": reason.strip()} if reason else {},
    )
    write_set = WriteSet()
    record(write_set, entry, clock.now_ms())
    await db.commit(write_set)
