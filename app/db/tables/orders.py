"""Work orders, the clocks of their promises, and the blocks that order numbers are taken from."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel, text

from app.db.tables.base import Json, Ms


class WorkOrder(SQLModel, table=True):
    """A work order; enumerations are those of `app.domain.orders.kinds`.

    `sub_of` names the master and never a sub. `deadline_at` is when a state that waits for silence ends by itself.
    `contact_phone` is empty for an anonymous caller; the number then stands sealed in `phone_sealed`.
    """

    __tablename__ = "work_orders"
    __table_args__ = (
        Index("ix_work_orders_state", "state", "type"),
        Index("ix_work_orders_account_no", "account_no", "created_at"),
        Index("ix_work_orders_contact_phone", "contact_phone", "created_at"),
        Index("ix_work_orders_contact_id", "contact_id"),
        Index("ix_work_orders_sub_of", "sub_of"),
        Index("ix_work_orders_outage_no", "outage_no"),
        Index("ix_work_orders_owner", "owner"),
        Index("ix_work_orders_opened_by", "opened_by", "created_at"),
        Index("ix_work_orders_crew_no", "crew_no"),
        Index("ix_work_orders_area_code", "area_code", "created_at"),
        Index("ix_work_orders_created_at", "created_at"),
        Index(
            "ix_work_orders_deadline",
            "deadline_at",
            sqlite_where=text("deadline_at IS NOT NULL"),
            postgresql_where=text("deadline_at IS NOT NULL"),
        ),
    )

    order_no: str = Field(primary_key=True)
    type: str
    subtype: str | None = None
    level: str | None = None
    urgency: str = "normal"
    state: str
    source: str = "phone"
    lang: str = "zh-CN"
    sub_of: str | None = None
    outage_no: str | None = None
    related_no: str | None = None
    customer_no: str | None = None
    account_no: str | None = None
    contact_id: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    phone_sealed: str | None = None
    anonymous: bool = False
    confidential: bool = False
    about_agent_no: str | None = None
    about_unit: str | None = None
    released_at: int | None = Field(default=None, sa_type=Ms)
    address: str | None = None
    place: dict[str, Any] | None = Field(default=None, sa_type=Json)
    area_code: str | None = None
    area_type: str | None = None
    description: str = ""
    recording_id: str | None = None
    to_listen: bool = False
    diagnosis: dict[str, Any] | None = Field(default=None, sa_type=Json)
    sensitive: list[str] | None = Field(default=None, sa_type=Json)
    opened_by: str | None = None
    owner: str | None = None
    unit: str | None = None
    crew_no: str | None = None
    result_text: str | None = None
    end_reason: str | None = None
    urge_count: int = 0
    supervised: bool = False
    reopened: int = 0
    said_minutes: int | None = None
    arrive_eta_at: int | None = Field(default=None, sa_type=Ms)
    restore_eta_at: int | None = Field(default=None, sa_type=Ms)
    created_at: int = Field(sa_type=Ms)
    changed_at: int = Field(sa_type=Ms)
    ended_at: int | None = Field(default=None, sa_type=Ms)
    deadline_at: int | None = Field(default=None, sa_type=Ms)
    version: int = 1


class OrderClock(SQLModel, table=True):
    """One promise of one order. `due_at` is computed once; `next_at` is when somebody must look (warn, then due).

    A reopened order runs a second `round`. While a clock is paused it has no `next_at`; `paused_ms` is added to
    `due_at` where the pause counts, so that both figures can be shown.
    """

    __tablename__ = "order_clocks"
    __table_args__ = (
        Index(
            "ix_order_clocks_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    order_no: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    round: int = Field(default=1, primary_key=True)
    mode: str
    amount: int
    started_at: int = Field(sa_type=Ms)
    due_at: int = Field(sa_type=Ms)
    warn_at: int | None = Field(default=None, sa_type=Ms)
    next_at: int | None = Field(default=None, sa_type=Ms)
    met_at: int | None = Field(default=None, sa_type=Ms)
    stopped_at: int | None = Field(default=None, sa_type=Ms)
    paused_at: int | None = Field(default=None, sa_type=Ms)
    paused_ms: int = Field(default=0, sa_type=Ms)
    breached: bool = False
    calendar_source: str | None = None
    version: int = 1


class NumberBlock(SQLModel, table=True):
    """A block of order numbers that one node took for itself; numbers left over in it are never used."""

    __tablename__ = "number_blocks"

    block: int = Field(primary_key=True, sa_type=Ms)
    taken_at: int = Field(sa_type=Ms)
    taken_by: str


class OutageNotice(SQLModel, table=True):
    """What one caller was told about one outage: the key makes each revision reach each number once."""

    __tablename__ = "outage_notices"

    outage_no: str = Field(primary_key=True)
    peer: str = Field(primary_key=True)
    revision: str = Field(primary_key=True)
    order_no: str | None = None
    channel: str = "sms"
    at: int = Field(sa_type=Ms)
