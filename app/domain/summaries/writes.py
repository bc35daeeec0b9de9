"""Keeping the words of a summary, handing it in, acknowledging it, accepting what was handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.summary import ShiftFacts, counts, draft, feedback
from app.db.tables import DailySummary, OpenItem
from app.db.write_set import WriteSet
from app.domain.orders.transitions import Refused
from app.domain.summaries.shifts import Shift

ACCEPT_WITHIN_MS = 15 * 60_000
LATE_MS = 3_600_000
"""A summary handed in more than an hour after its shift is late; it is taken all the same."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary as it stands: computed while it is a draft, as it was handed in afterwards."""

    summary_id: str
    agent_no: str
    shift: Shift
    state: str
    counts: Mapping[str, Any]
    feedback: list[dict[str, Any]]
    text: str
    open_items: list[dict[str, Any]]
    late: bool = False
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SummaryWritten:
    """Rows of one change, with the journal's body."""

    summary_id: str
    write: WriteSet
    body: dict[str, Any] = field(default_factory=dict)


def summary_id_of(agent_no: str, shift: Shift) -> str:
    """The id of an agent's summary of a shift: the same before anything of it is stored."""
    return f"{agent_no}.{shift.from_ms}"


def parse_summary_id(summary_id: str) -> tuple[str, int] | None:
    """The agent and the beginning of the shift that an id names."""
    agent_no, _, begin = summary_id.rpartition(".")
    return (agent_no, int(begin)) if agent_no and begin.isascii() and begin.isdigit() else None


def drafted(
    agent_no: str, shift: Shift, facts: ShiftFacts, stored: DailySummary | None, items: list[OpenItem], lang: str
) -> Summary:
    """The summary to show: figures are computed anew until it is handed in, own words stay."""
    if stored is not None and stored.state != "draft":
        kept = [{"order_no": item.order_no, "handed_to": item.handed_to, "accepted": _accepted(item)} for item in items]
        return Summary(
            stored.summary_id, agent_no, shift, stored.state, stored.counts or {}, stored.feedback or [],
            stored.text or "", kept, stored.late, stored.comment,
        )  # fmt: skip
    handed = {item.order_no: item for item in items}
    open_items = [
        {
            "order_no": order.order_no,
            "handed_to": handed[order.order_no].handed_to if order.order_no in handed else None,
            "accepted": order.order_no in handed and _accepted(handed[order.order_no]),
        }
        for order in facts.open_orders
    ]
    text = stored.text if stored is not None and stored.text is not None else draft(facts, lang)
    categories = feedback(facts.talked, lang)
    return Summary(
        summary_id_of(agent_no, shift), agent_no, shift, "draft", counts(facts), categories, text, open_items
    )


def keep_text(
    stored: DailySummary | None, agent_no: str, unit: str | None, shift: Shift, text: str
) -> SummaryWritten | Refused:
    """Keep the agent's words of a draft."""
    if stored is not None and stored.state != "draft":
        return Refused("changed", f"the summary is {stored.state}")
    summary_id = summary_id_of(agent_no, shift)
    write = WriteSet(rings=[f"summary:{summary_id}"])
    if stored is None:
        write.insert(DailySummary, **_row(summary_id, agent_no, unit, shift), text=text)
    else:
        write.change(DailySummary, {"summary_id": summary_id}, stored.version, text=text)
    return SummaryWritten(summary_id, write, {"summary_id": summary_id, "characters": len(text)})


def submit(
    stored: DailySummary | None,
    unit: str | None,
    shown: Summary,
    at: int,
    handed_to: Mapping[str, str] | None = None,
) -> SummaryWritten | Refused:
    """Hand the summary in as it was shown. Open matters stay with the giver until a named person accepts them."""
    if shown.state != "draft":
        return Refused("changed", f"the summary is {shown.state}")
    write = WriteSet(rings=[f"summary:{shown.summary_id}"])
    late = at > shown.shift.to_ms + LATE_MS
    values = {
        "state": "submitted",
        "counts": dict(shown.counts),
        "feedback": shown.feedback,
        "text": shown.text,
        "late": late,
        "submitted_at": at,
    }
    if stored is None:
        write.insert(DailySummary, **{**_row(shown.summary_id, shown.agent_no, unit, shown.shift), **values})
    else:
        write.change(DailySummary, {"summary_id": shown.summary_id}, stored.version, **values)
    for item in shown.open_items:
        to = (handed_to or {}).get(item["order_no"])
        key = {"summary_id": shown.summary_id, "order_no": item["order_no"]}
        due_at = max(at, shown.shift.to_ms) + ACCEPT_WITHIN_MS
        write.put(OpenItem, **key, giver=shown.agent_no, handed_to=to, accepted_at=None, due_at=due_at)
    body = {"summary_id": shown.summary_id, "counts": dict(shown.counts), "late": late}
    return SummaryWritten(shown.summary_id, write, body)


def acknowledge(stored: DailySummary, by: str, comment: str, at: int) -> SummaryWritten | Refused:
    """The supervisor has read it."""
    if stored.state != "submitted":
        return Refused("changed", f"the summary is {stored.state}")
    write = WriteSet(rings=[f"summary:{stored.summary_id}"])
    values = {"state": "acknowledged", "acknowledged_at": at, "acknowledged_by": by, "comment": comment}
    write.change(DailySummary, {"summary_id": stored.summary_id}, stored.version, **values)
    return SummaryWritten(stored.summary_id, write, {"summary_id": stored.summary_id, "by": by})


def accept(item: OpenItem, by: str, at: int) -> SummaryWritten | Refused:
    """A named person takes an open matter over; nobody else's acceptance counts."""
    if item.accepted_at is not None or item.handed_to not in (None, by):
        return Refused("not_allowed", "handed to somebody else, or accepted already")
    write = WriteSet(rings=[f"summary:{item.summary_id}", f"order:{item.order_no}"])
    key = {"summary_id": item.summary_id, "order_no": item.order_no}
    write.change(OpenItem, key, item.version, handed_to=by, accepted_at=at)
    return SummaryWritten(item.summary_id, write, {"order_no": item.order_no, "by": by})


def _accepted(item: OpenItem) -> bool:
    return item.accepted_at is not None


def _row(summary_id: str, agent_no: str, unit: str | None, shift: Shift) -> dict[str, Any]:
    return {
        "summary_id": summary_id,
        "agent_no": agent_no,
        "unit": unit,
        "date": shift.date,
        "shift_from": shift.from_ms,
        "shift_to": shift.to_ms,
        "state": "draft",
    }
