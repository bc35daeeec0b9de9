"""The stories of contacts, orders, agents and customers."""

from __future__ import annotations

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Id, PagingOf
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.read_timeline import agent_timeline, contact_timeline, customer_timeline, order_timeline
from app.usecases.shapes.base import Page
from app.usecases.shapes.oversight import TimelineEntry

router = guarded_router()


@router.get("/api/contacts/{contact_id}/timeline")
@allow(Verb.CONTACTS_READ)
async def of_contact(services: ServicesOf, viewer: ViewerOf, contact_id: Id, paging: PagingOf) -> Page[TimelineEntry]:
    """The story of a contact."""
    async with services.db.session() as session:
        return await contact_timeline(session, viewer, contact_id, paging)


@router.get("/api/work-orders/{order_no}/timeline")
@allow(Verb.ORDERS_READ)
async def of_order(services: ServicesOf, viewer: ViewerOf, order_no: Id, paging: PagingOf) -> Page[TimelineEntry]:
    """The story of a work order."""
    async with services.db.session() as session:
        return await order_timeline(session, viewer, order_no, paging)


@router.get("/api/agents/{agent_no}/timeline")
@allow(Verb.AGENT_TIMELINE)
async def of_agent(services: ServicesOf, viewer: ViewerOf, agent_no: Id, paging: PagingOf) -> Page[TimelineEntry]:
    """The story of an agent."""
    async with services.db.session() as session:
        return await agent_timeline(session, viewer, agent_no, paging)


@router.get("/api/customers/{customer_no}/timeline")
@allow(Verb.CUSTOMERS_READ)
async def of_customer(services: ServicesOf, viewer: ViewerOf, customer_no: Id, paging: PagingOf) -> Page[TimelineEntry]:
    """The story of a customer, as far as the viewer's contacts reach."""
    async with services.db.session() as session:
        return await customer_timeline(session, viewer, customer_no, paging)
