"""Agents come and go with their sockets: what the leader is told, and whose log-in still holds."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import InboxRow, SocketRow, Staff, StaffSession
from app.db.write_set import WriteSet, table_of
from app.dispatch.profiles import profile
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import PERMISSIONS, Verb
from app.observe.clock import Clock, new_id
from app.usecases.turn_effects import put_event
from routing.events import AgentConnected, AgentDisconnected

TOUCH_MS = 60_000

_staff, _sessions = table_of(Staff), table_of(StaffSession)
PERSON = RowQuery(select(*_staff.c).where(_staff.c.agent_no == bindparam("agent_no")))
LOG_IN = RowQuery(
    select(
        *(_sessions.c[name] for name in ("ended_at", "expires_at", "seen_at")),
        *(_staff.c[name] for name in ("active", "role", "unit", "team")),
    )
    .select_from(_sessions.join(_staff, _staff.c.agent_no == _sessions.c.agent_no))
    .where(_sessions.c.token_hash == bindparam("token_hash"))
)


async def agent_connected(db: Database, clock: Clock, agent_no: str, connection_id: str, *, anew: bool = False) -> None:
    """The newest socket of this agent is open here: what they can do as of now, and that they are there.

    `anew`: it is the first of a page; whatever belonged to an earlier page goes with that.
    """
    person = await PERSON.one(db, agent_no=agent_no)
    if person is None:
        return
    write_set = WriteSet()
    put_event(write_set, profile(person, clock.now_ms()))
    put_event(write_set, AgentConnected(clock.now_ms(), agent_no))
    if anew:
        at_ms = clock.now_ms()
        opened = {"agent_no": agent_no}
        write_set.insert(InboxRow, id=new_id(at_ms), kind="page_opened", at=at_ms, body=opened)
    write_set.put(SocketRow, agent_no=agent_no, node=db.node, at=clock.now_ms())
    write_set.rings += [f"console:{agent_no}:{connection_id}", f"agent:{agent_no}"]
    await db.commit(write_set)


async def agent_disconnected(db: Database, clock: Clock, agent_no: str) -> None:
    """The last socket of this agent is gone; the grace begins."""
    write_set = WriteSet()
    write_set.remove(SocketRow, agent_no=agent_no, node=db.node)
    put_event(write_set, AgentDisconnected(clock.now_ms(), agent_no))
    await db.commit(write_set)


def place_of(role: str, unit: str | None, team: str | None) -> str:
    """What a socket's permissions rest on."""
    return f"{role} {unit} {team}"


async def log_in_holds(db: Database, clock: Clock, token_hash: str, verb: Verb, place: str) -> bool:
    """Whether the log-in behind a socket still stands, its role still has `verb`, and the person is in the same place
    as when it was opened. An open socket is use."""
    now = clock.now_ms()
    row = await LOG_IN.one(db, token_hash=token_hash)
    if row is None or row["ended_at"] is not None or now >= row["expires_at"] or not row["active"]:
        return False
    if verb not in PERMISSIONS[Role(row["role"])] or place_of(row["role"], row["unit"], row["team"]) != place:
        return False
    if now - row["seen_at"] >= TOUCH_MS:
        seen = WriteSet()
        seen.change(StaffSession, {"token_hash": token_hash}, None, seen_at=now)
        await db.commit(seen)
    return True
