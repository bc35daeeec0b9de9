"""The shape `agent`."""

from __future__ import annotations

from app.db.tables import AgentRow, Staff
from app.usecases.shapes.base import Shape, iso_or_none


class Load(Shape):
    """How many contacts of each mode the agent holds."""

    phone: int = 0
    web: int = 0
    field: int = 0


class AgentShape(Shape):
    """A person at work, as the contract's `agent`."""

    agent_no: str
    name: str
    role: str
    modes: list[str]
    skills: dict[str, int]
    team: str | None
    state: str
    reason: str | None
    since: str | None
    leg: str
    load: Load


class ColleagueShape(Shape):
    """Somebody to whom a contact can be handed."""

    agent_no: str
    name: str
    modes: list[str]
    state: str


def agent_shape(staff: Staff, row: AgentRow | None, load: dict[str, int]) -> AgentShape:
    """Who they are, and what the core knows of them now; who never logged in is offline."""
    return AgentShape(
        agent_no=staff.agent_no,
        name=staff.name,
        role=staff.role,
        modes=staff.modes,
        skills=staff.skills,
        team=staff.team,
        state=row.state if row else "offline",
        reason=row.reason if row else None,
        since=iso_or_none(row.since if row else None),
        leg=row.leg if row else "browser",
        load=Load(phone=load.get("phone", 0), web=load.get("web", 0), field=load.get("field", 0)),
    )
