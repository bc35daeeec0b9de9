"""A customer who asked to be called back picks up: first who we are, then the agent who is already waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from app.carrier.twiml import HANG_UP, say
from app.db.hot import HotQuery
from app.db.record import record
from app.db.tables import Contact, FlowSession, TaskRow
from app.db.write_set import Reply, WriteSet, table_of
from app.journal.entry import Entry
from app.usecases.call_state import CallState, contact_state, stored_reply
from app.usecases.hotline import Hotline
from app.usecases.join_called import ACCEPTED, FLOW, words_first
from app.usecases.run_turn import Begin, Ran, run_turn
from app.usecases.turn_effects import Unfolded, put_event
from app.usecases.voice_turn import conversation_of, document
from ivr_flows import machine
from ivr_flows.effects import Say
from ivr_flows.graph import EMERGENCY
from ivr_flows.session import Session
from routing.events import MediaConnected
from routing.types import Kind, TaskState

_tasks = table_of(TaskRow)
TASK = HotQuery(
    select(_tasks.c.body, _tasks.c.contact_id, _tasks.c.state).where(_tasks.c.task_id == bindparam("task_id"))
)
OURS = (Kind.CALLBACK, Kind.OUTBOUND)


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
        return await _greet(hotline, claim, state, form)

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
    if not await hotline.db.fetch(ACCEPTED, task_id=task_id):
        return WriteSet(claim=claim, reply=Reply(HANG_UP))
    at_ms = hotline.clock.now_ms()
    write_set, path = await _without_a_key(hotline, claim, state, form, "danger", at_ms)
    write_set.change(Contact, {"contact_id": state.contact_id}, None, hung_up_at=None, ended_at=None)
    body = {"text": "called back about danger", "path": path}
    record(write_set, Entry("turn", "caller", contact_id=state.contact_id, body=body), at_ms)
    return write_set


async def _dialled(hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], task_id: str) -> WriteSet:
    """Who is called by an agent or a crew hears who calls and that it may be recorded, and is with them.

    The core takes the pick-up for the beginning of the talk: its time to reach somebody that an agent dials is too
    short for the words too. What counts as reached begins when they are over (`join_talk`).
    """
    at_ms = hotline.clock.now_ms()
    write_set, _ = await _without_a_key(hotline, claim, state, form, "dialled", at_ms)
    put_event(write_set, MediaConnected(at_ms, task_id, f"{task_id}.0"))
    return write_set


async def _without_a_key(
    hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str], matter: str, at_ms: int
) -> tuple[WriteSet, list[str]]:
    """The words that `matter` asks for, then `join_talk`; the tree stands where a talk can end."""
    release = await hotline.releases.newest()
    begun = machine.start(release, FLOW, {**_facts(state, form["To"]), "matter": matter}, at_ms)
    session = replace(begun.session, turn=state.turn + 1)
    said = [say(effect.text, effect.lang) for effect in begun.effects if isinstance(effect, Say)]
    write_set = WriteSet(claim=claim, reply=Reply(words_first(hotline, session.turn, *said)))
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


async def _greet(hotline: Hotline, claim: str, state: CallState, form: Mapping[str, str]) -> WriteSet:
    """Who asked for the call hears who calls; `join_called` brings them to the agent."""
    at_ms = hotline.clock.now_ms()
    release = await hotline.releases.newest()
    facts = _facts(state, form["To"])
    conversation = replace(conversation_of(state, at_ms), caller=form["To"])
    ran = await run_turn(release, hotline.services, conversation, Begin(FLOW, facts))
    assert isinstance(ran, Ran)
    # Turns of the second call go on counting, so that no URL of the first one fits.
    session = replace(ran.session, turn=state.turn + 1)
    shown = document(hotline, session, Unfolded(rest=list(ran.effects)), parked=False)
    write_set = WriteSet(claim=claim, reply=Reply(shown.document))
    _answers(write_set, state, session, form["CallSid"], at_ms)
    write_set.change(Contact, {"contact_id": state.contact_id}, None, hung_up_at=None, ended_at=None)
    entry = Entry("turn", "caller", contact_id=state.contact_id, body={"text": "called back", "path": list(ran.path)})
    record(write_set, entry, at_ms)
    return write_set


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
