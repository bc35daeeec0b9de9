"""Is it theirs? Another's offer, contact or order does not exist for an agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel import select as select_rows

from agents.commands import Command
from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import Contact, Staff, TaskRow, WorkOrder
from app.db.write_set import table_of
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.agreed_calls import left_to_call
from app.usecases.console_rows import OFFER
from app.usecases.console_shapes import ORDER_PREFIX
from app.usecases.refusals import Refused, RefusedBecause, not_found
from app.usecases.restrictions import IN_HAND, contact_open_to, hidden_orders

Row = Mapping[str, Any]

_tasks, _contacts, _orders, _staff = table_of(TaskRow), table_of(Contact), table_of(WorkOrder), table_of(Staff)
_task = select(*(_tasks.c[name] for name in ("task_id", "agent_no", "state", "mode", "order_no")))
TASKS_OF = RowQuery(_task.where(_tasks.c.contact_id == bindparam("contact_id")))
TASKS_ON = RowQuery(_task.where(_tasks.c.order_no == bindparam("order_no")))
CONTACT = RowQuery(select(*_contacts.c).where(_contacts.c.contact_id == bindparam("contact_id")))
ORDER = RowQuery(
    select(*(_orders.c[name] for name in ("order_no", "owner", "crew_no", "opened_by", "contact_id", "unit"))).where(
        _orders.c.order_no == bindparam("order_no"), _orders.c.confidential.is_(False)
    )
)
TASK_ORDER = RowQuery(_task.where(_tasks.c.task_id == bindparam("task_id")))
WAITING = RowQuery(
    select(_tasks.c.task_id, _tasks.c.state, _contacts.c.unit)
    .select_from(_tasks.outerjoin(_contacts, _contacts.c.contact_id == _tasks.c.contact_id))
    .where(_tasks.c.task_id == bindparam("task_id"))
)
PERSON = RowQuery(select(_staff.c.agent_no, _staff.c.unit).where(_staff.c.agent_no == bindparam("agent_no")))


async def owned(db: Database, viewer: Viewer, command: Command) -> Mapping[str, Any]:
    """What the leader should know besides the command's fields (`task_id`); raises `Refused` when it is not theirs."""
    fields = command.fields
    if command.name == "dial":
        await _may_dial(db, viewer, fields)
        return {}
    if "offer_id" in fields:
        offer = await OFFER.one(db, offer_id=fields["offer_id"])
        if offer is None or offer["agent_no"] != viewer.agent_no:
            raise not_found("offer")
        return {"task_id": offer["task_id"]}
    if "contact_id" in fields:
        return {"task_id": (await in_hand(db, viewer, fields["contact_id"]))["task_id"]}
    if command.name in ("move", "prioritise"):
        await _leads_task(db, viewer, fields["task_id"])
    if command.name == "force_state":
        person = await PERSON.one(db, agent_no=fields["agent_no"])
        if person is None or not viewer.leads(person["unit"]):
            raise not_found("agent")
    return {}


async def in_hand(db: Database, viewer: Viewer, contact_id: str) -> Row:
    """This person's own task of the contact (or of `order:NUMBER`): connecting, talking or wrapping."""
    if contact_id.startswith(ORDER_PREFIX):
        tasks = await TASKS_ON.all(db, order_no=contact_id.removeprefix(ORDER_PREFIX))
    else:
        tasks = await TASKS_OF.all(db, contact_id=contact_id)
    for task in tasks:
        if task["agent_no"] == viewer.agent_no and task["state"] in IN_HAND:
            return task
    raise not_found("contact")


async def _leads_task(db: Database, viewer: Viewer, task_id: str) -> None:
    task = await WAITING.one(db, task_id=task_id)
    if task is None or (task["unit"] is not None and not viewer.leads(task["unit"])):
        raise not_found("task")
    if task["state"] not in ("waiting", "offered"):
        raise Refused(RefusedBecause.CONFLICT, "not_waiting", f"the task is {task['state']}")


async def _may_dial(db: Database, viewer: Viewer, fields: Mapping[str, Any]) -> None:
    await _not_hidden(db, viewer, fields)
    if "order_no" in fields:
        order = await ORDER.one(db, order_no=fields["order_no"])
        if order is None or not await _their_order(db, viewer, order):
            raise not_found("order")
    if "contact_id" in fields:
        contact = await CONTACT.one(db, contact_id=fields["contact_id"])
        own = contact is not None and contact["agent_no"] == viewer.agent_no
        if not own and not await _falls_to_them(db, viewer, fields["contact_id"]):
            await in_hand(db, viewer, fields["contact_id"])


async def _falls_to_them(db: Database, viewer: Viewer, contact_id: str) -> bool:
    async with db.session() as session:
        left = select_rows(Contact.contact_id).where(col(Contact.contact_id) == contact_id, left_to_call(viewer))
        return (await session.exec(left)).first() is not None


async def _not_hidden(db: Database, viewer: Viewer, fields: Mapping[str, Any]) -> None:
    """Rules 26 and 27 come first: whom a complaint names does not reach its caller by dialling."""
    async with db.session() as session:
        if "order_no" in fields:
            hidden = select_rows(WorkOrder.order_no).where(
                col(WorkOrder.order_no) == fields["order_no"], hidden_orders(viewer)
            )
            if (await session.exec(hidden)).first() is not None:
                raise not_found("order")
        if "contact_id" in fields:
            shut = select_rows(Contact.contact_id).where(
                col(Contact.contact_id) == fields["contact_id"], ~contact_open_to(viewer)
            )
            if (await session.exec(shut)).first() is not None:
                raise not_found("contact")


async def _their_order(db: Database, viewer: Viewer, order: Row) -> bool:
    if viewer.agent_no in (order["owner"], order["crew_no"], order["opened_by"]):
        return True
    if viewer.may(Verb.LEAD_SHIFT) and (order["unit"] is None or viewer.leads(order["unit"])):
        return True
    if order["contact_id"] is None:
        return False
    contact = await CONTACT.one(db, contact_id=order["contact_id"])
    return contact is not None and contact["agent_no"] == viewer.agent_no
