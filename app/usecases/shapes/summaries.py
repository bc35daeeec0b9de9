"""The shape `daily summary`."""

from __future__ import annotations

from typing import Any

from agents.survey import AGGREGATE_FROM
from app.domain.staff.permissions import Scope, Verb, Viewer
from app.domain.summaries.writes import Summary
from app.usecases.shapes.base import Shape, iso


class Feedback(Shape):
    """A category of what callers said, with examples. `n` counts them; summaries of before it was kept lack it."""

    category: str
    n: int | None = None
    text: str
    contact_ids: list[str]


class HandedOver(Shape):
    """An order that was open at the end of the shift."""

    order_no: str
    handed_to: str | None
    accepted: bool


class ToTakeOver(Shape):
    """An open order that the giver of a shift handed to the reader; `late` a quarter of an hour into the next shift."""

    summary_id: str
    order_no: str
    type: str
    subtype: str | None
    state: str
    address_masked: str | None
    giver: str
    giver_name: str
    accept_by: str
    late: bool


class SummaryShape(Shape):
    """One shift of one agent; figures are computed until it is submitted; means need five scores (rule 28)."""

    summary_id: str
    agent_no: str
    agent_name: str
    date: str
    shift: dict[str, str]
    state: str
    counts: dict[str, Any]
    feedback: list[Feedback]
    text: str
    open_items: list[HandedOver]
    late: bool
    comment: str | None


def summary_shape(summary: Summary, agent_name: str, viewer: Viewer) -> SummaryShape:
    """The summary for this viewer; `agent_name` is that of whose shift it was."""
    return SummaryShape(
        summary_id=summary.summary_id,
        agent_no=summary.agent_no,
        agent_name=agent_name,
        date=summary.shift.date,
        shift={"from": iso(summary.shift.from_ms), "to": iso(summary.shift.to_ms)},
        state=summary.state,
        counts=_counts(summary, viewer),
        feedback=[Feedback.model_validate(each) for each in summary.feedback],
        text=summary.text,
        open_items=[HandedOver.model_validate(each) for each in summary.open_items],
        late=summary.late,
        comment=summary.comment,
    )


def _counts(summary: Summary, viewer: Viewer) -> dict[str, Any]:
    counts = dict(summary.counts)
    surveys = counts.get("surveys")
    if surveys and viewer.scope(Verb.SURVEYS_READ) in (None, Scope.OWN) and surveys["n"] < AGGREGATE_FROM:
        counts["surveys"] = {**surveys, "mean": None}
    return counts
