"""The fate of a message of ours, as the carrier tells it, in whatever order."""

from __future__ import annotations

from collections.abc import Mapping

from app.db.tables import Message, OutboxRow
from app.db.write_set import WriteSet
from app.usecases.hotline import Hotline

BEFORE = {
    "sent": ("pending",),
    "delivered": ("pending", "sent"),
    "undelivered": ("pending", "sent"),
    "failed": ("pending", "sent"),
}


async def message_status(hotline: Hotline, form: Mapping[str, str], attempt: str | None) -> None:
    """A later word replaces an earlier one; an end is never left. `attempt` is the message's own id."""
    status = form.get("MessageStatus", "")
    if attempt is None or status not in BEFORE:
        return
    sid = form["MessageSid"]
    write_set = WriteSet(claim=f"sms-status:{sid}:{status}")
    write_set.change(OutboxRow, {"id": attempt, "sid": None}, None, sid=sid)
    write_set.change(Message, {"message_id": attempt}, None, message_sid=sid)
    for before in BEFORE[status]:
        key = {"message_id": attempt, "status": before}
        write_set.change(Message, key, None, status=status, error_code=form.get("ErrorCode"))
    await hotline.db.commit(write_set)
