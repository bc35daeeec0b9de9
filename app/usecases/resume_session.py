"""Whose request is this: look the cookie's token up, end what idled too long, note that it is in use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlmodel import select

from app.db.database import Database
from app.db.tables import Staff, StaffSession
from app.db.write_set import WriteSet
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Viewer
from app.observe.clock import Clock

IDLE_MS = 30 * 60_000
ABSOLUTE_MS = 12 * 3_600_000
NOTE_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Session:
    """A live log-in: who, and what a write must repeat in its header."""

    token_hash: str
    csrf_token: str
    viewer: Viewer


def token_hash(token: str) -> str:
    """How a session's token is kept: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def viewer_from(staff: Staff) -> Viewer:
    """The person as permissions see them."""
    return Viewer(staff.agent_no, staff.name, Role(staff.role), staff.team, staff.unit)


async def resume_session(db: Database, clock: Clock, token: str) -> Session | None:
    """The live session of a token, or None: unknown, ended, idle for 30 minutes, or 12 hours old.

    The role is read anew each time, so a change of role or of `active` holds from the next request on.
    """
    now = clock.now_ms()
    found = await _read(db, token_hash(token))
    if found is None:
        return None
    session, staff = found
    alive = session.ended_at is None and now < session.expires_at and now - session.seen_at < IDLE_MS
    if not alive or not staff.active:
        return None
    if now - session.seen_at >= NOTE_EVERY_MS:
        noted = WriteSet()
        noted.change(StaffSession, {"token_hash": session.token_hash}, None, seen_at=now)
        await db.commit(noted)
    return Session(session.token_hash, session.csrf_token, viewer_from(staff))


async def _read(db: Database, hashed: str) -> tuple[StaffSession, Staff] | None:
    query = (
        select(StaffSession, Staff)
        .join(Staff, Staff.agent_no == StaffSession.agent_no)  # type: ignore[arg-type]
        .where(StaffSession.token_hash == hashed)
    )
    async with db.session() as session:
        return (await session.exec(query)).first()
