"""The published trees: the newest for a new conversation, its own for a running one."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.db.database import Database
from app.db.hot import HotQuery
from app.db.tables import FlowRelease
from app.db.write_set import WriteSet, table_of
from ivr_flows import compile as trees
from ivr_flows.graph import Release

_table = table_of(FlowRelease)
NEWEST = HotQuery(select(_table.c.release).order_by(_table.c.published_at.desc()).limit(1))
BODY = HotQuery(select(_table.c.body).where(_table.c.release == bindparam("release")))
SPEC = 1


class NoRelease(Exception):
    """No trees were published: `hotline flows release` does it."""


class Releases:
    """Compiled releases by hash; they are immutable, so they are kept for as long as the process lives."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._compiled: dict[str, Release] = {}

    async def newest(self) -> Release:
        """What new conversations run on."""
        rows = await self._db.fetch(NEWEST)
        if not rows:
            raise NoRelease("no trees are published; run: hotline flows release")
        return await self.get(rows[0][0])

    async def get(self, name: str) -> Release:
        """The release of a running conversation."""
        found = self._compiled.get(name)
        if found is None:
            rows = await self._db.fetch(BODY, release=name)
            if not rows:
                raise NoRelease(f"release {name} is not stored")
            found = self._compiled[name] = trees.load(rows[0][0])
        return found


async def publish(db: Database, release: Release, at_ms: int, by: str, note: str = "") -> bool:
    """Make `release` the newest, unless it is that already; whether it was new."""
    rows = await db.fetch(NEWEST)
    if rows and rows[0][0] == release.hash:
        return False
    await db.commit(put_release(release, at_ms, by, note))
    return True


def put_release(release: Release, at_ms: int, by: str, note: str) -> WriteSet:
    """Store `release` and make it the newest."""
    write_set = WriteSet()
    write_set.put(
        FlowRelease,
        release=release.hash,
        spec=SPEC,
        body=release.text,
        published_at=at_ms,
        published_by=by,
        note=note,
    )
    return write_set
