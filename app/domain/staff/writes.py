"""Changes of people, as write-sets with their journal entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.db.record import record
from app.db.tables import Staff, StaffSession
from app.db.write_set import WriteSet
from app.journal.entry import Entry


def add_member(
    *,
    agent_no: str,
    name: str,
    role: str,
    modes: Sequence[str],
    skills: Mapping[str, int],
    team: str | None,
    phone: str | None,
    password_hash: str,
    at_ms: int,
) -> WriteSet:
    """A new person who can log in. Somebody with this number is an error of the whole unit."""
    unit = WriteSet(rings=[f"staff:{agent_no}"])
    unit.insert(
        Staff,
        agent_no=agent_no,
        name=name,
        role=role,
        modes=list(modes),
        skills=dict(skills),
        team=team,
        phone=phone,
        password_hash=password_hash,
    )
    entry = Entry(
        "note",
        "system",
        actor_id="command",
        agent_no=agent_no,
        body={"text": "person added", "role": role, "modes": list(modes), "skills": dict(skills), "team": team},
        private={"name": name, "phone": phone},
    )
    record(unit, entry, at_ms)
    return unit


def set_password(member: Staff, password_hash: str, sessions: Sequence[StaffSession], at_ms: int) -> WriteSet:
    """A new password; the given sessions, which are this person's, end."""
    unit = WriteSet(rings=[f"staff:{member.agent_no}"])
    unit.change(Staff, {"agent_no": member.agent_no}, member.version, password_hash=password_hash)
    for session in sessions:
        unit.change(StaffSession, {"token_hash": session.token_hash}, None, ended_at=at_ms)
    entry = Entry(
        "note",
        "system",
        actor_id="command",
        agent_no=member.agent_no,
        body={"text": "password set", "sessions_ended": len(sessions)},
    )
    record(unit, entry, at_ms)
    return unit
