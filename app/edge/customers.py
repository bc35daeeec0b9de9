"""Customers and accounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Id, PagingOf, number_in
from app.edge.services import ServicesOf, ViewerOf
from app.usecases.find_customers import find_customers
from app.usecases.open_archive import open_account, open_customer
from app.usecases.shapes.base import Page
from app.usecases.shapes.customers import AccountShape, CustomerBrief, CustomerShape

router = guarded_router()
Reason = Annotated[str | None, Query(max_length=500, description="needed without a contact of one's own; journaled")]


@router.get("/api/customers")
@allow(Verb.CUSTOMERS_READ)
async def list_customers(
    services: ServicesOf, paging: PagingOf, q: Annotated[str | None, Query(max_length=128)] = None
) -> Page[CustomerBrief]:
    """Customers by name, customer or account number, phone or address; masked."""
    async with services.db.session() as session:
        return await find_customers(session, number_in(q) or "", paging)


@router.get("/api/customers/{customer_no}")
@allow(Verb.CUSTOMERS_READ)
async def get_customer(services: ServicesOf, viewer: ViewerOf, customer_no: Id, reason: Reason = None) -> CustomerShape:
    """One customer."""
    return await open_customer(services.db, services.clock, viewer, customer_no, reason)


@router.get("/api/accounts/{account_no}")
@allow(Verb.CUSTOMERS_READ)
async def get_account(services: ServicesOf, viewer: ViewerOf, account_no: Id, reason: Reason = None) -> AccountShape:
    """One account with its last bills."""
    zone = services.settings.zone
    return await open_account(services.db, services.clock, zone, viewer, account_no, reason)
