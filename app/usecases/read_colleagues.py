"""Who a contact can be handed to: numbers, names and states, nothing of what anybody works on."""

from __future__ import annotations

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import AgentRow, Staff
from app.usecases.shapes.agents import ColleagueShape
from app.usecases.shapes.base import Page

MOST = 500


async def read_colleagues(session: AsyncSession, agent_no: str) -> Page[ColleagueShape]:
    """Everybody else who serves callers or visitors, by number, whatever their unit; never who is inactive."""
    query = (
        select(Staff, AgentRow)
        .outerjoin(AgentRow, col(AgentRow.agent_no) == col(Staff.agent_no))
        .where(col(Staff.active), Staff.agent_no != agent_no)
        .order_by(Staff.agent_no)
        .limit(MOST)
    )
    found = [
        ColleagueShape(
            agent_no=staff.agent_no, name=staff.name, modes=staff.modes, state=row.state if row else "offline"
        )
        for staff, row in await session.exec(query)
        if {"phone", "web"} & {*staff.modes}
    ]
    return Page(items=found, next_cursor=None)
