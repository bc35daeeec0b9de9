"""The shape `work order`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.db.tables import OrderClock, WorkOrder
from app.domain.customers.rules import masked_phone
from app.domain.orders.clocks import is_breached, limit_ms
from app.domain.orders.named_place import PLACE_CHARS
from app.domain.orders.visibility import masked_place
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Viewer
from app.usecases.shapes.base import Shape, iso, iso_or_none, open_or_masked


class ClockShape(Shape):
    """A promise: `due_at` with its pauses, `paused` while it stands still."""

    name: str
    round: int
    due_at: str
    met_at: str | None
    stopped_at: str | None
    breached: bool
    paused: bool


class OrderShape(Shape):
    """A work order. Phones are masked unless this viewer's caller was verified; who works on site sees the address, and
    who serves the caller in danger what that caller told of it. `crew_asked`: of an urgent fault that no crew has,
    whether one is being looked for; unset where that was not asked. `in_chat`: for its crew, whether the customer reads
    in a chat what becomes of it."""

    order_no: str
    type: str
    subtype: str | None
    level: str | None
    urgency: str
    state: str
    sub_of: str | None
    outage_no: str | None
    related_no: str | None
    account_no: str | None
    customer_no: str | None
    contact_id: str | None
    contact_phone: str | None = None
    contact_phone_masked: str | None = None
    contact_name: str | None = None
    contact_name_masked: str | None = None
    anonymous: bool
    address: str | None = None
    address_masked: str | None = None
    place: dict[str, Any] | None
    area_code: str | None
    area_type: str | None
    unit: str | None
    description: str
    recording_id: str | None
    to_listen: bool
    sensitive: list[str]
    owner: str | None
    crew_no: str | None
    crew_asked: bool | None = None
    in_chat: bool | None = None
    opened_by: str | None
    source: str
    result_text: str | None
    end_reason: str | None
    urge_count: int
    supervised: bool
    said_minutes: int | None
    arrive_eta_at: str | None
    restore_eta_at: str | None
    clocks: list[ClockShape]
    created_at: str
    changed_at: str
    ended_at: str | None
    version: int


_PLAIN = {
    *("order_no", "type", "subtype", "level", "urgency", "state", "sub_of", "outage_no", "related_no", "account_no"),
    *("customer_no", "contact_id", "anonymous", "place", "area_code", "area_type", "unit", "description"),
    *("recording_id", "to_listen", "owner", "crew_no", "opened_by", "source", "result_text", "end_reason"),
    *("urge_count", "supervised", "said_minutes", "version"),
}


def order_shape(
    order: WorkOrder,
    clocks: Sequence[OrderClock],
    viewer: Viewer,
    now_ms: int,
    *,
    verified: bool,
    offered: bool = False,
    told: str | None = None,
) -> OrderShape:
    """An order with its clocks. `verified`: the viewer serves its contact and has verified the caller; `offered`: the
    job is held out to the viewer, who must know where it is; `told`: the address as it may be read by whoever serves
    the caller in danger.
    """
    shown = verified or viewer.role is Role.AUDITOR
    on_site = viewer.role is Role.FIELD and (offered or viewer.agent_no in (order.crew_no, order.owner))

    def masked(address: str) -> str:
        first = order.description.partition("\n")[0]  # what was told later stands below
        return masked_place(address, first[:PLACE_CHARS]) if told is None else told

    return OrderShape.model_validate(
        {
            **order.model_dump(include=_PLAIN),
            **open_or_masked("contact_phone", order.contact_phone, shown, masked_phone),
            **open_or_masked("contact_name", order.contact_name, shown or on_site, _first_character),
            **open_or_masked("address", order.address, shown or on_site or told == order.address, masked),
            "arrive_eta_at": iso_or_none(order.arrive_eta_at),
            "restore_eta_at": iso_or_none(order.restore_eta_at),
            "sensitive": order.sensitive or [],
            "clocks": [clock_shape(clock, now_ms) for clock in clocks],
            "created_at": iso(order.created_at),
            "changed_at": iso(order.changed_at),
            "ended_at": iso_or_none(order.ended_at),
        }
    )


def clock_shape(clock: OrderClock, now_ms: int) -> ClockShape:
    """A promise as it stands now."""
    return ClockShape(
        name=clock.name,
        round=clock.round,
        due_at=iso(limit_ms(clock)),
        met_at=iso_or_none(clock.met_at),
        stopped_at=iso_or_none(clock.stopped_at),
        breached=is_breached(clock, now_ms),
        paused=clock.paused_at is not None,
    )


def _first_character(name: str) -> str:
    return name[:1] + "**"
