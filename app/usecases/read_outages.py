"""Outages: for everybody at work, whatever their unit, since callers ask anyone."""

from __future__ import annotations

from collections import defaultdict

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Outage, OutageArea
from app.usecases.paging import Paging, page_of
from app.usecases.shapes.base import Page
from app.usecases.shapes.outages import OutageShape, outage_shape


async def read_outages(
    session: AsyncSession, now_ms: int, paging: Paging, *, state: str | None, kind: str | None, area_code: str | None
) -> Page[OutageShape]:
    """Outages, those that began last first."""
    query = select(Outage)
    if state is not None:
        query = query.where(Outage.state == state)
    if kind is not None:
        query = query.where(Outage.kind == kind)
    if area_code is not None:
        naming = select(OutageArea.outage_no).where(OutageArea.area_code == area_code)
        query = query.where(col(Outage.outage_no).in_(naming))
    outages, next_cursor = await page_of(session, query, [Outage.start_at, Outage.outage_no], paging, newest_first=True)
    areas: dict[str, list[str]] = defaultdict(list)
    numbers = [outage.outage_no for outage in outages]
    rows = select(OutageArea).where(col(OutageArea.outage_no).in_(numbers)).order_by(OutageArea.area_code)
    for row in await session.exec(rows):
        areas[row.outage_no].append(row.area_code)
    shapes = [outage_shape(outage, areas[outage.outage_no], now_ms) for outage in outages]
    return Page(items=shapes, next_cursor=next_cursor)
