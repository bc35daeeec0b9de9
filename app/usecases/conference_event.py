"""What the carrier tells of a conference: who came, who left. The leader decides what it means."""

from __future__ import annotations

from collections.abc import Mapping

from app.db.tables import InboxRow, Leg
from app.db.write_set import WriteSet
from app.observe.clock import new_id
from app.usecases.hotline import Hotline

LABELS = ("agent-", "phone-")
"""Legs of agents: those that an accept asked for, and a phone on which an offer was taken."""
HEARD = ("participant-join", "participant-leave")


async def conference_event(hotline: Hotline, form: Mapping[str, str]) -> None:
    """Put one event before the leader, once for each (ConferenceSid, SequenceNumber)."""
    event, label = form.get("StatusCallbackEvent", ""), form.get("ParticipantLabel", "")
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
