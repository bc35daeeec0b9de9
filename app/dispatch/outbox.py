"""Sending what was decided: one request at a time for each contact, each committed before it goes out.

A request whose fate is unclear is looked for at the carrier before anything is sent again. Only requests that
certainly had no effect, and those that do no harm twice, are repeated.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import bindparam, select

from app.carrier.port import Carrier, CarrierError, NotTaken, Refused, Unclear
from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Contact, InboxRow, Leg, Message, OutboxRow
from app.db.write_set import Fence, WriteError, WriteSet, table_of
from app.dispatch.requests import Request, Requests
from app.observe.clock import Clock, new_id
from app.observe.failpoints import failpoint

LOOK_S = 0.25
AHEAD_MS = 1_000
"""Clocks of nodes may differ by this much; what another node wrote a moment ago is due."""
AT_ONCE = 64
REPEAT_MS = 1_000
REPEAT_MOST_MS = 30_000
LOOKS = 4
MOST_ATTEMPTS = 20
ENDED = ("completed", "busy", "failed", "no-answer", "canceled")
ENSURE = "sms.ensure"
"""A text that an answer to the carrier carried already: sent only if the carrier does not have it when this is due."""
NEVER_TWICE = ("participant.keys",)
"""Keys pressed twice do more harm than keys that were lost: whoever asked for them hears that nothing happened."""
RINGS = ("participant.ring", "agent.ring", "offer.ring")
"""What makes a leg beside the caller's own."""
HARMLESS_TWICE = ("call.end", "conference.end", "participant.hold", "participant.mute")

_outbox, _messages = table_of(OutboxRow), table_of(Message)
_NAMES = ("id", "kind", "contact_id", "task_id", "offer_id", "body", "state", "attempts", "at", "version")
OPEN = HotQuery(
    select(*(_outbox.c[name] for name in _NAMES))
    .where(_outbox.c.state.in_(("pending", "sending", "unknown")), _outbox.c.next_at <= bindparam("now"))
    .order_by(_outbox.c.id)
    .limit(AT_ONCE * 4)
)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sending:
    """One row of the outbox, as it is being worked on."""

    id: str
    kind: str
    contact_id: str | None
    task_id: str | None
    offer_id: str | None
    body: dict[str, Any]
    state: str
    attempts: int
    at: int
    version: int


