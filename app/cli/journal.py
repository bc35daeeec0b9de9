"""`hotline journal`: the trace of everything."""

from __future__ import annotations

import asyncio

import typer
from sqlalchemy import select

from app.cli.console import NOT_SO, Failure, say, settings
from app.db.access import Sessions, open_sessions
from app.db.tables import JournalPrivate, JournalRow
from app.db.write_set import table_of
from app.journal.entry import GENESIS, first_break, private_hash
from app.settings import Settings

PAGE = 5_000
app = typer.Typer(help="The trace of everything.", rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """The trace of everything."""


@app.command()
def verify() -> None:
    """Recompute the hash chain; the first row that does not hold is named."""
    asyncio.run(_verify(settings()))


async def _verify(found: Settings) -> None:
    async with open_sessions(found) as sessions:
        count = await _walk(sessions)
    say(f"{count} rows, the chain holds")


async def _walk(sessions: Sessions) -> int:
    journal, private = table_of(JournalRow), table_of(JournalPrivate)
    seq, prev = 0, GENESIS
    while True:
        async with sessions() as session:
            query = (
                select(journal, private.c.salt, private.c.body.label("private_body"))
                .select_from(journal.outerjoin(private, private.c.row_id == journal.c.id))
                .where(journal.c.seq > seq)
                .order_by(journal.c.seq)
                .limit(PAGE)
            )
            rows = [dict(row) for row in (await session.execute(query)).mappings().all()]
        broken = first_break(rows, seq, prev)
        for row in rows:
            if broken is None and row["salt"] and private_hash(row["salt"], row["private_body"]) != row["private_hash"]:
                broken = f"row {row['id']} (seq {row['seq']}): its personal part was changed"
        if broken is not None:
            raise Failure(broken, NOT_SO)
        if not rows:
            return seq
        seq, prev = rows[-1]["seq"], rows[-1]["hash"]
