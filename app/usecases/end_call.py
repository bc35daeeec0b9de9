"""The caller is gone: the tree ends, the leader learns it, the contact ends when nobody works on it any more."""

from __future__ import annotations

from app.db.record import record
from app.db.tables import Contact, FlowSession, InboxRow
from app.db.write_set import WriteSet
from app.journal.entry import Entry
from app.observe.clock import new_id
from app.usecases.call_state import CallState, call_state
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Ran, Resume, run_turn
from app.usecases.turn_effects import Unfolded, unfold
from app.usecases.voice_turn import conversation_of
from ivr_flows.inputs import HungUp

BROKEN = ("status:failed", "reconciled")


async def call_ended(hotline: Hotline, call_sid: str, said: str) -> None:
    """End the call, once, however often and through whatever door it is told; `said` names the door."""
    if await call_state(hotline.db, call_sid) is None:
        return

    async def build() -> WriteSet:
        state = await call_state(hotline.db, call_sid)
        assert state is not None
        return await _end(hotline, state, call_sid, said)

    await hotline.db.compute(build)


async def _end(hotline: Hotline, state: CallState, call_sid: str, said: str) -> WriteSet:
    at_ms = hotline.clock.now_ms()
    write_set = WriteSet(claim=f"ended:{call_sid}")
    if state.contact["hung_up_at"] is not None:
        return write_set
    conversation = conversation_of(state, at_ms)
    session, unfolded = state.session, Unfolded()
    path: tuple[str, ...] = ()
    release = await hotline.releases.get(state.release)
    ran = await run_turn(
        release,
        hotline.services,
        conversation,
        Resume(session, HungUp(talked=state.contact["answered_at"] is not None)),
    )
    if isinstance(ran, Ran):
        session, unfolded, path = ran.session, unfold(ran, conversation), ran.path
    write_set.extend(unfolded.write_set)
    write_set.change(
        FlowSession,
        {"contact_id": state.contact_id},
        state.version,
        turn=session.turn,
        body=session.ending().encode(),
        parked=False,
        after_leave=None,
        at=at_ms,
    )
    write_set.change(Contact, {"contact_id": state.contact_id}, None, **_contact(state, unfolded, at_ms))
    if state.contact["task_id"] is not None:
        about = {"contact_id": state.contact_id, "outgoing": call_sid != state.contact["call_sid"]}
        write_set.insert(InboxRow, id=new_id(at_ms), kind="call_ended", at=at_ms, body=about)
        write_set.rings.append("inbox")
    body = {"said": said, "path": list(path), "parts": unfolded.parts}
    entry = Entry("hangup", _who_ended(state, said), contact_id=state.contact_id, body=body, private=unfolded.private)
    record(write_set, entry, at_ms)
    write_set.rings.append(f"contact:{state.contact_id}")
    return write_set


def _who_ended(state: CallState, said: str) -> str:
    """The hotline after its good-bye, the line where the carrier lost it or nothing was heard of an end, else the
    caller."""
    if state.session.wait == "ended":
        return "system"
    return "carrier" if said in BROKEN else "caller"


def _contact(state: CallState, unfolded: Unfolded, at_ms: int) -> dict[str, object]:
    changed: dict[str, object] = {**unfolded.contact, "hung_up_at": at_ms}
    if state.contact["task_id"] is None:
        # Nobody has been asked for: the contact ends with its call.
        changed |= {"state": "ended", "ended_at": at_ms, "outcome": state.contact["outcome"] or "self_service"}
    return changed
