"""What an agent's screen shows now, read from the rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.console import Key, Sent, View
from app.db.database import Database
from app.db.tables import OrderClock, WorkOrder
from app.domain.orders import texts
from app.domain.orders.changing import CLOSES_BY_SILENCE
from app.domain.orders.kinds import OrderType, Urgency
from app.domain.orders.visibility import may_own
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Verb, Viewer, within
from app.observe.clock import Clock
from app.usecases import console_rows as rows
from app.usecases import console_shapes as shapes
from app.usecases.crew_work import is_crew_asked, jobs_of
from app.usecases.shapes.orders import order_shape
from app.usecases.told_place import told_places

Row = Mapping[str, Any]


async def console_view(db: Database, clock: Clock, agent_no: str, known: Mapping[Key, Sent]) -> View:
    """The agent, their offers, contacts with messages, orders, warnings and notices.

    `known` is what the client has: of an offer that is gone it comes back how it ended, of an order its state, of a
    call that the agent began what became of it (`reached`, `busy` …); of a contact that never came to talk, that its
    offer failed.
    """
    view = View()
    person = await rows.AGENT.one(db, agent_no=agent_no)
    if person is None:
        return view
    view.add("agent", shapes.agent(person))
    core = person["body"] or {}
    look, now_ms = _Look(db, view, person), clock.now_ms()
    for offer_id in core.get("offers", ()):
        await look.at_offer(offer_id)
    for task_id in core.get("tasks", ()):
        await look.at_task(task_id)
    await look.at_orders(now_ms)
    await look.at_warnings()
    await look.at_notices(now_ms)
    for key, had in known.items():
        if key not in view.objects:
            await _ending(db, view, key, had)
    return view


async def _ending(db: Database, view: View, key: Key, had: Sent) -> None:
    """How something ended that is no longer shown, where there is something to be said."""
    kind, name = key
    if kind == "offer":
        view.reasons[key] = _reason(await rows.OFFER.one(db, offer_id=name))
        return
    ended = None
    if kind == "order":
        ended = await rows.ORDER.one(db, order_no=name)
    if kind == "contact":
        ended = await rows.DIALLED.one(db, contact_id=name)
        if had.item["state"] == "connecting":
            offer = await rows.OFFER.one(db, offer_id=had.item["offer_id"])
            if offer is not None and offer["state"] == "failed":
                view.reasons[("offer", had.item["offer_id"])] = "failed"
    if ended is not None:
        view.reasons[key] = str(ended["state"])


def _reason(offer: Row | None) -> str:
    return "rescinded" if offer is None or offer["state"] == "pending" else str(offer["state"])


class _Look:
    """One look at the rows around an agent."""

    def __init__(self, db: Database, view: View, person: Row) -> None:
        self._db = db
        self._view = view
        self._person = person
        self._viewer = Viewer(person["agent_no"], person["name"], Role(person["role"]), person["team"], person["unit"])
        self._orders: dict[str, WorkOrder] = {}
        self._shown: set[str] = set()
        self._offered: set[str] = set()

    async def at_offer(self, offer_id: str) -> None:
        """A pending offer with its task and caller."""
        offer = await rows.OFFER.one(self._db, offer_id=offer_id)
        if offer is None or offer["state"] != "pending":
            return
        task = await rows.TASK.one(self._db, task_id=offer["task_id"])
        if task is None:
            return
        contact = await self._contact(task)
        order = await self._order_of(task)
        giver, note = await self._handed(task, contact)
        item = shapes.offer(offer, task, contact, order, giver) | ({"note": note} if note else {})
        item["danger"] = await self._as_it_stands(item["danger"])
        self._view.add("offer", item)
        if task["mode"] == "field":
            self._offered.add(task["order_no"])

    async def at_task(self, task_id: str) -> None:
        """A task in hand: its contact with messages, and the orders that belong to it."""
        task = await rows.TASK.one(self._db, task_id=task_id)
        if task is None or task["state"] not in shapes.IN_HAND:
            return
        order = await self._order_of(task)
        if task["mode"] == "field":
            return
        contact = await self._contact(task)
        if contact is None:
            if task["order_no"]:
                item = shapes.matter(task, order)
                self._view.add("contact", item | {"danger": await self._as_it_stands(item["danger"])})
            return
        item = shapes.contact(contact, task)
        item["danger"] = await self._as_it_stands(item["danger"])
        item["help"] = shapes.asked_help(await self._help(f"contact:{contact['contact_id']}"))
        item["consult"] = await self._consult(task)
        giver, note = await self._handed(task, contact)
        item |= shapes.given_by(task, giver) | ({"note": note} if note else {})
        item["leg"] = shapes.leg(self._person, task)
        item["muted"] = task["mode"] == "phone" and await self._is_muted(task_id)
        self._view.add("contact", item)
        if contact["channel"] != "voice":
            for row in reversed(await rows.MESSAGES_OF.all(self._db, contact_id=contact["contact_id"])):
                self._view.add("chat", shapes.message(row))
        await self._orders_of(contact)

    async def at_orders(self, now_ms: int) -> None:
        """The crew's own orders, and those gathered on the way."""
        if "field" in (self._person["modes"] or ()):
            for mine in await rows.ORDERS_OF_CREW.all(self._db, agent_no=self._person["agent_no"]):
                self._take(mine, shown=False)
        told, asked = await self._urgent_ones()
        for order_no in sorted(self._orders):
            clocks = [OrderClock(**row) for row in await rows.CLOCKS_OF.all(self._db, order_no=order_no)]
            given = {"verified": order_no in self._shown, "offered": order_no in self._offered}
            shape = order_shape(self._orders[order_no], clocks, self._viewer, now_ms, **given, told=told.get(order_no))
            item = shape.as_json()
            if order_no in asked:
                item["crew_asked"] = asked[order_no]
            if self._orders[order_no].crew_no == self._person["agent_no"]:
                item["help"] = shapes.asked_help(await self._help(f"order:{order_no}"))
                item["in_chat"] = await self._reads_in_chat(self._orders[order_no])
            self._view.add("order", item)

    async def _urgent_ones(self) -> tuple[dict[str, str], dict[str, bool]]:
        """Of urgent orders: the places that this person may read, and whether a crew is being looked for where none
        has come forward."""
        urgent = [order for order in self._orders.values() if order.urgency == Urgency.URGENT]
        if not urgent:
            return {}, {}
        async with self._db.session() as session:
            alone = [order.order_no for order in urgent if order.type == OrderType.FAULT and not order.crew_no]
            asked = {no: await is_crew_asked(session, no, await jobs_of(session, no)) for no in alone}
            return await told_places(session, self._viewer, urgent), asked

    async def at_warnings(self) -> None:
        """For those who lead: what nobody has taken up yet, in their units."""
        if not self._viewer.may(Verb.WARNINGS_READ):
            return
        own = {self._viewer.agent_no, self._viewer.unit, self._viewer.team} - {None}
        for row in await rows.OPEN_WARNINGS.all(self._db):
            if shapes.is_secret(row) or own & {*(shapes.accused(row) or ())}:
                continue
            if row["unit"] is None or self._viewer.leads(row["unit"]):
                self._view.add("warning", shapes.warning(row))

    async def at_notices(self, now_ms: int) -> None:
        """What holds now for this person's unit."""
        for row in await rows.ANNOUNCEMENTS.all(self._db, now=now_ms):
            if within(row["unit"], self._viewer.unit):
                self._view.add("announcement", shapes.announcement(row))

    async def _contact(self, task: Row) -> Row | None:
        if not task["contact_id"]:
            return None
        return await rows.CONTACT.one(self._db, contact_id=task["contact_id"])

    async def _as_it_stands(self, danger: dict[str, Any] | None) -> dict[str, Any] | None:
        """The danger with the state of its order: what the crew has done away with alarms nobody any more."""
        if danger is None:
            return None
        order = await rows.ORDER.one(self._db, order_no=danger["order_no"])
        return danger | {"state": order["state"] if order is not None else None}

    async def _consult(self, task: Row) -> dict[str, Any] | None:
        child_id = task["body"].get("child_id")
        child = await rows.TASK.one(self._db, task_id=child_id) if child_id else None
        return shapes.consulted(child) if child is not None else None

    async def _handed(self, task: Row, contact: Row | None) -> tuple[Row | None, str | None]:
        """By whom it was handed over, or who asks, and their note why."""
        passed = contact is not None and task["body"].get("kind") == "transfer"
        work = await rows.WORK_ON.all(self._db, contact_id=task["contact_id"]) if passed else []
        number = shapes.giver_no(task, contact, work)
        giver = await rows.COLLEAGUE.one(self._db, agent_no=number) if number else None
        own = giver is not None and giver["agent_no"] == self._person["agent_no"]
        return None if own else giver, shapes.handed_note(task, contact, work)

    async def _is_muted(self, task_id: str) -> bool:
        leg = await rows.MUTED.one(self._db, task_id=task_id, agent_no=self._person["agent_no"])
        return leg is not None and bool(leg["muted"])

    async def _help(self, about: str) -> Row | None:
        return await rows.HELP.one(self._db, about=about, agent_no=self._person["agent_no"])

    async def _reads_in_chat(self, order: WorkOrder) -> bool:
        """Whether the customer reads in a chat that the work is done, or has read it there."""
        if not order.contact_id:
            return False
        if order.state not in CLOSES_BY_SILENCE:
            return await rows.OPEN_CHAT.one(self._db, contact_id=order.contact_id) is not None
        told = texts.text(order.state, "", order.lang, "restoration", order.order_no).text
        return await rows.TOLD_IN_CHAT.one(self._db, contact_id=order.contact_id, text=told) is not None

    async def _order_of(self, task: Row) -> Row | None:
        if not task["order_no"]:
            return None
        order = await rows.ORDER.one(self._db, order_no=task["order_no"])
        if order is not None:
            self._take(order, shown=False)
        return order

    async def _orders_of(self, contact: Row) -> None:
        shown = shapes.verified(contact)
        found = await rows.ORDERS_OF_CONTACT.all(self._db, contact_id=contact["contact_id"])
        if contact["account_no"]:
            found += await rows.ORDERS_OF_ACCOUNT.all(self._db, account_no=contact["account_no"])
        for order in found:
            self._take(order, shown=shown)

    def _take(self, row: Row, *, shown: bool) -> None:
        """Show it, unless it is a tip-off or names this person or team, not released (rules 26 and 27)."""
        order = WorkOrder(**row)
        if order.confidential or order.type == OrderType.TIPOFF:
            return
        viewer = self._viewer
        if order.released_at is None and not may_own(order, viewer.agent_no, viewer.unit, viewer.team):
            return
        self._orders[order.order_no] = order
        if shown:
            self._shown.add(order.order_no)
