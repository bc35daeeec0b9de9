"""Walks through the tree of areas, each in one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Area
from app.domain.areas.kinds import DEFAULT_TYPE, AreaType

DEPTH_LIMIT = 16


@dataclass(frozen=True, slots=True)
class Place:
    """An area with what it inherits. `path` starts with its own code and ends at the root."""

    code: str
    name: str
    path: tuple[str, ...]
    area_type: AreaType
    unit: str | None


async def place(session: AsyncSession, code: str) -> Place | None:
    """The area with this code; None = there is none."""
    areas = await _upwards(session, code)
    if not areas:
        return None
    types = [AreaType(area.area_type) for area in areas if area.area_type]
    units = [area.unit for area in areas if area.unit]
    return Place(
        code=code,
        name=areas[0].name,
        path=tuple(area.code for area in areas),
        area_type=types[0] if types else DEFAULT_TYPE,
        unit=units[0] if units else None,
    )


async def codes_below(session: AsyncSession, codes: Sequence[str]) -> set[str]:
    """These areas and all below them."""
    tree = (
        select(col(Area.code), literal(0, Integer).label("depth")).where(col(Area.code).in_(codes)).cte(recursive=True)
    )
    step = select(col(Area.code), tree.c.depth + 1).where(Area.parent_code == tree.c.code, tree.c.depth < DEPTH_LIMIT)
    return set((await session.exec(select(tree.union_all(step).c.code))).all())


async def _upwards(session: AsyncSession, code: str) -> list[Area]:
    path = (
        select(col(Area.code), col(Area.parent_code), literal(0, Integer).label("depth"))
        .where(Area.code == code)
        .cte(recursive=True)
    )
    step = select(col(Area.code), col(Area.parent_code), path.c.depth + 1).where(
        Area.code == path.c.parent_code, path.c.depth < DEPTH_LIMIT
    )
    walk = path.union_all(step)
    query = select(Area).join(walk, col(Area.code) == walk.c.code).order_by(walk.c.depth)
    return list((await session.exec(query)).all())
