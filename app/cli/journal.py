"""`hotline journal`: the trace of everything."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from sqlalchemy import select

from app.cli.console import NOT_SO, WRONG_USE, Failure, say, settings
from app.db.access import Sessions, open_access, open_sessions
from app.db.forgetting import Whose, is_known, personal_parts
from app.db.forgetting import forget as written_off
from app.db.tables import JournalPrivate, JournalRow
from app.db.write_set import table_of
from app.journal.entry import GENESIS, first_break, private_hash
from app.observe.clock import SystemClock
from app.settings import Settings

PAGE = 5_000
DAY_MS = 86_400_000
app = typer.Typer(help="The trace of everything.", rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """The trace of everything."""


@app.command()
def verify() -> None:
    """Recompute the hash chain; the first row that does not hold is named."""
    asyncio.run(_verify(settings()))


@app.command()
def forget(
    reason: Annotated[str, typer.Option(help="Why; it is kept in the journal, so without personal data.")],
    customer: Annotated[str, typer.Option(metavar="CUSTOMER_NO", help="All of one customer.")] = "",
    contact: Annotated[str, typer.Option(metavar="CONTACT_ID", help="One call or conversation.")] = "",
    older_than: Annotated[int | None, typer.Option(metavar="DAYS", min=1, help="All that is older.")] = None,
) -> None:
    """Delete personal parts of the journal: names, numbers, words. The rows stay and the chain holds."""
    if [bool(customer), bool(contact), older_than is not None].count(True) != 1:
        raise Failure("give one of --customer, --contact and --older-than", WRONG_USE)
    if not reason.strip():
        raise Failure("--reason: is empty", WRONG_USE)
    now_ms = SystemClock().now_ms()
    before_ms = now_ms - older_than * DAY_MS if older_than else None
    whose = Whose(customer or None, contact or None, before_ms)
    say(f"{asyncio.run(_forget(settings(), whose, reason.strip(), now_ms))} personal parts forgotten")


async def _forget(found: Settings, whose: Whose, reason: str, now_ms: int) -> int:
    count = 0
    async with open_access(found) as access:
        async with access.sessions() as session:
            if not await is_known(session, whose):
                raise Failure("there is nobody and nothing with this number", NOT_SO)
        while True:
            async with access.sessions() as session:
                rows = await personal_parts(session, whose)
            if not rows:
                return count
            await access.commit(written_off(rows, whose, reason, now_ms))
            count += len(rows)


async def _verify(found: Settings) -> None:
    async with open_sessions(found) as sessions:
        count, last = await _walk(sessions)
    say(f"{count} rows, the chain holds; last hash {last}")


async def _walk(sessions: Sessions) -> tuple[int, str]:
    """How many rows there are, and the hash of the last: kept elsewhere, it shows that none was cut off since."""
    seq, prev = 0, GENESIS
    while True:
        rows = await _page(sessions, seq, PAGE)
        broken = first_break(rows, seq, prev)
        for row in rows:
            if broken is None and row["salt"] and private_hash(row["salt"], row["private_body"]) != row["private_hash"]:
                broken = f"row {row['id']} (seq {row['seq']}): its personal part was changed"
        if broken is not None:
            raise Failure(broken, NOT_SO)
        if not rows:
            return seq, prev
        seq, prev = rows[-1]["seq"], rows[-1]["hash"]


async def _page(sessions: Sessions, seq: int, limit: int) -> list[dict[str, Any]]:
    """The next rows with their personal parts."""
    journal, private = table_of(JournalRow), table_of(JournalPrivate)
    query = (
        select(journal, private.c.salt, private.c.body.label("private_body"))
        .select_from(journal.outerjoin(private, private.c.row_id == journal.c.id))
        .where(journal.c.seq > seq)
        .order_by(journal.c.seq)
        .limit(limit)
    )
    try:
        async with sessions() as session:
            found = await (await session.connection()).execute(query)
            return [dict(row) for row in found.mappings().all()]
    except ValueError as error:  # some body is no JSON any more: row by row up to it
        if limit > 1:
            return await _page(sessions, seq, 1)
        async with sessions() as session:
            named = select(journal.c.id, journal.c.seq).where(journal.c.seq > seq).order_by(journal.c.seq).limit(1)
            row = (await (await session.connection()).execute(named)).one()
        raise Failure(f"row {row.id} (seq {row.seq}): it cannot be read any more", NOT_SO) from error
