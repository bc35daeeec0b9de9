"""What a turn's effects mean in rows, alike for every channel; what is said or asked is left to the channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.db.tables import InboxRow, Message, OutboxRow
from app.db.write_set import WriteSet
from app.observe.clock import new_id
from app.usecases.run_turn import Conversation, Ran
from ivr_flows.effects import Effect, Enqueue, Leave, Note, SendSms, SetLanguage
from ivr_flows.graph import EMERGENCY
from routing.codec import encode
from routing.events import Event, TaskCanceled, TaskQueued
from routing.types import URGENT_BOOST_S

WEB = "web"
NO_TOPICS = frozenset(
    (
        "main",
        "human",
        "identify",
        "survey",
        "solved",
        "callback",
        "called_back",
        "unserved",
        "contact",
        "order",
        "outage",
        "sms",
    )
)
"""Trees that carry a conversation rather than being what it is about."""
TOPICS_KEPT = 8
SILENT = "_silent"
"""Learned of a caller who pressed and said nothing until a person came: the next time one comes at once."""


@dataclass(slots=True)
class Unfolded:
    """Rows, the contact's changed columns, journal parts; `rest` is what the channel itself must render, in order."""

    write_set: WriteSet = field(default_factory=WriteSet)
    contact: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)
    private: dict[str, Any] = field(default_factory=dict)
    rest: list[Effect] = field(default_factory=list)


def unfold(ran: Ran, conversation: Conversation) -> Unfolded:
    """Everything of `ran` that is written the same way on every channel, what its services want included."""
    out = Unfolded(contact=dict(ran.contact), parts=[dict(part) for part in ran.parts], private=dict(ran.private))
    out.write_set.extend(ran.write_set)
    for effect in ran.effects:
        write = _WRITTEN.get(type(effect))
        if write is None:
            out.rest.append(effect)
        else:
            write(out, effect, conversation)
    if ran.session.lang != conversation.lang:
        out.contact["lang"] = ran.session.lang
    _note_topics(out, ran.path, conversation)
    _note_silence(out, ran.effects)
    return out


def _note_topics(out: Unfolded, path: Sequence[str], conversation: Conversation) -> None:
    """Keep where the caller has been: an agent begins with it. Written only when a topic is new."""
    learned = _column(out, conversation, "learned") or {}
    known = list(learned.get("been", ()))
    entered = dict.fromkeys(node.partition(".")[0] for node in path)
    new = [flow for flow in entered if flow not in known and flow not in NO_TOPICS]
    if new:
        out.contact["learned"] = {**learned, "been": [*known, *new][-TOPICS_KEPT:]}


def _note_silence(out: Unfolded, effects: Sequence[Effect]) -> None:
    """Whoever had got somewhere before they fell silent can use the menus."""
    learned = out.contact.get("learned") or {}
    if any(isinstance(effect, Enqueue) and effect.reason == "silence" for effect in effects) and "been" not in learned:
        out.contact["learned"] = {**learned, SILENT: True}


def put_event(write_set: WriteSet, event: Event) -> str:
    """Tell the leader of `event`; returns the inbox row's id."""
    row_id = new_id(event.at)
    write_set.insert(InboxRow, id=row_id, kind="event", at=event.at, body=encode(event))
    write_set.rings.append("inbox")
    return row_id


def _column(out: Unfolded, conversation: Conversation, name: str) -> Any:
    return out.contact.get(name, conversation.contact.get(name))


def _line(effect: Enqueue, conversation: Conversation) -> tuple[str, int | None]:
    """Queue and boost. Who writes cannot be joined to a phone: danger on the web stands first in the web's line."""
    if conversation.channel == "chat" and effect.queue == EMERGENCY:
        return WEB, URGENT_BOOST_S
    return effect.queue, effect.boost_s or None


def _enqueue(out: Unfolded, effect: Enqueue, conversation: Conversation) -> None:
    queue, boost_s = _line(effect, conversation)
    learned = {**(_column(out, conversation, "learned") or {})}
    resumes = learned.pop("resumes", "")
    task_id = new_id(conversation.at_ms)
    event = TaskQueued(
        at=conversation.at_ms,
        task_id=task_id,
        contact_id=conversation.contact_id,
        queue=queue,
        boost_s=boost_s,
        skills=tuple((skill, 1) for skill in sorted(effect.skills)),
        prefer=(effect.lang,),
        caller=conversation.caller,
        resumes=resumes,
    )
    put_event(out.write_set, event)
    out.contact.update(
        state="waiting",
        queue=queue,
        queued_at=conversation.at_ms,
        task_id=task_id,
        learned={**learned, **_plain(effect.learned), "reason": effect.reason},
    )
    text = f"waits in {queue}: {effect.reason}"
    out.parts.append({"kind": "task", "text": text, "task_id": task_id, "queue": queue, "boost_s": boost_s})


def _leave(out: Unfolded, effect: Leave, conversation: Conversation) -> None:
    """A booked callback has ended the task already (`callback.book`); an emergency takes the caller out here."""
    task_id = _column(out, conversation, "task_id")
    if effect.result == "callback":
        out.contact.update(state="self_service", outcome="callback_booked")
    elif task_id:
        put_event(out.write_set, TaskCanceled(conversation.at_ms, task_id, effect.result))
        out.contact.update(state="self_service", task_id=None)
    out.parts.append({"kind": "task", "text": f"left the line: {effect.result}", "task_id": task_id})


def _send_sms(out: Unfolded, effect: SendSms, conversation: Conversation) -> None:
    message_id, at = new_id(conversation.at_ms), conversation.at_ms
    out.write_set.insert(
        Message,
        message_id=message_id,
        contact_id=conversation.contact_id,
        channel="sms",
        direction="outbound",
        peer=effect.to,
        from_kind="hotline",
        text=effect.text,
        status="pending",
        at=at,
    )
    out.write_set.insert(
        OutboxRow,
        id=message_id,
        kind="sms",
        contact_id=conversation.contact_id,
        body={"to": effect.to, "text": effect.text, "message_id": message_id},
        next_at=at,
        at=at,
    )
    out.write_set.rings.append("outbox")
    out.parts.append({"kind": "message", "text": f"text sent: {effect.prompt}", "message_id": message_id})
    out.private[f"{len(out.parts)}.message"] = {"to": effect.to, "text": effect.text}


def _set_language(out: Unfolded, effect: SetLanguage, _: Conversation) -> None:
    out.contact["lang"] = effect.lang
    out.parts.append({"kind": "effect", "text": f"language {effect.lang}", "lang": effect.lang})


def _note(out: Unfolded, effect: Note, _: Conversation) -> None:
    """The text of a note is a figure or a word of the vocabulary, never what the caller said."""
    out.parts.append({"kind": "note", "text": f"{effect.kind}: {effect.text}", "note": effect.kind})


_WRITTEN: Mapping[type, Callable[[Unfolded, Any, Conversation], None]] = {
    Enqueue: _enqueue,
    Leave: _leave,
    SendSms: _send_sms,
    SetLanguage: _set_language,
    Note: _note,
}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        for name, value in values.items()
    }
