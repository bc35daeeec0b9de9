"""What a waiting caller may be told: those ahead, and a range for the wait."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import TaskRow
from app.db.write_set import table_of
from app.usecases.call_state import CallState
from ivr_flows.inputs import QueueTick

STALE_MS = 5_000
CALLBACK_FROM_MS = 120_000
MINUTE_MS = 60_000

_tasks = table_of(TaskRow)
VIEW = HotQuery(
    select(_tasks.c.ahead, _tasks.c.estimate_ms, _tasks.c.viewed_at, _tasks.c.stage, _tasks.c.queue).where(
        _tasks.c.task_id == bindparam("task_id")
    )
)


async def queue_tick(db: Database, state: CallState, at_ms: int) -> QueueTick:
    """The tick for a waiting call; figures older than five seconds are not told."""
    line = state.session.line
    first = line is None or line.said_at_ms == 0
    rows = await db.fetch(VIEW, task_id=state.contact["task_id"])
    if not rows:
        return QueueTick(None, first=first)
    ahead, estimate_ms, viewed_at, stage, _ = rows[0]
    note = "widened" if stage else ""
    if viewed_at is None or at_ms - viewed_at > STALE_MS:
        return QueueTick(None, first=first, note=note)
    low, high = spoken_range(estimate_ms)
    offered = estimate_ms is not None and estimate_ms > CALLBACK_FROM_MS
    return QueueTick(ahead, low, high, callback_offered=offered, first=first, note=note)


def spoken_range(estimate_ms: int | None) -> tuple[int | None, int | None]:
    """Minutes, rounded so that the truth lies inside more often than not; never zero, never "0 to 1"."""
    if estimate_ms is None:
        return None, None
    low = max(1, estimate_ms * 2 // (3 * MINUTE_MS))
    high = max(low + 1, -(-estimate_ms * 3 // (2 * MINUTE_MS)))
    return low, high
