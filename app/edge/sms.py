"""Message webhooks."""

from __future__ import annotations

from app.db.write_set import Reply
from app.edge.webhook import SMS, Arrived, webhook
from app.usecases.message_status import message_status
from app.usecases.take_sms import take_sms


async def _sms(came: Arrived) -> Reply | None:
    return await take_sms(came.hotline, came.form)


async def _status(came: Arrived) -> Reply | None:
    await message_status(came.hotline, came.form, came.query.get("attempt"))
    return None


ROUTES = [
    webhook("/twilio/sms", _sms, needs=SMS, sid="MessageSid", again=False),
    webhook("/twilio/sms/status", _status, needs=("AccountSid", "MessageStatus"), sid="MessageSid", again=False),
]
