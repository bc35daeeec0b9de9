"""On site: the crew says when it expects to be there, or to be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agents.commands import Command
from app.db.write_set import Reply, WriteSet
from app.domain.orders.estimating import estimate
from app.domain.orders.reads import order_file
from app.usecases.carry_out import accepted, carry_out
from app.usecases.console_desk import JSON, OK, Desk
from app.usecases.refusals import not_found
from app.usecases.resume_session import Session
from app.usecases.services.asking import rules_now


async def estimate_order(desk: Desk, session: Session, command: Command, claim: str) -> WriteSet:
    """The time of arrival or of restoration, by the order's own crew."""
    fields, viewer, at = command.fields, session.viewer, desk.clock.now_ms()
    expected_at = int(datetime.fromisoformat(fields["at"]).timestamp() * 1000)
    async with desk.db.session() as reading:
        file = await order_file(reading, fields["order_no"])
        if file is None or file.order.crew_no != viewer.agent_no:
            raise not_found("order")
        order, rules = file.order, await rules_now(reading, desk.tools)
        noted = accepted(estimate(file, fields["of"], expected_at, rules, at))
        about: dict[str, Any] = {
            "order_no": order.order_no,
            "contact_id": order.contact_id,
            "customer_no": order.customer_no,
        }
        write_set = await carry_out(reading, desk.tools, viewer, at, noted, **about)
    write_set.claim, write_set.reply = claim, Reply(OK, media_type=JSON)
    write_set.rings.append(f"agent:{viewer.agent_no}")
    return write_set
