"""One turn of a call as one unit of writing: claim, tree, contact, journal, and the document that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.carrier.twiml import Place, Rendered, render
from app.db.record import record
from app.db.tables import Contact, FlowSession
from app.db.write_set import Reply, WriteSet
from app.journal.entry import Entry
from app.usecases.call_state import CallState
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Conversation, Ran
from app.usecases.turn_effects import Unfolded, unfold
from ivr_flows.session import Session


@dataclass(frozen=True, slots=True)
class Given:
    """What came in: `kind` names the input, `shown` may stand in the journal, `private` apart from it."""

    kind: str
    shown: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


def conversation_of(state: CallState, at_ms: int) -> Conversation:
    """The conversation as services see it."""
    contact = state.contact
    session = state.session
    return Conversation(
        contact_id=state.contact_id,
        channel=str(contact["channel"]),
        caller=str(contact["from_number"]),
        lang=session.lang,
        at_ms=at_ms,
        turn=state.turn,
        contact=contact,
        line=session.line.queue if session.line else None,
    )


def write_turn(hotline: Hotline, claim: str, state: CallState, ran: Ran, given: Given, at_ms: int) -> WriteSet:
    """The unit of a turn that was run on `state`."""
    unfolded = unfold(ran, conversation_of(state, at_ms))
    rendered = document(hotline, ran.session, unfolded, state.parked)
    write_set = WriteSet(claim=claim, reply=Reply(rendered.document))
    write_set.extend(unfolded.write_set)
    parked = rendered.parks or (state.parked and rendered.after_leave is None)
    change_session(write_set, state, ran.session, at_ms, parked=parked, after_leave=rendered.after_leave)
    if unfolded.contact:
        write_set.change(Contact, {"contact_id": state.contact_id}, None, **unfolded.contact)
    journal_turn(write_set, state.contact_id, state.contact, ran, unfolded, given, at_ms)
    if unfolded.contact:
        write_set.rings.append(f"contact:{state.contact_id}")
    return write_set


def document(hotline: Hotline, session: Session, unfolded: Unfolded, parked: bool) -> Rendered:
    """What the carrier is answered."""
    place = Place(hotline.urls, session.turn, waiting=session.wait == "queue", parked=parked)
    return render(unfolded.rest, place, session.lang)


def change_session(
    write_set: WriteSet, state: CallState, session: Session, at_ms: int, *, parked: bool, after_leave: str | None = None
) -> None:
    """Move the tree on; whoever else read the same version must read again."""
    write_set.change(
        FlowSession,
        {"contact_id": state.contact_id},
        state.version,
        turn=session.turn,
        body=session.encode(),
        parked=parked,
        after_leave=after_leave,
        at=at_ms,
    )


def journal_turn(
    write_set: WriteSet,
    contact_id: str,
    contact: Mapping[str, Any],
    ran: Ran,
    unfolded: Unfolded,
    given: Given,
    at_ms: int,
) -> None:
    """One row for the turn. A turn of the wait that did nothing leaves none."""
    if given.kind == "tick" and not unfolded.parts:
        return
    said = [effect.prompt for effect in unfolded.rest if hasattr(effect, "prompt")]
    body = {"input": given.kind, **given.shown, "turn": ran.session.turn, "path": list(ran.path), "said": said}
    entry = Entry(
        kind="turn",
        actor_kind="caller",
        contact_id=contact_id,
        order_no=_single(part.get("order_no") for part in unfolded.parts),
        customer_no=unfolded.contact.get("customer_no") or contact.get("customer_no"),
        body={**body, "parts": unfolded.parts},
        private={**given.private, **unfolded.private},
    )
    record(write_set, entry, at_ms)


def _single(values: Any) -> str | None:
    return next((str(value) for value in values if value), None)
