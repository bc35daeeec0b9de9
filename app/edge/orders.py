"""Work orders."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Day, Id, PagingOf, Text, number_in
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.read_orders import OrderFilters, read_order, read_orders
from app.usecases.shapes.base import Page
from app.usecases.shapes.orders import OrderShape

router = guarded_router()


@router.get("/api/work-orders")
@allow(Verb.ORDERS_READ)
async def list_orders(
    services: ServicesOf,
    viewer: ViewerOf,
    paging: PagingOf,
    kind: Annotated[str | None, Query(alias="type", max_length=32)] = None,
    state: Text = None,
    account_no: Text = None,
    contact_id: Text = None,
    phone: Text = None,
    day: Day = None,
    master: Text = None,
) -> Page[OrderShape]:
    """Work orders, the newest first."""
    filters = OrderFilters(kind, state, account_no, contact_id, number_in(phone), day, master)
    now_ms = services.clock.now_ms()
    async with services.db.session() as session:
        return await read_orders(session, viewer, filters, paging, services.settings.zone, now_ms)


@router.get("/api/work-orders/{order_no}")
@allow(Verb.ORDERS_READ)
async def get_order(services: ServicesOf, viewer: ViewerOf, order_no: Id) -> OrderShape:
    """One work order."""
    async with services.db.session() as session:
        return await read_order(session, viewer, order_no, services.clock.now_ms())
