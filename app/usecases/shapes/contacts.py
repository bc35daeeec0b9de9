"""The shape `contact`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from app.db.tables import Contact, Message, Recording, Survey
from app.domain.customers.rules import masked_phone
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Scope, Verb, Viewer
from app.usecases.shapes.base import Shape, iso, iso_or_none, open_or_masked, seconds
from app.usecases.shapes.queues import Served


class ContactSurvey(Shape):
    """What was answered about one contact."""

    score: int | None
    solved: bool | None
    status: str


class InQueue(Shape):
    """What became of a contact in one queue: `answered`, `abandoned`, or `other` (waits, called back, moved on).
    `wait_s` counts time in a queue only, to the answer or the end."""

    queue: str
    result: str
    wait_s: int


def in_queue(queue: str, visit: Served) -> InQueue:
    """The shape of `visit`."""
    result = "answered" if visit.answered else "abandoned" if visit.abandoned else "other"
    return InQueue(queue=queue, result=result, wait_s=seconds(visit.wait_ms))


class CallbackOfContact(Shape):
    """The call back that was promised. `state` as of a callback; `dials` in vain so far."""

    state: str
    dials: int
    next_at: str | None
    """When the customer is called again; None while an agent may take it at any time, and when it is over."""


class ContactShape(Shape):
    """A contact. The caller's side of `from` and `to` is masked until the caller is verified (rule 25)."""

    contact_id: str
    channel: str
    direction: str
    call_sid: str | None
    from_: str | None = Field(default=None, alias="from")
    from_masked: str | None = None
    to: str | None = None
    to_masked: str | None = None
    customer_no: str | None
    account_no: str | None
    lang: str
    identity: str
    state: str
    queue: str | None
    agent_no: str | None
    outcome: str | None
    started_at: str
    answered_at: str | None
    ended_at: str | None
    wait_s: int
    talk_s: int
    wrap_s: int
    disposition: str | None
    note: str | None
    order_nos: list[str]
    survey: ContactSurvey | None
    in_queue: InQueue | None = None
    """In lists of one queue (`queued_in`)."""
    callback: CallbackOfContact | None = None
    """Where one was promised."""


class MessageShape(Shape):
    """A line of a text conversation or chat."""

    message_id: str
    from_: str = Field(alias="from")
    text: str
    at: str
    status: str


class RecordingShape(Shape):
    """A recording; its sound is at `/api/recordings/{recording_id}`."""

    recording_id: str
    purpose: str
    state: str
    duration_s: int
    at: str
    heard_at: str | None
    heard_by: str | None


class ContactDetail(ContactShape):
    """A contact with what was written and recorded in it."""

    messages: list[MessageShape]
    recordings: list[RecordingShape]


def shows_personal(viewer: Viewer, identity: str) -> bool:
    """Whether address, amounts and phones are shown: to auditors, and once the person was verified."""
    return viewer.role is Role.AUDITOR or identity == "verified"


def contact_fields(contact: Contact, order_nos: Sequence[str], survey: Survey | None, viewer: Viewer) -> dict[str, Any]:
    """The values of a `ContactShape` for this viewer; who gave which score is not for agents (rule 28)."""
    shown = shows_personal(viewer, contact.identity)
    inbound = contact.direction == "inbound"
    may_see_score = viewer.scope(Verb.SURVEYS_READ) in (Scope.UNIT, Scope.ALL)
    return {
        **contact.model_dump(include=_PLAIN),
        "disposition": None if contact.state in TO_CONCLUDE else contact.disposition,
        **open_or_masked("from", contact.from_number, shown or not inbound, masked_phone),
        **open_or_masked("to", contact.to_number, shown or inbound, masked_phone),
        "started_at": iso(contact.started_at),
        "answered_at": iso_or_none(contact.answered_at),
        "ended_at": iso_or_none(contact.ended_at),
        "wait_s": seconds(contact.wait_ms),
        "talk_s": seconds(contact.talk_ms),
        "wrap_s": seconds(contact.wrap_ms),
        "order_nos": list(order_nos),
        "survey": ContactSurvey(score=survey.score, solved=survey.solved, status=survey.status)
        if survey is not None and may_see_score
        else None,
    }


TO_CONCLUDE = ("waiting", "offered", "connecting", "talking", "held", "wrapping")
"""States in which it is yet to be concluded: what stands there is from a part that is over."""
_PLAIN = {
    *("contact_id", "channel", "direction", "call_sid", "customer_no", "account_no", "lang", "identity", "state"),
    *("queue", "agent_no", "outcome", "disposition", "note"),
}


def message_shape(message: Message) -> MessageShape:
    """One message, as it was written."""
    return MessageShape(
        message_id=message.message_id,
        from_=message.from_kind,
        text=message.text,
        at=iso(message.at),
        status=message.status,
    )


def recording_shape(recording: Recording) -> RecordingShape:
    """What is known of a recording apart from its sound."""
    return RecordingShape(
        recording_id=recording.recording_id,
        purpose=recording.purpose,
        state=recording.state,
        duration_s=recording.duration_s,
        at=iso(recording.at),
        heard_at=iso_or_none(recording.heard_at),
        heard_by=recording.heard_by,
    )
