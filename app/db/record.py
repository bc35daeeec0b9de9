"""Putting a journal entry into a write-set."""

from __future__ import annotations

import os

from app.db.tables.journal import JournalPrivate, JournalRow
from app.db.write_set import WriteSet
from app.journal.entry import Entry, private_hash
from app.observe.clock import new_id


def record(write_set: WriteSet, entry: Entry, at_ms: int) -> str:
    """Add the rows of `entry`; returns the row's id. One entry for each unit, so that one row tells one commit, and one
    for each text to somebody that goes out with it."""
    row_id = new_id()
    vouched = None
    if entry.private:
        salt = os.urandom(8).hex()
        vouched = private_hash(salt, entry.private)
        write_set.insert(JournalPrivate, row_id=row_id, salt=salt, body=dict(entry.private))
    write_set.insert(
        JournalRow,
        id=row_id,
        at=at_ms,
        kind=entry.kind,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        contact_id=entry.contact_id,
        order_no=entry.order_no,
        agent_no=entry.agent_no,
        customer_no=entry.customer_no,
        body=dict(entry.body),
        private_hash=vouched,
    )
    return row_id
