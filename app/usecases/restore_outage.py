"""Power is back: the outage ends, its master's work is done, those who reported are told."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.tables import Outage
from app.db.write_set import Reply, WriteSet
from app.domain.orders.reads import order_file, subs_of
from app.domain.outages.reads import areas_of, told
from app.domain.outages.writes import RESTORED, restore
from app.domain.staff.permissions import Scope, Verb, Viewer
from app.observe.clock import Clock
from app.usecases.applied import applied
from app.usecases.carry_out import accepted, acting, carry_out
from app.usecases.refusals import not_found
from app.usecases.services.asking import Tools, rules_now
from app.usecases.shapes.outages import outage_shape
from app.usecases.write_once import Once, replied, write_once


async def restore_outage(
    db: Database, clock: Clock, tools: Tools, viewer: Viewer, outage_no: str, once: Once | None
) -> Reply:
    """End it; the outage as it stands then."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            outage = await _find(session, viewer, outage_no)
            master_no = outage.master_order_no
            master = await order_file(session, master_no) if master_no else None
            subs = await subs_of(session, master_no) if master_no else []
            reached = await told(session, outage_no, RESTORED)
            rules = await rules_now(session, tools)
            restored = accepted(restore(outage, master, subs, reached, acting(viewer), rules, at))
            write_set = await carry_out(session, tools, viewer, at, restored, kind="note", order_no=master_no)
            after = applied(write_set, Outage, [outage])[0]
            write_set.reply = replied(outage_shape(after, await areas_of(session, outage_no), at))
        return write_set

    return await write_once(db, clock, once, build)


async def _find(session: AsyncSession, viewer: Viewer, outage_no: str) -> Outage:
    outage = await session.get(Outage, outage_no)
    far = viewer.scope(Verb.OUTAGES_PUBLISH) is not Scope.ALL
    if outage is None or (far and outage.unit is not None and not viewer.leads(outage.unit)):
        raise not_found("outage")
    return outage
