"""Publishing an outage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.tables import Area, Outage, OutageArea
from app.db.write_set import Reply, WriteSet
from app.domain.outages.writes import publish
from app.domain.staff.permissions import Viewer
from app.observe.clock import Clock, new_id
from app.usecases.applied import applied
from app.usecases.carry_out import accepted, acting, carry_out
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.services.asking import Tools
from app.usecases.shapes.outages import outage_shape
from app.usecases.write_once import Once, replied, write_once


@dataclass(frozen=True, slots=True)
class NewOutage:
    """What is published; instants in milliseconds UTC, `start_at` None = now."""

    kind: str
    area_codes: Sequence[str]
    cause: str
    start_at: int | None
    eta_at: int | None


async def publish_outage(
    db: Database, clock: Clock, tools: Tools, viewer: Viewer, new: NewOutage, once: Once | None
) -> Reply:
    """Publish it under a new number; 201 with the outage. Callers of its areas hear of it from now on."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        outage_no = "OUT" + new_id(at).replace("-", "")[:20].upper()
        async with db.session() as session:
            await _check_areas(session, new.area_codes)
            start_at = at if new.start_at is None else new.start_at
            told = (outage_no, new.kind, new.area_codes, new.cause, start_at, new.eta_at)
            published = accepted(publish(*told, acting(viewer), at, viewer.unit))
            write_set = await carry_out(session, tools, viewer, at, published, kind="note")
        outage = applied(write_set, Outage, [])[0]
        areas = [row.area_code for row in applied(write_set, OutageArea, [])]
        write_set.reply = replied(outage_shape(outage, areas, at), 201)
        return write_set

    return await write_once(db, clock, once, build)


async def _check_areas(session: AsyncSession, codes: Sequence[str]) -> None:
    known = set((await session.exec(select(Area.code).where(col(Area.code).in_(list(codes))))).all())
    if not known.issuperset(codes):
        raise Refused(RefusedBecause.INVALID, "unknown_area", "an area code is not known")
