"""The clocks of an order: when they are due, what meets them, what their owner must be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.db.tables import OrderClock
from app.db.write_set import WriteSet
from app.domain.calendar.rules import WorkCalendar
from app.domain.orders.kinds import OrderType, State
from app.domain.orders.promises import WARN_PERCENT, WARN_WORKDAYS_MS, ClockRule, Promises, rule_of

MINUTE_MS = 60_000
CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Workdays:
    """The utility's calendar and the time zone in which its days begin."""

    calendar: WorkCalendar
    zone: ZoneInfo

    def after(self, at_ms: int, days: int) -> tuple[int, str]:
        """The instant `days` working days after `at_ms`, and how sure that is: official or estimated."""
        end = self.calendar.add_workdays(datetime.fromtimestamp(at_ms / 1000, self.zone), days)
        return int(end.at.timestamp() * 1000), "estimated" if end.estimated else "official"


@dataclass(frozen=True, slots=True)
class Due:
    """When a promise is due, and from which calendar (None for minutes)."""

    at: int
    source: str | None


def due(rule: ClockRule, area_type: str | None, from_ms: int, calendar: Workdays) -> Due:
    """When a promise that starts at `from_ms` must be kept."""
    amount = rule.amount(area_type)
    if rule.mode == "minutes":
        return Due(from_ms + amount * MINUTE_MS, None)
    return Due(*calendar.after(from_ms, amount))


def _warn_at(rule: ClockRule, from_ms: int, due_at: int, percent: int) -> int:
    length = due_at - from_ms
    if rule.mode == "workdays":
        return due_at - min(WARN_WORKDAYS_MS, length // 2)
    return from_ms + length * percent // 100


def starting(
    promises: Promises,
    order: dict[str, Any],
    entered: State | None,
    at: int,
    calendar: Workdays,
    warn_percent: int = WARN_PERCENT,
) -> list[dict[str, Any]]:
    """Rows of the clocks that begin when an order enters a state (None = when it is accepted).

    A promise in minutes is warned of when `warn_percent` of its time has passed.
    """
    rows = []
    for rule in promises.get(order["type"], ()):
        if rule.starts != entered or (rule.only and order.get("subtype") not in rule.only):
            continue
        if rule.name == CONTACT and order["type"] == OrderType.FAULT and not order.get("contact_phone"):
            continue  # nobody could keep it: there is no number to call
        end = due(rule, order.get("area_type"), at, calendar)
        warn_at = _warn_at(rule, at, end.at, warn_percent)
        rows.append(
            {
                "order_no": order["order_no"],
                "name": rule.name,
                "round": order.get("reopened", 0) + 1,
                "mode": rule.mode,
                "amount": rule.amount(order.get("area_type")),
                "started_at": at,
                "due_at": end.at,
                "warn_at": warn_at,
                "next_at": warn_at,
                "calendar_source": end.source,
            }
        )
    return rows


def limit_ms(clock: OrderClock) -> int:
    """When the clock is broken, its pauses left out."""
    return clock.due_at + clock.paused_ms


def running(clocks: Iterable[OrderClock]) -> Iterator[OrderClock]:
    """Clocks that are neither met nor stopped."""
    return (clock for clock in clocks if clock.met_at is None and clock.stopped_at is None)


def is_breached(clock: OrderClock, now: int) -> bool:
    """Whether the promise is broken by now: one millisecond late is late. A paused clock stands still."""
    ended = clock.met_at if clock.met_at is not None else clock.stopped_at
    return clock.breached or (ended or clock.paused_at or now) > limit_ms(clock)


def meet(
    write: WriteSet, clocks: Iterable[OrderClock], promises: Promises, order_type: str, event: str, at: int
) -> list[str]:
    """Meet every running clock that the event or state answers; returns the names of those."""
    met = []
    for clock in running(clocks):
        rule = rule_of(promises, order_type, clock.name)
        if rule is not None and event in rule.met_by:
            _change(write, clock, met_at=at, breached=is_breached(clock, at), next_at=None, paused_at=None)
            met.append(clock.name)
    return met


def stop(write: WriteSet, clocks: Iterable[OrderClock], at: int, but: Sequence[str] = ()) -> None:
    """Stop what still runs: the order has ended without it."""
    for clock in running(clocks):
        if clock.name not in but:
            _change(write, clock, stopped_at=at, breached=is_breached(clock, at), next_at=None)


def pause(write: WriteSet, clocks: Iterable[OrderClock], at: int) -> None:
    """Let the clocks stand still, visibly."""
    for clock in running(clocks):
        if clock.paused_at is None:
            _change(write, clock, paused_at=at, next_at=None)


def resume(write: WriteSet, clocks: Iterable[OrderClock], at: int) -> None:
    """Let paused clocks run on; the pause is added to what they had."""
    for clock in running(clocks):
        if clock.paused_at is not None:
            paused = clock.paused_ms + at - clock.paused_at
            _change(write, clock, paused_at=None, paused_ms=paused, next_at=max(at, clock.due_at + paused))


@dataclass(frozen=True, slots=True)
class Rang:
    """A clock that must be told about: `near_due` before its limit, `breach` after it."""

    order_no: str
    name: str
    kind: str
    due_at: int


def look(write: WriteSet, clock: OrderClock, now: int) -> Rang | None:
    """What a clock whose `next_at` has come has to say; sets when to look again."""
    limit = limit_ms(clock)
    if now > limit:
        _change(write, clock, breached=True, next_at=None)
        return Rang(clock.order_no, clock.name, "breach", limit)
    _change(write, clock, next_at=limit + 1)
    if clock.warn_at is not None and now >= clock.warn_at + clock.paused_ms:
        return Rang(clock.order_no, clock.name, "near_due", limit)
    return None


def next_due(clocks: Iterable[OrderClock]) -> OrderClock | None:
    """The promise that comes due first of those that still run and stand ahead or are broken."""
    return min(running(clocks), key=limit_ms, default=None)


def _change(write: WriteSet, clock: OrderClock, **values: Any) -> None:
    key = {"order_no": clock.order_no, "name": clock.name, "round": clock.round}
    write.change(OrderClock, key, clock.version, **values)
