"""Who can do what: people as the rows have them, told to the core when they differ from what it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import Staff
from app.db.write_set import table_of
from routing.core import Core
from routing.events import AgentProfileChanged
from routing.types import Mode

_staff = table_of(Staff)
STAFF = RowQuery(select(*(_staff.c[name] for name in ("agent_no", "modes", "skills", "phone"))))
RINGS = ("import:agents", "staff:", "*")


def rung(rings: Sequence[str]) -> bool:
    """Whether people may have changed."""
    return any(ring.startswith(RINGS) for ring in rings)


def profile(person: Mapping[str, Any], at_ms: int) -> AgentProfileChanged:
    """What the core knows of somebody."""
    return AgentProfileChanged(
        at=at_ms,
        agent_no=person["agent_no"],
        modes=tuple(mode for mode in Mode if mode.value in person["modes"]),
        skills=tuple(sorted(person["skills"].items())),
        has_phone=bool(person["phone"]),
    )


async def changed_profiles(db: Database, core: Core, at_ms: int) -> list[AgentProfileChanged]:
    """Those of the core's agents whose rows say something else by now. Who never came is told of when they come."""
    changed = []
    for person in await STAFF.all(db):
        agent, now = core.agent(person["agent_no"]), profile(person, at_ms)
        if agent is not None and (agent.modes, agent.skills, agent.has_phone) != (now.modes, now.skills, now.has_phone):
            changed.append(now)
    return changed
