"""The journal: one row for each unit of work, sealed into a hash chain; personal values apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event
from sqlmodel import Field, Index, SQLModel, text

from app.db.tables.base import Json, Ms
from app.db.write_set import table_of


class JournalRow(SQLModel, table=True):
    """What happened, without personal values. `seq`, `prev_hash`, `hash` are written once, by the sealing leader.

    On PostgreSQL the table is partitioned by month of `at`, hence the two-column key.
    """

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_contact_id", "contact_id"),
        Index("ix_journal_order_no", "order_no"),
        Index("ix_journal_agent_no", "agent_no"),
        Index("ix_journal_customer_no", "customer_no"),
        Index("ix_journal_seq", "seq"),
        Index(
            "ix_journal_unsealed",
            "id",
            sqlite_where=text("seq IS NULL"),
            postgresql_where=text("seq IS NULL"),
        ),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    id: str = Field(primary_key=True)
    at: int = Field(sa_type=Ms, primary_key=True)
    kind: str
    actor_kind: str
    actor_id: str | None = None
    contact_id: str | None = None
    order_no: str | None = None
    agent_no: str | None = None
    customer_no: str | None = None
    body: dict[str, Any] = Field(sa_type=Json)
    private_hash: str | None = None
    seq: int | None = Field(default=None, sa_type=Ms)
    prev_hash: str | None = None
    hash: str | None = None


class JournalPrivate(SQLModel, table=True):
    """Personal values of one journal row; deleting it leaves the chain whole."""

    __tablename__ = "journal_private"

    row_id: str = Field(primary_key=True)
    salt: str
    body: dict[str, Any] = Field(sa_type=Json)


@event.listens_for(table_of(JournalRow), "after_create")
def _default_partition(_table: Any, connection: Connection, **_: Any) -> None:
    """Tables made straight from the metadata, without migrations, would have no partition to write to."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE TABLE IF NOT EXISTS journal_default PARTITION OF journal DEFAULT"))
