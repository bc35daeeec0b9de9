"""An agent calls somebody: the contact and the promise to call, ready for the leader to have both sides rung."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.db.record import record
from app.db.rows import RowQuery
from app.db.tables import Callback, Contact, Customer, FlowSession, WorkOrder
from app.db.write_set import WriteSet, table_of
from app.domain.customers.dialling import is_allowed
from app.domain.customers.reads import accounts_by_phone
from app.domain.customers.rules import e164
from app.domain.staff.permissions import Viewer
from app.journal.entry import Entry
from app.observe.clock import new_id
from app.usecases.actors import actor_kind
from app.usecases.console_desk import Desk
from app.usecases.console_ownership import CONTACT
from app.usecases.join_called import FLOW
from app.usecases.refusals import Refused, RefusedBecause
from ivr_flows.session import Session

QUEUE = "phone"

_orders = table_of(WorkOrder)
CALLEE = RowQuery(
    select(*(_orders.c[name] for name in ("contact_phone", "account_no", "customer_no", "contact_id", "lang"))).where(
        _orders.c.order_no == bindparam("order_no")
    )
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows for the unit that asks the leader, and what the leader is told besides the command."""

    write: WriteSet
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Callee:
    number: str
    about: Mapping[str, Any]


async def prepare_dial(desk: Desk, viewer: Viewer, fields: Mapping[str, Any]) -> Prepared:
    """A call to the customer of an order or contact, or to a number. Raises `Refused` where we do not call."""
    at_ms = desk.clock.now_ms()
    callee = await _callee(desk, fields)
    number = _callable(desk, callee.number)
    contact_id, task_id = new_id(at_ms), new_id(at_ms)
    order_no = fields.get("order_no")
    write = WriteSet()
    write.insert(
        Contact,
        contact_id=contact_id,
        channel="voice",
        direction="outbound",
        from_number=desk.settings.number,
        to_number=number,
        state="connecting",
        agent_no=viewer.agent_no,
        queue=QUEUE,
        unit=viewer.unit,
        started_at=at_ms,
        learned={"order_no": order_no} if order_no else {},
        **callee.about,
    )
    await _ready_to_answer(desk, write, contact_id, str(callee.about.get("lang") or "zh-CN"), at_ms)
    write.insert(
        Callback,
        callback_id=new_id(at_ms),
        phone=number,
        contact_id=contact_id,
        order_no=order_no,
        task_id=task_id,
        queue=QUEUE,
        reason="dial",
        state="calling",
        at=at_ms,
    )
    _journal(write, viewer, callee, number, (contact_id, task_id, order_no), at_ms)
    return Prepared(write, {"task_id": task_id, "contact_id": contact_id, "queue": QUEUE})


def _journal(
    write: WriteSet, viewer: Viewer, callee: _Callee, number: str, ids: tuple[str, str, str | None], at_ms: int
) -> None:
    contact_id, task_id, order_no = ids
    entry = Entry(
        "note",
        actor_kind(viewer),
        viewer.agent_no,
        contact_id=contact_id,
        order_no=order_no,
        agent_no=viewer.agent_no,
        customer_no=callee.about.get("customer_no"),
        body={"text": "dials", "task_id": task_id},
        private={"to": number},
    )
    record(write, entry, at_ms)


def _callable(desk: Desk, given: str) -> str:
    number = e164(given)
    if number is None and not given.isdecimal():
        raise Refused(RefusedBecause.INVALID, "no_number", "there is no number to call")
    if number is None or number == desk.settings.number or not is_allowed(number, desk.tools.countries):
        detail = "foreign numbers, services, special rates and our own number are not called"
        raise Refused(RefusedBecause.INVALID, "number_refused", detail)
    return number


async def _ready_to_answer(desk: Desk, write: WriteSet, contact_id: str, lang: str, at_ms: int) -> None:
    """A tree that waits for nothing yet: the first words are chosen when somebody picks up."""
    release = await desk.releases.newest()
    session = Session(release.hash, "voice", lang, (release.start_of(FLOW),), {}, 0, "ended")
    body = session.encode()
    write.insert(FlowSession, contact_id=contact_id, turn=0, release=release.hash, body=body, at=at_ms)


async def _callee(desk: Desk, fields: Mapping[str, Any]) -> _Callee:
    if "to" in fields:
        return _Callee(fields["to"], await _whose(desk, fields["to"]))
    if "contact_id" in fields:
        contact = await CONTACT.one(desk.db, contact_id=fields["contact_id"]) or {}
        inbound = contact.get("direction") == "inbound"
        number = contact.get("from_number") if inbound else contact.get("to_number")
        return _Callee(str(number or ""), _about(contact))
    order = await CALLEE.one(desk.db, order_no=fields["order_no"]) or {}
    return _Callee(str(order.get("contact_phone") or ""), _about(order))


async def _whose(desk: Desk, number: str) -> dict[str, Any]:
    """Whom the archive knows by this number, as for a caller: a hint, no identity."""
    async with desk.db.session() as session:
        accounts = await accounts_by_phone(session, number)
        numbers = {account.customer_no for account in accounts}
        customer = await session.get(Customer, numbers.pop()) if len(numbers) == 1 else None
    if customer is None:
        return {"identity": "hint"} if accounts else {}
    only = {"account_no": accounts[0].account_no} if len(accounts) == 1 else {}
    return {"customer_no": customer.customer_no, "lang": customer.lang, "identity": "hint", **only}


def _about(row: Mapping[str, Any]) -> dict[str, Any]:
    about = {name: row[name] for name in ("account_no", "customer_no", "lang") if row.get(name)}
    return {**about, "identity": "hint"} if "customer_no" in about else about


async def give_up_dial(desk: Desk, contact_id: str) -> None:
    """The leader refused: the contact that was made ready ends."""
    at_ms = desk.clock.now_ms()
    write = WriteSet()
    values = {"state": "ended", "outcome": "failed", "ended_at": at_ms, "hung_up_at": at_ms}
    write.change(Contact, {"contact_id": contact_id, "state": "connecting"}, None, **values)
    write.change(Callback, {"contact_id": contact_id, "state": "calling"}, None, state="failed", ended_at=at_ms)
    write.rings.append(f"contact:{contact_id}")
    await desk.db.commit(write)
