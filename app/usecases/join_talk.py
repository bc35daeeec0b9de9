"""The words before a talk that we called for are over: into the conference, if somebody still waits there."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, or_, select

from app.carrier.twiml import HANG_UP
from app.db.hot import HotQuery
from app.db.tables import InboxRow, TaskRow
from app.db.write_set import Reply, WriteSet, table_of
from app.observe.clock import new_id
from app.usecases.advance_call import go_on, is_left_behind
from app.usecases.call_state import CallState, call_state, stored_reply
from app.usecases.hotline import Hotline
from app.usecases.join_called import ACCEPTED
from app.usecases.move_call import into_conference, tree_turn
from app.usecases.note_contact import note_contact
from app.usecases.turn_effects import put_event
from app.usecases.voice_turn import Given
from ivr_flows.inputs import QueueLeft
from routing.events import MediaConnected

_tasks = table_of(TaskRow)
OUR_CALL = HotQuery(
    select(_tasks.c.task_id, _tasks.c.kind).where(
        _tasks.c.contact_id == bindparam("contact_id"),
        or_(_tasks.c.kind == "callback", _tasks.c.kind == "outbound"),
        or_(_tasks.c.state == "connecting", _tasks.c.state == "talking"),
    )
)


async def join_talk(hotline: Hotline, key: str, form: Mapping[str, str]) -> Reply:
    """Answer `turn.join` of a call that we made. They talk from now on; whose agent has gone while the words were said
    hears the tree's good-bye."""
    claim = f"call:{form['CallSid']}:{key}"
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known

    async def build() -> WriteSet:
        state = await call_state(hotline.db, form["CallSid"])
        if state is None:
            return WriteSet(claim=claim, reply=Reply(HANG_UP))
        if is_left_behind(state, key):
            return WriteSet(claim=claim, reply=go_on(hotline, state))
        return await _joined(hotline, claim, state)

    _, done = await hotline.db.compute(build)
    return done.reply or Reply(HANG_UP)


async def _joined(hotline: Hotline, claim: str, state: CallState) -> WriteSet:
    calls = await hotline.db.fetch(OUR_CALL, contact_id=state.contact_id)
    if not calls:
        return await tree_turn(hotline, claim, state, QueueLeft("unmanned"), Given("left", {"result": "agent_gone"}))
    write_set = WriteSet(claim=claim, reply=Reply(into_conference(hotline, state)))
    (task_id, kind), at_ms = calls[0], hotline.clock.now_ms()
    if kind == "callback":
        offers = await hotline.db.fetch(ACCEPTED, task_id=task_id)
        put_event(write_set, MediaConnected(at_ms, task_id, offers[0][0] if offers else ""))
        await note_contact(hotline, write_set, (state.contact["learned"] or {}).get("emergency_no"), at_ms)
    else:
        write_set.insert(InboxRow, id=new_id(at_ms), kind="customer_joined", at=at_ms, body={"task_id": task_id})
        write_set.rings.append("inbox")
        await note_contact(hotline, write_set, state.contact["learned"].get("order_no"), at_ms)
    return write_set
