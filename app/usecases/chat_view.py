"""What a customer's chat window shows, read from the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import Contact, Message, Staff, TaskRow
from app.db.write_set import table_of
from app.usecases.line_view import BEING_CALLED
from app.usecases.shapes.base import iso

WAITING = ("waiting", "offered", "connecting")
TALKING = ("talking", "held")
UNTOLD: Mapping[str, None] = {"ahead": None, "estimate": None}
"""In danger no place and no wait is told: the figures are those of the ordinary line."""

_contacts, _messages, _staff, _tasks = table_of(Contact), table_of(Message), table_of(Staff), table_of(TaskRow)
CONTACT = RowQuery(
    select(
        *(
            _contacts.c[name]
            for name in ("contact_id", "state", "agent_no", "outcome", "hung_up_at", "task_id", "learned")
        ),
        _staff.c.name,
    )
    .select_from(_contacts.outerjoin(_staff, _staff.c.agent_no == _contacts.c.agent_no))
    .where(_contacts.c.contact_id == bindparam("contact_id"), _contacts.c.channel == "chat")
)
MESSAGES = RowQuery(
    select(*_messages.c, _staff.c.name.label("agent_name"))
    .select_from(_messages.outerjoin(_staff, _staff.c.agent_no == _messages.c.agent_no))
    .where(_messages.c.contact_id == bindparam("contact_id"), _messages.c.channel == "chat")
    .order_by(_messages.c.at, _messages.c.message_id)
)
LINE = RowQuery(
    select(_tasks.c.ahead, _tasks.c.estimate_low_s, _tasks.c.estimate_high_s, _tasks.c.state).where(
        _tasks.c.task_id == bindparam("task_id")
    )
)


@dataclass(frozen=True, slots=True)
class ChatView:
    """The window. `waiting` while in line, `agent` while one is there, `ended` with its reason when it is over."""

    messages: tuple[dict[str, Any], ...]
    task_id: str | None
    waiting: Mapping[str, Any] | None
    agent: dict[str, Any] | None
    ended: str | None


async def chat_view(db: Database, contact_id: str) -> ChatView | None:
    """The window of this conversation; None when there is no such chat."""
    contact = await CONTACT.one(db, contact_id=contact_id)
    if contact is None:
        return None
    messages = tuple(_message(row) for row in await MESSAGES.all(db, contact_id=contact_id))
    ended = contact["hung_up_at"] is not None or contact["state"] == "ended"
    waiting: Mapping[str, Any] | None = None
    agent = None
    if not ended and contact["state"] in WAITING and contact["task_id"]:
        danger = "emergency_no" in (contact["learned"] or {})
        waiting = UNTOLD if danger else await _line(db, contact["task_id"])
    elif not ended and contact["state"] in TALKING and contact["agent_no"]:
        agent = {"agent_no": contact["agent_no"], "name": contact["name"]}
    return ChatView(messages, contact["task_id"], waiting, agent, (contact["outcome"] or "ended") if ended else None)


async def _line(db: Database, task_id: str) -> dict[str, Any]:
    row = await LINE.one(db, task_id=task_id) or {}
    low_s, high_s = row.get("estimate_low_s"), row.get("estimate_high_s")
    unknown = low_s is None or high_s is None or row.get("state") in BEING_CALLED
    estimate = None if unknown else {"low_s": low_s, "high_s": high_s}
    return {"ahead": row.get("ahead"), "estimate": estimate}


def _message(row: dict[str, Any]) -> dict[str, Any]:
    message = {"message_id": row["message_id"], "from": row["from_kind"], "text": row["text"], "at": iso(row["at"])}
    if row["agent_name"]:
        message["name"] = row["agent_name"]
    return {**message, "choices": row["choices"]} if row["choices"] else message
