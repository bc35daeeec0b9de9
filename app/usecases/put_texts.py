"""Texts to people become a message of the contact and a request to the carrier, in the same commit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Message, OutboxRow, TextStop
from app.db.write_set import WriteSet
from app.domain.customers.dialling import is_dear
from app.domain.orders.written import Text
from app.observe.clock import new_id

NOTICES = frozenset({"estimate", "restoration", "survey"})
"""Kinds that a number may have unsubscribed from; what it asked for itself still goes out."""


MOST_IN_A_DAY = 50
DAY_MS = 86_400_000
"""Nobody needs more texts from a hotline; whoever pumps a number through ever new orders does."""


async def put_texts(
    session: AsyncSession, write: WriteSet, texts: Sequence[Text], at: int, contact_id: str | None = None
) -> list[str]:
    """Queue these texts; returns the messages' ids. Left out are those that their reader has unsubscribed from, those
    to numbers at a special price, and those beyond `MOST_IN_A_DAY` for one number.

    A text that belongs to no contact is filed under its order's number.
    """
    notices = {text.to for text in texts if text.kind in NOTICES}
    stopped: set[str] = set()
    if notices:
        stopped = set((await session.exec(select(TextStop.phone).where(col(TextStop.phone).in_(notices)))).all())
    wanted = [text for text in texts if text.kind not in NOTICES or text.to not in stopped]
    full = {to for to in {text.to for text in wanted} if is_dear(to) or await _sent_today(session, to, at)}
    return [_put(write, text, at, contact_id or text.order_no or "") for text in wanted if text.to not in full]


async def _sent_today(session: AsyncSession, to: str, at: int) -> bool:
    """Whether this number has had all the texts that it gets in 24 hours."""
    query = select(func.count()).where(
        col(Message.peer) == to, col(Message.at) > at - DAY_MS, col(Message.direction) == "outbound"
    )
    return (await session.exec(query)).one() >= MOST_IN_A_DAY


def _put(write: WriteSet, text: Text, at: int, contact_id: str) -> str:
    message_id = new_id(at)
    write.insert(
        Message,
        message_id=message_id,
        contact_id=contact_id,
        channel="sms",
        direction="outbound",
        peer=text.to,
        from_kind="hotline",
        text=text.text,
        status="pending",
        at=at,
    )
    body = {"to": text.to, "text": text.text, "message_id": message_id, "kind": text.kind, "order_no": text.order_no}
    write.insert(OutboxRow, id=message_id, kind="sms", contact_id=contact_id, body=body, next_at=at, at=at)
    write.rings.append("outbox")
    return message_id
