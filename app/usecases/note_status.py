"""Call status callbacks: only an end matters, and it matters once."""

from __future__ import annotations

from collections.abc import Mapping

from app.db.tables import InboxRow, OutboxRow
from app.db.write_set import WriteSet
from app.observe.clock import new_id
from app.usecases.call_state import call_state
from app.usecases.end_call import call_ended
from app.usecases.hotline import Hotline
from app.usecases.leg_status import OVER


async def call_status(hotline: Hotline, form: Mapping[str, str], attempt: str | None, task_id: str | None) -> None:
    """`attempt` names the outbox row of a call that we made: whichever comes first, answer or callback, writes its
    sid. A call of ours that nobody answered is told to the leader."""
    status, call_sid = form["CallStatus"], form["CallSid"]
    if status in OVER and await call_state(hotline.db, call_sid) is not None:
        await call_ended(hotline, call_sid, f"status:{status}")
        return
    if attempt is None:
        return
    at_ms = hotline.clock.now_ms()
    write_set = WriteSet(claim=f"status:{call_sid}:{status}")
    write_set.change(OutboxRow, {"id": attempt, "sid": None}, None, sid=call_sid)
    if status in OVER and task_id:
        body = {"task_id": task_id, "reason": status}
        write_set.insert(InboxRow, id=new_id(at_ms), kind="customer_unanswered", at=at_ms, body=body)
        write_set.rings.append("inbox")
    await hotline.db.commit(write_set)
