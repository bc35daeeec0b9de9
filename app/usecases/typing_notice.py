"""Who writes just now: a ring without rows, heard by whoever has the other end open."""

from __future__ import annotations

from app.db.database import Database
from app.db.write_set import WriteSet
from app.domain.staff.permissions import Viewer
from app.usecases.console_ownership import in_hand

AGENT, CUSTOMER = "agent", "customer"


async def agent_types(db: Database, viewer: Viewer, contact_id: str) -> None:
    """The customer of a contact in this agent's hands sees it; raises `Refused` for any other."""
    await in_hand(db, viewer, contact_id)
    await _ring(db, contact_id, AGENT)


async def customer_types(db: Database, contact_id: str) -> None:
    """The agent who has this conversation sees it."""
    await _ring(db, contact_id, CUSTOMER)


async def _ring(db: Database, contact_id: str, who: str) -> None:
    await db.commit(WriteSet(rings=[f"typing:{contact_id}:{who}"]))
