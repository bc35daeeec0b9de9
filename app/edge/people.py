"""Agents and queues."""

from __future__ import annotations

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import PagingOf
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.read_agents import read_agents
from app.usecases.read_colleagues import read_colleagues
from app.usecases.read_queues import read_queues
from app.usecases.shapes.agents import AgentShape, ColleagueShape
from app.usecases.shapes.base import Page
from app.usecases.shapes.queues import QueueShape

router = guarded_router()


@router.get("/api/agents")
@allow(Verb.AGENTS_READ)
async def list_agents(services: ServicesOf, viewer: ViewerOf, paging: PagingOf) -> Page[AgentShape]:
    """Agents within reach, by number."""
    async with services.db.session() as session:
        return await read_agents(session, viewer, paging)


@router.get("/api/colleagues")
@allow(Verb.CONSOLE)
async def list_colleagues(services: ServicesOf, viewer: ViewerOf) -> Page[ColleagueShape]:
    """Who a contact can be handed to, with their states: for those who work at a console."""
    async with services.db.session() as session:
        return await read_colleagues(session, viewer.agent_no)


@router.get("/api/queues")
@allow(Verb.QUEUES_READ)
async def list_queues(services: ServicesOf) -> Page[QueueShape]:
    """All queues with the figures of today."""
    async with services.db.session() as session:
        queues = await read_queues(session, services.clock.now_ms(), services.settings.zone)
    return Page(items=queues, next_cursor=None)
