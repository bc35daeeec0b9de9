"""The one place where lists are cut to what the viewer's permission reaches: own, unit subtree, all."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import col, select

from app.db.tables import Staff
from app.domain.staff.permissions import Scope, Verb, Viewer


def reach(viewer: Viewer, verb: Verb, owner: Any, unit: Any | None = None) -> ColumnElement[bool]:
    """The condition that keeps rows within reach; `owner` is the column with the agent's number.

    A row lies in a unit if its own `unit` does or its owner's. Forbidden = nothing.
    """
    scope = viewer.scope(verb)
    if scope is None:
        return false()
    if scope is Scope.ALL or (scope is Scope.UNIT and viewer.unit is None):
        return true()
    own: ColumnElement[bool] = col(owner) == viewer.agent_no
    if scope is Scope.OWN:
        return own
    of_people = col(owner).in_(select(Staff.agent_no).where(_below(Staff.unit, viewer.unit)))
    return or_(own, of_people) if unit is None else or_(own, of_people, _below(unit, viewer.unit))


def _below(unit: Any, top: str | None) -> ColumnElement[bool]:
    assert top is not None
    return or_(col(unit) == top, col(unit).startswith(top + "/", autoescape=True))
