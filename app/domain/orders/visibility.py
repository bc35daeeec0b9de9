"""Who may see which order, and what of it; every list and search goes through here.

`may_see` and `visible` say the same thing, once about a row and once as a condition of a query; a test holds them
together. Sources: rules 25 to 28 of daily use, the contract's permissions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import col

from app.db.tables import WorkOrder
from app.domain.orders.kinds import OrderType

RANKS = {"agent": 0, "field": 0, "supervisor": 1, "manager": 2, "auditor": 2}
"""Roles that see orders; an admin sees none."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `units` are the units that a supervisor answers for, the own one included; a complaint may name the
    `unit` or the `team`.

    `tipoffs` is the permission for confidential orders; no role has it by itself.
    """

    agent_no: str
    role: str
    unit: str | None = None
    units: frozenset[str] = field(default_factory=frozenset)
    tipoffs: bool = False
    team: str | None = None

    @property
    def rank(self) -> int | None:
        """0 sees the own, 1 the units', 2 all, None nothing."""
        return RANKS.get(self.role)

    def answers_for(self, unit: str | None) -> bool:
        """Whether this leader's own unit, or one below it; who has none stands above all."""
        if self.unit is None or unit is None or unit in self.units:
            return True
        return unit == self.unit or unit.startswith(f"{self.unit}/")


class Seen(Protocol):
    """What visibility rests on; an order, or the row of a list."""

    type: str
    confidential: bool
    about_agent_no: str | None
    about_unit: str | None
    released_at: int | None
    owner: str | None
    crew_no: str | None
    unit: str | None
    opened_by: str | None


def may_see(order: Seen, viewer: Viewer) -> bool:
    """Whether the order exists for this viewer at all."""
    if viewer.rank is None:
        return False
    if order.confidential or order.type == OrderType.TIPOFF:
        return viewer.tipoffs
    if _is_about(order, viewer):
        return False
    if viewer.rank == 2:
        return True
    own = viewer.agent_no in (order.owner, order.crew_no, order.opened_by)
    return own or (viewer.rank == 1 and viewer.answers_for(order.unit))


def may_own(order: Seen, agent_no: str, *units: str | None) -> bool:
    """Whether the order may be given to this person of these units or teams: never a complaint to whom it names."""
    return not _names(order, agent_no, *units)


def _is_about(order: Seen, viewer: Viewer) -> bool:
    units = (viewer.unit, viewer.team) if viewer.rank != 2 else ()
    return order.released_at is None and _names(order, viewer.agent_no, *units)


def _names(order: Seen, agent_no: str, *units: str | None) -> bool:
    if order.type != OrderType.COMPLAINT:
        return False
    return order.about_agent_no == agent_no or (order.about_unit is not None and order.about_unit in units)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """`may_see` as a condition on `WorkOrder`."""
    if viewer.rank is None:
        return false()
    open_kind = and_(col(WorkOrder.confidential).is_(False), col(WorkOrder.type) != OrderType.TIPOFF)
    named = col(WorkOrder.about_agent_no) == viewer.agent_no
    if viewer.rank < 2:
        own = [unit for unit in (viewer.unit, viewer.team) if unit is not None]
        named = or_(named, col(WorkOrder.about_unit).in_(own))
    hidden = and_(col(WorkOrder.type) == OrderType.COMPLAINT, col(WorkOrder.released_at).is_(None), _not_null(named))
    condition = and_(open_kind, ~hidden, _scope(viewer))
    return or_(condition, ~open_kind) if viewer.tipoffs else condition


def _scope(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.rank == 2:
        return true()
    columns = (WorkOrder.owner, WorkOrder.crew_no, WorkOrder.opened_by)
    own = or_(*(_not_null(col(column) == viewer.agent_no) for column in columns))
    if viewer.rank == 0:
        return own
    if viewer.unit is None:
        return true()
    below = col(WorkOrder.unit).startswith(f"{viewer.unit}/", autoescape=True)
    theirs = or_(col(WorkOrder.unit).in_(sorted({*viewer.units, viewer.unit})), below)
    return or_(own, col(WorkOrder.unit).is_(None), _not_null(theirs))


def _not_null(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(condition, False)


def masked_address(address: str) -> str:
    """The first six characters; the rest is not shown."""
    return address[:6] + "****" if address else ""


def masked_place(address: str, words: str) -> str:
    """As `masked_address`, but what a caller's own `words` say of the place is read in the order anyway."""
    if not words or not address.startswith(words):
        return masked_address(address)
    rest = address[len(words) :].strip(" ()")
    return f"{words} {masked_address(rest)}" if rest else words
