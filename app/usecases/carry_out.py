"""A change of an order or outage becomes one unit: its rows, work for others, warnings, texts, one journal row."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.record import record
from app.db.write_set import WriteSet
from app.domain.orders.transitions import Refused as OrderRefused
from app.domain.orders.written import Actor, Written
from app.domain.staff.permissions import Viewer
from app.domain.warnings.writes import raise_all
from app.journal.entry import Entry
from app.usecases.actors import actor_kind
from app.usecases.put_notices import put_notices
from app.usecases.put_texts import put_texts
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.services.asking import Tools, put_tasks


def acting(viewer: Viewer) -> Actor:
    """The viewer as the one who does it."""
    return Actor(actor_kind(viewer), viewer.agent_no)


def accepted(outcome: Written | OrderRefused) -> Written:
    """The change, or `Refused` with the domain's own code."""
    if isinstance(outcome, OrderRefused):
        because = RefusedBecause.INVALID if outcome.code in INVALID else RefusedBecause.CONFLICT
        raise Refused(because, outcome.code, outcome.message)
    return outcome


INVALID = frozenset({"unknown_state", "unknown_kind", "no_area", "wrong_time", "reason_missing"})


async def carry_out(
    session: AsyncSession,
    tools: Tools,
    viewer: Viewer,
    at: int,
    *parts: Written,
    kind: str = "order",
    order_no: str | None = None,
    contact_id: str | None = None,
    customer_no: str | None = None,
) -> WriteSet:
    """One write-set of all `parts`, journaled once under the last one's name."""
    write_set = WriteSet()
    facts: list[dict[str, object]] = []
    private: dict[str, object] = {}
    for part in parts:
        write_set.extend(part.write)
        put_tasks(write_set, part.asks, at)
        write_set.extend(await raise_all(session, part.warnings, at, tools.warnings))
        facts.append({"kind": kind, "text": part.kind, "subject": part.order_no, **part.body})
        private |= part.private
    *before, last = facts
    del last["kind"]
    entry = Entry(
        kind,
        actor_kind(viewer),
        viewer.agent_no,
        contact_id=contact_id,
        order_no=order_no,
        agent_no=viewer.agent_no,
        customer_no=customer_no,
        body={**last, "parts": before} if before else last,
        private=private,
    )
    record(write_set, entry, at)
    await put_notices(session, write_set, [notice for part in parts for notice in part.notices], at)
    await put_texts(session, write_set, [text for part in parts for text in part.texts], at, contact_id)
    return write_set
