"""Agents as the viewer may see them."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import AgentRow, Staff, TaskRow
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.paging import Paging, page_of
from app.usecases.refusals import not_found
from app.usecases.scoping import reach
from app.usecases.shapes.agents import AgentShape, agent_shape
from app.usecases.shapes.base import Page

HOLDING = ("offered", "connecting", "talking", "wrapping")


async def read_agents(session: AsyncSession, viewer: Viewer, paging: Paging) -> Page[AgentShape]:
    """People who are active, by number."""
    query = select(Staff).where(reach(viewer, Verb.AGENTS_READ, Staff.agent_no, Staff.unit), col(Staff.active))
    people, next_cursor = await page_of(session, query, [Staff.agent_no], paging)
    return Page(items=await _shapes(session, people), next_cursor=next_cursor)


async def read_agent(session: AsyncSession, viewer: Viewer, agent_no: str) -> AgentShape:
    """One person; oneself always."""
    query = select(Staff).where(Staff.agent_no == agent_no)
    if agent_no != viewer.agent_no:
        query = query.where(reach(viewer, Verb.AGENTS_READ, Staff.agent_no, Staff.unit))
    staff = (await session.exec(query)).first()
    if staff is None:
        raise not_found("agent")
    return (await _shapes(session, [staff]))[0]


async def _shapes(session: AsyncSession, people: list[Staff]) -> list[AgentShape]:
    numbers = [staff.agent_no for staff in people]
    rows = {
        row.agent_no: row for row in await session.exec(select(AgentRow).where(col(AgentRow.agent_no).in_(numbers)))
    }
    held: dict[str, dict[str, int]] = defaultdict(dict)
    counts = (
        select(TaskRow.agent_no, TaskRow.mode, func.count())
        .where(col(TaskRow.agent_no).in_(numbers), col(TaskRow.state).in_(HOLDING))
        .group_by(col(TaskRow.agent_no), col(TaskRow.mode))
    )
    for agent_no, mode, count in await session.exec(counts):
        held[str(agent_no)][mode] = count
    return [agent_shape(staff, rows.get(staff.agent_no), held[staff.agent_no]) for staff in people]
