"""What is promised, as data: the shipped `[clocks.ORDER_TYPE.NAME]` and how the operations file changes them.

A rule counts minutes that run through nights and holidays, or working days. By area type: a table instead of a
number. Amounts are defaults: every one can be set in the operations file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.orders.kinds import AreaType, State

Amount = int | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One promise. `starts` is the state whose entry starts it (None = acceptance); `met_by` are the states and
    events that meet it; `only` restricts it to subtypes."""

    name: str
    minutes: Amount | None = None
    workdays: Amount | None = None
    starts: State | None = None
    met_by: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    def amount(self, area_type: str | None) -> int:
        """Minutes or working days for a place of this type; an unknown place counts as a city."""
        found = self.minutes if self.minutes is not None else self.workdays
        if isinstance(found, int):
            return found
        assert found is not None
        return found.get(area_type or AreaType.CITY, found[AreaType.CITY])

    @property
    def mode(self) -> str:
        """`minutes` or `workdays`."""
        return "minutes" if self.minutes is not None else "workdays"


Promises = Mapping[str, Sequence[ClockRule]]

CONTACTED = "contacted"
"""Event: somebody of ours has spoken with the customer about the order."""
CALLED_BACK = "called_back"
ESTIMATED = "estimated"
"""Event: a time of restoration was given by the crew."""

_TAKEN = frozenset({State.CREW_ASSIGNED, State.EN_ROUTE, State.ARRIVED, State.PROCESSING, State.REPLIED})
_DISPATCHED = frozenset({State.DISPATCHED, State.RESTORED, State.NOT_OURS, *_TAKEN})
_REPLIED = frozenset({State.REPLIED, State.ARCHIVED})
_DONE = frozenset({State.RESTORED, State.NOT_OURS})


def _answered(dispatch: int, workdays: int) -> tuple[ClockRule, ...]:
    return (
        ClockRule("dispatch", minutes=dispatch, met_by=_DISPATCHED),
        ClockRule("reply", workdays=workdays, met_by=_REPLIED),
    )


SHIPPED: Promises = {
    "fault": (
        ClockRule("dispatch", minutes=2, met_by=_DISPATCHED),
        ClockRule("contact", minutes=10, met_by=frozenset({CONTACTED, State.ARRIVED, *_DONE})),
        ClockRule(
            "arrive", minutes={"city": 45, "rural": 90, "remote": 120}, met_by=frozenset({State.ARRIVED, *_DONE})
        ),
        ClockRule("estimate", minutes=20, starts=State.ARRIVED, met_by=frozenset({ESTIMATED, *_DONE})),
        ClockRule("restore", minutes={"city": 180, "rural": 240, "remote": 240}, starts=State.ARRIVED, met_by=_DONE),
    ),
    "complaint": (
        ClockRule("dispatch", minutes=20, met_by=_DISPATCHED),
        ClockRule("contact", minutes=1440, met_by=frozenset({CONTACTED, *_REPLIED})),
        ClockRule("reply", workdays=5, met_by=_REPLIED),
        ClockRule("callback", workdays=1, starts=State.REPLIED, met_by=frozenset({CALLED_BACK, State.ARCHIVED})),
    ),
    "tipoff": _answered(20, 10),
    "suggestion": _answered(120, 10),
    "opinion": _answered(120, 10),
    "consult": _answered(120, 5),
    "service_request": (
        ClockRule("dispatch", minutes=20, met_by=_DISPATCHED),
        ClockRule("restore", minutes=1440, met_by=_REPLIED, only=frozenset({"reconnection"})),
        ClockRule("reply", workdays=5, met_by=_REPLIED),
    ),
    "praise": (),
}

WARN_PERCENT = 75
"""A clock of minutes warns when so much of its time has passed, unless the operations file says otherwise."""
WARN_WORKDAYS_MS = 2 * 86_400_000
"""A clock of working days warns two days before (not earlier than its half)."""


class BadClocks(ValueError):
    """The operations file names a clock that does not exist, or gives it no positive amount."""


def with_changes(clocks: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Promises:
    """The shipped promises with the amounts of `[clocks.ORDER_TYPE.NAME] minutes | workdays`."""
    for order_type, named in clocks.items():
        known = {rule.name for rule in SHIPPED.get(order_type, ())}
        for name in named:
            if name not in known:
                raise BadClocks(
                    f"clocks.{order_type}.{name}: no such clock; known: {', '.join(sorted(known)) or 'none'}"
                )
    return {
        order_type: tuple(_changed(order_type, rule, clocks.get(order_type, {}).get(rule.name)) for rule in rules)
        for order_type, rules in SHIPPED.items()
    }


def _changed(order_type: str, rule: ClockRule, change: Mapping[str, Any] | None) -> ClockRule:
    if change is None:
        return rule
    where = f"clocks.{order_type}.{rule.name}"
    if len(change) != 1 or not set(change) <= {"minutes", "workdays"}:
        raise BadClocks(f"{where}: give either minutes or workdays")
    ((unit, amount),) = change.items()
    amounts = list(amount.values()) if isinstance(amount, Mapping) else [amount]
    if isinstance(amount, Mapping) and not {*amount} >= {*AreaType}:
        raise BadClocks(f"{where}: give city, rural and remote")
    if not all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in amounts):
        raise BadClocks(f"{where}: amounts are positive whole numbers")
    limits = {"minutes": amount} if unit == "minutes" else {"workdays": amount}
    return ClockRule(rule.name, starts=rule.starts, met_by=rule.met_by, only=rule.only, **limits)


def rule_of(promises: Promises, order_type: str, name: str) -> ClockRule | None:
    """The rule of one clock, if the type has it."""
    return next((rule for rule in promises.get(order_type, ()) if rule.name == name), None)


def spoken_minutes(public: int, likely: int) -> int:
    """What may be said aloud: the public limit, or what is likely if that is longer (rounded up to quarters)."""
    return public if likely <= public else -(-likely // 15) * 15


def likely_minutes(arrivals_ms: Sequence[int], oldest_waiting_ms: int) -> int:
    """How long arrival takes now, from the lengths of recent arrivals (their 80th percentile) and the age of the
    oldest order that still waits. Without either: 0, nothing is known to be slow."""
    ordered = sorted(arrivals_ms)
    usual = ordered[min(len(ordered) - 1, len(ordered) * 8 // 10)] if ordered else 0
    return max(usual, oldest_waiting_ms) // 60_000
