"""Contacts: one row for each call, text conversation, chat or outgoing call; the running flow apart."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel

from app.db.tables.base import Json, Ms


class Contact(SQLModel, table=True):
    """A contact as agents and reports see it. `state` and `outcome` are those of the contract."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_from_number", "from_number", "started_at"),
        Index("ix_contacts_agent_no", "agent_no", "started_at"),
        Index("ix_contacts_state", "state"),
    )

    contact_id: str = Field(primary_key=True)
    call_sid: str | None = Field(default=None, unique=True)
    channel: str
    direction: str = "inbound"
    from_number: str
    to_number: str
    customer_no: str | None = None
    account_no: str | None = None
    lang: str = "zh-CN"
    identity: str = "none"
    state: str
    queue: str | None = None
    agent_no: str | None = None
    task_id: str | None = None
    outcome: str | None = None
    started_at: int = Field(sa_type=Ms, index=True)
    answered_at: int | None = Field(default=None, sa_type=Ms)
    hung_up_at: int | None = Field(default=None, sa_type=Ms)
    left_at: int | None = Field(default=None, sa_type=Ms)
    """Since when no window of a chat is open; the conversation itself goes on."""
    ended_at: int | None = Field(default=None, sa_type=Ms)
    queued_at: int | None = Field(default=None, sa_type=Ms)
    wait_ms: int = Field(default=0, sa_type=Ms)
    talk_ms: int = Field(default=0, sa_type=Ms)
    wrap_ms: int = Field(default=0, sa_type=Ms)
    disposition: str | None = None
    note: str | None = None
    unit: str | None = None
    restricted: str | None = None
    learned: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    deadline_at: int | None = Field(default=None, sa_type=Ms, index=True)
    version: int = 1


class FlowSession(SQLModel, table=True):
    """The running tree of one contact: its only fast-changing row, and the lock of its call.

    `parked`: the call stands in the carrier's queue. `after_leave`: the document for after it has left that queue.
    """

    __tablename__ = "flow_sessions"

    contact_id: str = Field(primary_key=True)
    call_sid: str | None = Field(default=None, unique=True)
    turn: int
    release: str
    body: str
    parked: bool = False
    after_leave: str | None = None
    at: int = Field(sa_type=Ms)
    version: int = 1


class Leg(SQLModel, table=True):
    """A call leg beside the caller's own: an agent's browser or phone, or a customer who is called back.

    States: ringing → joined → left; `failed` when it never joined. `muted`: its agent chose not to be heard.
    """

    __tablename__ = "legs"
    __table_args__ = (Index("ix_legs_task_id", "task_id"), Index("ix_legs_contact_id", "contact_id"))

    call_sid: str = Field(primary_key=True)
    contact_id: str
    task_id: str
    offer_id: str
    agent_no: str | None = None
    state: str = "ringing"
    muted: bool = False
    at: int = Field(sa_type=Ms)
    ended_at: int | None = Field(default=None, sa_type=Ms)


class Message(SQLModel, table=True):
    """A text message or a line of chat, in or out."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_contact_id", "contact_id", "at"),
        Index("ix_messages_peer", "peer", "at"),
    )

    message_id: str = Field(primary_key=True)
    message_sid: str | None = Field(default=None, unique=True)
    contact_id: str
    channel: str
    direction: str
    peer: str
    from_kind: str
    agent_no: str | None = None
    """Who wrote it, where that was an agent."""
    text: str
    choices: list[dict[str, Any]] | None = Field(default=None, sa_type=Json)
    status: str = "received"
    error_code: str | None = None
    at: int = Field(sa_type=Ms)
    version: int = 1


class Recording(SQLModel, table=True):
    """A recording at the carrier; its media is fetched by sid from the configured carrier only."""

    __tablename__ = "recordings"

    recording_id: str = Field(primary_key=True)
    recording_sid: str = Field(unique=True)
    contact_id: str = Field(index=True)
    order_no: str | None = None
    purpose: str
    state: str
    duration_s: int = 0
    at: int = Field(sa_type=Ms)
    heard_at: int | None = Field(default=None, sa_type=Ms)
    heard_by: str | None = None
    version: int = 1
