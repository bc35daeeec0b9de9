"""Reads of surveys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Survey
from app.domain.surveys.kinds import ASKED, SurveyStatus

ANSWER_MS = 24 * 3_600_000
AGGREGATE_MIN = 5
"""Agents see figures of five or more answers, never single ones."""


async def of_contact(session: AsyncSession, contact_id: str) -> Survey | None:
    """The survey of a contact, the newest if there are several."""
    query = select(Survey).where(Survey.contact_id == contact_id).order_by(col(Survey.at).desc()).limit(1)
    return (await session.exec(query)).first()


async def open_for(session: AsyncSession, peer: str, now_ms: int) -> Survey | None:
    """The newest survey that this number was asked by text and has not answered in full, for one day."""
    query = (
        select(Survey)
        .where(
            Survey.peer == peer,
            Survey.source == "sms",
            col(Survey.status).in_(ASKED),
            col(Survey.at) > now_ms - ANSWER_MS,
            col(Survey.solved).is_(None),
        )
        .order_by(col(Survey.at).desc())
        .limit(1)
    )
    return (await session.exec(query)).first()


async def invitations(
    session: AsyncSession, matter: str, contact_id: str | None, peer: str | None, since_ms: int
) -> list[int]:
    """When this matter, or in this contact, or this number about anything, was asked. `peer` None leaves the number
    out."""
    same = [col(Survey.matter) == matter]
    if contact_id:
        same.append(col(Survey.contact_id) == contact_id)
    if peer:
        same.append(col(Survey.peer) == peer)
    query = select(Survey.at).where(or_(*same), col(Survey.at) >= since_ms)
    return list((await session.exec(query)).all())


async def due(session: AsyncSession, now_ms: int, limit: int = 100) -> list[Survey]:
    """Surveys whose next attempt has come."""
    query = (
        select(Survey)
        .where(col(Survey.next_attempt_at) <= now_ms, Survey.status == SurveyStatus.SCHEDULED)
        .order_by(col(Survey.next_attempt_at))
        .limit(limit)
    )
    return list((await session.exec(query)).all())


@dataclass(frozen=True, slots=True)
class Figures:
    """What an agent may see of the own surveys; without a mean below five answers."""

    invited: int
    answered: int
    mean: float | None


async def figures_of(session: AsyncSession, agent_no: str, from_ms: int, to_ms: int) -> Figures:
    """Invitations and answers of one agent in a time, personal scores only."""
    query = select(func.count(), func.count(col(Survey.score)), func.avg(Survey.score)).where(
        Survey.agent_no == agent_no,
        col(Survey.at) >= from_ms,
        col(Survey.at) < to_ms,
        col(Survey.personal).is_(True),
    )
    invited, answered, mean = (await session.exec(query)).one()
    return Figures(invited, answered, round(float(mean), 2) if answered >= AGGREGATE_MIN else None)
