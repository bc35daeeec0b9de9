"""When the crew expects to arrive or to be done: told to those who reported, and never a time that has passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from app.db.tables import WorkOrder
from app.domain.orders import clocks, texts
from app.domain.orders.kinds import OrderType, State
from app.domain.orders.promises import ESTIMATED
from app.domain.orders.reads import OrderFile
from app.domain.orders.transitions import Refused
from app.domain.orders.written import Rules, Written

LONGEST_MS = 7 * 86_400_000


class Estimate(StrEnum):
    """What is expected at that time."""

    ARRIVE = "arrive"
    RESTORE = "restore"


ON_THE_WAY = frozenset({State.CREW_ASSIGNED, State.EN_ROUTE})
AT_WORK = frozenset({*ON_THE_WAY, State.ARRIVED, State.DIAGNOSING})
POSSIBLE = {Estimate.ARRIVE: ON_THE_WAY, Estimate.RESTORE: AT_WORK}
COLUMN_AND_TEXT = {
    Estimate.ARRIVE: ("arrive_eta_at", "arrival"),
    Estimate.RESTORE: ("restore_eta_at", "estimate"),
}


def estimate(file: OrderFile, of: str, expected_at: int, rules: Rules, at: int) -> Written | Refused:
    """Note the crew's time and text it to who reported; one of restoration meets the promise to give one."""
    order, what = file.order, Estimate(of)
    if order.type != OrderType.FAULT or order.state not in POSSIBLE[what]:
        return Refused("not_allowed", f"nobody is under way for an order that is {order.state}")
    if not at < expected_at <= at + LONGEST_MS:
        return Refused("wrong_time", "an estimate lies ahead, within a week")
    column, key = COLUMN_AND_TEXT[what]
    written = Written(order.order_no, "order_estimated", body={"of": what, "expected_at": expected_at})
    before = written.body["before"] = getattr(order, column)
    if what is Estimate.RESTORE:
        written.body["met"] = clocks.meet(written.write, file.clocks, rules.promises, order.type, ESTIMATED, at)
    if before != expected_at:
        texts.tell(written, order, key, "estimate", time=_spoken(expected_at, at, rules))
    written.write.change(WorkOrder, {"order_no": order.order_no}, order.version, changed_at=at, **{column: expected_at})
    written.write.rings.append(f"order:{order.order_no}")
    return written


def _spoken(expected_at: int, at: int, rules: Rules) -> str:
    """The time of day there, with the date unless it is today's."""
    zone = rules.calendar.zone
    then, now = (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=each) for each in (expected_at, at))
    then, now = then.astimezone(zone), now.astimezone(zone)
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%m-%d %H:%M}"
