"""Shift summaries: drafts computed from the work itself, the others as they were handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import DailySummary, OpenItem, Staff, WorkOrder
from app.domain.staff.permissions import Scope, Verb, Viewer
from app.domain.summaries.reads import items_of, missing, shift_facts, summary_of
from app.domain.summaries.shifts import Shift, shift_at, shifts_of
from app.domain.summaries.writes import Summary, drafted, parse_summary_id, summary_id_of
from app.usecases.days import FIRST, LAST
from app.usecases.paging import Paging, decode_cursor, encode_cursor
from app.usecases.refusals import not_found
from app.usecases.restrictions import hidden_orders
from app.usecases.scoping import reach
from app.usecases.shapes.base import Page
from app.usecases.shapes.summaries import SummaryShape, summary_shape

UNSEEN = "…"
MAX_MS = 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class SummaryFile:
    """A summary as it is shown, with the rows behind it."""

    shown: Summary
    stored: DailySummary | None
    items: list[OpenItem]
    staff: Staff


async def read_summaries(
    session: AsyncSession,
    viewer: Viewer,
    paging: Paging,
    *,
    agent_no: str | None,
    day: date | None,
    lang: str,
    now_ms: int,
    zone: ZoneInfo,
) -> Page[SummaryShape]:
    """Summaries of one day, today's by default; of one agent, or of all within reach who worked."""
    wanted = day or date.fromisoformat(shift_at(now_ms, zone).date)
    shifts = shifts_of(wanted, zone) if FIRST <= wanted < LAST else []
    pairs = [
        (number, shift)
        for shift in shifts
        if shift.from_ms <= now_ms
        for number in await _agents(session, viewer, agent_no, shift, now_ms)
    ]
    start = _after(pairs, paging.cursor)
    shown = pairs[start : start + paging.limit]
    files = [await _file(session, viewer, number, shift, now_ms, lang) for number, shift in shown]
    items = [summary_shape(file.shown, file.staff.name, viewer) for file in files]
    more = len(pairs) > start + paging.limit
    return Page(items=items, next_cursor=encode_cursor([summary_id_of(*shown[-1])]) if more else None)


async def find_summary(
    session: AsyncSession, viewer: Viewer, verb: Verb, summary_id: str, now_ms: int, zone: ZoneInfo, lang: str
) -> SummaryFile:
    """The summary that an id names, stored or not, within reach of `verb`; else `Refused` as if there were none."""
    named = parse_summary_id(summary_id)
    if named is None or not 0 < named[1] < MAX_MS:
        raise not_found("summary")
    agent_no, begin = named
    shift = shift_at(begin, zone)
    staff = await _person(session, viewer, verb, agent_no)
    if staff is None or shift.from_ms != begin or begin > now_ms:
        raise not_found("summary")
    return await _file(session, viewer, agent_no, shift, now_ms, lang)


async def _agents(session: AsyncSession, viewer: Viewer, agent_no: str | None, shift: Shift, now_ms: int) -> list[str]:
    if agent_no is None and viewer.scope(Verb.SUMMARIES_READ) is Scope.OWN:
        agent_no = viewer.agent_no
    if agent_no is not None:
        person = await _person(session, viewer, Verb.SUMMARIES_READ, agent_no)
        return [] if person is None or not await _worked(session, agent_no, shift, now_ms) else [agent_no]
    within = select(Staff.agent_no).where(reach(viewer, Verb.SUMMARIES_READ, Staff.agent_no, Staff.unit))
    stored = select(DailySummary.agent_no).where(DailySummary.shift_from == shift.from_ms)
    kept = set((await session.exec(stored.where(col(DailySummary.agent_no).in_(within)))).all())
    reachable = set((await session.exec(within)).all())
    return sorted(kept | (set(await missing(session, shift)) & reachable))


async def _worked(session: AsyncSession, agent_no: str, shift: Shift, now_ms: int) -> bool:
    """The running shift always has a summary, an earlier one if there was something to sum up."""
    if shift.from_ms <= now_ms < shift.to_ms or await summary_of(session, agent_no, shift) is not None:
        return True
    facts = await shift_facts(session, agent_no, shift, now_ms)
    return bool(facts.talked or facts.offers or facts.orders)


async def _person(session: AsyncSession, viewer: Viewer, verb: Verb, agent_no: str) -> Staff | None:
    query = select(Staff).where(Staff.agent_no == agent_no, reach(viewer, verb, Staff.agent_no, Staff.unit))
    return (await session.exec(query)).first()


async def _file(
    session: AsyncSession, viewer: Viewer, agent_no: str, shift: Shift, now_ms: int, lang: str
) -> SummaryFile:
    stored = await summary_of(session, agent_no, shift)
    found = await items_of(session, summary_id_of(agent_no, shift))
    unseen = await _unseen(session, viewer, [item.order_no for item in found])
    items = [item for item in found if item.order_no not in unseen]
    facts = await shift_facts(session, agent_no, shift, now_ms)
    staff = await session.get(Staff, agent_no)
    assert staff is not None
    shown = drafted(agent_no, shift, facts, stored, items, lang)
    for order_no in unseen:
        shown = replace(shown, text=shown.text.replace(order_no, UNSEEN))
    return SummaryFile(shown, stored, items, staff)


async def _unseen(session: AsyncSession, viewer: Viewer, order_nos: Sequence[str]) -> list[str]:
    """Those that came to name the viewer after the summary was handed in."""
    query = select(WorkOrder.order_no).where(col(WorkOrder.order_no).in_(order_nos), hidden_orders(viewer))
    return list((await session.exec(query)).all()) if order_nos else []


def _after(pairs: list[tuple[str, Shift]], cursor: str | None) -> int:
    if cursor is None:
        return 0
    last = decode_cursor(cursor, [str])[0]
    ids = [summary_id_of(number, shift) for number, shift in pairs]
    return ids.index(str(last)) + 1 if last in ids else len(ids)
