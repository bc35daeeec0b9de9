"""A colleague has taken a chat over: the customer reads who is with them now."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.record import record
from app.db.rows import RowQuery
from app.db.tables import Message, Staff
from app.db.write_set import Reply, WriteSet, table_of
from app.journal.entry import chat_told
from app.observe.clock import new_id
from app.usecases.call_state import CallState, stored_reply
from app.usecases.chat_turn import DONE, JSON, message_row
from app.usecases.hotline import Hotline

_staff = table_of(Staff)
NAME = RowQuery(select(_staff.c.name).where(_staff.c.agent_no == bindparam("agent_no")))
NOW_WITH = ("{name}现在为您服务。", "{name} is with you now.")
"""In Chinese, and in English for every other language."""


async def tell_taken_over(hotline: Hotline, state: CallState, task_id: str, agent_no: str) -> None:
    """One line of the hotline's for each task in which the chat was handed on, however often this is asked."""
    claim = f"chat:{state.contact_id}:taken:{task_id}"
    person = await NAME.one(hotline.db, agent_no=agent_no)
    if person is None or await stored_reply(hotline.db, claim) is not None:
        return
    at_ms = hotline.clock.now_ms()
    text = NOW_WITH[not state.session.lang.startswith("zh")].format(name=person["name"])
    write_set = WriteSet(claim=claim, reply=Reply(DONE, media_type=JSON))
    row = message_row(new_id(at_ms), state.contact_id, "hotline", text, at_ms)
    write_set.insert(Message, **row)
    about = {"contact_id": state.contact_id, "customer_no": state.contact["customer_no"]}
    record(write_set, chat_told("taken_over", row["message_id"], text, **about), at_ms)
    write_set.rings += [f"contact:{state.contact_id}", f"agent:{agent_no}"]
    await hotline.db.commit(write_set)
