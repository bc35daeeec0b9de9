"""Being called back: which numbers, keeping the place, coming back before we call."""

from __future__ import annotations

import phonenumbers
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Callback, InboxRow, TaskRow
from app.db.write_set import WriteSet
from app.domain.customers.dialling import is_allowed
from app.domain.customers.rules import e164
from app.observe.clock import new_id
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask
from app.usecases.turn_effects import put_event
from ivr_flows.graph import EMERGENCY
from routing.events import TaskCanceled, TaskQueued
from routing.types import Kind

YOUNG_MS = 60_000
"""So long a booked callback may be without a task: the leader has not taken it in yet."""


async def check(ask: Ask) -> Answer:
    """`callback.check`."""
    number = e164(ask.text("number"))
    if number is None or number == _dialled(ask) or not is_allowed(number, ask.tools.countries):
        return Answer("refused")
    return Answer("allowed", {"callback_phone": number})


async def book(ask: Ask) -> Answer:
    """`callback.book`: in line, a task that follows keeps the place; else a new one. One for each number: danger takes
    the place of an ordinary one."""
    phone = e164(ask.text("phone"))
    if phone is None or not is_callable(ask, phone):
        return Answer("refused")
    write = WriteSet()
    there = await open_callback(ask.session, phone, ask.now)
    task_id = ask.talk.contact.get("task_id") if ask.talk.line else None
    overtakes = there is not None and ask.text("queue") == EMERGENCY != there.queue
    if there is not None and there.contact_id == ask.talk.contact_id and not overtakes:
        return Answer("booked", entry={"callback_id": there.callback_id})
    if there is not None:
        older = await _task(ask.session, there)
        if task_id is None and not overtakes:
            return Answer("booked", entry={"callback_id": there.callback_id})
        _end(write, there, "replaced", ask.now)
        if older is not None:
            put_event(write, TaskCanceled(ask.now, older.task_id, "replaced"))
    queue = ask.text("queue")
    contact: dict[str, object] = {"outcome": "callback_booked", "learned": {**ask.learned, "callback_phone": phone}}
    if task_id is not None:
        queue = str(ask.talk.contact.get("queue") or queue)  # another than the tree's for who was handed on
        asked = {"contact_id": ask.talk.contact_id, "queue": queue, "phone": phone, "lang": ask.talk.lang}
        write.insert(InboxRow, id=new_id(ask.now), kind="callback_requested", at=ask.now, body=asked)
        write.rings.append("inbox")
    else:
        task_id = new_id(ask.now)
        queued = TaskQueued(
            ask.now, task_id, ask.talk.contact_id, queue, kind=Kind.CALLBACK, caller=phone,
            prefer=(ask.talk.lang,),
        )  # fmt: skip
        put_event(write, queued)
        contact["task_id"] = task_id
    callback_id = new_id(ask.now)
    write.insert(
        Callback,
        callback_id=callback_id,
        phone=phone,
        contact_id=ask.talk.contact_id,
        task_id=task_id,
        queue=queue,
        reason=ask.text("reason"),
        at=ask.now,
    )
    entry = {"callback_id": callback_id, "task_id": task_id, "queue": queue}
    return Answer("booked", write_set=write, contact=contact, entry=entry, private={"phone": phone})


async def reclaim(ask: Ask) -> Answer:
    """`callback.reclaim`: the next line that the caller enters takes the open task over, with its place."""
    there = await open_callback(ask.session, ask.text("phone"), ask.now)
    task = await _task(ask.session, there) if there else None
    if there is None or task is None:
        return Answer("none")
    write = WriteSet()
    _end(write, there, "reclaimed", ask.now)
    learned = {**ask.learned, "resumes": task.task_id}
    return Answer("reclaimed", write_set=write, contact={"learned": learned}, entry={"task_id": task.task_id})


async def open_callback(session: AsyncSession, phone: str, now_ms: int) -> Callback | None:
    """The callback that this number still waits for. One whose task has ended elsewhere is none."""
    query = select(Callback).where(Callback.phone == phone, col(Callback.state).in_(("booked", "calling")))
    there = (await session.exec(query.order_by(col(Callback.at).desc()).limit(1))).first()
    if there is None or (now_ms - there.at > YOUNG_MS and await _task(session, there) is None):
        return None
    return there


async def _task(session: AsyncSession, callback: Callback) -> TaskRow | None:
    query = select(TaskRow).where(TaskRow.contact_id == callback.contact_id, col(TaskRow.ended_at).is_(None))
    return (await session.exec(query.order_by(col(TaskRow.queued_at).desc()).limit(1))).first()


def _end(write: WriteSet, callback: Callback, state: str, at: int) -> None:
    write.change(Callback, {"callback_id": callback.callback_id}, callback.version, state=state, ended_at=at)


def is_callable(ask: Ask, number: str) -> bool:
    """Whether this conversation may have that number called. A caller id can be made up, so one's own is no exception:
    it may be of the country whose number was dialled too, but never at a special price, and never our own."""
    dialled = _dialled(ask)
    if number == dialled:
        return False
    countries = ask.tools.countries
    if number == ask.caller and dialled:
        countries |= {_country(dialled)}
    return is_allowed(number, countries)


def _dialled(ask: Ask) -> str | None:
    """The number of ours that this caller dialled."""
    return e164(str(ask.talk.contact.get("to_number") or ""))


def _country(number: str) -> int:
    return phonenumbers.parse(number, None).country_code or 0
