"""Sealing the journal: the leader gives committed rows their place in one gapless chain."""

from __future__ import annotations

from sqlalchemy import func, select

from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import JournalRow
from app.db.write_set import Fence, WriteSet, table_of
from app.journal.entry import GENESIS, SEALED, seal
from app.observe.failpoints import failpoint

AT_ONCE = 64
"""Few: turns of callers wait while these are computed."""

_journal = table_of(JournalRow)
END = RowQuery(
    select(_journal.c.seq, _journal.c.hash).where(_journal.c.seq == select(func.max(_journal.c.seq)).scalar_subquery())
)
UNSEALED = RowQuery(
    select(*(_journal.c[name] for name in (*SEALED, "private_hash")))
    .where(_journal.c.seq.is_(None))
    .order_by(_journal.c.id)
    .limit(AT_ONCE)
)


class Sealer:
    """Knows the end of the chain; begins by reading it."""

    def __init__(self, db: Database, fence: Fence) -> None:
        self._db = db
        self._fence = fence
        self._end: tuple[int, str] | None = None

    async def seal_new(self) -> int:
        """Seal what was committed since; how many rows that were."""
        if self._end is None:
            last = await END.one(self._db)
            self._end = (0, GENESIS) if last is None else (last["seq"], last["hash"])
        rows = await UNSEALED.all(self._db)
        if not rows:
            return 0
        write_set = WriteSet(fence=self._fence)
        failpoint("seal.read")
        seq, prev = self._end
        for row in rows:
            seq += 1
            digest = seal(seq, prev, row)
            values = {"seq": seq, "prev_hash": prev, "hash": digest}
            write_set.change(JournalRow, {"id": row["id"], "at": row["at"]}, None, **values)
            prev = digest
        await self._db.commit(write_set)
        failpoint("seal.written")
        self._end = (seq, prev)
        return len(rows)
