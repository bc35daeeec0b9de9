"""Texts to people become a message of the contact and a request to the carrier, in the same commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.record import record
from app.db.tables import Message, OutboxRow, TextStop, WorkOrder
from app.db.write_set import Insert, WriteSet
from app.domain.customers.dialling import is_dear
from app.domain.orders.written import Text
from app.journal.entry import text_sent
from app.observe.clock import new_id

Whose = tuple[str | None, str | None]
NOTICES = frozenset({"estimate", "restoration", "survey"})
"""Kinds that a number may have unsubscribed from; what it asked for itself still goes out."""


MOST_IN_A_DAY = 50
DAY_MS = 86_400_000
"""Nobody needs more texts from a hotline; whoever pumps a number through ever new orders does."""


async def put_texts(
    session: AsyncSession,
    write: WriteSet,
    texts: Sequence[Text],
    at: int,
    contact_id: str | None = None,
    *,
    journaled: bool = True,
) -> list[str]:
    """Queue these texts; returns the messages' ids. Left out are those that their reader has unsubscribed from, those
    to numbers at a special price, and those beyond `MOST_IN_A_DAY` for one number.

    A text that belongs to no contact is filed under its order's number. Each gets a journal row in the stories of its
    order, of the contact in which that was reported and of the customer, unless the one who asks tells of it
    (`journaled`).
    """
    notices = {text.to for text in texts if text.kind in NOTICES}
    stopped: set[str] = set()
    if notices:
        stopped = set((await session.exec(select(TextStop.phone).where(col(TextStop.phone).in_(notices)))).all())
    wanted = [text for text in texts if text.kind not in NOTICES or text.to not in stopped]
    full = {to for to in {text.to for text in wanted} if is_dear(to) or await _sent_today(session, to, at)}
    going = [text for text in wanted if text.to not in full]
    sent = [_put(write, text, at, contact_id or text.order_no or "") for text in going]
    if journaled and going:
        whose = await _whose(session, write, {text.order_no for text in going if text.order_no})
        for text, message_id in zip(going, sent, strict=True):
            reported_in, customer_no = whose.get(text.order_no, (None, None))
            about = {"contact_id": contact_id or reported_in, "order_no": text.order_no, "customer_no": customer_no}
            record(write, text_sent(text.kind, message_id, text.to, text.text, **about), at)
    return sent


async def _whose(session: AsyncSession, write: WriteSet, order_nos: set[str]) -> Mapping[str | None, Whose]:
    """The contacts and customers of orders, of those too that are opened with this write-set."""
    query = select(WorkOrder.order_no, WorkOrder.contact_id, WorkOrder.customer_no)
    there = (await session.exec(query.where(col(WorkOrder.order_no).in_(order_nos)))).all() if order_nos else ()
    found: dict[str | None, Whose] = {order_no: (contact, customer) for order_no, contact, customer in there}
    for op in write.ops:
        if isinstance(op, Insert) and op.table is WorkOrder:
            found[str(op.values["order_no"])] = (op.values.get("contact_id"), op.values.get("customer_no"))
    return found


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
