"""How a person appears in the journal."""

from __future__ import annotations

from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Viewer
from app.journal.entry import Entry

KINDS = {Role.AGENT: "agent", Role.FIELD: "crew"}


def actor_kind(viewer: Viewer) -> str:
    """`agent`, `crew` or, for those who oversee, `supervisor`."""
    return KINDS.get(viewer.role, "supervisor")


def session_entry(viewer: Viewer, text: str) -> Entry:
    """The journal's row of a log-in or log-out."""
    return Entry("note", actor_kind(viewer), viewer.agent_no, agent_no=viewer.agent_no, body={"text": text})
