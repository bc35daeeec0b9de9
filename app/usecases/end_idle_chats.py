"""Conversations on the web that nobody goes on with."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.rows import RowQuery
from app.db.tables import Contact
from app.db.write_set import table_of
from app.usecases.advance_chat import end_chat, follow_line
from app.usecases.hotline import Hotline
from app.usecases.refusals import Refused

_contacts = table_of(Contact)
OVERDUE = RowQuery(
    select(_contacts.c.contact_id)
    .where(
        _contacts.c.deadline_at <= bindparam("now"),
        _contacts.c.channel == "chat",
        _contacts.c.hung_up_at.is_(None),
        _contacts.c.state.in_(("self_service", "waiting")),
    )
    .limit(50)
)


async def end_idle_chats(hotline: Hotline) -> int:
    """End chats whose customer has been silent too long; how many. Whoever is with an agent is the agent's."""
    rows = await OVERDUE.all(hotline.db, now=hotline.clock.now_ms())
    for row in rows:
        try:
            await follow_line(hotline, row["contact_id"])
            await end_chat(hotline, row["contact_id"], "idle")
        except Refused:
            continue
    return len(rows)
