"""Calls of which nothing was heard for a while, and all when one begins to lead, agents' legs too, are compared with
the carrier: its word ends them. Texts and recordings that did not get through are fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import bindparam, or_, select
from sqlalchemy.exc import SQLAlchemyError

from app.carrier.port import Carrier, CarrierError
from app.db.hot import HotQuery
from app.db.tables import Contact, FlowSession, InboxRow, Leg, TaskRow
from app.db.write_set import Fence, WriteError, WriteSet, table_of
from app.observe.clock import new_id
from app.usecases.conference_event import caller_alone
from app.usecases.end_call import call_ended
from app.usecases.few_at_a_time import few_at_a_time
from app.usecases.hotline import Hotline
from app.usecases.reconcile_recordings import reconcile_recordings
from app.usecases.reconcile_texts import reconcile_texts
from ivr_flows.session import Session

LOOK_S = 20.0
BEGIN_S = 0.5
AGAIN_S = 2.0
"""After a first look that failed: calls may have ended while nobody listened, and agents are rung for them."""
OFTEN_AT_FIRST, SELDOM = 4, 15
"""Texts and recordings are lost when nobody answers: looked for at each of so many looks first, then at every 15th."""
SILENT_MS = 60_000
TALK_OVER = ("self_service", "wrapping")
"""What a contact shows when nobody talks to its caller; one who stands in line is `parked` or `waiting`."""
ONE_BY_ONE = 40
"""More calls than these are first compared with the list of those that go on: most need no question of their own."""
OVER = ("completed", "busy", "failed", "no-answer", "canceled")

_contacts, _flows = table_of(Contact), table_of(FlowSession)
SILENT = HotQuery(
    select(_flows.c.call_sid, _flows.c.contact_id, _flows.c.parked, _contacts.c.state)
    .select_from(_flows.join(_contacts, _contacts.c.contact_id == _flows.c.contact_id))
    .where(
        # Two ranges of the index: with != every call that there ever was would be read.
        or_(_contacts.c.state < "ended", _contacts.c.state > "ended"),
        _contacts.c.hung_up_at.is_(None),
        _flows.c.call_sid.is_not(None),
        _flows.c.at <= bindparam("until"),
    )
    .order_by(_flows.c.at)
)
TREE = HotQuery(select(_flows.c.body).where(_flows.c.contact_id == bindparam("contact_id")))
"""Read one by one: many may be silent, and the trees of few are asked about."""
_legs, _tasks = table_of(Leg), table_of(TaskRow)
LEGS = HotQuery(
    select(_legs.c.call_sid, _legs.c.offer_id)
    .select_from(_tasks.join(_legs, _legs.c.task_id == _tasks.c.task_id))
    .where(or_(_tasks.c.state == "connecting", _tasks.c.state == "talking"), _legs.c.state != "left")
)
"""Legs of agents who are with a caller, or about to be."""
log = structlog.get_logger(__name__)


async def keep_reconciling(hotline: Hotline, carrier: Carrier, leading: Callable[[], Fence | None]) -> None:
    """Look at once when this process begins to lead, then now and then, until cancelled; at first for all calls, and
    more often for texts and recordings."""
    term, looks, silent_ms = None, 0, 0
    while True:
        fence = leading()
        if fence != term:
            term, looks, silent_ms = fence, 0, 0
        if fence is not None:
            try:
                await reconcile_calls(hotline, carrier, silent_ms)
                if silent_ms == 0:
                    await reconcile_legs(hotline, carrier)
                silent_ms = SILENT_MS
                if looks < OFTEN_AT_FIRST or looks % SELDOM == 0:
                    await reconcile_texts(hotline, carrier)
                    await reconcile_recordings(hotline, carrier)
                looks += 1
            except (CarrierError, WriteError, SQLAlchemyError, OSError) as error:
                log.warning("not_reconciled", error=str(error))
        await asyncio.sleep(BEGIN_S if fence is None else LOOK_S if silent_ms else AGAIN_S)


async def reconcile_calls(hotline: Hotline, carrier: Carrier, silent_ms: int = SILENT_MS) -> int:
    """End the calls, silent for so long, that the carrier has ended or does not know; how many. Who still stands in a
    conference after the talk is let go on.

    With 0 one that it does not know is left for later: it may be too new to be found.
    """
    now_ms = hotline.clock.now_ms()
    rows = await hotline.db.fetch(SILENT, until=now_ms - silent_ms)
    go_on = await carrier.calls_in_progress() if len(rows) > ONE_BY_ONE else frozenset()
    doubtful = [call_sid for call_sid, *_ in rows if call_sid not in go_on]

    async def end_if_over(call_sid: str) -> bool:
        status = await carrier.call_status(call_sid)
        if status not in OVER and (status is not None or silent_ms == 0):
            return False
        await call_ended(hotline, call_sid, "reconciled")
        return True

    ended = await few_at_a_time(end_if_over, doubtful)
    over = {call_sid for call_sid, gone in zip(doubtful, ended, strict=True) if gone}
    for call_sid, contact_id, parked, shown in rows if silent_ms else ():
        if shown not in TALK_OVER or parked or call_sid in over:
            continue
        trees = await hotline.db.fetch(TREE, contact_id=contact_id)
        if trees and Session.decode(trees[0][0]).wait == "queue":
            await hotline.db.commit(caller_alone(contact_id, now_ms))
    return len(over)


async def reconcile_legs(hotline: Hotline, carrier: Carrier) -> int:
    """Tell the leader of the legs of agents that ended while nobody led; how many."""
    rows = await hotline.db.fetch(LEGS)
    go_on = await carrier.calls_in_progress() if len(rows) > ONE_BY_ONE else frozenset()
    doubtful = [(call_sid, offer_id) for call_sid, offer_id in rows if call_sid not in go_on]

    async def tell_if_over(leg: tuple[str, str]) -> bool:
        call_sid, offer_id = leg
        if await carrier.call_status(call_sid) not in OVER:
            return False
        at_ms, body = hotline.clock.now_ms(), {"call_sid": call_sid, "offer_id": offer_id}
        write_set = WriteSet(rings=["inbox"])
        write_set.insert(InboxRow, id=new_id(at_ms), kind="leg_over", at=at_ms, body=body)
        await hotline.db.commit(write_set)
        return True

    return sum(await few_at_a_time(tell_if_over, doubtful))
