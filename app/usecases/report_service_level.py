"""The report of service level by day and queue."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from app.domain.staff.permissions import Verb, Viewer
from app.usecases.days import FIRST, LAST, day_of, day_range
from app.usecases.read_queues import configured_queues, served_between
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.shapes.base import Shape
from app.usecases.shapes.queues import QueueNow, queue_shape
from routing.config import Target

MAX_DAYS = 92
FORMULA = "answered within target_s / (answered + abandoned), in percent; by the day on which the wait began"


class ServiceLevelRow(Shape):
    """One queue on one day; null where nothing was answered or abandoned."""

    date: str
    queue: str
    target_s: int
    offered: int
    answered: int
    abandoned: int
    service_level: float | None
    asa_s: int | None
    aht_s: int | None


class ServiceLevelReport(Shape):
    """The report with the formula it was computed by."""

    kind: str
    from_: str = Field(alias="from")
    to: str
    formula: str
    rows: list[ServiceLevelRow]


KIND = "service_level"


async def report_service_level(
    session: AsyncSession, viewer: Viewer, start: date | None, end: date | None, now_ms: int, zone: ZoneInfo
) -> ServiceLevelReport:
    """Days from `start` to `end`, both included; today by default, at most 92 days, the viewer's units only."""
    last = end or day_of(now_ms, zone)
    first = start or last
    if not (FIRST <= first <= last < LAST) or (last - first).days >= MAX_DAYS:
        raise Refused(RefusedBecause.INVALID, "wrong_period", f"from must not lie after to; at most {MAX_DAYS} days")
    queues = await configured_queues(session)
    rows = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        served = await served_between(session, *day_range(day, zone), viewer=viewer, verb=Verb.REPORTS_READ)
        for name in sorted(served):
            target = queues[name].target if name in queues else Target()
            shape = queue_shape(QueueNow(name, "", target, (), None, {}), served[name], now_ms)
            figures = shape.model_dump(include={"offered", "answered", "abandoned", "service_level", "asa_s", "aht_s"})
            rows.append(ServiceLevelRow(date=day.isoformat(), queue=name, target_s=target.within_s, **figures))
    return ServiceLevelReport(kind=KIND, from_=first.isoformat(), to=last.isoformat(), formula=FORMULA, rows=rows)
