"""Log in: check the password, open a session, slow down those who guess."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlmodel import select

from app.db.database import Database
from app.db.record import record
from app.db.tables import Staff, StaffSession
from app.db.write_set import WriteSet
from app.domain.staff.passwords import MAXIMUM_LENGTH, matches
from app.observe.clock import Clock
from app.usecases.actors import session_entry
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.resume_session import ABSOLUTE_MS, Session, token_hash, viewer_from

FREE_FAILURES = 5
MAX_DELAY_MS = 60_000
FORGET_MS = 15 * 60_000
MAX_REMEMBERED = 10_000
MAX_WAITING = 100
"""Attempts of one address that may wait for their turn: a whole shift behind one address logs in at once."""


@dataclass(slots=True)
class _Failures:
    count: int
    last_at: int


@dataclass(slots=True)
class _Line:
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class LoginDelays:
    """Growing delays after failed attempts, for each account and address: guessing slows, no shift is locked out.

    Another address is never delayed by an attacker's failures, and no delay is longer than a minute.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()
        self._hashing = asyncio.Semaphore(2)
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Two passwords are looked at at a time, of one address one: attempts by the thousand keep nobody else waiting.

        Raises `Refused` where too many of the address wait.
        """
        line = self._lines.setdefault(address, _Line())
        if line.waiting > MAX_WAITING:
            raise Refused(RefusedBecause.TOO_MANY, "too_many_attempts", "too many attempts at once", 10)
        line.waiting += 1
        try:
            async with line.turn, self._hashing:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[address]

    def wait_ms(self, agent_no: str, address: str, now: int) -> int:
        """How long this pair must still wait."""
        found = self._failures.get((agent_no, address))
        if found is None or found.count < FREE_FAILURES:
            return 0
        delay = min(MAX_DELAY_MS, 1000 << min(found.count - FREE_FAILURES, 10))
        return max(0, found.last_at + delay - now)

    def check(self, agent_no: str, address: str, now: int) -> None:
        """Raise `Refused` while this pair must wait."""
        wait_s = -(-self.wait_ms(agent_no, address, now) // 1000)
        if wait_s > 0:
            raise Refused(RefusedBecause.TOO_MANY, "too_many_attempts", "wait before the next attempt", wait_s)

    def failed(self, agent_no: str, address: str, now: int) -> None:
        """Count a failed attempt."""
        key = (agent_no, address)
        found = self._failures.pop(key, None)
        count = found.count + 1 if found is not None and now - found.last_at < FORGET_MS else 1
        self._failures[key] = _Failures(count, now)
        while len(self._failures) > MAX_REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, agent_no: str, address: str) -> None:
        """Forget the failures of the pair."""
        self._failures.pop((agent_no, address), None)


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session; `token` is for the cookie only."""

    token: str
    session: Session


async def open_session(
    db: Database, clock: Clock, delays: LoginDelays, agent_no: str, password: str, address: str, *, public: str = ""
) -> Opened:
    """Open a session, or raise `Refused`: 429 while the pair must wait, 401 alike for wrong, unknown and inactive.

    `public` is a password that everybody knows; it opens nothing.
    """
    now = clock.now_ms()
    delays.check(agent_no, address, now)
    async with db.session() as session:
        staff = (await session.exec(select(Staff).where(Staff.agent_no == agent_no))).first()
    usable = staff.password_hash if staff is not None and staff.active else None
    async with delays.turn(address):
        delays.check(agent_no, address, now)  # others of the same moment may have failed meanwhile
        fits = await asyncio.to_thread(matches, usable, password[: MAXIMUM_LENGTH + 1])
        wrong = staff is None or not fits or password == public
        if wrong:
            delays.failed(agent_no, address, now)
    if staff is None or wrong:
        raise Refused(RefusedBecause.NOT_LOGGED_IN, "wrong_credentials", "agent number or password is wrong")
    delays.succeeded(agent_no, address)
    return await _open(db, now, staff)


async def _open(db: Database, now: int, staff: Staff) -> Opened:
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    write_set = WriteSet()
    write_set.insert(
        StaffSession,
        token_hash=token_hash(token),
        agent_no=staff.agent_no,
        csrf_token=csrf_token,
        created_at=now,
        seen_at=now,
        expires_at=now + ABSOLUTE_MS,
        ended_at=None,
    )
    viewer = viewer_from(staff)
    record(write_set, session_entry(viewer, "logged_in"), now)
    await db.commit(write_set)
    return Opened(token, Session(token_hash(token), csrf_token, viewer))
