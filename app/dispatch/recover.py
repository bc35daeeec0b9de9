"""Coming back: the core and the desk made again from rows. Starting up is nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.carrier.urls import Urls
from app.db.database import Database
from app.db.tables import AgentRow, ConfigRelease, Contact, CoreRow, Leg, LineRow, OfferRow, TaskRow
from app.db.write_set import table_of
from app.dispatch.desk import Desk
from app.dispatch.rows import LIVE
from app.settings import Settings
from routing.codec import build, plain
from routing.config import Config, parse
from routing.core import Core
from routing.snapshot import VERSION
from routing.state import Ended
from routing.types import CONNECT_MS, REDIAL_MS, DeadlineKind, Kind, Task, TaskState


async def recover(db: Database, settings: Settings, config: Config, config_hash: str, now_ms: int) -> Desk:
    """The desk as the last commit left it, running on the configuration that it was left with.

    A newer configuration is an event that the leader applies first.
    """
    data = await _snapshot(db, now_ms)
    if data is None:
        return Desk(Core(config), settings, Urls(settings.base_url), config_hash)
    core = Core.load(data["core"])
    desk = Desk(core, settings, Urls(settings.base_url), data["config_hash"], gone=data["gone"], legs=data["legs"])
    desk.joined = data["joined"]
    desk.index(core.state.tasks.values())
    for task in core.state.tasks.values():
        desk.deadlines.note(DeadlineKind.TASK, task, task.task_id)
        if task.kind is Kind.CALLBACK and task.state is TaskState.CONNECTING:
            desk.later(task.since + CONNECT_MS, "leg_awaited", {"offer_id": f"{task.task_id}.{task.attempt}"})
    for offer in core.state.offers.values():
        desk.deadlines.note(DeadlineKind.OFFER, offer, offer.offer_id)
    for agent in core.state.agents.values():
        desk.deadlines.note(DeadlineKind.AGENT, agent, agent.agent_no)
    return desk


async def _snapshot(db: Database, now_ms: int) -> dict[str, Any] | None:
    async with db.session() as session:
        core = (await (await session.connection()).execute(select(table_of(CoreRow)))).first()
        if core is None:
            return None
        config = await stored_config(session, core.config)
        lines = (await (await session.connection()).execute(select(table_of(LineRow).c.body))).scalars().all()
        agents = (await (await session.connection()).execute(select(table_of(AgentRow).c.body))).scalars().all()
        tasks = table_of(TaskRow)
        recent = or_(tasks.c.state.in_([state.value for state in LIVE]), tasks.c.ended_at > now_ms - REDIAL_MS)
        bodies = (await (await session.connection()).execute(select(tasks.c.body).where(recent))).scalars().all()
        offers = table_of(OfferRow)
        held = {offer_id for body in bodies if body["ended_at"] is None for offer_id in body["offers"]}
        offered = (
            (await (await session.connection()).execute(select(offers.c.body).where(offers.c.offer_id.in_(held))))
            .scalars()
            .all()
        )
        contacts = table_of(Contact)
        gone = select(contacts.c.contact_id).where(contacts.c.hung_up_at.is_not(None), contacts.c.ended_at.is_(None))
        left = set((await (await session.connection()).execute(gone)).scalars().all())
        live = [body for body in bodies if body["ended_at"] is None]
        legs = await _legs(session, live)
        joined = await _joined(session, live)
    ended = sorted((_ended(body) for body in bodies if body["ended_at"] is not None), key=lambda e: e.at)
    return {
        "config_hash": core.config,
        "gone": left,
        "legs": legs,
        "joined": joined,
        "core": {
            "version": VERSION,
            "now": core.at,
            "seq": core.seq,
            "turn": core.turn,
            "config": plain(config),
            "lines": lines,
            "agents": sorted(agents, key=lambda a: str(a["agent_no"])),
            "tasks": sorted(live, key=lambda t: (int(t["seq"]), str(t["task_id"]))),
            "offers": [body for body in offered if body["offer_id"] in held],
            "ended": [plain(one) for one in ended],
            "redials": {one.caller: one.task_id for one in ended if one.abandoned and one.caller},
        },
    }


async def _legs(session: AsyncSession, live: list[dict[str, Any]]) -> dict[str, tuple[str, int]]:
    """By offer: the leg of an agent in a conference, the newest."""
    with_agents = [body["task_id"] for body in live if body["agent_no"]]
    legs = table_of(Leg)
    query = select(legs.c.offer_id, legs.c.call_sid, legs.c.at).where(
        legs.c.task_id.in_(with_agents), legs.c.state == "joined"
    )
    rows = await (await session.connection()).execute(query.order_by(legs.c.at))
    return {offer_id: (call_sid, at_ms) for offer_id, call_sid, at_ms in rows}


async def _joined(session: AsyncSession, live: list[dict[str, Any]]) -> dict[str, int]:
    """By contact: since when whom an agent dialled is with them."""
    dialled = [body["contact_id"] for body in live if body["kind"] == Kind.OUTBOUND]
    contacts = table_of(Contact)
    query = select(contacts.c.contact_id, contacts.c.answered_at).where(
        contacts.c.contact_id.in_(dialled), contacts.c.answered_at.is_not(None)
    )
    return {row[0]: row[1] for row in await (await session.connection()).execute(query)}


async def stored_config(session: AsyncSession, name: str) -> Config:
    """The configuration of a stored release."""
    releases = table_of(ConfigRelease)
    body = (
        await (await session.connection()).execute(select(releases.c.body).where(releases.c.release == name))
    ).scalar_one()
    return parse(body)


def _ended(body: dict[str, Any]) -> Ended:
    task = build(Task, body)
    assert task.ended_at is not None
    return Ended(
        task.task_id,
        task.ended_at,
        task.caller,
        task.queue,
        task.queued_at,
        task.boost_s,
        task.seq,
        task.root_task_id,
        task.state is TaskState.ABANDONED,
    )
