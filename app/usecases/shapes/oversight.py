"""The shapes of surveys, warnings and journal rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from app.db.tables import Contact, JournalRow, Survey, WarningRow
from app.domain.customers.rules import masked_phone
from app.usecases.shapes.base import Page, Shape, iso, iso_or_none


class SurveyShape(Shape):
    """One survey: `score` 1 to 5, 5 best; null = asked and not answered."""

    survey_id: str
    contact_id: str | None
    order_no: str | None
    agent_no: str | None
    source: str
    score: int | None
    solved: bool | None
    status: str
    at: str


class SurveyFigures(Shape):
    """All within reach and filters together; for agents null values while fewer than five answered (rule 28)."""

    n: int | None
    mean: float | None
    solved_percent: float | None


class SurveyPage(Page[SurveyShape]):
    """Surveys, and their figures. Agents get the figures only."""

    figures: SurveyFigures


class WarningShape(Shape):
    """One warning; `times` counts how often it was seen while open."""

    warning_id: str
    kind: str
    level: str
    about: str
    unit: str | None
    queue: str | None
    order_no: str | None
    contact_id: str | None
    agent_no: str | None
    facts: dict[str, Any]
    times: int
    opened_at: str
    acknowledged_at: str | None
    acknowledged_by: str | None
    note: str | None
    closed_at: str | None
    version: int


class Actor(Shape):
    """Who did it."""

    kind: str
    id: str | None


class JournalShape(Shape):
    """A journal row without its personal part; `seq` and `hash` are null until it is sealed."""

    id: str
    seq: int | None
    at: str
    kind: str
    actor: Actor
    contact_id: str | None
    order_no: str | None
    agent_no: str | None
    customer_no: str | None
    body: dict[str, Any]
    prev_hash: str | None
    hash: str | None


class TimelineEntry(Shape):
    """A step of a story."""

    seq: int
    at: str
    actor: Actor
    kind: str
    text: str
    data: dict[str, Any] = Field(default_factory=dict)


def survey_shape(survey: Survey) -> SurveyShape:
    """A survey as those see it who may know who gave which score."""
    plain = {"survey_id", "contact_id", "order_no", "agent_no", "source", "score", "solved", "status"}
    return SurveyShape.model_validate({**survey.model_dump(include=plain), "at": iso(survey.at)})


def survey_figures(answered: int, mean: float | None, solved: int, said: int, least: int) -> SurveyFigures:
    """The figures of `answered` scores, if there are `least`; `said` of them answered whether it was solved."""
    if answered < least:
        return SurveyFigures(n=None, mean=None, solved_percent=None)
    return SurveyFigures(
        n=answered,
        mean=None if mean is None else round(float(mean), 2),
        solved_percent=round(100 * solved / said, 1) if said >= least else None,
    )


def readable_about(warning: Mapping[str, Any], contact: Mapping[str, Any]) -> str:
    """What a warning is about in words for people: the order, else the caller's masked number, else the matter itself.

    `contact` has the number and what was learned of the warning's contact, and is empty where it has none.
    """
    order_no = warning["order_no"] or (contact.get("learned") or {}).get("emergency_no")
    outward = contact.get("direction") == "outbound"
    number = contact.get("to_number") if outward else contact.get("from_number")
    if order_no or number:
        return str(order_no or masked_phone(str(number)))
    matter, _, _ = str(warning["about"]).partition(":")
    return str(warning["queue"] or warning["agent_no"] or matter) if warning["contact_id"] else matter


def warning_shape(warning: WarningRow, contact: Contact | None) -> WarningShape:
    """A warning as supervisors see it, with the contact that it is about."""
    plain = warning.model_dump()
    plain["about"] = readable_about(plain, contact.model_dump() if contact is not None else {})
    instants = {name: iso_or_none(getattr(warning, name)) for name in ("acknowledged_at", "closed_at")}
    return WarningShape.model_validate({**plain, "opened_at": iso(warning.opened_at), **instants})


def journal_shape(row: JournalRow) -> JournalShape:
    """A journal row as auditors see it."""
    plain = {"id", "seq", "kind", "contact_id", "order_no", "agent_no", "customer_no", "body", "prev_hash", "hash"}
    actor = Actor(kind=row.actor_kind, id=row.actor_id)
    return JournalShape.model_validate({**row.model_dump(include=plain), "at": iso(row.at), "actor": actor})
