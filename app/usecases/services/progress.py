"""How an order is told to the one who asks, and pressing for it."""

from __future__ import annotations

from typing import Any

from app.db.tables import WorkOrder
from app.domain.orders import changing
from app.domain.orders.clocks import MINUTE_MS, limit_ms, running
from app.domain.orders.kinds import ENDED, OrderType, State
from app.domain.orders.reads import OrderFile, filed, open_of, order_file
from app.domain.orders.transitions import Refused
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask, refused_as

SPOKEN = {
    State.RETURNED: State.ACCEPTED,
    State.REOPENED: State.ACCEPTED,
    State.REJECTED: State.PROCESSING,
    State.MERGED: State.ACCEPTED,
    State.NOT_OURS: State.REPLIED,
    State.REVIEWED: State.REPLIED,
    State.CALLBACK: State.REPLIED,
}
"""States of the house that a caller hears as another one."""
TOLD_CLOCKS = {OrderType.FAULT: ("arrive", "restore"), OrderType.SERVICE_REQUEST: ("restore", "reply")}
DONE = (State.RESTORED, State.NOT_OURS, State.REPLIED, State.REVIEWED, State.CALLBACK, *ENDED)


async def status(ask: Ask) -> Answer:
    """`orders.status`: everything but tip-offs is told to whoever knows the number."""
    file = await order_file(ask.session, ask.text("order_no"))
    if file is None or not _may_hear(ask, file.order):
        return Answer("unknown")
    if file.state in ENDED:
        values = {"order_no": file.order.order_no, "order_type": told_type(file.order)}
        return Answer("closed", values | {"order_closed_at": file.order.ended_at or file.order.changed_at})
    return Answer("found", naming(file))


async def latest(ask: Ask) -> Answer:
    """`orders.latest`: of the identified account only, besides those of the phone."""
    account_no = ask.text("account_no")
    accounts = [account_no] if ask.is_identified(account_no) else []
    file = await newest(ask, ask.text("phone"), accounts)
    return Answer("none") if file is None else Answer("found", naming(file))


async def newest(ask: Ask, phone: str, account_nos: list[str], order_type: OrderType | None = None) -> OrderFile | None:
    """The newest order that somebody still works on; with accounts, none of another account of the same phone."""
    for order in await open_of(ask.session, phone=phone, account_nos=account_nos, order_type=order_type):
        if account_nos and order.account_no not in (None, *account_nos):
            continue
        file = await filed(ask.session, order)
        if file.state not in DONE:
            return file
    return None


async def urge(ask: Ask) -> Answer:
    """`order.urge`."""
    file = await order_file(ask.session, ask.text("order_no"))
    if file is None or not _may_hear(ask, file.order):
        return Answer("unknown")
    urged = changing.urge(file, await ask.rules(), ask.now, contact_id=ask.talk.contact_id)
    if isinstance(urged, Refused):
        return refused_as(urged.code, closed="closed", limit="limit", early="early")
    return await ask.done("urged", urged)


def naming(file: OrderFile) -> dict[str, Any]:
    """How an open order is told: its real state, and the limit that may be said aloud, past or ahead."""
    state = State(file.state)
    values: dict[str, Any] = {
        "order_no": file.order.order_no,
        "order_type": told_type(file.order),
        "order_state": str(SPOKEN.get(state, state)),
        "order_accepted_at": file.order.created_at,
        "order_time": "none",
    }
    due_at = told_due(file)
    return values if due_at is None else values | {"order_time": "due", "order_due_at": due_at}


def told_due(file: OrderFile) -> int | None:
    """When the next promised step is due, or later where more was said or the crew expects more."""
    names = TOLD_CLOCKS.get(OrderType(file.order.type), ("contact", "reply"))
    clocks = sorted((clock for clock in running(file.working_clocks) if clock.name in names), key=limit_ms)
    if not clocks:
        return None
    first = clocks[0]
    order = file.order
    said_at = order.created_at + (order.said_minutes or 0) * MINUTE_MS
    later = {"arrive": max(said_at, order.arrive_eta_at or 0), "restore": order.restore_eta_at or 0}
    return max(limit_ms(first), later.get(first.name, 0))


def told_type(order: WorkOrder) -> str:
    """The type, unless it must not be said."""
    return "order" if order.confidential or order.type == OrderType.TIPOFF else order.type


def _may_hear(ask: Ask, order: WorkOrder) -> bool:
    if not order.confidential:
        return True
    phones = [order.contact_phone] if order.contact_phone else []
    if order.phone_sealed:
        phones.append(ask.tools.seal.open(order.phone_sealed))
    return bool(ask.caller) and ask.caller in phones
