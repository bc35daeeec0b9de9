"""Queues with the figures of today, computed from what the database holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import AgentRow, ConfigRelease, Contact, OfferRow, Staff, TaskRow
from app.domain.staff.permissions import Verb, Viewer
from app.usecases.board_lists import ABANDONED, ACCEPTED, WAITS, WITHDRAWN, queued_between
from app.usecases.days import day_of, day_range
from app.usecases.scoping import reach
from app.usecases.shapes.queues import QueueNow, QueueShape, Served, queue_shape
from routing.config import Queue, parse
from routing.types import Mode

SHIPPED = {"phone": Mode.PHONE, "emergency": Mode.PHONE, "web": Mode.WEB, "field": Mode.FIELD}


async def read_queues(session: AsyncSession, now_ms: int, zone: ZoneInfo) -> list[QueueShape]:
    """All queues of the configuration in force, by name."""
    queues = await configured_queues(session)
    waiting, estimates = await _waiting(session)
    today = day_range(day_of(now_ms, zone), zone)
    served, jobs = await served_between(session, *today), await jobs_between(session, *today)
    agents = await _agents(session, queues)
    shapes = []
    for name, queue in sorted(queues.items()):
        now = QueueNow(name, queue.mode, queue.target, waiting[name], estimates.get(name), agents[name])
        of_today = jobs[name] if queue.mode is Mode.FIELD else served[name]
        shapes.append(queue_shape(now, of_today, now_ms))
    return shapes


async def configured_queues(session: AsyncSession) -> dict[str, Queue]:
    """The queues of the configuration in force; the shipped ones before the first was stored."""
    newest = select(ConfigRelease).order_by(col(ConfigRelease.stored_at).desc(), ConfigRelease.release).limit(1)
    release = (await session.exec(newest)).first()
    queues = dict(parse(release.body).queues) if release is not None else {}
    return queues or {name: Queue(name=name, mode=mode) for name, mode in SHIPPED.items()}


async def _waiting(session: AsyncSession) -> tuple[dict[str, list[int]], dict[str, int]]:
    since: dict[str, list[int]] = defaultdict(list)
    estimates: dict[str, int] = {}
    query = select(TaskRow.queue, TaskRow.waiting_at, TaskRow.estimate_high_s).where(WAITS)
    for name, waiting_at, estimate_s in await session.exec(query):
        since[name].append(waiting_at)
        if estimate_s is not None:
            estimates[name] = max(estimates.get(name, 0), estimate_s)
    return since, estimates


async def served_between(
    session: AsyncSession, start: int, end: int, *, viewer: Viewer | None = None, verb: Verb = Verb.QUEUES_READ
) -> dict[str, list[Served]]:
    """Callers who began to wait in `[start, end)`, by queue; of all, or within a viewer's reach.

    A contact counts once in each queue that it stood in, as `contacts_queued` lists it.
    """
    conditions = [queued_between(start, end)]
    if viewer is not None:
        near = select(Contact.contact_id).where(reach(viewer, verb, Contact.agent_no, Contact.unit))
        conditions.append(col(TaskRow.contact_id).in_(near))
    served: dict[str, list[Served]] = defaultdict(list)
    for (queue, _), visit in (await visits(session, *conditions)).items():
        served[queue].append(visit)
    return served


async def visits(session: AsyncSession, *conditions: ColumnElement[bool]) -> dict[tuple[str, str], Served]:
    """What became of each contact in each queue, by (queue, contact); of the tasks that fulfil the conditions."""
    names = ("contact_id", "queue", "state", "answered_at", "ended_at", "wait_ms", "talk_ms", "wrap_ms")
    query = select_columns(*(col(getattr(TaskRow, name)) for name in names)).where(*conditions)
    tasks: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in await (await session.connection()).execute(query.order_by(col(TaskRow.waiting_at), TaskRow.task_id)):
        tasks[row.queue, row.contact_id].append(row)
    return {key: _visit(rows) for key, rows in tasks.items()}


def _visit(tasks: Sequence[Any]) -> Served:
    """One contact in one queue, from its tasks there in order of time; the first answer counts."""
    answered = [task for task in tasks if task.answered_at is not None]
    if not answered:
        return Served(tasks[-1].wait_ms, None, False, any(task.state == ABANDONED for task in tasks))
    done = all(task.ended_at is not None for task in answered)
    handle_ms = sum(task.talk_ms + task.wrap_ms for task in answered) if done else None
    return Served(answered[0].wait_ms, handle_ms, True, False)


async def jobs_between(session: AsyncSession, start: int, end: int) -> dict[str, list[Served]]:
    """Jobs that were queued for crews in `[start, end)`, by queue: taken by a crew, withdrawn before, or neither."""
    taken_at = func.min(func.coalesce(OfferRow.ended_at, OfferRow.at))
    columns = (TaskRow.task_id, TaskRow.queue, TaskRow.queued_at, TaskRow.ended_at, TaskRow.state)
    query = (
        select_columns(*(col(column) for column in columns), taken_at.label("taken_at"))
        .join(OfferRow, and_(col(OfferRow.task_id) == TaskRow.task_id, col(OfferRow.state) == ACCEPTED), isouter=True)
        .where(col(TaskRow.mode) == Mode.FIELD, col(TaskRow.queued_at) >= start, col(TaskRow.queued_at) < end)
        .group_by(*(col(column) for column in columns))
    )
    jobs: dict[str, list[Served]] = defaultdict(list)
    for row in await (await session.connection()).execute(query):
        taken = row.taken_at is not None
        wait_ms = row.taken_at - row.queued_at if taken else 0
        handle_ms = max(0, row.ended_at - row.taken_at) if taken and row.ended_at is not None else 0
        jobs[row.queue].append(Served(wait_ms, handle_ms, taken, not taken and row.state in WITHDRAWN))
    return jobs


def serves(queue: Queue, modes: Collection[str], skills: Mapping[str, int]) -> bool:
    """Whether somebody with these modes and skill levels is counted at the queue."""
    return queue.mode in modes and all(skills.get(skill, 0) >= level for skill, level in queue.skills)


async def _agents(session: AsyncSession, queues: dict[str, Queue]) -> dict[str, Counter[str]]:
    query = (
        select(Staff, AgentRow.state)
        .join(AgentRow, col(AgentRow.agent_no) == Staff.agent_no)
        .where(col(Staff.active), AgentRow.state != "offline")
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in queues}
    for staff, state in await session.exec(query):
        shown = "talking" if state == "connecting" else state
        for name, queue in queues.items():
            if serves(queue, staff.modes, staff.skills):
                counts[name][shown] += 1
    return counts
