"""What happens on an order is written into the chat in which it was reported, as long as that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.record import record
from app.db.tables import Contact, Message
from app.db.write_set import WriteSet
from app.domain.orders.written import Notice
from app.journal.entry import chat_told
from app.observe.clock import new_id
from app.usecases.chat_turn import WITH_AGENT, message_row


async def put_notices(session: AsyncSession, write: WriteSet, notices: Sequence[Notice], at: int) -> None:
    """Add a line of the hotline's and its journal row for each notice whose chat is open."""
    for notice in notices:
        chat = await open_chat_of(session, notice.contact_id)
        if chat is None:
            continue
        row = message_row(new_id(at), chat.contact_id, "hotline", notice.text, at)
        write.insert(Message, **row, choices=await _asked(session, chat))
        about = {"contact_id": chat.contact_id, "order_no": notice.order_no, "customer_no": chat.customer_no}
        record(write, chat_told(notice.kind, row["message_id"], notice.text, **about), at)
        write.rings.append(f"contact:{chat.contact_id}")
        if chat.agent_no:
            write.rings.append(f"agent:{chat.agent_no}")


async def open_chat_of(session: AsyncSession, contact_id: str) -> Contact | None:
    """The chat with this id whose customer can still read; None where there is none."""
    chat = await session.get(Contact, contact_id, populate_existing=True)
    over = chat is None or chat.channel != "chat" or chat.hung_up_at is not None or chat.state == "ended"
    return None if over else chat


async def _asked(session: AsyncSession, chat: Contact) -> list[dict[str, Any]] | None:
    """The buttons of a question that still waits for its answer: they stand under the newest line."""
    if chat.state in WITH_AGENT:
        return None
    newest = select(Message.from_kind, Message.choices).where(Message.contact_id == chat.contact_id)
    newest = newest.order_by(col(Message.at).desc(), col(Message.message_id).desc()).limit(1)
    found = (await session.exec(newest)).first()
    if found is None or found[0] != "hotline" or found[1] is None:
        return None
    return list(found[1])
