"""The progress of a leg that we rang: an agent's phone that is not picked up frees the caller to wait on."""

from __future__ import annotations

from collections.abc import Mapping

from app.db.tables import InboxRow, Leg
from app.db.write_set import WriteSet
from app.observe.clock import new_id
from app.usecases.hotline import Hotline

OVER = ("completed", "busy", "failed", "no-answer", "canceled")


async def leg_status(hotline: Hotline, form: Mapping[str, str], offer_id: str) -> None:
    """Ends the leg and tells the leader, once. Without an offer nothing hangs on it: the screen is offered it too."""
    status, call_sid = form["CallStatus"], form["CallSid"]
    if status not in OVER:
        return
    at_ms = hotline.clock.now_ms()
    write_set = WriteSet(claim=f"leg:{call_sid}:{status}")
    write_set.change(Leg, {"call_sid": call_sid}, None, state="left", ended_at=at_ms)
    if offer_id:
        body = {"offer_id": offer_id, "reason": status}
        write_set.insert(InboxRow, id=new_id(at_ms), kind="leg_failed", at=at_ms, body=body)
        write_set.rings.append("inbox")
    await hotline.db.commit(write_set)
