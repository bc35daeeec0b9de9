"""Surveys: one by one for those who oversee, together for those who are judged by them (rule 28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, cast, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from agents.survey import AGGREGATE_FROM, LOW
from app.db.tables import Survey
from app.domain.staff.permissions import Scope, Verb, Viewer
from app.usecases.days import day_range
from app.usecases.paging import Paging, page_of
from app.usecases.restrictions import contact_not_hidden, order_not_hidden
from app.usecases.scoping import reach
from app.usecases.shapes.oversight import SurveyFigures, SurveyPage, survey_figures, survey_shape


@dataclass(frozen=True, slots=True)
class SurveyFilters:
    """Filters; empty = any. `day` is that of the answer in the hotline's time zone, without one that of the question,
    as the board counts; the figures of a shift are those of its summary. `scored`: those with a score, or without.
    `low`: those that a supervisor hears of, or those with a better score.
    """

    agent_no: str | None = None
    contact_id: str | None = None
    order_no: str | None = None
    day: date | None = None
    status: str | None = None
    scored: bool | None = None
    low: bool | None = None


async def read_surveys(
    session: AsyncSession, viewer: Viewer, filters: SurveyFilters, paging: Paging, zone: ZoneInfo
) -> SurveyPage:
    """Surveys within reach, the newest first, with the figures of all that match.

    An agent's filters are left out of account, so that no choice of them tells who gave which score.
    """
    aggregate_only = viewer.scope(Verb.SURVEYS_READ) is Scope.OWN
    conditions = [
        reach(viewer, Verb.SURVEYS_READ, Survey.agent_no, Survey.unit),
        order_not_hidden(viewer, Survey.order_no),
        contact_not_hidden(viewer, Survey.contact_id),
    ]
    if aggregate_only:
        figures = await _figures(session, [*conditions, col(Survey.personal).is_(True)], AGGREGATE_FROM)
        return SurveyPage(items=[], next_cursor=None, figures=figures)
    conditions += _matching(filters, zone)
    query = select(Survey).where(*conditions)
    surveys, next_cursor = await page_of(session, query, [Survey.at, Survey.survey_id], paging, newest_first=True)
    figures = await _figures(session, conditions, 1)
    return SurveyPage(items=[survey_shape(survey) for survey in surveys], next_cursor=next_cursor, figures=figures)


def _matching(filters: SurveyFilters, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    wanted = [
        (Survey.agent_no, filters.agent_no),
        (Survey.contact_id, filters.contact_id),
        (Survey.order_no, filters.order_no),
        (Survey.status, filters.status),
    ]
    found: list[ColumnElement[bool]] = [col(column) == value for column, value in wanted if value is not None]
    if filters.scored is not None:
        found.append(col(Survey.score).is_not(None) if filters.scored else col(Survey.score).is_(None))
    if filters.low is not None:
        found.append(col(Survey.score) <= LOW if filters.low else col(Survey.score) > LOW)
    if filters.day is not None:
        start, end = day_range(filters.day, zone)
        at = func.coalesce(col(Survey.answered_at), col(Survey.at))
        found += [at >= start, at < end]
    return found


async def _figures(session: AsyncSession, conditions: list[ColumnElement[bool]], least: int) -> SurveyFigures:
    solved = func.coalesce(func.sum(cast(col(Survey.solved), Integer)), 0)
    query = select(func.count(col(Survey.score)), func.avg(col(Survey.score)), solved, func.count(col(Survey.solved)))
    answered, mean, solved_count, said = (await session.exec(query.where(*conditions))).one()
    return survey_figures(answered, mean, int(solved_count), said, least)
