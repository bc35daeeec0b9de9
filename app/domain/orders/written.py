"""What a change of orders consists of: rows, journal facts, work for others, texts to people.

No function here writes. The use case adds the tasks and texts to the same write-set, and one journal row from
`body` (ids, states, figures) and `private` (names, phones, addresses, words).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.db.write_set import WriteSet
from app.domain.orders.clocks import Workdays
from app.domain.orders.promises import SHIPPED, WARN_PERCENT, Promises

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it: kind caller, agent, supervisor, crew or system. `may_reopen` etc. are the edge's business."""

    kind: str
    id: str | None = None


SYSTEM = Actor("system")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operations file and the calendar decide about orders."""

    calendar: Workdays
    promises: Promises = field(default_factory=lambda: SHIPPED)
    silent_close_ms: int = 24 * HOUR_MS
    urge_limit: int = 2
    absorb_grace_ms: int = HOUR_MS // 2
    warn_percent: int = WARN_PERCENT


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is. All empty = unknown; `area_type` then counts as city for the promise."""

    account_no: str | None = None
    customer_no: str | None = None
    address: str | None = None
    area_code: str | None = None
    area_type: str | None = None
    unit: str | None = None
    sensitive: tuple[str, ...] = ()
    hint: bool = False
    """It is the one account of the caller's number: likely, not confirmed."""

    @property
    def known(self) -> bool:
        """Whether somebody could be sent there."""
        return bool(self.address or self.area_code)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who tells us, and how: `phone` is E.164 or empty, `source` is phone, sms, web, agent, field or system."""

    contact_id: str | None
    phone: str
    lang: str = "zh-CN"
    source: str = "phone"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What was told in words or by a recording; a recording must be listened to before anybody acts on it."""

    text: str = ""
    recording_id: str | None = None


@dataclass(frozen=True, slots=True)
class TaskAsk:
    """Work that somebody must do now, for the dispatching core.

    Purposes: `dispatch` (a crew, queue field), `listen` (write down a recording, queue web), `call_back`
    (at the head of emergency), `call_back_if_gone` (the same, when the contact ends before an agent answered).
    """

    purpose: str
    queue: str
    mode: str
    order_no: str
    contact_id: str | None = None
    urgent: bool = False
    area: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text message to send: `kind` decides when it may go (confirmation, estimate, restoration, survey)."""

    to: str
    lang: str
    kind: str
    text: str
    order_no: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A line for the chat in which an order was reported, while that is open."""

    contact_id: str
    kind: str
    text: str
    order_no: str


@dataclass(slots=True)
class Written:
    """One change: see the module. `values` is what the one who asked is told."""

    order_no: str
    kind: str
    write: WriteSet = field(default_factory=WriteSet)
    body: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    asks: list[TaskAsk] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    values: Mapping[str, Any] = field(default_factory=dict)
    warnings: list[Alarm] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A reason to warn supervisors; `app.domain.warnings` makes the row, once for each open kind and subject."""

    kind: str
    about: str
    order_no: str | None = None
    unit: str | None = None
    agent_no: str | None = None
    contact_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    queue: str | None = None
