"""What the dispatching leader keeps: tasks, offers, agents as the core sees them, and its in- and outbox."""

from __future__ import annotations

from typing import Any

from sqlmodel import Field, Index, SQLModel, text

from app.db.tables.base import Json, Ms


class TaskRow(SQLModel, table=True):
    """A task of the core; `body` is the whole of it, the columns are for queries and guards.

    `queued_at` is the place in line, `waiting_at` when the wait began that is told of, `wait_ms` how long the wait was
    that ended with the first answer or with the task. `note` is why a colleague handed it over, or asks.
    """

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_open", "state", "queue"), Index("ix_tasks_waiting_at", "waiting_at"))

    task_id: str = Field(primary_key=True)
    contact_id: str | None = Field(default=None, index=True)
    order_no: str | None = Field(default=None, index=True)
    root_task_id: str
    queue: str
    mode: str
    kind: str = "contact"
    state: str
    agent_no: str | None = None
    queued_at: int = Field(sa_type=Ms)
    waiting_at: int = Field(default=0, sa_type=Ms)
    answered_at: int | None = Field(default=None, sa_type=Ms)
    wait_ms: int = Field(default=0, sa_type=Ms)
    talk_ms: int = Field(default=0, sa_type=Ms)
    wrap_ms: int = Field(default=0, sa_type=Ms)
    boost_s: int = 0
    ended_at: int | None = Field(default=None, sa_type=Ms, index=True)
    deadline_at: int | None = Field(default=None, sa_type=Ms)
    stage: int = 0
    note: str | None = None
    ahead: int | None = None
    staffed: bool = True
    estimate_low_s: int | None = None
    estimate_high_s: int | None = None
    body: dict[str, Any] = Field(sa_type=Json)


class OfferRow(SQLModel, table=True):
    """An offer of the core: one task held out to one agent once."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_task_id", "task_id"),
        Index("ix_offers_agent_no", "agent_no", "at"),
    )

    offer_id: str = Field(primary_key=True)
    task_id: str
    contact_id: str | None = None
    agent_no: str
    queue: str
    mode: str
    state: str
    reason: str | None = None
    at: int = Field(sa_type=Ms)
    deadline_at: int | None = Field(default=None, sa_type=Ms)
    ended_at: int | None = Field(default=None, sa_type=Ms)
    epoch: int = 0
    why: dict[str, Any] | None = Field(default=None, sa_type=Json)
    body: dict[str, Any] = Field(sa_type=Json)


class AgentRow(SQLModel, table=True):
    """An agent as the core sees them now; who they are stands in `staff`."""

    __tablename__ = "agents"

    agent_no: str = Field(primary_key=True)
    state: str
    reason: str | None = None
    since: int = Field(sa_type=Ms)
    leg: str = "browser"
    deadline_at: int | None = Field(default=None, sa_type=Ms)
    body: dict[str, Any] = Field(sa_type=Json)


class LineRow(SQLModel, table=True):
    """A queue as the core sees it: its figures, whether it is open and manned. `unanswered` says that it counts as
    unmanned because the only agent leaves a caller waiting."""

    __tablename__ = "lines"

    name: str = Field(primary_key=True)
    mode: str
    open: bool
    unmanned: bool
    unanswered: bool = False
    body: dict[str, Any] = Field(sa_type=Json)


class CoreRow(SQLModel, table=True):
    """What belongs to the core as a whole, so that it comes back exactly."""

    __tablename__ = "core"

    name: str = Field(primary_key=True)
    at: int = Field(sa_type=Ms)
    seq: int
    turn: int
    config: str


class InboxRow(SQLModel, table=True):
    """Something the leader must take into account; drained by `applied_at IS NULL`, never by highest id."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_open",
            "id",
            sqlite_where=text("applied_at IS NULL"),
            postgresql_where=text("applied_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    kind: str
    at: int = Field(sa_type=Ms)
    body: dict[str, Any] = Field(sa_type=Json)
    applied_at: int | None = Field(default=None, sa_type=Ms)
    result: dict[str, Any] | None = Field(default=None, sa_type=Json)


class OutboxRow(SQLModel, table=True):
    """An effect on the outside: one request to the carrier.

    States: pending → sending → sent | failed | unknown → sent | failed. `sid` is written by the answer or by the
    callback that carries this row's id, whichever comes first; an end is never left.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_open",
            "next_at",
            sqlite_where=text("state IN ('pending', 'sending', 'unknown')"),
            postgresql_where=text("state IN ('pending', 'sending', 'unknown')"),
        ),
        Index("ix_outbox_contact_id", "contact_id"),
        Index("ix_outbox_sid", "sid"),
    )

    id: str = Field(primary_key=True)
    kind: str
    contact_id: str | None = None
    task_id: str | None = None
    offer_id: str | None = None
    body: dict[str, Any] = Field(sa_type=Json)
    state: str = "pending"
    attempts: int = 0
    next_at: int = Field(sa_type=Ms)
    sid: str | None = None
    error: str | None = None
    at: int = Field(sa_type=Ms)
    version: int = 1


class SocketRow(SQLModel, table=True):
    """On which node an agent's console is open; a node that stops renewing its lease takes its sockets with it."""

    __tablename__ = "sockets"

    agent_no: str = Field(primary_key=True)
    node: str
    at: int = Field(sa_type=Ms)


class Lease(SQLModel, table=True):
    """Who leads, since which epoch, until when (the database's time)."""

    __tablename__ = "leases"

    name: str = Field(primary_key=True)
    owner: str
    epoch: int
    expires_at: int = Field(sa_type=Ms)


class Job(SQLModel, table=True):
    """Work that is due at a time and has no row of its own whose state it would end."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ix_jobs_due",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    job_id: str = Field(primary_key=True)
    kind: str
    due_at: int = Field(sa_type=Ms)
    body: dict[str, Any] = Field(sa_type=Json)
    attempts: int = 0
    done_at: int | None = Field(default=None, sa_type=Ms)
    version: int = 1
