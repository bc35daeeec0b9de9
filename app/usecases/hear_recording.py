"""Listening to a recording: permitted, journaled, and noted at the recording when it is the first time."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.database import Database
from app.db.record import record
from app.db.tables import Contact, Recording, WorkOrder
from app.db.write_set import WriteSet
from app.domain.orders.visibility import visible
from app.domain.staff.permissions import Verb, Viewer
from app.journal.entry import Entry
from app.observe.clock import Clock
from app.usecases.actors import actor_kind
from app.usecases.refusals import Refused, RefusedBecause, not_found
from app.usecases.restrictions import contact_open_to, hidden_orders, order_in_hands_of, order_viewer
from app.usecases.scoping import reach

READY = "completed"


async def hear_recording(db: Database, clock: Clock, viewer: Viewer, recording_id: str, reason: str | None) -> str:
    """The sid whose sound may be sent now. Those may hear it whom its contact or one of its orders is open to.

    Orders that a tree opened name their recording by the carrier's sid, so either name is taken.
    """

    sids: list[str] = []

    async def build() -> WriteSet:
        async with db.session() as session:
            heard = await find_recording(session, viewer, recording_id)
        sids.append(heard.recording_sid)
        if heard.state != READY:
            raise Refused(RefusedBecause.CONFLICT, "recording_not_ready", f"the recording is {heard.state}")
        at = clock.now_ms()
        write_set = WriteSet()
        if heard.heard_at is None:
            key = {"recording_id": heard.recording_id}
            write_set.change(Recording, key, heard.version, heard_at=at, heard_by=viewer.agent_no)
        entry = Entry(
            "lookup",
            actor_kind(viewer),
            viewer.agent_no,
            contact_id=heard.contact_id,
            order_no=heard.order_no,
            agent_no=viewer.agent_no,
            body={"text": "recording_heard", "recording_id": heard.recording_id},
            private={"reason": reason} if reason else {},
        )
        record(write_set, entry, at)
        return write_set

    await db.compute(build)
    return sids[-1]


async def find_recording(session: AsyncSession, viewer: Viewer, recording_id: str) -> Recording:
    """The recording's row, if its contact or one of its orders is open to the viewer; else as if there were none."""
    names = (Recording.recording_id, Recording.recording_sid)
    orders = select(WorkOrder.order_no).where(
        or_(
            visible(await order_viewer(session, viewer)),
            and_(order_in_hands_of(viewer.agent_no), ~hidden_orders(viewer)),
        ),
        or_(col(WorkOrder.recording_id).in_(names), col(WorkOrder.order_no) == Recording.order_no),
    )
    contacts = select(Contact.contact_id).where(
        col(Contact.contact_id) == Recording.contact_id,
        reach(viewer, Verb.RECORDINGS_HEAR, Contact.agent_no, Contact.unit),
        contact_open_to(viewer),
    )
    open_to: ColumnElement[bool] = or_(orders.exists(), contacts.exists())
    named = or_(*(col(name) == recording_id for name in names))
    query = select(Recording).where(and_(named, open_to))
    found = (await session.exec(query)).first()
    if found is None:
        raise not_found("recording")
    return found
