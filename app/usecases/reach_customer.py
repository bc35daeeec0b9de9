"""A customer who asked to be called back picks up: first who we are, then the agent who is already waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from app.carrier.twiml import HANG_UP, dial_conference, response, say
from app.carrier.urls import Urls
from app.db.hot import HotQuery
from app.db.record import record
from app.db.tables import Callback, Contact, FlowSession, OfferRow, TaskRow
from app.db.write_set import Reply, WriteSet, table_of
from app.domain.orders.changing import happened
from app.domain.orders.promises import CONTACTED
from app.domain.orders.reads import order_file
from app.domain.orders.written import Written
from app.journal.entry import Entry
from app.usecases.advance_call import advance_call
from app.usecases.call_state import CallState, call_state, contact_state, stored_reply
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Begin, Ran, Resume, run_turn
from app.usecases.services.asking import rules_now
from app.usecases.turn_effects import Unfolded, put_event
from app.usecases.voice_turn import conversation_of, document
from ivr_flows import machine
from ivr_flows.effects import Enqueue, Say
from ivr_flows.graph import EMERGENCY
from ivr_flows.inputs import Digits
from ivr_flows.session import Session
from routing.events import MediaConnected
from routing.types import Kind, TaskState

FLOW = "called_back"
_offers = table_of(OfferRow)
_tasks = table_of(TaskRow)
TASK = HotQuery(
    select(_tasks.c.body, _tasks.c.contact_id, _tasks.c.state).where(_tasks.c.task_id == bindparam("task_id"))
)
OURS = (Kind.CALLBACK, Kind.OUTBOUND)
ACCEPTED = HotQuery(
    select(_offers.c.offer_id)
    .where(_offers.c.task_id == bindparam("task_id"), _offers.c.state == "accepted")
    .order_by(_offers.c.at.desc())
    .limit(1)
)


async def answered(hotline: Hotline, form: Mapping[str, str], contact_id: str, task_id: str) -> Reply:
    """The first words to somebody whom we called."""
    claim = f"outgoing:{form['CallSid']}"
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known

    async def build() -> WriteSet:
        state = await contact_state(hotline.db, contact_id)
        kind, queue = await _why_called(hotline, contact_id, task_id)
        if state is None or kind not in OURS:
            return WriteSet(claim=claim, reply=Reply(HANG_UP))
        if kind == Kind.CALLBACK and queue == EMERGENCY:
            return await _about_danger(hotline, claim, state, form, task_id)
        if kind == Kind.OUTBOUND:
            return await _dialled(hotline, claim, state, form, task_id)
        return await _greet(hotline, claim, state, form, task_id)

    _, done = await hotline.db.compute(build)
    return done.reply or Reply(HANG_UP)


async def _why_called(hotline: Hotline, contact_id: str, task_id: str) -> tuple[str | None, str]:
    """Kind and queue of the task for which this contact was called; None when no such call was asked for."""
    rows = await hotline.db.fetch(TASK, task_id=task_id)
    if not rows or rows[0][1] != contact_id or rows[0][2] != TaskState.CONNECTING:
        return None, ""  # or given up meanwhile
    task = json.loads(rows[0][0])
    return str(task["kind"]), str(task["queue"])


async def _about_danger(
    hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], task_id: str
) -> WriteSet:
    """Who reported danger hears who calls and why, and is with the agent; no key stands between them."""
    offers = await hotline.db.fetch(ACCEPTED, task_id=task_id)
    if not offers:
        return WriteSet(claim=claim, reply=Reply(HANG_UP))
    at_ms = hotline.clock.now_ms()
    write_set, path = await _joined_at_once(hotline, claim, state, form, "danger", at_ms)
    write_set.change(Contact, {"contact_id": state.contact_id}, None, hung_up_at=None, ended_at=None)
    put_event(write_set, MediaConnected(at_ms, task_id, offers[0][0]))
    body = {"text": "called back", "path": path}
    record(write_set, Entry("turn", "caller", contact_id=state.contact_id, body=body), at_ms)
    return write_set


async def _dialled(hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], task_id: str) -> WriteSet:
    """Who is called by an agent or a crew hears who calls and that it may be recorded, and is with them."""
    at_ms = hotline.clock.now_ms()
    write_set, _ = await _joined_at_once(hotline, claim, state, form, "dialled", at_ms)
    put_event(write_set, MediaConnected(at_ms, task_id, f"{task_id}.0"))
    called = {"contact_id": state.contact_id, "state": "calling"}
    write_set.change(Callback, called, None, state="reached", ended_at=at_ms)
    await _note_contact(hotline, write_set, state.contact["learned"].get("order_no"), at_ms)
    return write_set


async def _joined_at_once(
    hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], matter: str, at_ms: int
) -> tuple[WriteSet, list[str]]:
    """The words that `matter` asks for, then the conference; the tree stands where a talk can end."""
    release = await hotline.releases.newest()
    begun = machine.start(release, FLOW, {**_facts(state, form["To"]), "matter": matter}, at_ms)
    session = replace(begun.session, turn=state.turn + 1)
    said = [say(effect.text, effect.lang) for effect in begun.effects if isinstance(effect, Say)]
    write_set = WriteSet(claim=claim, reply=Reply(_join_document(hotline, state.contact_id, session.turn, *said)))
    _answers(write_set, state, session, form["CallSid"], at_ms)
    return write_set, list(begun.path)


def _answers(write_set: WriteSet, state: CallState, session: Session, call_sid: str, at_ms: int) -> None:
    """The contact goes on in the call that has just been picked up."""
    write_set.change(
        FlowSession,
        {"contact_id": state.contact_id},
        state.version,
        call_sid=call_sid,
        turn=session.turn,
        release=session.release,
        body=session.encode(),
        parked=False,
        at=at_ms,
    )


async def _note_contact(hotline: Hotline, write_set: WriteSet, order_no: str | None, at_ms: int) -> None:
    """The customer of an order has picked up: the promise to contact them is met."""
    if order_no is None:
        return
    async with hotline.db.session() as session:
        file = await order_file(session, order_no)
        met = happened(file, CONTACTED, await rules_now(session, hotline.tools), at_ms) if file else None
    if isinstance(met, Written):
        write_set.extend(met.write)
        entry = Entry("clock", "system", order_no=order_no, body={"text": "customer contacted", **met.body})
        record(write_set, entry, at_ms)


async def _greet(hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], task_id: str) -> WriteSet:
    at_ms = hotline.clock.now_ms()
    release = await hotline.releases.newest()
    facts = _facts(state, form["To"])
    conversation = replace(conversation_of(state, at_ms), caller=form["To"])
    ran = await run_turn(release, hotline.services, conversation, Begin(FLOW, facts))
    assert isinstance(ran, Ran)
    # Turns of the second call go on counting, so that no URL of the first one fits.
    session = replace(ran.session, turn=state.turn + 1)
    urls = Urls(hotline.urls.base)
    shown = document(replace(hotline, urls=urls), session, Unfolded(rest=list(ran.effects)), parked=False)
    body = shown.document.replace(f"/twilio/turn/{session.turn}.keys", _keys_path(state.contact_id, task_id))
    write_set = WriteSet(claim=claim, reply=Reply(body))
    _answers(write_set, state, session, form["CallSid"], at_ms)
    write_set.change(Contact, {"contact_id": state.contact_id}, None, hung_up_at=None, ended_at=None)
    entry = Entry("turn", "caller", contact_id=state.contact_id, body={"text": "called back", "path": list(ran.path)})
    record(write_set, entry, at_ms)
    return write_set


async def confirmed(hotline: Hotline, form: Mapping[str, str], contact_id: str, task_id: str) -> Reply:
    """1 brings the customer to the agent; anything else is a turn like others."""
    state = await call_state(hotline.db, form["CallSid"])
    if state is None or state.contact_id != contact_id:
        return Reply(HANG_UP)
    key = f"{state.turn}.keys"
    if form.get("Digits") != "1":
        return await advance_call(hotline, key, form)
    claim = f"outgoing:{form['CallSid']}:1"
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known

    async def build() -> WriteSet:
        now = await contact_state(hotline.db, contact_id)
        assert now is not None
        return await _join(hotline, claim, now, task_id)

    _, done = await hotline.db.compute(build)
    return done.reply or Reply(HANG_UP)


async def _join(hotline: Hotline, claim: str, state: CallState, task_id: str) -> WriteSet:
    at_ms = hotline.clock.now_ms()
    offers = await hotline.db.fetch(ACCEPTED, task_id=task_id)
    if not offers:
        return WriteSet(claim=claim, reply=Reply(HANG_UP))
    release = await hotline.releases.get(state.release)
    ran = await run_turn(release, hotline.services, conversation_of(state, at_ms), Resume(state.session, Digits("1")))
    assert isinstance(ran, Ran)
    assert any(isinstance(effect, Enqueue) for effect in ran.effects)
    text = _join_document(hotline, state.contact_id, ran.session.turn)
    write_set = WriteSet(claim=claim, reply=Reply(text))
    write_set.change(
        FlowSession,
        {"contact_id": state.contact_id},
        state.version,
        turn=ran.session.turn,
        body=ran.session.encode(),
        at=at_ms,
    )
    put_event(write_set, MediaConnected(at_ms, task_id, offers[0][0]))
    return write_set


def _join_document(hotline: Hotline, contact_id: str, turn: int, *said: str) -> str:
    return response(
        *said,
        dial_conference(
            f"int-{contact_id}",
            label=f"caller-{contact_id}",
            events_url=hotline.urls.fixed("conference"),
            after_url=hotline.urls.turn(turn, "after"),
            record_url=hotline.urls.fixed("recording"),
        ),
    )


def _keys_path(contact_id: str, task_id: str) -> str:
    return f"/twilio/outgoing/keys?contact={contact_id}&amp;task={task_id}"


def _facts(state: CallState, number: str) -> dict[str, Any]:
    contact = state.contact
    return {
        "caller": number,
        "caller_known": True,
        "channel": "voice",
        "lang": contact["lang"],
        "tz_offset_s": 0,
        "said_text": "",
        "manner": "normal",
        "match": "none",
        "matter": "none",
        "open_question": "none",
    }
