"""A supervisor has seen a warning and says what is done."""

from __future__ import annotations

from app.db.database import Database
from app.db.record import record
from app.db.tables import WarningRow
from app.db.write_set import Reply, WriteSet
from app.domain.orders.transitions import Refused as DomainRefused
from app.domain.staff.permissions import Viewer
from app.domain.warnings.writes import acknowledge
from app.journal.entry import Entry
from app.observe.clock import Clock
from app.usecases.actors import actor_kind
from app.usecases.applied import applied
from app.usecases.read_warnings import contacts_of, find_warning
from app.usecases.refusals import Refused, RefusedBecause
from app.usecases.shapes.oversight import warning_shape
from app.usecases.write_once import Once, replied, write_once


async def acknowledge_warning(
    db: Database, clock: Clock, viewer: Viewer, warning_id: str, note: str, once: Once | None
) -> Reply:
    """Acknowledge it; the first one counts, a second is refused with `changed`."""

    async def build() -> WriteSet:
        at = clock.now_ms()
        async with db.session() as session:
            warning = await find_warning(session, viewer, warning_id)
            contact = (await contacts_of(session, [warning])).get(warning.contact_id or "")
        write_set = acknowledge(warning, viewer.agent_no, note, at)
        if isinstance(write_set, DomainRefused):
            raise Refused(RefusedBecause.CONFLICT, write_set.code, write_set.message)
        entry = Entry(
            "note",
            actor_kind(viewer),
            viewer.agent_no,
            contact_id=warning.contact_id,
            order_no=warning.order_no,
            agent_no=warning.agent_no,
            body={"text": "warning_acknowledged", "warning_id": warning_id, "warning": warning.kind},
            private={"note": note} if note else {},
        )
        record(write_set, entry, at)
        if warning.agent_no:
            write_set.rings.append(f"agent:{warning.agent_no}")  # who asked for help sees that it was heard
        write_set.reply = replied(warning_shape(applied(write_set, WarningRow, [warning])[0], contact))
        return write_set

    return await write_once(db, clock, once, build)
