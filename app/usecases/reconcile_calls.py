"""Calls of which nothing was heard for a while are compared with the carrier: its word ends them; texts likewise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError

from app.carrier.port import Carrier, CarrierError
from app.db.hot import HotQuery
from app.db.tables import Contact, FlowSession
from app.db.write_set import Fence, WriteError, table_of
from app.usecases.conference_event import caller_alone
from app.usecases.end_call import call_ended
from app.usecases.hotline import Hotline
from app.usecases.reconcile_texts import reconcile_texts
from ivr_flows.session import Session

LOOK_S = 20.0
BEGIN_S = 0.5
TEXTS_AT_FIRST, TEXTS_EVERY = 4, 15
"""Texts are lost when nobody answers for long: looked for as often as that after somebody began to, then seldom."""
SILENT_MS = 60_000
TALK_OVER = ("self_service", "wrapping")
"""What a contact shows when nobody talks to its caller; one who stands in line is `parked` or `waiting`."""
AT_ONCE = 50
OVER = ("completed", "busy", "failed", "no-answer", "canceled")

_contacts, _flows = table_of(Contact), table_of(FlowSession)
SILENT = HotQuery(
    select(_flows.c.call_sid, _flows.c.contact_id, _flows.c.body, _flows.c.parked, _contacts.c.state)
    .select_from(_flows.join(_contacts, _contacts.c.contact_id == _flows.c.contact_id))
    .where(
        _contacts.c.state != "ended",
        _contacts.c.hung_up_at.is_(None),
        _flows.c.call_sid.is_not(None),
        _flows.c.at < bindparam("before"),
    )
    .order_by(_flows.c.at)
    .limit(AT_ONCE)
)
log = structlog.get_logger(__name__)


async def keep_reconciling(hotline: Hotline, carrier: Carrier, leading: Callable[[], Fence | None]) -> None:
    """Look now and then while this process leads, until cancelled; more often for texts when it has just begun."""
    term, looks = None, 0
    while True:
        fence = leading()
        if fence != term:
            term, looks = fence, 0
        if fence is not None:
            try:
                await reconcile_calls(hotline, carrier)
                if (looks < TEXTS_AT_FIRST or looks % TEXTS_EVERY == 0) and not await reconcile_texts(hotline, carrier):
                    looks = TEXTS_AT_FIRST
                looks += 1
            except (CarrierError, WriteError, SQLAlchemyError, OSError) as error:
                log.warning("not_reconciled", error=str(error))
        await asyncio.sleep(BEGIN_S if fence is None else LOOK_S)


async def reconcile_calls(hotline: Hotline, carrier: Carrier) -> int:
    """End the calls that the carrier has ended or does not know; how many. Who still stands in a conference after
    the talk is let go on."""
    ended, now_ms = 0, hotline.clock.now_ms()
    for call_sid, contact_id, body, parked, shown in await hotline.db.fetch(SILENT, before=now_ms - SILENT_MS):
        status = await carrier.call_status(call_sid)
        if status is None or status in OVER:
            await call_ended(hotline, call_sid, "reconciled")
            ended += 1
        elif shown in TALK_OVER and not parked and Session.decode(body).wait == "queue":
            await hotline.db.commit(caller_alone(contact_id, now_ms))
    return ended
