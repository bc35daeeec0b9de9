"""On site: the crew's steps on an order, and the end of the job for the routing core."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agents.commands import Command
from app.db.write_set import Reply, WriteSet
from app.domain.orders.changing import transition
from app.domain.orders.kinds import ON_SITE, State
from app.domain.orders.reads import OrderFile, order_file, subs_of
from app.domain.staff.permissions import Viewer
from app.usecases.carry_out import accepted, acting, carry_out
from app.usecases.console_desk import JSON, OK, Desk
from app.usecases.console_ownership import TASKS_ON
from app.usecases.refusals import not_found
from app.usecases.restrictions import IN_HAND
from app.usecases.resume_session import Session
from app.usecases.services.asking import rules_now
from app.usecases.turn_effects import put_event
from routing.events import TalkEnded

Row = Mapping[str, Any]
LATE_MS = 10 * 60_000
FAR_M = 1_000


async def step(desk: Desk, session: Session, command: Command, claim: str) -> WriteSet:
    """One step of the crew's: `to` is the order's next state. Leaving the site ends the job's task."""
    fields, viewer = command.fields, session.viewer
    order_no, to = fields["order_no"], fields["to"]
    if to != State.CREW_ASSIGNED:
        await assign_crew(desk, viewer, order_no)
    task = await _job(desk, viewer, order_no)
    at = desk.clock.now_ms()
    async with desk.db.session() as reading:
        file = await order_file(reading, order_no)
        if file is None or (file.order.crew_no != viewer.agent_no and task is None):
            raise not_found("order")
        if file.order.state == to and file.order.crew_no == viewer.agent_no:
            # Sent again after a new log-in, whose claim does not know the first one: it stands already.
            return WriteSet(claim=claim, reply=Reply(OK, media_type=JSON))
        rules, subs = await rules_now(reading, desk.tools), await subs_of(reading, order_no)
        note = fields.get("note", "")
        crew_no = viewer.agent_no if to == State.CREW_ASSIGNED else None
        moved = accepted(transition(file, to, note, acting(viewer), rules, at, crew_no=crew_no, subs=subs))
        moved.body.update(_from_device(fields, file, at))
        write_set = await carry_out(reading, desk.tools, viewer, at, moved, **_about(file))
    if task is not None and to not in ON_SITE:
        put_event(write_set, TalkEnded(at, task["task_id"], "crew"))
    write_set.claim, write_set.reply = claim, Reply(OK, media_type=JSON)
    write_set.rings += [f"order:{order_no}", f"agent:{viewer.agent_no}"]
    return write_set


async def assign_crew(desk: Desk, viewer: Viewer, order_no: str) -> None:
    """Who has accepted a job is the order's crew. Done once, however often it is asked."""

    async def build() -> WriteSet:
        at = desk.clock.now_ms()
        task = await _job(desk, viewer, order_no)
        async with desk.db.session() as reading:
            file = await order_file(reading, order_no)
            if task is None or file is None or file.order.crew_no == viewer.agent_no:
                return WriteSet()
            rules = await rules_now(reading, desk.tools)
            outcome = transition(file, State.CREW_ASSIGNED, "", acting(viewer), rules, at, crew_no=viewer.agent_no)
            write_set = await carry_out(reading, desk.tools, viewer, at, accepted(outcome), **_about(file))
        write_set.rings += [f"order:{order_no}", f"agent:{viewer.agent_no}"]
        return write_set

    await desk.db.compute(build)


async def _job(desk: Desk, viewer: Viewer, order_no: str) -> Row | None:
    """The task of this crew on the order."""
    for task in await TASKS_ON.all(desk.db, order_no=order_no):
        if task["agent_no"] == viewer.agent_no and task["mode"] == "field" and task["state"] in IN_HAND:
            return task
    return None


def _from_device(fields: Row, file: OrderFile, at: int) -> dict[str, Any]:
    """Where and when the phone says that it was; told late or far away it is true only as far as the crew says so."""
    found: dict[str, Any] = {name: fields[name] for name in ("lat", "lon") if name in fields}
    late = False
    if "at" in fields:
        found["device_at"] = int(datetime.fromisoformat(fields["at"]).timestamp() * 1000)
        late = abs(at - found["device_at"]) > LATE_MS
    place = file.order.place or {}
    if {"lat", "lon"} <= found.keys() and {"lat", "lon"} <= place.keys():
        found["distance_m"] = round(metres((found["lat"], found["lon"]), (place["lat"], place["lon"])))
    return found | {"unverified": True} if late or found.get("distance_m", 0) > FAR_M else found


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """How far two places (latitude, longitude) lie apart, on a sphere."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (a, b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12_742_000 * math.asin(math.sqrt(h))


def _about(file: OrderFile) -> dict[str, Any]:
    order = file.order
    return {"order_no": order.order_no, "contact_id": order.contact_id, "customer_no": order.customer_no}
