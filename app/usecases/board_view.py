"""The figures of the wallboard, computed from the rows.

The service level of a queue is answered within its target ÷ (answered + abandoned) of today's contacts, in percent;
today is that of HOTLINE_TZ. `clocks` counts orders with a promise that runs,
is due within the hour, is breached; `follow_ups` callbacks due, calls that agents agreed and recordings unheard.
`surveys` counts today's answered ones, with their mean score and how many were low (1 or 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, and_, bindparam, func, select

from agents.survey import is_low
from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import (
    AgentRow,
    Callback,
    Contact,
    LineRow,
    OrderClock,
    Recording,
    Staff,
    Survey,
    TaskRow,
    WarningRow,
    WorkOrder,
)
from app.db.write_set import table_of
from app.domain.operations.sections import WarningKind
from app.domain.orders.changing import CLOSES_BY_SILENCE
from app.domain.orders.kinds import ENDED
from app.domain.staff.permissions import within
from app.usecases.board_lists import (
    call_agreed,
    callback_due,
    counted,
    danger_without_crew,
    orders_by_clock,
    recording_unheard,
)
from app.usecases.console_rows import OPEN_WARNINGS
from app.usecases.console_shapes import IN_HAND, PROMISES, accused, is_secret, warning
from app.usecases.days import day_of, day_range
from app.usecases.read_queues import configured_queues, read_queues, serves
from app.usecases.shapes.base import iso, iso_or_none
from routing.config import Queue
from routing.types import Mode

_agents, _staff, _lines, _tasks = table_of(AgentRow), table_of(Staff), table_of(LineRow), table_of(TaskRow)
_clocks, _surveys, _warned = table_of(OrderClock), table_of(Survey), table_of(WarningRow)
_in_hand = (
    select(func.max(_tasks.c.order_no))
    .where(_tasks.c.agent_no == _staff.c.agent_no, _tasks.c.mode == Mode.FIELD, _tasks.c.state.in_(IN_HAND))
    .correlate(_staff)
)
PEOPLE = RowQuery(
    select(
        _in_hand.scalar_subquery().label("job_no"),
        *(_staff.c[name] for name in ("agent_no", "name", "role", "team", "unit", "modes", "skills")),
        *(_agents.c[name] for name in ("state", "reason", "since", "body")),
    )
    .select_from(_staff.join(_agents, _agents.c.agent_no == _staff.c.agent_no))
    .where(_staff.c.active.is_(True))
    .order_by(_staff.c.agent_no)
)
LINES = RowQuery(select(_lines.c.name, _lines.c.unmanned, _lines.c.unanswered, _lines.c.open))
_now: BindParameter[int] = bindparam("now")
CLOCKS = RowQuery(
    select(*(counted(orders_by_clock(which, _now), WorkOrder).label(which) for which in ("running", "due", "breached")))
)
FOLLOW_UPS = RowQuery(
    select(
        counted(callback_due(), Callback).label("callbacks_due"),
        counted(call_agreed(_now), Contact).label("calls_agreed"),
        counted(recording_unheard(), Recording).label("recordings_unheard"),
    )
)
DANGER = RowQuery(select(counted(danger_without_crew(), WorkOrder).label("n")))
SCORES = RowQuery(
    select(_surveys.c.score, func.count().label("n"))
    .where(_surveys.c.answered_at >= bindparam("since"), _surveys.c.answered_at < bindparam("until"))
    .where(_surveys.c.score.is_not(None))
    .group_by(_surveys.c.score)
)
_over_at = func.coalesce(_clocks.c.met_at, _clocks.c.stopped_at)
SPOKEN = "customer_contacted"
PROMISES_OVER = RowQuery(
    select(_warned.c.warning_id, func.max(_over_at).label("over_at"))
    .select_from(
        _warned.join(
            _clocks,
            and_(
                _clocks.c.order_no == _warned.c.order_no,
                _warned.c.about == _clocks.c.order_no + ":" + _clocks.c.name,
            ),
        )
    )
    .where(_warned.c.kind.in_(PROMISES), _warned.c.closed_at.is_(None), _warned.c.acknowledged_at.is_(None))
    .group_by(_warned.c.warning_id)
    .having(func.count() == func.count(_over_at))
)
"""Of the open warnings of promises those whose promise runs no more: kept, in time or late, or called off."""


async def board_view(db: Database, now_ms: int, zone: ZoneInfo) -> dict[str, Any]:
    """All figures; agents and warnings carry their `unit` for `for_unit`."""
    async with db.session() as session:
        queues = [shape.as_json() for shape in await read_queues(session, now_ms, zone)]
        configured = await configured_queues(session)
    lines = {row["name"]: row for row in await LINES.all(db)}
    danger = await DANGER.one(db) or {"n": 0}
    for queue in queues:
        queue["danger_without_crew"] = int(danger["n"]) if queue["mode"] == Mode.FIELD else 0
        line = lines.get(queue["name"], {})
        queue |= {name: bool(line.get(name, False)) for name in ("unmanned", "unanswered")}
        queue["open"] = bool(line.get("open", True))
        if queue["unmanned"]:
            queue["estimate_s"] = None
    start, end = day_range(day_of(now_ms, zone), zone)
    return {
        "queues": queues,
        "agents": [_agent(row, configured) for row in await PEOPLE.all(db)],
        "clocks": await _counted(db, now_ms),
        "surveys": _scored(await SCORES.all(db, since=start, until=end)),
        "follow_ups": {name: int(n) for name, n in (await FOLLOW_UPS.one(db, now=now_ms) or {}).items()},
        "warnings": await _warnings(db),
        "as_of": iso(now_ms),
    }


async def _warnings(db: Database) -> list[dict[str, Any]]:
    """Open warnings without what not everybody in the room may know of: a board hangs on a wall.

    One about something that is over tells in `facts.over_at` since when, and in `over_by` who took it
    over, or in `over_as` how its order stands or that the customer was spoken with (`customer_contacted`).
    """
    found = await OPEN_WARNINGS.all(db)
    shown = [row for row in found if not is_secret(row) and accused(row) is None]
    over = {row["warning_id"]: {"over_at": iso(row["over_at"])} for row in await PROMISES_OVER.all(db)}
    return [
        {**warning(row), "unit": row["unit"], "facts": {**row["facts"], **over.get(row["warning_id"], _taken(row))}}
        for row in shown
    ]


def _taken(row: Mapping[str, Any]) -> dict[str, Any]:
    """Who has what was dangerous: an emergency that was answered or heard at last, or whose customer a crew has spoken
    with; a danger that a crew has."""
    if row["kind"] == WarningKind.EMERGENCY_UNANSWERED and row["contact_id"]:
        if (row["answered_at"] or 0) >= row["opened_at"]:
            return {"over_at": iso(row["answered_at"]), "over_by": row["answered_by"]}
        if row["spoken_at"]:
            return {"over_at": iso(row["spoken_at"]), "over_by": row["spoken_by"], "over_as": SPOKEN}
    elif row["kind"] == WarningKind.EMERGENCY_UNANSWERED and row["order_to_listen"] is False:
        return {"over_at": iso(row["order_changed_at"])}
    elif row["kind"] == WarningKind.HAZARD and row["order_state"] in CLOSES_BY_SILENCE | ENDED:
        return {"over_at": iso(row["order_changed_at"]), "over_as": row["order_state"]}
    elif row["kind"] == WarningKind.HAZARD and row["order_crew_no"]:
        return {"over_at": iso(row["order_changed_at"]), "over_by": row["order_crew_no"]}
    return {}


def for_unit(figures: Mapping[str, Any], unit: str | None) -> dict[str, Any]:
    """What somebody sees who answers for `unit` (None = all): its people and warnings, the whole house's figures."""
    return {
        **figures,
        "unit": unit,
        "agents": [each for each in figures["agents"] if within(unit, each["unit"])],
        "warnings": [each for each in figures["warnings"] if each["unit"] is None or within(unit, each["unit"])],
    }


