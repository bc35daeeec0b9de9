"""A text message comes in: the same trees, one conversation for each number, answered in the same breath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, select

from app.carrier.twiml import EMPTY, response
from app.carrier.xml import element, text_of
from app.db.hot import HotQuery
from app.db.tables import Contact, FlowSession, Message, OutboxRow
from app.db.write_set import Reply, WriteSet, table_of
from app.domain.customers.rules import e164
from app.observe.clock import new_id
from app.usecases.call_state import CallState, contact_state, fresh_contact, stored_reply
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Begin, Conversation, Ran, Resume, run_turn
from app.usecases.services.caller_facts import caller_facts
from app.usecases.turn_effects import Unfolded, unfold
from app.usecases.voice_turn import Given, change_session, conversation_of, journal_turn
from ivr_flows.effects import HangUp, Say
from ivr_flows.inputs import Text

FLOW = "sms"
YOUNG_MS = 24 * 3_600_000
ENSURE_AFTER_MS = 20_000
"""The carrier takes no answer later than 15 s; what it does not have by then it never got."""
_contacts = table_of(Contact)
OPEN = HotQuery(
    select(_contacts.c.contact_id)
    .where(
        _contacts.c.from_number == bindparam("number"),
        _contacts.c.channel == "sms",
        _contacts.c.ended_at.is_(None),
        _contacts.c.started_at > bindparam("since"),
    )
    .order_by(_contacts.c.started_at.desc())
    .limit(1)
)
SAME_ANSWERS = 5
LOOP_MS = 10 * 60_000
_messages = table_of(Message)
SAID = HotQuery(
    select(func.count()).where(
        _messages.c.peer == bindparam("number"),
        _messages.c.at > bindparam("since"),
        _messages.c.direction == "outbound",
        _messages.c.text == bindparam("text"),
    )
)


def claim_of(form: Mapping[str, str]) -> str:
    """The key under which a message was taken."""
    return f"sms:{form['MessageSid']}"


async def take_sms(hotline: Hotline, form: Mapping[str, str], *, late: bool = False) -> Reply:
    """The answer to one message; a repeat of its MessageSid gets the same bytes and has no second effect.

    With `late` the carrier does not wait for the answer any more: it goes out as a text of its own.
    """
    claim = claim_of(form)
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known
    if form.get("OptOutType"):
        # The carrier has answered STOP, START or HELP itself; a second answer would only confuse.
        return Reply(EMPTY)

    async def build() -> WriteSet:
        at_ms = hotline.clock.now_ms()
        rows = await hotline.db.fetch(OPEN, number=form["From"], since=at_ms - YOUNG_MS)
        state = await contact_state(hotline.db, rows[0][0]) if rows else None
        if state is not None and not state.session.ended:
            written = await _go_on(hotline, claim, state, form, at_ms, late=late)
            if written is not None:
                return written
        return await _begin(hotline, claim, form, at_ms, late=late)

    _, done = await hotline.db.compute(build)
    return done.reply or Reply(EMPTY)


async def _go_on(
    hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], at_ms: int, *, late: bool
) -> WriteSet | None:
    release = await hotline.releases.get(state.release)
    conversation = conversation_of(state, at_ms)
    ran = await run_turn(release, hotline.services, conversation, Resume(state.session, Text(form["Body"])))
    if not isinstance(ran, Ran):
        return None
    unfolded = unfold(ran, conversation)
    await _damp(hotline, form["From"], ran, unfolded, at_ms)
    write_set = WriteSet(claim=claim, reply=Reply(_document(unfolded)))
    write_set.extend(unfolded.write_set)
    change_session(write_set, state, ran.session, at_ms, parked=False)
    in_line = state.contact["state"] != "self_service"  # somebody is to call: the end is theirs
    changed = {**unfolded.contact, **({} if in_line else _ended(ran, at_ms))}
    if changed:
        write_set.change(Contact, {"contact_id": state.contact_id}, None, **changed)
    _keep(write_set, state.contact_id, form, ran, unfolded, at_ms, late=late)
    journal_turn(write_set, state.contact_id, state.contact, ran, unfolded, _given(form), at_ms)
    return write_set


async def _begin(hotline: Hotline, claim: str, form: Mapping[str, str], at_ms: int, *, late: bool) -> WriteSet:
    contact_id = new_id(at_ms)
    caller = e164(form["From"]) or ""
    async with hotline.db.session() as session:
        known = await caller_facts(
            session,
            hotline.tools,
            contact_id=contact_id,
            caller=caller,
            channel="sms",
            at_ms=at_ms,
            said_text=form["Body"],
        )
    release = await hotline.releases.newest()
    peers = {"from_number": form["From"], "to_number": form["To"]}
    contact = fresh_contact(contact_id, "sms", at_ms, {**peers, **known.contact})
    conversation = Conversation(contact_id, "sms", caller, str(known.facts["lang"]), at_ms, 0, contact)
    ran = await run_turn(release, hotline.services, conversation, Begin(FLOW, known.facts))
    assert isinstance(ran, Ran)
    unfolded = unfold(ran, conversation)
    await _damp(hotline, form["From"], ran, unfolded, at_ms)
    write_set = WriteSet(claim=claim, reply=Reply(_document(unfolded)))
    write_set.extend(unfolded.write_set)
    write_set.insert(Contact, **{**contact, **unfolded.contact, **_ended(ran, at_ms)})
    write_set.insert(
        FlowSession,
        contact_id=contact_id,
        turn=ran.session.turn,
        release=release.hash,
        body=ran.session.encode(),
        at=at_ms,
    )
    _keep(write_set, contact_id, form, ran, unfolded, at_ms, late=late)
    journal_turn(write_set, contact_id, contact, ran, unfolded, _given(form), at_ms)
    return write_set


async def _damp(hotline: Hotline, number: str, ran: Ran, unfolded: Unfolded, at_ms: int) -> None:
    """A machine that answers our answers would go on for ever: after the same words a few times in a few minutes we
    are silent. Never in danger."""
    text = _answered(unfolded)
    if ran.session.alarm or not text:
        return
    rows = await hotline.db.fetch(SAID, number=number, text=text, since=at_ms - LOOP_MS)
    if rows[0][0] >= SAME_ANSWERS:
        unfolded.rest = [effect for effect in unfolded.rest if not isinstance(effect, Say)]
        said = f"not answered: the same words went to this number {SAME_ANSWERS} times"
        unfolded.parts.append({"kind": "note", "text": said, "note": "text_loop"})


def _answered(unfolded: Unfolded) -> str:
    return "\n".join(effect.text for effect in unfolded.rest if isinstance(effect, Say))


def _document(unfolded: Unfolded) -> str:
    text = _answered(unfolded)
    return response(element("Message", text_of(text))) if text else EMPTY


def _ended(ran: Ran, at_ms: int) -> dict[str, Any]:
    over = ran.session.ended or any(isinstance(effect, HangUp) for effect in ran.effects)
    return {"state": "ended", "ended_at": at_ms, "outcome": "self_service"} if over else {}


def _given(form: Mapping[str, str]) -> Given:
    sid = form["MessageSid"]
    return Given("text", {"message_sid": sid}, {"text": form["Body"], "from": form["From"]})


def _keep(
    write_set: WriteSet,
    contact_id: str,
    form: Mapping[str, str],
    ran: Ran,
    unfolded: Unfolded,
    at_ms: int,
    *,
    late: bool,
) -> None:
    """Both messages; where something was done, somebody sees to it that its confirmation has gone out."""
    common = {"contact_id": contact_id, "channel": "sms", "peer": form["From"], "at": at_ms}
    write_set.insert(
        Message,
        message_id=new_id(at_ms),
        message_sid=form["MessageSid"],
        direction="inbound",
        from_kind="customer",
        text=form["Body"],
        **common,
    )
    text = _answered(unfolded)
    if not text:
        return
    message_id = new_id(at_ms)
    write_set.insert(
        Message, message_id=message_id, direction="outbound", from_kind="hotline", text=text, status="sent", **common
    )
    if ran.write_set.ops or late:
        body = {"to": form["From"], "text": text, "message_id": message_id}
        due = {"next_at": at_ms if late else at_ms + ENSURE_AFTER_MS, "at": at_ms}
        write_set.insert(OutboxRow, id=message_id, kind="sms.ensure", contact_id=contact_id, body=body, **due)
