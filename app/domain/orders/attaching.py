"""Reports of a known outage: sub orders of the outage's master, which is made by the first of them."""

from __future__ import annotations

from collections.abc import Sequence

from app.db.tables import OrderClock, Outage, WorkOrder
from app.domain.orders import clocks, texts
from app.domain.orders.kinds import OrderType, State, Urgency
from app.domain.orders.opening import order_row
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Place, Reporter, Rules, Said, TaskAsk, Written
from app.domain.outages.rules import absorbs

UNPLANNED = frozenset({"fault", "temporary"})
"""Outages that a crew must be sent for; the others end by plan."""


def open_master(order_no: str, outage: Outage, place: Place, rules: Rules, at: int) -> Written:
    """The master order of an outage: its crew works for all who report. The outage must not have one yet."""
    row = {
        "order_no": order_no,
        "type": OrderType.FAULT,
        "state": State.ACCEPTED,
        "urgency": Urgency.NORMAL,
        "source": "system",
        "outage_no": outage.outage_no,
        "area_code": place.area_code,
        "area_type": place.area_type,
        "unit": place.unit or outage.unit,
        "description": outage.cause,
        "created_at": at,
        "changed_at": at,
    }
    written = Written(order_no, "master_opened", values={"order_no": order_no})
    written.write.insert(WorkOrder, **row)
    for clock in clocks.starting(rules.promises, row, None, at, rules.calendar, rules.warn_percent):
        written.write.insert(OrderClock, **clock)
    written.write.change(Outage, {"outage_no": outage.outage_no}, outage.version, master_order_no=order_no)
    written.write.rings += [f"order:{order_no}", f"outage:{outage.outage_no}"]
    written.body = {"type": OrderType.FAULT, "outage_no": outage.outage_no, "area_code": place.area_code}
    if outage.kind in UNPLANNED:
        written.asks.append(TaskAsk("dispatch", "field", "field", order_no, area=place.area_code or ""))
    return written


def attach(
    order_no: str, reporter: Reporter, place: Place, said: Said, outage: Outage, master_no: str, rules: Rules, at: int
) -> Written | Refused:
    """A report of a known outage; refused (`outage_ended`) when it takes in no reports any more.

    The master row is not touched, so that a storm of reports does not queue up at it.
    """
    if not absorbs(outage, at, rules.absorb_grace_ms):
        return Refused("outage_ended", "the outage takes in no more reports")
    row = order_row(OrderType.FAULT, order_no, reporter, place, said, at)
    row |= {"state": State.MERGED, "sub_of": master_no, "outage_no": outage.outage_no, "to_listen": False}
    written = Written(order_no, "order_attached", values={"order_no": order_no})
    written.write.insert(WorkOrder, **row)
    written.write.rings += [f"order:{order_no}", f"order:{master_no}"]
    written.body = {"outage_no": outage.outage_no, "master": master_no, "account_no": place.account_no}
    written.private = {"contact_phone": reporter.phone} if reporter.phone else {}
    if reporter.phone:
        written.texts.append(texts.text("attached", reporter.phone, reporter.lang, "confirmation", order_no))
    return written


def mine(subs: Sequence[WorkOrder], outage_no: str) -> WorkOrder | None:
    """The caller's own open report of this outage, among their open orders."""
    return next((order for order in subs if order.outage_no == outage_no and order.sub_of), None)
