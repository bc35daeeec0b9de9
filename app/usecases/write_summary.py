"""Keeping the words of a shift's summary, handing it in, acknowledging it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agents.summary import ShiftFacts
from app.db.database import Database
from app.db.record import record
from app.db.tables import DailySummary, OpenItem, Staff
from app.db.write_set import Put, Reply, WriteSet
from app.domain.orders.transitions import Refused as DomainRefused
from app.domain.staff.permissions import Verb, Viewer
from app.domain.summaries.writes import SummaryWritten, acknowledge, drafted, keep_text, submit
from app.journal.entry import Entry
from app.observe.clock import Clock
from app.usecases.actors import actor_kind
from app.usecases.applied import applied
from app.usecases.read_summaries import SummaryFile, find_summary
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.services.asking import Tools
from app.usecases.shapes.summaries import summary_shape
from app.usecases.write_once import Once, replied, write_once


async def keep_summary_text(
    db: Database, clock: Clock, tools: Tools, viewer: Viewer, summary_id: str, text: str, lang: str
) -> Reply:
    """Keep the agent's own words of a draft; the summary as it stands then."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            file = await find_summary(session, viewer, Verb.SUMMARIES_WRITE, summary_id, at, tools.zone, lang)
        shift = file.shown.shift
        kept = _accepted(keep_text(file.stored, file.staff.agent_no, file.staff.unit, shift, text))
        return _done(viewer, at, file, kept, "summary_text_kept", {"note": text})

    return await write_once(db, clock, None, build)


async def submit_summary(
    db: Database,
    clock: Clock,
    tools: Tools,
    viewer: Viewer,
    summary_id: str,
    handed_to: Mapping[str, str],
    lang: str,
    once: Once | None,
) -> Reply:
    """Hand the summary in as it is shown now. `handed_to` names for open orders who shall go on with them."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            file = await find_summary(session, viewer, Verb.SUMMARIES_WRITE, summary_id, at, tools.zone, lang)
            await _check_people(session, handed_to)
        handed = _accepted(submit(file.stored, file.staff.unit, file.shown, at, handed_to))
        return _done(viewer, at, file, handed, "summary_submitted", {})

    return await write_once(db, clock, once, build)


async def acknowledge_summary(
    db: Database,
    clock: Clock,
    tools: Tools,
    viewer: Viewer,
    summary_id: str,
    comment: str,
    lang: str,
    once: Once | None,
) -> Reply:
    """The supervisor has read it."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            file = await find_summary(session, viewer, Verb.SUMMARIES_ACKNOWLEDGE, summary_id, at, tools.zone, lang)
        if file.stored is None:
            raise Refused(RefusedBecause.CONFLICT, "changed", "the summary is draft")
        read = _accepted(acknowledge(file.stored, viewer.agent_no, comment, at))
        return _done(viewer, at, file, read, "summary_acknowledged", {"note": comment} if comment else {})

    return await write_once(db, clock, once, build)


async def _check_people(session: AsyncSession, handed_to: Mapping[str, str]) -> None:
    numbers = set(handed_to.values())
    known = select(Staff.agent_no).where(col(Staff.agent_no).in_(numbers), col(Staff.active))
    if set((await session.exec(known)).all()) != numbers:
        raise Refused(RefusedBecause.INVALID, "unknown_agent", "an order is handed to nobody who works here")


def _accepted(outcome: SummaryWritten | DomainRefused) -> SummaryWritten:
    if isinstance(outcome, DomainRefused):
        raise Refused(RefusedBecause.CONFLICT, outcome.code, outcome.message)
    return outcome


def _done(
    viewer: Viewer, at: int, file: SummaryFile, written: SummaryWritten, text: str, private: dict[str, Any]
) -> WriteSet:
    write_set = written.write
    agent_no = file.staff.agent_no
    entry = Entry(
        "note",
        actor_kind(viewer),
        viewer.agent_no,
        agent_no=agent_no,
        body={"text": text, **written.body},
        private=private,
    )
    record(write_set, entry, at)
    stored = applied(write_set, DailySummary, [file.stored] if file.stored else [])[0]
    if stored.state == "draft":
        shown = replace(file.shown, text=stored.text or "")
    else:
        items = _items(write_set, file)
        nothing = ShiftFacts(from_ms=file.shown.shift.from_ms, to_ms=file.shown.shift.to_ms, now_ms=at)
        shown = drafted(agent_no, file.shown.shift, nothing, stored, items, "en")
    write_set.reply = replied(summary_shape(shown, file.staff.name, viewer))
    return write_set


def _items(write_set: WriteSet, file: SummaryFile) -> list[OpenItem]:
    put = [OpenItem(**op.values) for op in write_set.ops if isinstance(op, Put) and op.table is OpenItem]
    return put or file.items
