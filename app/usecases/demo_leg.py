"""An agent's leg in a demo: text instead of sound. Another's leg does not exist for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from app.carrier.local_legs import LocalLegs, NoLeg
from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import Leg as LegRow
from app.db.tables import TaskRow
from app.db.write_set import table_of
from app.domain.staff.permissions import Viewer
from app.usecases.refusals import NOT_ON_LINE, Refused, RefusedBecause, not_found

_legs, _tasks = table_of(LegRow), table_of(TaskRow)
ALONE = HotQuery(
    select(_tasks.c.task_id)
    .select_from(_legs.join(_tasks, _tasks.c.task_id == _legs.c.task_id))
    .where(_legs.c.call_sid == bindparam("call_sid"), _tasks.c.state == "connecting")
)


async def connect_leg(legs: LocalLegs, viewer: Viewer, params: Mapping[str, str]) -> dict[str, Any]:
    """Connect the leg that the acknowledgement of `accept` or `dial` described."""
    return _leg(await _answer(legs.connect(viewer.agent_no, params)))


async def standing_legs(legs: LocalLegs, viewer: Viewer) -> list[dict[str, Any]]:
    """One's own legs that stand, the newest first: what a page that was loaded again goes on with."""
    found = await _answer(legs.live(viewer.agent_no))
    return [_leg(call) for call in found["items"]]


async def leg_lines(legs: LocalLegs, viewer: Viewer, call_sid: str, after: int) -> dict[str, Any]:
    """What was heard and said on one's own leg after line `after`."""
    await _own(legs, viewer, call_sid)
    return await _answer(legs.transcript(call_sid, after))


async def act_on_leg(db: Database, legs: LocalLegs, viewer: Viewer, call_sid: str, action: str, **fields: str) -> None:
    """Speak, press keys or hang up on one's own leg. While nobody is at the other end, nobody would hear it."""
    await _own(legs, viewer, call_sid)
    if action == "speech" and await db.fetch(ALONE, call_sid=call_sid):
        raise NOT_ON_LINE
    await _answer(legs.act(call_sid, action, **fields))


async def _own(legs: LocalLegs, viewer: Viewer, call_sid: str) -> None:
    call = await _answer(legs.call(call_sid))
    if call.get("party") != f"client:{viewer.agent_no}":
        raise not_found("leg")


async def _answer(asked: Any) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = await asked
    except NoLeg as error:
        if error.status == 404:
            raise not_found("leg") from error
        if error.status in (400, 409):
            raise Refused(RefusedBecause.CONFLICT, "leg_over", str(error)) from error
        raise Refused(RefusedBecause.CONFLICT, "no_local_carrier", str(error)) from error
    return answer


def _leg(call: Mapping[str, Any]) -> dict[str, Any]:
    return {name: call[name] for name in ("call_sid", "status")}