def queue_for_console(queue: Mapping[str, Any]) -> dict[str, Any]:
    """A queue as consoles show it: without what changes by the clock alone (`oldest_at` tells the wait)."""
    return {name: value for name, value in queue.items() if name != "longest_wait_s"}


def _agent(row: Mapping[str, Any], queues: Mapping[str, Queue]) -> dict[str, Any]:
    names = ("agent_no", "name", "role", "team", "unit", "modes", "state", "job_no")
    chosen = (row["body"] or {}).get("availability") or "offline"
    since = {"reason": row["reason"] or None, "since": iso_or_none(row["since"]), "availability": chosen}
    served = sorted(name for name, queue in queues.items() if serves(queue, row["modes"], row["skills"]))
    return {**{name: row[name] for name in names}, **since, "queues": served}


async def _counted(db: Database, now_ms: int) -> dict[str, int]:
    row = await CLOCKS.one(db, now=now_ms) or {}
    running, due, breached = (int(row.get(name) or 0) for name in ("running", "due", "breached"))
    return {"running": running, "due_in_1_h": due, "breached": breached}


def _scored(rows: list[dict[str, Any]]) -> dict[str, Any]:
    n = sum(row["n"] for row in rows)
    mean = round(sum(row["score"] * row["n"] for row in rows) / n, 2) if n else None
    return {"n": n, "mean": mean, "low": sum(row["n"] for row in rows if is_low(row["score"]))}
