"""How a person appears in the journal."""

from __future__ import annotations

from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Viewer

KINDS = {Role.AGENT: "agent", Role.FIELD: "crew"}


def actor_kind(viewer: Viewer) -> str:
    """`agent`, `crew` or, for those who oversee, `supervisor`."""
    return KINDS.get(viewer.role, "supervisor")
