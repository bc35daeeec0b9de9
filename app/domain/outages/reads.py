"""Which outages concern an area."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Outage, OutageArea, OutageNotice
from app.domain.areas.reads import codes_below, place
from app.domain.outages.kinds import PUBLIC
from app.domain.outages.rules import GRACE_MS, Phase, phase

ORDER = (Phase.CURRENT, Phase.SLIPPED, Phase.UPCOMING, Phase.STALE)


async def outages_at(
    session: AsyncSession, area_code: str, now_ms: int, grace_ms: int = GRACE_MS
) -> list[tuple[Outage, Phase]]:
    """Outages that are not over and cover this area or one above it.

    Current ones first, then slipped, upcoming and stale ones; among equals the one that began last.
    """
    found = await place(session, area_code)
    query = (
        select(Outage)
        .join(OutageArea, col(OutageArea.outage_no) == Outage.outage_no)
        .where(col(OutageArea.area_code).in_(found.path if found else [area_code]), col(Outage.state).in_(PUBLIC))
        .distinct()
    )
    outages = [(outage, phase(outage, now_ms, grace_ms)) for outage in (await session.exec(query)).all()]
    return sorted(outages, key=lambda pair: (ORDER.index(pair[1]), -pair[0].start_at, pair[0].outage_no))


async def absorbing_outage(
    session: AsyncSession, area_code: str, now_ms: int, grace_ms: int = GRACE_MS
) -> Outage | None:
    """The outage that a report from this area belongs to; None = the report stands by itself."""
    for outage, now in await outages_at(session, area_code, now_ms, grace_ms):
        if now in (Phase.CURRENT, Phase.SLIPPED):
            return outage
    return None


async def areas_of(session: AsyncSession, outage_no: str) -> list[str]:
    """Codes of the areas that an outage names."""
    query = select(OutageArea.area_code).where(OutageArea.outage_no == outage_no).order_by(OutageArea.area_code)
    return list((await session.exec(query)).all())


async def covered_codes(session: AsyncSession, outage_no: str) -> set[str]:
    """Codes of all areas that an outage covers, those below the named ones included."""
    return await codes_below(session, await areas_of(session, outage_no))


async def told(session: AsyncSession, outage_no: str, revision: str) -> set[str]:
    """Numbers that this revision (`restored`, or its count) of an outage has reached already."""
    query = select(OutageNotice.peer).where(OutageNotice.outage_no == outage_no, OutageNotice.revision == revision)
    return set((await session.exec(query)).all())
