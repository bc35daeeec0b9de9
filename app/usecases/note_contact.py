"""Whoever of ours talks with the customer of an order meets the promise to contact them."""

from __future__ import annotations

from app.db.record import record
from app.db.write_set import WriteSet
from app.domain.orders.changing import happened
from app.domain.orders.promises import CONTACTED
from app.domain.orders.reads import order_file
from app.domain.orders.written import Written
from app.journal.entry import Entry
from app.usecases.hotline import Hotline
from app.usecases.services.asking import rules_now


async def note_contact(hotline: Hotline, write_set: WriteSet, order_no: str | None, at_ms: int) -> None:
    """Add to `write_set` that they talk; nothing where there is no order, or the promise runs no more."""
    if order_no is None:
        return
    async with hotline.db.session() as session:
        file = await order_file(session, order_no)
        met = happened(file, CONTACTED, await rules_now(session, hotline.tools), at_ms) if file else None
    if isinstance(met, Written):
        write_set.extend(met.write)
        entry = Entry("clock", "system", order_no=order_no, body={"text": "customer contacted", **met.body})
        record(write_set, entry, at_ms)
