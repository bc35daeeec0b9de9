"""What the carrier tells of a conference: who came, who left. The leader decides what it means."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, or_, select

from app.db.hot import HotQuery
from app.db.tables import InboxRow, Leg, TaskRow
from app.db.write_set import WriteSet, table_of
from app.observe.clock import new_id
from app.usecases.hotline import Hotline

LABELS = ("agent-", "phone-")
"""Legs of agents: those that an accept asked for, and a phone on which an offer was taken."""
CALLER = "caller-"
HEARD = ("participant-join", "participant-leave")
_tasks = table_of(TaskRow)
TALK = HotQuery(
    select(_tasks.c.task_id)
    .where(
        _tasks.c.contact_id == bindparam("contact_id"),
        or_(_tasks.c.state == "connecting", _tasks.c.state == "talking"),
    )
    .limit(1)
)


async def conference_event(hotline: Hotline, form: Mapping[str, str]) -> None:
    """Put one event before the leader, once for each (ConferenceSid, SequenceNumber)."""
    event, label = form.get("StatusCallbackEvent", ""), form.get("ParticipantLabel", "")
    if event == "participant-join" and label.startswith(CALLER):
        await _caller_came(hotline, form, label.removeprefix(CALLER))
    if event not in HEARD or not label.startswith(LABELS):
        return
    at_ms = hotline.clock.now_ms()
    key = f"conference:{form['ConferenceSid']}:{form.get('SequenceNumber', event + form.get('CallSid', ''))}"
    write_set = WriteSet(claim=key)
    call_sid = form.get("CallSid", "")
    body = {
        "event": event,
        "label": label,
        "call_sid": call_sid,
        "conference_sid": form["ConferenceSid"],
        "reason": form.get("ReasonParticipantLeft", ""),
    }
    write_set.insert(InboxRow, id=new_id(at_ms), kind="conference", at=at_ms, body=body)
    state = {"state": "joined"} if event == "participant-join" else {"state": "left", "ended_at": at_ms}
    write_set.change(Leg, {"call_sid": call_sid}, None, **state)
    write_set.rings.append("inbox")
    await hotline.db.commit(write_set)


async def _caller_came(hotline: Hotline, form: Mapping[str, str], contact_id: str) -> None:
    """Nothing to tell while there is a talk to come to. An agent who hangs up after this look ends the conference
    with the caller already in it."""
    if await hotline.db.fetch(TALK, contact_id=contact_id):
        return
    write_set = caller_alone(contact_id, hotline.clock.now_ms())
    write_set.claim = f"alone:{form['ConferenceSid']}:{form.get('CallSid', '')}"
    await hotline.db.commit(write_set)


def caller_alone(contact_id: str, at_ms: int) -> WriteSet:
    """Tell the leader of a caller in a conference to which nobody comes."""
    write_set = WriteSet(rings=["inbox"])
    write_set.insert(InboxRow, id=new_id(at_ms), kind="caller_alone", at=at_ms, body={"contact_id": contact_id})
    return write_set
