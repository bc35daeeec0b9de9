"""Being called back: which numbers, keeping the place, coming back before we call."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Callback, InboxRow, TaskRow
from app.db.write_set import WriteSet
from app.domain.customers.dialling import is_allowed, is_callable
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
    """`callback.book`: in line, a task that follows keeps the place; where one was promised on leaving the line, its
    number changes; else a new one. One for each number: danger takes the place of an ordinary one."""
    phone = e164(ask.text("phone"))
    if phone is None or not is_callable(phone, ask.caller, _dialled(ask), ask.tools.countries):
        return Answer("refused")
    write = WriteSet()
    there = await open_callback(ask.session, phone, ask.now)
    task_id = ask.talk.contact.get("task_id") if ask.talk.line else None
    promised = None if task_id is not None else await _promised(ask)
    overtakes = there is not None and ask.text("queue") == EMERGENCY != there.queue
    stays = there is not None and (there.contact_id == ask.talk.contact_id or (task_id is None and promised is None))
    if there is not None and stays and not overtakes:
        return Answer("booked", entry={"callback_id": there.callback_id})
    if there is not None:
        older = await _task(ask.session, there)
        _end(write, there, "replaced", ask.now)
        if older is not None:
            put_event(write, TaskCanceled(ask.now, older.task_id, "replaced"))
    if promised is not None and promised is not there:
        return _to_another(ask, write, promised, phone)
    return _booked(ask, write, phone, task_id)


def _booked(ask: Ask, write: WriteSet, phone: str, task_id: str | None) -> Answer:
    """A promise of its own. Who has left the line without one keeps the place too."""
    at, queue = ask.now, ask.text("queue")
    contact = _promise(ask, phone)
    if task_id is not None:
        queue = str(ask.talk.contact.get("queue") or queue)  # another than the tree's for who was handed on
        asked = {"contact_id": ask.talk.contact_id, "queue": queue, "phone": phone, "lang": ask.talk.lang}
        write.insert(InboxRow, id=new_id(at), kind="callback_requested", at=at, body=asked)
        write.rings.append("inbox")
    else:
        task_id = new_id(at)
        queued = TaskQueued(
            at, task_id, ask.talk.contact_id, queue, kind=Kind.CALLBACK, caller=phone,
            prefer=(ask.talk.lang,), queued_at=ask.talk.contact.get("queued_at"),
        )  # fmt: skip
        put_event(write, queued)
        contact["task_id"] = task_id
    callback_id = new_id(at)
    write.insert(
        Callback,
        callback_id=callback_id,
        phone=phone,
        contact_id=ask.talk.contact_id,
        task_id=task_id,
        queue=queue,
        reason=ask.text("reason"),
        at=at,
    )
    entry = {"callback_id": callback_id, "task_id": task_id, "queue": queue}
    return Answer("booked", write_set=write, contact=contact, entry=entry, private={"phone": phone})


def _to_another(ask: Ask, write: WriteSet, promised: Callback, phone: str) -> Answer:
    """The same promise, to another number."""
    write.change(Callback, {"callback_id": promised.callback_id}, promised.version, phone=phone)
    entry = {"callback_id": promised.callback_id, "task_id": promised.task_id, "queue": promised.queue}
    contact = _promise(ask, phone)
    return Answer("booked", write_set=write, contact=contact, entry=entry, private={"phone": phone})


def _promise(ask: Ask, phone: str) -> dict[str, object]:
    return {"outcome": "callback_booked", "learned": {**ask.learned, "callback_phone": phone}}


async def _promised(ask: Ask) -> Callback | None:
    """The call back that stands for this contact since the line let the caller go; danger asks for one of its own."""
    there = await promised_to(ask.session, ask.talk.contact_id)
    if there is None or (ask.text("queue") == EMERGENCY != there.queue):
        return None
    return there if ask.now - there.at <= YOUNG_MS or await _task(ask.session, there) is not None else None


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


async def promised_to(session: AsyncSession, contact_id: str) -> Callback | None:
    """The newest call back that this contact still waits for."""
    query = select(Callback).where(Callback.contact_id == contact_id, col(Callback.state).in_(("booked", "calling")))
    return (await session.exec(query.order_by(col(Callback.at).desc()).limit(1))).first()


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


def _dialled(ask: Ask) -> str | None:
    """The number of ours that this caller dialled."""
    return e164(str(ask.talk.contact.get("to_number") or ""))
