"""Which state may follow which, for each type, as data.

Sources: the common workflow and the fault workflow of 95598; on-site steps, closing and merging as the contract
has them. An order merged into a master (`merged`) moves with its master: alone it can only be detached,
cancelled or found to be a duplicate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.orders.kinds import ENDED, OrderType, State

S = State
Table = Mapping[State, frozenset[State]]


def _table(rows: Mapping[State, tuple[State, ...]]) -> Table:
    return {state: frozenset(targets) for state, targets in rows.items()}


_WITHDRAWN = (S.CANCELLED, S.DUPLICATE)
_ON_SITE = (S.RESTORED, S.NOT_OURS, S.RETURNED, S.SUSPENDED)

_FAULT: Table = _table(
    {
        S.ACCEPTED: (S.DISPATCHED, S.CREW_ASSIGNED, S.MERGED, S.RESTORED, S.SUSPENDED, *_WITHDRAWN),
        S.DISPATCHED: (S.CREW_ASSIGNED, S.RETURNED, S.MERGED, S.RESTORED, S.SUSPENDED, *_WITHDRAWN),
        S.CREW_ASSIGNED: (S.EN_ROUTE, S.ARRIVED, S.DISPATCHED, *_ON_SITE, *_WITHDRAWN),
        S.EN_ROUTE: (S.ARRIVED, S.DISPATCHED, *_ON_SITE, *_WITHDRAWN),
        S.ARRIVED: (S.DIAGNOSING, *_ON_SITE, *_WITHDRAWN),
        S.DIAGNOSING: (*_ON_SITE, *_WITHDRAWN),
        S.RESTORED: (S.REPLIED, S.CALLBACK, S.ARCHIVED, S.REOPENED),
        S.NOT_OURS: (S.REPLIED, S.CALLBACK, S.ARCHIVED, S.REOPENED),
        S.RETURNED: (S.DISPATCHED, S.CREW_ASSIGNED, S.RESTORED, *_WITHDRAWN),
        S.SUSPENDED: (S.DISPATCHED, S.CREW_ASSIGNED, S.RESTORED, *_WITHDRAWN),
        S.REPLIED: (S.REVIEWED, S.REJECTED, S.CALLBACK, S.ARCHIVED, S.REOPENED),
        S.REVIEWED: (S.CALLBACK, S.ARCHIVED, S.REOPENED),
        S.REJECTED: (S.DISPATCHED, S.CREW_ASSIGNED, S.REPLIED),
        S.CALLBACK: (S.ARCHIVED, S.REOPENED),
        S.MERGED: (S.ACCEPTED, S.ARCHIVED, *_WITHDRAWN),
        S.REOPENED: (S.DISPATCHED, S.CREW_ASSIGNED, S.RESTORED, S.REPLIED, *_WITHDRAWN),
        S.ARCHIVED: (S.REOPENED,),
        S.CANCELLED: (),
        S.DUPLICATE: (),
    }
)

_ANSWERED: Table = _table(
    {
        S.ACCEPTED: (S.DISPATCHED, S.PROCESSING, S.REPLIED, S.SUSPENDED, *_WITHDRAWN),
        S.DISPATCHED: (S.PROCESSING, S.REPLIED, S.RETURNED, S.SUSPENDED, *_WITHDRAWN),
        S.PROCESSING: (S.REPLIED, S.RETURNED, S.DISPATCHED, S.SUSPENDED, *_WITHDRAWN),
        S.RETURNED: (S.DISPATCHED, S.PROCESSING, *_WITHDRAWN),
        S.SUSPENDED: (S.PROCESSING, *_WITHDRAWN),
        S.REPLIED: (S.REVIEWED, S.REJECTED, S.CALLBACK, S.ARCHIVED, S.REOPENED),
        S.REVIEWED: (S.CALLBACK, S.ARCHIVED, S.REOPENED),
        S.REJECTED: (S.PROCESSING, S.REPLIED),
        S.CALLBACK: (S.ARCHIVED, S.REOPENED),
        S.REOPENED: (S.DISPATCHED, S.PROCESSING, S.REPLIED, *_WITHDRAWN),
        S.ARCHIVED: (S.REOPENED,),
        S.CANCELLED: (),
        S.DUPLICATE: (),
    }
)

_FORWARDED: Table = _table(
    {
        S.ACCEPTED: (S.DISPATCHED, S.ARCHIVED, *_WITHDRAWN),
        S.DISPATCHED: (S.ARCHIVED, *_WITHDRAWN),
        S.ARCHIVED: (),
        S.CANCELLED: (),
        S.DUPLICATE: (),
    }
)

TABLES: Mapping[OrderType, Table] = {
    OrderType.FAULT: _FAULT,
    OrderType.COMPLAINT: _ANSWERED,
    OrderType.TIPOFF: _ANSWERED,
    OrderType.SUGGESTION: _ANSWERED,
    OrderType.OPINION: _ANSWERED,
    OrderType.CONSULT: _ANSWERED,
    OrderType.SERVICE_REQUEST: _ANSWERED,
    OrderType.PRAISE: _FORWARDED,
}

NEEDS_REASON = frozenset({S.RETURNED, S.REJECTED, S.SUSPENDED, S.CANCELLED, S.DUPLICATE, S.REOPENED, S.NOT_OURS})
"""Targets that are refused without a note."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that must not be taken. `code` is stable: unknown_state, not_allowed, ended, reason_missing,
    merged, changed, not_found, not_open."""

    code: str
    message: str


def refusal(order_type: str, state: str, to: str, note: str = "") -> Refused | None:
    """Why an order of this type may not go from `state` to `to`; None = it may."""
    table = TABLES[OrderType(order_type)]
    try:
        target = State(to)
    except ValueError:
        return Refused("unknown_state", f"there is no state {to!r}; there are {', '.join(State)}")
    now = State(state)
    if target in table.get(now, frozenset()):
        if target in NEEDS_REASON and not note.strip():
            return Refused("reason_missing", f"{target} needs a note that says why")
        return None
    if now in ENDED:
        return Refused("ended", f"the order is {now}")
    if now is State.MERGED:
        return Refused("merged", "the order moves with its master")
    allowed = ", ".join(sorted(table.get(now, frozenset()))) or "nothing"
    return Refused("not_allowed", f"from {now} a {order_type} may become: {allowed}")
