"""One turn of a web chat as one unit of writing: claim, tree, contact, messages, journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.db.tables import Contact, FlowSession, InboxRow, Message
from app.db.write_set import Reply, WriteSet
from app.observe.clock import new_id
from app.usecases.call_state import CallState
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Conversation, Ran, hung_up
from app.usecases.turn_effects import Unfolded, unfold
from app.usecases.voice_turn import Given, change_session, conversation_of, journal_turn
from ivr_flows.effects import Effect, Gather, Say

JSON = "application/json"
IDLE_MS = 30 * 60_000
"""A conversation in which the customer says nothing for so long, and nobody serves, is over."""
DONE = '{"ok":true}'
WITH_AGENT = ("connecting", "talking", "held")
"""States of a contact in which what the customer writes is for an agent."""


def write_first_turn(
    contact: Mapping[str, Any], release: str, ran: Ran, conversation: Conversation, given: Given
) -> WriteSet:
    """The unit that begins a conversation."""
    unfolded, at_ms = unfold(ran, conversation), conversation.at_ms
    write_set = WriteSet()
    write_set.extend(unfolded.write_set)
    contact_id = conversation.contact_id
    write_set.insert(Contact, **{**contact, **unfolded.contact, "deadline_at": at_ms + IDLE_MS})
    body = ran.session.encode()
    write_set.insert(FlowSession, contact_id=contact_id, turn=ran.session.turn, release=release, body=body, at=at_ms)
    write_messages(write_set, contact_id, unfolded.rest, at_ms)
    journal_turn(write_set, contact_id, contact, ran, unfolded, given, at_ms)
    _ring(write_set, contact_id, None)
    return write_set


def write_turn(hotline: Hotline, claim: str, state: CallState, ran: Ran, given: Given, said: Said | None) -> WriteSet:
    """The unit of a turn; `said` is the customer's own line, which is kept with it."""
    at_ms = hotline.clock.now_ms()
    unfolded = unfold(ran, conversation_of(state, at_ms))
    write_set = WriteSet(claim=claim, reply=Reply(DONE, media_type=JSON))
    write_set.extend(unfolded.write_set)
    change_session(write_set, state, ran.session, at_ms, parked=False)
    if said is not None:
        said.write(write_set, state.contact_id, at_ms)
    write_messages(write_set, state.contact_id, unfolded.rest, at_ms)
    contact = {**unfolded.contact, **_deadline(given, at_ms)}
    if ran.session.ended or hung_up(ran):
        contact |= ending(write_set, state, unfolded, at_ms)
    if contact:
        write_set.change(Contact, {"contact_id": state.contact_id}, None, **contact)
    journal_turn(write_set, state.contact_id, state.contact, ran, unfolded, given, at_ms)
    _ring(write_set, state.contact_id, state.contact["agent_no"])
    return write_set


def ending(write_set: WriteSet, state: CallState, unfolded: Unfolded, at_ms: int) -> dict[str, Any]:
    """The conversation is over for the customer; while an agent works on it the leader ends the contact."""
    task_id = unfolded.contact.get("task_id", state.contact["task_id"])
    changed: dict[str, Any] = {"hung_up_at": at_ms, "deadline_at": None}
    if task_id is not None:
        body = {"contact_id": state.contact_id}
        write_set.insert(InboxRow, id=new_id(at_ms), kind="call_ended", at=at_ms, body=body)
        write_set.rings.append("inbox")
        return changed
    outcome = unfolded.contact.get("outcome") or state.contact["outcome"] or "self_service"
    return {**changed, "state": "ended", "ended_at": at_ms, "outcome": outcome}


class Said:
    """A line of the customer's: words, or the label of a button."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.message_id = ""

    def write(self, write_set: WriteSet, contact_id: str, at_ms: int) -> None:
        """Keep it."""
        self.message_id = new_id(at_ms)
        write_set.insert(Message, **message_row(self.message_id, contact_id, "customer", self.text, at_ms))


def write_messages(write_set: WriteSet, contact_id: str, effects: list[Effect], at_ms: int) -> None:
    """What the tree says, one message for each sentence; the buttons stand with the last one."""
    spoken = [effect.text for effect in effects if isinstance(effect, Say) and effect.text]
    asked = [effect for effect in effects if isinstance(effect, Gather)]
    choices = [{"value": each.value, "label": each.label} for each in (asked[-1].choices if asked else ())]
    for place, text in enumerate(spoken, 1):
        row = message_row(new_id(at_ms), contact_id, "hotline", text, at_ms)
        write_set.insert(Message, **row, choices=choices if choices and place == len(spoken) else None)


def message_row(message_id: str, contact_id: str, from_kind: str, text: str, at_ms: int) -> dict[str, Any]:
    """A line of a chat: the customer's, the agent's or the hotline's."""
    return {
        "message_id": message_id,
        "contact_id": contact_id,
        "channel": "chat",
        "direction": "inbound" if from_kind == "customer" else "outbound",
        "peer": contact_id,
        "from_kind": from_kind,
        "text": text,
        "status": "received" if from_kind == "customer" else "sent",
        "at": at_ms,
    }


def _deadline(given: Given, at_ms: int) -> dict[str, int]:
    return {"deadline_at": at_ms + IDLE_MS} if given.kind in ("text", "choice") else {}


def _ring(write_set: WriteSet, contact_id: str, agent_no: str | None) -> None:
    write_set.rings.append(f"contact:{contact_id}")
    if agent_no:
        write_set.rings.append(f"agent:{agent_no}")
