"""Log out."""

from __future__ import annotations

from app.db.database import Database
from app.db.record import record
from app.db.tables import StaffSession
from app.db.write_set import WriteSet
from app.observe.clock import Clock
from app.usecases.actors import session_entry
from app.usecases.resume_session import Session


async def end_session(db: Database, clock: Clock, session: Session) -> None:
    """End the session for good; its sockets hear of it by the ring `session:<token hash>`."""
    write_set = WriteSet()
    write_set.change(StaffSession, {"token_hash": session.token_hash}, None, ended_at=clock.now_ms())
    record(write_set, session_entry(session.viewer, "logged_out"), clock.now_ms())
    write_set.rings.append(f"session:{session.token_hash}")
    await db.commit(write_set)
