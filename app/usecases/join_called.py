"""Who was called back and is there: joined to the agent who waits for them, never to the end of a line."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.carrier.twiml import HANG_UP, redirect, response, say
from app.db.hot import HotQuery
from app.db.tables import OfferRow, TaskRow
from app.db.write_set import Reply, WriteSet, table_of
from app.usecases.call_state import CallState
from app.usecases.hotline import Hotline
from app.usecases.run_turn import Ran
from app.usecases.turn_effects import Unfolded
from app.usecases.voice_turn import Given, change_session, journal_turn
from ivr_flows.effects import Enqueue, Say
from ivr_flows.graph import EMERGENCY

FLOW = "called_back"
"""The tree of calls that we make."""
_offers, _tasks = table_of(OfferRow), table_of(TaskRow)
ACCEPTED = HotQuery(
    select(_offers.c.offer_id)
    .where(_offers.c.task_id == bindparam("task_id"), _offers.c.state == "accepted")
    .order_by(_offers.c.at.desc())
    .limit(1)
)
CALLING = HotQuery(
    select(_tasks.c.task_id).where(
        _tasks.c.contact_id == bindparam("contact_id"), _tasks.c.kind == "callback", _tasks.c.state == "connecting"
    )
)


def is_to_join(state: CallState, ran: Ran) -> bool:
    """Whether the tree of a call that we made wants a person for whoever picked up. Danger has a line of its own."""
    asked = [effect for effect in ran.effects if isinstance(effect, Enqueue) and effect.queue != EMERGENCY]
    return bool(asked) and state.session.frames[0][0] == FLOW


async def join_called(hotline: Hotline, claim: str, state: CallState, ran: Ran, given: Given, at_ms: int) -> WriteSet:
    """The last words before the agent; whose agent has gone meanwhile is called once more, so the call ends."""
    calling = await hotline.db.fetch(CALLING, contact_id=state.contact_id)
    offers = await hotline.db.fetch(ACCEPTED, task_id=calling[0][0]) if calling else []
    if not offers:
        return WriteSet(claim=claim, reply=Reply(HANG_UP))
    said = [say(effect.text, effect.lang) for effect in ran.effects if isinstance(effect, Say)]
    write_set = WriteSet(claim=claim, reply=Reply(words_first(hotline, ran.session.turn, *said)))
    change_session(write_set, state, ran.session, at_ms, parked=False)
    journal_turn(write_set, state.contact_id, state.contact, ran, Unfolded(rest=list(ran.effects)), given, at_ms)
    return write_set


def words_first(hotline: Hotline, turn: int, *said: str) -> str:
    """What the called customer hears; then `join_talk` looks whether the agent is still there."""
    return response(*said, redirect(hotline.urls.turn(turn, "join")))
