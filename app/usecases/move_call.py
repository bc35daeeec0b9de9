"""Documents that the caller's leg is sent to: into the conference, back into the line, out of it, on to the survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.carrier.twiml import EMPTY, HANG_UP, dial_conference, response
from app.carrier.xml import element
from app.db.tables import FlowSession, OutboxRow, TaskRow
from app.db.write_set import Reply, WriteSet
from app.domain.surveys.inviting import after_contact
from app.domain.surveys.writes import Recorded
from app.usecases.advance_call import go_on, is_left_behind
from app.usecases.call_state import CallState, call_state, stored_reply
from app.usecases.end_call import call_ended
from app.usecases.hotline import Hotline
from app.usecases.note_contact import note_contact
from app.usecases.run_turn import Resume, run_turn
from app.usecases.services.callbacks import promised_to
from app.usecases.turn_effects import put_event
from app.usecases.voice_turn import Given, conversation_of, write_turn
from ivr_flows.inputs import Input, QueueLeft, TalkEnded
from ivr_flows.session import Rejected
from routing.events import MediaConnected
from routing.types import TaskState

QUEUE = "hotline"
MOVES = ("join", "requeue")
AGAIN = ("waiting", "offered", "connecting")
"""States of who lost their agent in a call that we made, and is called once more."""
LEFT = {"max_wait": "timeout", "closed": "closed", "nobody": "unmanned", "full": "full"}


async def move_call(hotline: Hotline, key: str, form: Mapping[str, str]) -> Reply:
    """Answer `0.<purpose>.<outbox id>`: the fetch proves that the move had its effect."""
    claim = f"call:{form['CallSid']}:{key}"
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known

    async def build() -> WriteSet:
        state = await call_state(hotline.db, form["CallSid"])
        if state is None or state.contact["hung_up_at"] is not None:
            return WriteSet(claim=claim, reply=Reply(HANG_UP))
        _, _, rest = key.partition(".")
        purpose, _, row_id = rest.partition(".")
        if not row_id or not (purpose in MOVES or purpose.startswith("divert-")):
            return WriteSet(claim=claim, reply=go_on(hotline, state))
        write_set = await _moved(hotline, claim, state, purpose, row_id)
        write_set.change(OutboxRow, {"id": row_id, "sid": None}, None, sid=form["CallSid"])
        return write_set

    _, done = await hotline.db.compute(build)
    return done.reply or Reply(HANG_UP)


async def _moved(hotline: Hotline, claim: str, state: CallState, purpose: str, row_id: str) -> WriteSet:
    if purpose == "join":
        return await _join(hotline, claim, state, row_id)
    if purpose == "requeue":
        return _requeue(hotline, claim, state)
    reason = LEFT.get(purpose.removeprefix("divert-"), "timeout")
    async with hotline.db.session() as session:
        promised = await promised_to(session, state.contact_id)
    given = QueueLeft(reason, promised=promised is not None)
    return await tree_turn(hotline, claim, state, given, Given("left", {"result": reason}))


async def _join(hotline: Hotline, claim: str, state: CallState, row_id: str) -> WriteSet:
    """Into the conference where the agent already is; from now on they talk."""
    at_ms = hotline.clock.now_ms()
    async with hotline.db.session() as session:
        row = await session.get(OutboxRow, row_id)
        task = await session.get(TaskRow, row.task_id) if row is not None else None
    if row is None or task is None or row.offer_id is None or task.state != TaskState.CONNECTING:
        # Nothing was asked for, or the caller has left the line for a callback meanwhile: no agent waits there.
        return WriteSet(claim=claim, reply=go_on(hotline, state))
    write_set = WriteSet(claim=claim, reply=Reply(into_conference(hotline, state)))
    put_event(write_set, MediaConnected(at_ms, task.task_id, row.offer_id))
    await note_contact(hotline, write_set, (state.contact["learned"] or {}).get("emergency_no"), at_ms)
    _unpark(write_set, state, at_ms)
    return write_set


def into_conference(hotline: Hotline, state: CallState) -> str:
    """The document that brings the caller to the agent."""
    return response(
        dial_conference(
            f"int-{state.contact_id}",
            label=f"caller-{state.contact_id}",
            events_url=hotline.urls.fixed("conference"),
            after_url=hotline.urls.turn(state.turn, "after"),
            record_url=hotline.urls.fixed("recording"),
        )
    )


def _requeue(hotline: Hotline, claim: str, state: CallState) -> WriteSet:
    """Back into the line, the place kept: the tree never left it."""
    turn = state.turn
    enqueue = element(
        "Enqueue",
        QUEUE,
        waitUrl=hotline.urls.turn(turn, "wait"),
        waitUrlMethod="POST",
        action=hotline.urls.turn(turn, "left"),
        method="POST",
    )
    write_set = WriteSet(claim=claim, reply=Reply(response(enqueue)))
    key = {"contact_id": state.contact_id}
    write_set.change(FlowSession, key, state.version, parked=True, at=hotline.clock.now_ms())
    return write_set


def _unpark(write_set: WriteSet, state: CallState, at_ms: int) -> None:
    write_set.change(FlowSession, {"contact_id": state.contact_id}, state.version, parked=False, at=at_ms)


async def after_talk(hotline: Hotline, key: str, form: Mapping[str, str]) -> Reply:
    """The caller is out of the conference: gone, or still there and asked how it went."""
    claim = f"call:{form['CallSid']}:{key}"
    if form["CallStatus"] == "completed":
        await call_ended(hotline, form["CallSid"], "after_talk")
        return Reply(EMPTY)
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known

    async def build() -> WriteSet:
        state = await call_state(hotline.db, form["CallSid"])
        if state is None:
            return WriteSet(claim=claim, reply=Reply(HANG_UP))
        if is_left_behind(state, key):
            return WriteSet(claim=claim, reply=go_on(hotline, state))
        contact = state.contact
        asked = contact["direction"] == "inbound" and contact["state"] not in AGAIN
        invited = await _invited(hotline, contact) if asked else None
        given = TalkEnded("answered", contact["queue"] or "", contact["agent_no"] or "", survey=invited is not None)
        journaled = Given("talk_ended", {"agent_no": contact["agent_no"]})
        write_set = await tree_turn(hotline, claim, state, given, journaled)
        if invited is not None and write_set.ops:  # no rows: the caller has gone meanwhile and was not asked
            write_set.extend(invited)
        return write_set

    _, done = await hotline.db.compute(build)
    return done.reply or Reply(HANG_UP)


async def _invited(hotline: Hotline, contact: Mapping[str, Any]) -> WriteSet | None:
    """The row of the invitation; None when this caller is not asked."""
    tools, at_ms = hotline.tools, hotline.clock.now_ms()
    async with hotline.db.session() as session:
        invited = await after_contact(session, contact, tools.surveys, tools.zone, at_ms, on_line=True)
    return invited.write if isinstance(invited, Recorded) else None


async def tree_turn(hotline: Hotline, claim: str, state: CallState, given: Input, journaled: Given) -> WriteSet:
    """The tree goes on with what became of the line or the talk."""
    at_ms = hotline.clock.now_ms()
    release = await hotline.releases.get(state.release)
    conversation = conversation_of(state, at_ms)
    ran = await run_turn(release, hotline.services, conversation, Resume(state.session, given))
    if isinstance(ran, Rejected):
        return WriteSet(claim=claim, reply=go_on(hotline, state))
    return write_turn(hotline, claim, state, ran, journaled, at_ms)
