"""Calls of which nothing was heard for a while are compared with the carrier: its word ends them; texts likewise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import bindparam, select

from app.carrier.port import Carrier, CarrierError
from app.db.hot import HotQuery
from app.db.tables import Contact, FlowSession
from app.db.write_set import Fence, WriteError, table_of
from app.usecases.end_call import call_ended
from app.usecases.hotline import Hotline
from app.usecases.reconcile_texts import reconcile_texts

LOOK_S = 20.0
SILENT_MS = 60_000
AT_ONCE = 50
OVER = ("completed", "busy", "failed", "no-answer", "canceled")

_contacts, _flows = table_of(Contact), table_of(FlowSession)
SILENT = HotQuery(
    select(_flows.c.call_sid)
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
    """Look now and then while this process leads, until cancelled."""
    while True:
        if leading() is not None:
            try:
                await reconcile_calls(hotline, carrier)
                await reconcile_texts(hotline, carrier)
            except (CarrierError, WriteError) as error:
                log.warning("not_reconciled", error=str(error))
        await asyncio.sleep(LOOK_S)


async def reconcile_calls(hotline: Hotline, carrier: Carrier) -> int:
    """End the calls that the carrier has ended or does not know; how many."""
    ended = 0
    for (call_sid,) in await hotline.db.fetch(SILENT, before=hotline.clock.now_ms() - SILENT_MS):
        status = await carrier.call_status(call_sid)
        if status is None or status in OVER:
            await call_ended(hotline, call_sid, "reconciled")
            ended += 1
    return ended
