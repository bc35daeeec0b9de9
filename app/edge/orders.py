"""Work orders."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import Field

from app.domain.customers.kinds import Lang
from app.domain.orders.kinds import Level, OrderType, Urgency
from app.domain.staff.permissions import Verb
from app.edge.guard import allow, guarded_router
from app.edge.inputs import Day, Id, PagingOf, Text, number_in
from app.edge.services import ServicesOf, ViewerOf
from app.edge.writing import Asked, Code, Name, OnceOf, Phone, Words, answered
from app.usecases.change_order import amend_order, move_order
from app.usecases.open_order import NewOrder, open_order
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
    clock: Literal["running", "due", "breached"] | None = None,
    waiting_in: Text = None,
    queued_in: Text = None,
    result: Literal["answered", "abandoned", "other"] | None = None,
    crew_no: Text = None,
    without_crew: bool = False,
) -> Page[OrderShape]:
    """Work orders, the newest first. `clock`, `waiting_in`, `queued_in` (today, with `result`) and `without_crew`
    (danger that no crew has) are those that a number of the wallboard counts."""
    named = (kind, state, account_no, contact_id, number_in(phone), day, master)
    filters = OrderFilters(*named, clock, waiting_in, queued_in, result, crew_no, without_crew)
    now_ms = services.clock.now_ms()
    async with services.db.session() as session:
        return await read_orders(session, viewer, filters, paging, services.settings.zone, now_ms)


@router.get("/api/work-orders/{order_no}")
@allow(Verb.ORDERS_READ)
async def get_order(services: ServicesOf, viewer: ViewerOf, order_no: Id) -> OrderShape:
    """One work order."""
    async with services.db.session() as session:
        return await read_order(session, viewer, order_no, services.clock.now_ms())


class OpenOrder(Asked):
    """A new work order."""

    type: OrderType
    description: Words = ""
    subtype: Name | None = None
    level: Level | None = None
    urgency: Urgency = Urgency.NORMAL
    contact_id: Code | None = None
    account_no: Code | None = None
    contact_phone: Phone | None = None
    contact_name: Name | None = None
    address: Words | None = None
    area_code: Code | None = None
    recording_id: Code | None = None
    anonymous: bool = False
    about_agent_no: Code | None = None
    about_unit: Name | None = None
    lang: Lang | None = None


class AmendOrder(Asked):
    """Fields to change; those that are absent stay. `released` shows a complaint to those whom it names."""

    description: Words = ""
    address: Words | None = None
    area_code: Code | None = None
    account_no: Code | None = None
    contact_phone: Phone | None = None
    contact_name: Name | None = None
    level: Level | None = None
    subtype: Name | None = None
    owner: Code | None = None
    about_agent_no: Code | None = None
    about_unit: Name | None = None
    to_listen: bool = False
    supervised: bool = False
    released: Literal[True] | None = None
    version: Annotated[int | None, Field(ge=1)] = None


class MoveOrder(Asked):
    """A step, and why."""

    to: Name
    note: Words = ""


@router.post("/api/work-orders", status_code=201, response_model=OrderShape)
@allow(Verb.ORDERS_OPEN)
async def post_order(services: ServicesOf, viewer: ViewerOf, once: OnceOf, body: OpenOrder) -> Response:
    """Open a work order. Danger makes it urgent; a report of a known outage becomes a sub order of its master."""
    fields = body.model_dump(exclude={"urgency"})
    new = NewOrder(**fields, urgent=body.urgency is Urgency.URGENT)
    return answered(await open_order(services.db, services.clock, services.tools, viewer, new, once))


@router.patch("/api/work-orders/{order_no}", response_model=OrderShape)
@allow(Verb.ORDERS_AMEND)
async def patch_order(services: ServicesOf, viewer: ViewerOf, order_no: Id, body: AmendOrder) -> Response:
    """Amend an open order; before and after are kept."""
    changes = body.model_dump(exclude_unset=True, exclude={"version", "released"})
    if body.released:
        changes["released_at"] = services.clock.now_ms()
    given = (services.db, services.clock, services.tools, viewer, order_no)
    return answered(await amend_order(*given, changes, body.version))


@router.post("/api/work-orders/{order_no}/transitions", response_model=OrderShape)
@allow(Verb.ORDERS_MOVE)
async def post_transition(
    services: ServicesOf, viewer: ViewerOf, order_no: Id, once: OnceOf, body: MoveOrder
) -> Response:
    """Take a step of the order's type; steps that end or return it need a note."""
    given = (services.db, services.clock, services.tools, viewer, order_no)
    return answered(await move_order(*given, body.to, body.note, once))
