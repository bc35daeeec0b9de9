"""The work order that an agent opens with the wrap-up of a contact."""

from __future__ import annotations

import json

from agents.commands import Command
from app.domain.orders.kinds import OrderType
from app.domain.staff.permissions import Verb
from app.usecases.console_desk import Desk
from app.usecases.open_order import NewOrder, open_order
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.resume_session import Session
from app.usecases.write_once import Once


async def order_of_wrap_up(desk: Desk, session: Session, command: Command, claim: str) -> str:
    """Open the order, once for each command; its number. Raises `Refused`: then nothing is wrapped up."""
    viewer, asked = session.viewer, dict(command.fields["order"])
    if not viewer.may(Verb.ORDERS_OPEN):
        raise Refused(RefusedBecause.FORBIDDEN, "forbidden", f"your role lacks {Verb.ORDERS_OPEN}")
    contact_id = command.fields["contact_id"]
    new = NewOrder(type=OrderType(asked.pop("type")), contact_id=contact_id, **asked)
    once = Once(viewer.agent_no, claim, json.dumps(command.fields["order"], sort_keys=True))
    reply = await open_order(desk.db, desk.clock, desk.tools, viewer, new, once)
    return str(json.loads(reply.body)["order_no"])
