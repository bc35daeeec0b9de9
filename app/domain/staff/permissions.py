"""Who may do what: permission = verb × scope, and a role is a table of both.

`OWN` is what belongs to the person (contacts they served, summaries they wrote), `UNIT` everything of their unit and
the units below it, `ALL` everything. A verb that a role's table lacks is forbidden to it. The auditor reads all and
changes nothing; the admin keeps people and configuration and sees no contact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from app.domain.staff.kinds import Role


class Scope(IntEnum):
    """How far a verb reaches; a larger one includes the smaller."""

    OWN = 1
    UNIT = 2
    ALL = 3


class Verb(StrEnum):
    """What can be permitted. Each HTTP route names one."""

    SESSION = "session.own"
    QUEUES_READ = "queues.read"
    AGENTS_READ = "agents.read"
    AGENT_TIMELINE = "agents.timeline"
    CONTACTS_READ = "contacts.read"
    CUSTOMERS_READ = "customers.read"
    ORDERS_READ = "orders.read"
    ORDERS_OPEN = "orders.open"
    ORDERS_AMEND = "orders.amend"
    ORDERS_MOVE = "orders.move"
    OUTAGES_READ = "outages.read"
    OUTAGES_PUBLISH = "outages.publish"
    SURVEYS_READ = "surveys.read"
    SUMMARIES_READ = "summaries.read"
    SUMMARIES_WRITE = "summaries.write"
    SUMMARIES_ACKNOWLEDGE = "summaries.acknowledge"
    WARNINGS_READ = "warnings.read"
    WARNINGS_ACKNOWLEDGE = "warnings.acknowledge"
    REPORTS_READ = "reports.read"
    WALLBOARD_READ = "wallboard.read"
    KNOWLEDGE_READ = "knowledge.read"
    RECORDINGS_HEAR = "recordings.hear"
    JOURNAL_READ = "journal.read"
    TIPOFFS_READ = "tipoffs.read"
    VOICE = "voice.use"
    CONSOLE = "console.use"
    LEAD_SHIFT = "shift.lead"


_ANYONE = {Verb.SESSION: Scope.OWN, Verb.QUEUES_READ: Scope.ALL, Verb.KNOWLEDGE_READ: Scope.ALL}
_AT_WORK = {
    **_ANYONE,
    Verb.AGENTS_READ: Scope.OWN,
    Verb.AGENT_TIMELINE: Scope.OWN,
    Verb.CONTACTS_READ: Scope.OWN,
    Verb.ORDERS_MOVE: Scope.UNIT,
    Verb.OUTAGES_READ: Scope.ALL,
    Verb.SUMMARIES_READ: Scope.OWN,
    Verb.SUMMARIES_WRITE: Scope.OWN,
    Verb.RECORDINGS_HEAR: Scope.OWN,
    Verb.CONSOLE: Scope.OWN,
}
_AGENT = {
    **_AT_WORK,
    Verb.CUSTOMERS_READ: Scope.ALL,
    Verb.ORDERS_READ: Scope.OWN,
    Verb.ORDERS_OPEN: Scope.UNIT,
    Verb.ORDERS_AMEND: Scope.UNIT,
    Verb.SURVEYS_READ: Scope.OWN,
    Verb.VOICE: Scope.OWN,
}
_OVERSIGHT = {
    Verb.AGENTS_READ: Scope.UNIT,
    Verb.AGENT_TIMELINE: Scope.UNIT,
    Verb.CONTACTS_READ: Scope.UNIT,
    Verb.SURVEYS_READ: Scope.UNIT,
    Verb.SUMMARIES_READ: Scope.UNIT,
    Verb.WARNINGS_READ: Scope.UNIT,
    Verb.RECORDINGS_HEAR: Scope.UNIT,
    Verb.REPORTS_READ: Scope.UNIT,
    Verb.WALLBOARD_READ: Scope.UNIT,
}
_SUPERVISOR = {
    **_AGENT,
    **_OVERSIGHT,
    Verb.ORDERS_READ: Scope.UNIT,
    Verb.OUTAGES_PUBLISH: Scope.UNIT,
    Verb.WARNINGS_ACKNOWLEDGE: Scope.UNIT,
    Verb.SUMMARIES_ACKNOWLEDGE: Scope.UNIT,
    Verb.LEAD_SHIFT: Scope.UNIT,
}
_READ_ALL = {
    **_ANYONE,
    **dict.fromkeys(_OVERSIGHT, Scope.ALL),
    Verb.CUSTOMERS_READ: Scope.ALL,
    Verb.ORDERS_READ: Scope.ALL,
    Verb.OUTAGES_READ: Scope.ALL,
}
_MANAGER = {
    **_READ_ALL,
    Verb.ORDERS_AMEND: Scope.ALL,
    Verb.ORDERS_MOVE: Scope.ALL,
    Verb.OUTAGES_PUBLISH: Scope.ALL,
    Verb.WARNINGS_ACKNOWLEDGE: Scope.ALL,
    Verb.SUMMARIES_ACKNOWLEDGE: Scope.ALL,
    Verb.TIPOFFS_READ: Scope.ALL,
}

PERMISSIONS: Mapping[Role, Mapping[Verb, Scope]] = MappingProxyType(
    {
        Role.AGENT: _AGENT,
        Role.FIELD: {**_AT_WORK, Verb.ORDERS_READ: Scope.OWN, Verb.ORDERS_MOVE: Scope.OWN},
        Role.SUPERVISOR: _SUPERVISOR,
        Role.MANAGER: _MANAGER,
        Role.AUDITOR: {**_READ_ALL, Verb.JOURNAL_READ: Scope.ALL, Verb.TIPOFFS_READ: Scope.ALL},
        Role.ADMIN: {**_ANYONE, Verb.AGENTS_READ: Scope.ALL, Verb.OUTAGES_READ: Scope.ALL},
    }
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person who asks. `unit` is a path such as `north/dispatch`; None stands above all units."""

    agent_no: str
    name: str
    role: Role
    team: str | None = None
    unit: str | None = None

    def scope(self, verb: Verb) -> Scope | None:
        """How far this person's verb reaches; None = forbidden."""
        return PERMISSIONS[self.role].get(verb)

    def may(self, verb: Verb) -> bool:
        """Whether the verb is permitted at all."""
        return self.scope(verb) is not None

    def leads(self, unit: str | None) -> bool:
        """Whether `unit` is this person's own or stands below it."""
        return within(self.unit, unit)


def within(top: str | None, unit: str | None) -> bool:
    """Whether `unit` lies in the subtree of `top`."""
    if top is None:
        return True
    return unit is not None and (unit == top or unit.startswith(top + "/"))
