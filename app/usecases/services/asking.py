"""What every service is given, and how what it wants done becomes rows of the turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.write_set import WriteSet
from app.dispatch.rows import ORDER_PREFIX
from app.domain.calendar.reads import work_calendar
from app.domain.customers.dialling import SERVED, number_of
from app.domain.operations.sections import WarningKind, WarningRule
from app.domain.orders.clocks import Workdays
from app.domain.orders.numbers import OrderNumbers
from app.domain.orders.promises import SHIPPED, WARN_PERCENT, Promises
from app.domain.orders.sealing import Seal
from app.domain.orders.written import HOUR_MS, Reporter, Rules, Said, TaskAsk, Written
from app.domain.surveys.writes import SurveyRules
from app.domain.warnings.writes import raise_all
from app.observe.clock import new_id
from app.usecases.run_turn import Answer, Conversation
from app.usecases.turn_effects import put_event
from ivr_flows.effects import Value
from routing.events import TaskQueued
from routing.types import URGENT_BOOST_S, Kind

SOURCES = {"voice": "phone", "sms": "sms", "chat": "web"}


@dataclass(frozen=True, slots=True)
class Tools:
    """What services share for as long as a configuration holds."""

    zone: ZoneInfo
    seal: Seal
    numbers: OrderNumbers
    promises: Promises = field(default_factory=lambda: SHIPPED)
    warnings: Mapping[str, WarningRule] = field(default_factory=dict)
    silent_close_ms: int = 24 * HOUR_MS
    absorb_grace_ms: int = HOUR_MS // 2
    urge_limit: int = 2
    countries: frozenset[int] = SERVED
    shift_starts: tuple[int, ...] = (8 * 60, 20 * 60)
    payment_url: str = ""
    surveys: SurveyRules = field(default_factory=SurveyRules)


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `session` reads; `talk.contact` is the contact's row as it stands in this turn."""

    session: AsyncSession
    talk: Conversation
    args: Mapping[str, Value]
    tools: Tools

    @property
    def now(self) -> int:
        """The turn's instant."""
        return self.talk.at_ms

    @property
    def today(self) -> date:
        """The utility's day."""
        return datetime.fromtimestamp(self.now / 1000, self.tools.zone).date()

    @property
    def caller(self) -> str:
        """The number at the other end, E.164 or empty."""
        return number_of(self.talk.caller)

    @property
    def learned(self) -> dict[str, Any]:
        """What is kept about this contact."""
        return dict(self.talk.contact.get("learned") or {})

    def text(self, name: str) -> str:
        """A text argument; empty when it was left out."""
        return str(self.args.get(name) or "")

    def flag(self, name: str) -> bool:
        """A yes-or-no argument; no when it was left out."""
        return self.args.get(name) is True

    def is_identified(self, account_no: str) -> bool:
        """Whether this conversation may hear of that account's bills and address."""
        contact = self.talk.contact
        return contact.get("identity") == "verified" and contact.get("account_no") == account_no

    def reporter(self, *, named: bool = True) -> Reporter:
        """Who speaks; the number to reach them is the one they gave, else the one they call from."""
        phone = self.text("contact_phone") or self.caller
        source = SOURCES.get(self.talk.channel, self.talk.channel)
        return Reporter(self.talk.contact_id, phone if named else "", self.talk.lang, source)

    def said(self) -> Said:
        """The matter as it was told."""
        return Said(self.text("text"), self.text("recording") or None)

    async def rules(self) -> Rules:
        """The rules for orders as they hold now."""
        return await rules_now(self.session, self.tools)

    async def done(self, outcome: str, *parts: Written, contact: Mapping[str, Any] | None = None) -> Answer:
        """The answer of what was written: rows, work for others, warnings, journal facts. Texts are the tree's."""
        write = WriteSet()
        values: dict[str, Any] = {}
        entry: dict[str, Any] = {}
        private: dict[str, Any] = {}
        for part in parts:
            write.extend(part.write)
            put_tasks(write, part.asks, self.now)
            write.extend(await raise_all(self.session, part.warnings, self.now, self.tools.warnings))
            values |= part.values
            entry |= {"did": part.kind, "order_no": part.order_no, **part.body}
            private |= part.private
        return Answer(outcome, values, write, dict(contact or {}), entry, private)


async def rules_now(session: AsyncSession, tools: Tools) -> Rules:
    """The rules for orders as they hold now."""
    calendar = Workdays(await work_calendar(session), tools.zone)
    near = tools.warnings.get(WarningKind.CLOCK_NEAR_DUE)
    percent = near.threshold if near is not None else WARN_PERCENT
    return Rules(calendar, tools.promises, tools.silent_close_ms, tools.urge_limit, tools.absorb_grace_ms, percent)


def put_tasks(write: WriteSet, asks: list[TaskAsk], at: int) -> None:
    """Queue work on orders. Such a task has the order's number in the place of a contact; emergencies stand first.

    `call_back_if_gone` is not queued: whoever ends the contact looks at `learned.emergency_no`.
    """
    for ask in asks:
        if ask.purpose == "call_back_if_gone":
            continue
        kind = Kind.CALLBACK if ask.purpose == "call_back" else Kind.CONTACT
        boost_s = URGENT_BOOST_S if ask.urgent else None
        about = ORDER_PREFIX + ask.order_no
        event = TaskQueued(
            at, task_id=new_id(at), contact_id=about, queue=ask.queue, boost_s=boost_s, area=ask.area, kind=kind
        )
        put_event(write, event)


def refused_as(code: str, **outcomes: str) -> Answer:
    """The outcome for a refusal's code; a code that the catalogue has no outcome for is an error."""
    return Answer(outcomes.get(code, "error"))