class Outbox:
    """Works through the open rows while its process leads."""

    def __init__(self, db: Database, carrier: Carrier, requests: Requests, clock: Clock, fence: Fence) -> None:
        self._db = db
        self._carrier = carrier
        self._requests = requests
        self._clock = clock
        self._fence = fence
        self._bell = asyncio.Event()
        self._busy: set[str] = set()
        self._wait_until: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._began: set[str] = set()
        db.on_ring(self._on_ring)

    def _on_ring(self, rings: Sequence[str]) -> None:
        if any(ring in ("outbox", "*") for ring in rings):
            self._bell.set()

    def stop_listening(self) -> None:
        """The term is over."""
        self._db.off_ring(self._on_ring)

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                self._bell.clear()
                await self._start_some()
                try:
                    await asyncio.wait_for(self._bell.wait(), LOOK_S)
                except TimeoutError:
                    continue
        finally:
            for task in self._tasks:
                task.cancel()

    async def _start_some(self) -> None:
        now = self._clock.now_ms()
        for row in await self._db.fetch(OPEN, now=now + AHEAD_MS):
            failpoint("outbox.fetched")
            sending = Sending(**{**dict(zip(_NAMES, row, strict=True)), "body": json.loads(row[5])})
            lane = sending.id if sending.kind == ENSURE else sending.contact_id or sending.id
            if lane in self._busy or len(self._busy) >= AT_ONCE:
                continue
            self._busy.add(lane)
            if self._wait_until.get(sending.id, 0) > now:
                # Its turn has not come; those behind it in the same lane wait with it.
                self._release_later(lane)
                continue
            task = asyncio.create_task(self._work(sending, lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _release_later(self, lane: str) -> None:
        asyncio.get_running_loop().call_soon(self._busy.discard, lane)

    async def _work(self, sending: Sending, lane: str) -> None:
        try:
            await self._handle(sending)
        except WriteError as error:  # what cannot be written or sent must not be tried in a tight loop
            log.warning("outbox_write_failed", id=sending.id, error=str(error))
            self._wait_until[sending.id] = self._clock.now_ms() + REPEAT_MS
        except Exception:
            log.exception("outbox_failed", id=sending.id, kind=sending.kind)
            self._wait_until[sending.id] = self._clock.now_ms() + REPEAT_MOST_MS
        finally:
            self._busy.discard(lane)
            self._bell.set()

    async def _handle(self, sending: Sending) -> None:
        if sending.state == "sending" and sending.id not in self._began:
            # Another life of the service began this: its fate is unknown.
            await self._change(sending, "unknown")
        if sending.kind == "call.check":
            await self._check(sending)
            return
        try:
            request = await self._requests.resolve(sending.kind, sending.id, sending.contact_id, sending.body)
        except Refused as error:
            await self._failed(sending, Request("", []), error)
            return
        if request is None:
            await self._change(sending, "sent")
            return
        failpoint("outbox.settling" if sending.state == "unknown" else "outbox.resolved")
        looks = sending.state == "unknown" or sending.kind == ENSURE
        if looks and await self._settled(sending, request):
            return
        self._began.add(sending.id)
        await self._change(sending, "sending", attempts=sending.attempts + 1)
        failpoint("outbox.marked")
        try:
            sid = await self._perform(request)
            failpoint("outbox.performed")
        except Refused as error:
            await self._failed(sending, request, error)
        except NotTaken as error:
            await self._again(sending, str(error), state="pending")
        except Unclear as error:
            await self._again(sending, str(error), state="unknown")
        else:
            await self._sent(sending, request, sid)
            failpoint("outbox.recorded")

    async def _perform(self, request: Request) -> str | None:
        sid: str | None = None
        for arguments in request.each:
            sid = await self._carrier.perform(request.order, arguments)
        return sid

    async def _settled(self, sending: Sending, request: Request) -> bool:
        """Whether an unclear request turned out to have had its effect; otherwise it may be sent (again)."""
        if request.order in HARMLESS_TWICE:
            return False
        if request.order in NEVER_TWICE:
            await self._change(sending, "failed", error="unclear")
            self._forget(sending)
            return True
        if await self._requests.was_fetched(sending.kind, sending.id, request):
            await self._sent(sending, request, None)
            return True
        try:
            found = await self._carrier.trace(request.order, request.each[0], sending.at)
        except CarrierError as error:
            await self._again(sending, str(error), state=sending.state)
            return True
        sid = await self._its_own(request, found)
        if sid is not None:
            await self._sent(sending, request, sid)
            return True
        if sending.state == "unknown" and sending.attempts < LOOKS:
            await self._again(sending, "not found yet", state="unknown", attempts=sending.attempts + 1)
            return True
        return False

    async def _its_own(self, request: Request, found: Sequence[str]) -> str | None:
        """The first that is not known as another's: the same words may have gone to the same number twice."""
        if request.order != "message.send":
            return next(iter(found), None)
        query = select(_messages.c.message_sid).where(
            _messages.c.message_sid.in_(found), _messages.c.message_id != request.each[0]["message_id"]
        )
        async with self._db.session() as session:
            others = set((await (await session.connection()).execute(query)).scalars())
        return next((sid for sid in found if sid not in others), None)

    async def _check(self, sending: Sending) -> None:
        """Nothing was heard of a call for long: if the carrier has ended it, say so."""
        call_sid = await self._requests.call_sid(sending.contact_id)
        try:
            status = await self._carrier.call_status(call_sid) if call_sid else None
        except CarrierError as error:
            await self._again(sending, str(error), state="pending")
            return
        write_set = WriteSet(fence=self._fence)
        self._put_state(write_set, sending, "sent")
        if status is None or status in ENDED:
            now = self._clock.now_ms()
            write_set.change(Contact, {"contact_id": sending.contact_id}, None, hung_up_at=now)
            body = {"contact_id": sending.contact_id}
            write_set.insert(InboxRow, id=new_id(now), kind="call_ended", at=now, body=body)
            write_set.rings.append("inbox")
        await self._db.commit(write_set)

    async def _sent(self, sending: Sending, request: Request, sid: str | None) -> None:
        write_set = WriteSet(fence=self._fence)
        self._put_state(write_set, sending, "sent", sid=sid, error=None)
        now = self._clock.now_ms()
        if request.order == "message.send" and sid is not None:
            message = {"message_id": request.each[0]["message_id"]}
            write_set.change(Message, message, None, message_sid=sid)
            write_set.change(Message, {**message, "status": "pending"}, None, status="sent")
        if sending.kind in RINGS and sid is not None and sending.contact_id and sending.task_id:
            write_set.put(
                Leg,
                call_sid=sid,
                contact_id=sending.contact_id,
                task_id=sending.task_id,
                offer_id=sending.offer_id or "",
                agent_no=sending.body.get("agent_no"),
                at=now,
            )
        await self._db.commit(write_set)
        self._forget(sending)

    async def _failed(self, sending: Sending, request: Request, error: Refused) -> None:
        """The carrier will not do it. What hangs on it is told to the leader."""
        write_set = WriteSet(fence=self._fence)
        self._put_state(write_set, sending, "failed", error=str(error))
        kind, body = self._requests.consequence(sending.kind, sending.body, sending.contact_id, sending.offer_id, error)
        if kind is not None:
            now = self._clock.now_ms()
            write_set.insert(InboxRow, id=new_id(now), kind=kind, at=now, body=body)
            write_set.rings.append("inbox")
        if request.order == "message.send":
            message = {"message_id": request.each[0]["message_id"]}
            write_set.change(Message, message, None, status="failed", error_code=str(error.code))
        await self._db.commit(write_set)
        self._forget(sending)
        log.info("carrier_refused", kind=sending.kind, status=error.status, code=error.code)

    async def _again(self, sending: Sending, error: str, *, state: str, attempts: int | None = None) -> None:
        tries = sending.attempts if attempts is None else attempts
        if tries >= MOST_ATTEMPTS:
            state = "failed"
        await self._change(sending, state, attempts=tries, error=error)
        wait_ms = min(REPEAT_MOST_MS, REPEAT_MS * 2 ** min(tries, 5))
        self._wait_until[sending.id] = self._clock.now_ms() + wait_ms

    async def _change(self, sending: Sending, state: str, **values: Any) -> None:
        write_set = WriteSet(fence=self._fence)
        self._put_state(write_set, sending, state, **values)
        await self._db.commit(write_set)

    def _put_state(self, write_set: WriteSet, sending: Sending, state: str, **values: Any) -> None:
        write_set.change(OutboxRow, {"id": sending.id}, sending.version, state=state, **values)
        sending.version += 1
        sending.state = state
        sending.attempts = values.get("attempts", sending.attempts)

    def _forget(self, sending: Sending) -> None:
        self._wait_until.pop(sending.id, None)
        self._began.discard(sending.id)
