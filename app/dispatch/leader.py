"""The one who routes: drains the inbox by state, fires deadlines, commits once for a batch, and only then is heard."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.carrier.port import Carrier
from app.carrier.urls import Urls
from app.db.database import Database
from app.db.hot import HotQuery
from app.db.leases import RENEW_MS, ROUTING, Leases
from app.db.tables import ConfigRelease, InboxRow
from app.db.write_set import Fence, WriteError, table_of
from app.dispatch.batch import Batch
from app.dispatch.configuration import ConfigSource
from app.dispatch.console_commands import execute, refusal
from app.dispatch.desk import Desk
from app.dispatch.expire_claims import keep_expiring
from app.dispatch.intake import take, tell, time_over
from app.dispatch.nodes import dropped
from app.dispatch.outbox import Outbox
from app.dispatch.profiles import changed_profiles, rung
from app.dispatch.recover import recover
from app.dispatch.requests import Requests
from app.dispatch.seal import Sealer
from app.dispatch.view_line import refresh_views
from app.domain.warnings.writes import count_up
from app.observe.clock import Clock
from app.observe.failpoints import failpoint
from app.settings import Settings
from routing.config import Config
from routing.events import AgentProfileChanged, ConfigChanged

LOOK_S = 0.25
VIEW_S = 1.0
SWEEP_MS = 2_000
AT_ONCE = 256
AGAIN_S = 0.5
SEAL_S = 0.5

_inbox = table_of(InboxRow)
OPEN = HotQuery(
    select(_inbox.c.id, _inbox.c.kind, _inbox.c.body)
    .where(_inbox.c.applied_at.is_(None))
    .order_by(_inbox.c.id)
    .limit(AT_ONCE)
)

log = structlog.get_logger(__name__)


class Leader:
    """Leads whenever the lease is to be had; `config` is read anew whenever it begins to lead."""

    def __init__(
        self,
        db: Database,
        leases: Leases,
        clock: Clock,
        settings: Settings,
        config: ConfigSource,
        carrier: Carrier,
    ) -> None:
        self._db = db
        self._carrier = carrier
        self._leases = leases
        self._clock = clock
        self._settings = settings
        self._config = config
        self._bell = asyncio.Event()
        self.desk: Desk | None = None
        self._fence: Fence | None = None
        self._poison: set[str] = set()
        self._people_changed = True
        self.settled = asyncio.Event()
        """Set once recovery is done here, or somebody else was seen to lead."""
        db.on_ring(self._on_ring)

    @property
    def fence(self) -> Fence | None:
        """The proof of leading, while this process leads; others who write for the leader carry it too."""
        return self._fence

    def _on_ring(self, rings: Sequence[str]) -> None:
        people = rung(rings)
        self._people_changed |= people
        if people or "inbox" in rings:
            self._bell.set()

    async def run(self) -> None:
        """Lead, or wait to; until cancelled. A failure costs the desk, never the rows: it is made again."""
        while True:
            try:
                await self._term()
            except (WriteError, SQLAlchemyError, OSError) as error:
                log.warning("leading_interrupted", error=str(error))
            except Exception:
                # A broken invariant: the rows are whole, so begin again from them, without the row that broke it.
                log.exception("leading_failed")
            self.desk = self._fence = None
            await asyncio.sleep(AGAIN_S)

    async def _term(self) -> None:
        epoch = await self._leases.take(ROUTING)
        if epoch is None:
            self.settled.set()
            return
        failpoint("lease.taken")
        self._fence = Fence(ROUTING, self._db.node, epoch)
        log.info("leading", epoch=epoch)
        requests = Requests(self._db, Urls(self._settings.base_url), self._settings.number)
        outbox = Outbox(self._db, self._carrier, requests, self._clock, self._fence)
        renewing = asyncio.create_task(self._renew(epoch), name="renew-lease")
        work = [renewing, asyncio.create_task(outbox.run(), name="outbox")]
        work.append(asyncio.create_task(self._seal(Sealer(self._db, self._fence)), name="seal-journal"))
        work.append(asyncio.create_task(keep_expiring(self._db, self._clock, self._fence), name="expire-claims"))
        try:
            await self._lead(self._fence, work)
        finally:
            outbox.stop_listening()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            with contextlib.suppress(WriteError, OSError):
                await self._leases.give_back(ROUTING, epoch)

    async def _seal(self, sealer: Sealer) -> None:
        while True:
            if not await sealer.seal_new():
                await asyncio.sleep(SEAL_S)

    async def _renew(self, epoch: int) -> None:
        while True:
            await asyncio.sleep(RENEW_MS / 1000)
            if not await self._leases.renew(ROUTING, epoch):
                return
            failpoint("lease.renewed")

    async def _lead(self, fence: Fence, work: list[asyncio.Task[None]]) -> None:
        self._config.forget()
        self._people_changed = True
        config, name = self._config.config, self._config.name
        now = self._clock.now_ms()
        desk = await recover(self._db, self._settings, config, name, now)
        desk.skills = self._config.skills
        failpoint("leader.recovered")
        await self._configure(desk, fence, config, name)
        failpoint("leader.configured")
        self.desk = desk
        self.settled.set()
        work.append(asyncio.create_task(self._view(desk, fence), name="view-line"))
        swept_at = 0
        while not any(task.done() for task in work):
            self._bell.clear()
            busy = await self._round(desk, fence)
            now = self._clock.now_ms()
            if now - swept_at >= SWEEP_MS:
                swept_at = now
                await self._sweep(desk, fence, now)
            if not busy:
                await self._pause(desk)

    async def _view(self, desk: Desk, fence: Fence) -> None:
        while True:
            await refresh_views(self._db, desk, fence)
            failpoint("view.refreshed")
            await asyncio.sleep(VIEW_S)

    async def _sweep(self, desk: Desk, fence: Fence, now_ms: int) -> None:
        """Sockets that died with their node are dropped connections; their grace begins."""
        batch = Batch(desk, fence, now_ms)
        for event in await dropped(self._db, desk, now_ms):
            tell(batch, event)
        write_set = batch.finish(desk.config)
        if write_set.ops:
            await self._db.commit(write_set)

    async def _configure(self, desk: Desk, fence: Fence, config: Config, name: str) -> None:
        batch = Batch(desk, fence, self._clock.now_ms())
        batch.write_set.put(ConfigRelease, release=name, body=self._config.document, stored_at=batch.at_ms)
        desk.config = name
        tell(batch, ConfigChanged(batch.at_ms, config))
        for event in self._config.hours(batch.at_ms):
            tell(batch, event)
        await self._db.commit(batch.finish(name))

    async def _round(self, desk: Desk, fence: Fence) -> bool:
        """One batch; whether there was anything in it."""
        now = self._clock.now_ms()
        rows = await self._db.fetch(OPEN)
        if rows:
            failpoint("inbox.fetched")
        batch = Batch(desk, fence, now)
        seen = len(batch.write_set.ops)
        for row_id, kind, body in rows:
            result = (
                refusal("failed", "see the log") if row_id in self._poison else self._answer(batch, row_id, kind, body)
            )
            batch.write_set.change(InboxRow, {"id": row_id}, None, applied_at=now, result=result)
            batch.ring(f"inbox:{row_id}")
        for kind, body in desk.due(now):
            take(batch, kind, body)
        for reached in desk.deadlines.due(now):
            time_over(batch, reached)
        for changed in self._config.hours(now):
            tell(batch, changed)
        for person in await self._changed_people(desk, now):
            tell(batch, person)
        write_set = batch.finish(desk.config)
        if len(write_set.ops) == seen:
            return False
        if "warning" in write_set.rings:
            async with self._db.session() as session:
                await count_up(session, write_set, now)
        failpoint("inbox.applied")
        await self._db.commit(write_set)
        failpoint("inbox.committed")
        return True

    async def _changed_people(self, desk: Desk, now_ms: int) -> list[AgentProfileChanged]:
        if not self._people_changed:
            return []
        self._people_changed = False
        return await changed_profiles(self._db, desk.core, now_ms)

    def _answer(self, batch: Batch, row_id: str, kind: str, raw: Any) -> dict[str, Any] | None:
        """Take one inbox row. One that makes no sense is answered and done with: it must not stop the others."""
        body: Mapping[str, Any] = json.loads(raw)
        try:
            if kind == "command":
                return execute(batch, body)
            take(batch, kind, body)
        except (KeyError, TypeError, ValueError) as error:
            log.exception("inbox_row_refused", kind=kind)
            return refusal("invalid", str(error))
        except Exception:
            self._poison.add(row_id)
            raise
        return None

    async def _pause(self, desk: Desk) -> None:
        """Until the bell, the nearest deadline, or a quarter of a second: a bell may have been missed."""
        wait_s = LOOK_S
        if desk.nearest is not None:
            wait_s = min(wait_s, max(0.0, (desk.nearest - self._clock.now_ms()) / 1000))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), wait_s)
