"""An agent's browser leg arrives at the carrier: is it the one that was accepted, and into which conference."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from app.carrier.leg_token import leg_offer
from app.carrier.twiml import HANG_UP, dial_conference, response
from app.carrier.voice_tokens import IDENTITY
from app.db.hot import HotQuery
from app.db.tables import Leg, TaskRow
from app.db.write_set import Reply, WriteSet, table_of
from app.usecases.call_state import stored_reply
from app.usecases.hotline import Hotline

CLIENT = "client:"
_tasks = table_of(TaskRow)
TASK = HotQuery(
    select(_tasks.c.contact_id, _tasks.c.state, _tasks.c.agent_no).where(_tasks.c.task_id == bindparam("task_id"))
)
JOINABLE = ("connecting", "talking")


async def agent_leg(hotline: Hotline, form: Mapping[str, str]) -> Reply:
    """The document for the leg `client:agent_<agent_no>`; anything that this agent did not accept is hung up.

    The parameters of the accept are good once: a second leg with them finds the offer used.
    """
    claim = f"client:{form['CallSid']}"
    known = await stored_reply(hotline.db, claim)
    if known is not None:
        return known
    at_ms = hotline.clock.now_ms()
    agent_no = form["From"].removeprefix(CLIENT).removeprefix(IDENTITY)
    offer_id = leg_offer(hotline.settings.secret_key, agent_no, form, at_ms)
    if offer_id is None or not form["From"].startswith(CLIENT):
        return Reply(HANG_UP)
    task_id = offer_id.rpartition(".")[0]
    rows = await hotline.db.fetch(TASK, task_id=task_id)
    if not rows or rows[0][1] not in JOINABLE or rows[0][2] != agent_no:
        return Reply(HANG_UP)
    contact_id = rows[0][0]
    used = await hotline.db.commit(WriteSet(claim=f"seal:{form['seal']}", reply=Reply(form["CallSid"])))
    if not used.won and (used.reply is None or used.reply.body != form["CallSid"]):
        return Reply(HANG_UP)
    write_set = WriteSet(claim=claim, reply=Reply(join_document(hotline, contact_id, offer_id)))
    write_set.put(
        Leg,
        call_sid=form["CallSid"],
        contact_id=contact_id,
        task_id=task_id,
        offer_id=offer_id,
        agent_no=agent_no,
        at=at_ms,
    )
    done = await hotline.db.commit(write_set)
    return done.reply or Reply(HANG_UP)


def join_document(hotline: Hotline, contact_id: str, offer_id: str) -> str:
    """The agent joins first; the caller is moved only when the agent is really in."""
    return response(
        dial_conference(
            f"int-{contact_id}",
            label=f"agent-{offer_id}",
            events_url=hotline.urls.fixed("conference"),
            after_url=hotline.urls.fixed("client/after"),
        )
    )
