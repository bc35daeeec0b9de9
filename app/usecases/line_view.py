"""What a waiting caller may be told: those ahead, and a range for the wait."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.leases import ROUTING, TTL_MS
from app.db.tables import Lease, LineRow, TaskRow
from app.db.write_set import table_of
from app.usecases.call_state import CallState
from ivr_flows.inputs import QueueTick

STALE_MS = 5_000
CALLBACK_FROM_S = 120
BEING_CALLED = ("offered", "connecting")

_tasks = table_of(TaskRow)
_leases, _lines = table_of(Lease), table_of(LineRow)
_FIGURES = ("ahead", "estimate_low_s", "estimate_high_s", "stage", "staffed", "state", "waiting_at")
VIEW = HotQuery(
    select(*(_tasks.c[name] for name in _FIGURES), _lines.c.unanswered, _leases.c.expires_at)
    .select_from(
        _tasks.join(_lines, _lines.c.name == _tasks.c.queue, isouter=True).join(
            _leases, _leases.c.name == ROUTING, isouter=True
        )
    )
    .where(_tasks.c.task_id == bindparam("task_id"))
)


async def queue_tick(db: Database, state: CallState, at_ms: int) -> QueueTick:
    """The tick for a waiting call. While no leader is at work its figures are not told. What was said before a talk
    belongs to another wait: who is handed on hears the first words again."""
    line = state.session.line
    said_at = line.said_at_ms if line is not None else 0
    rows = await db.fetch(VIEW, task_id=state.contact["task_id"])
    if not rows:
        return QueueTick(None, first=not said_at)
    ahead, low_s, high_s, stage, staffed, task_state, waiting_at, unanswered, leads_until = rows[0]
    first = not said_at or (state.contact["answered_at"] is not None and said_at < waiting_at)
    note = "widened" if stage else _note(task_state, staffed)
    stale = leads_until is None or at_ms > leads_until - TTL_MS + STALE_MS
    if stale or ahead is None or low_s is None or high_s is None:
        return QueueTick(None, first=first, note=note)
    if unanswered and note == "":
        # The only one who is there does not answer: how long that takes is not known.
        return QueueTick(ahead, callback_offered=True, first=first)
    offered = note != "calling" and (high_s > CALLBACK_FROM_S or not staffed)
    return QueueTick(ahead, low_s // 60, high_s // 60, callback_offered=offered, first=first, note=note)


def _note(task_state: str, staffed: bool) -> str:
    """Whoever is offered to somebody now hears no wait: it is not known how soon that one answers."""
    if task_state in BEING_CALLED:
        return "calling"
    return "" if staffed else "unmanned"
