"""Reads of people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Staff, StaffSession


async def member(session: AsyncSession, agent_no: str) -> Staff | None:
    """One person."""
    return await session.get(Staff, agent_no)


async def members(session: AsyncSession, *, roles: Sequence[str] = (), active: bool = True) -> list[Staff]:
    """People by number; `roles` empty = all."""
    query = select(Staff).where(col(Staff.active).is_(active)).order_by(Staff.agent_no)
    if roles:
        query = query.where(col(Staff.role).in_(roles))
    return list((await session.exec(query)).all())


async def open_sessions(session: AsyncSession, agent_no: str) -> list[StaffSession]:
    """Log-ins of this person that were not ended."""
    query = select(StaffSession).where(StaffSession.agent_no == agent_no, col(StaffSession.ended_at).is_(None))
    return list((await session.exec(query)).all())
