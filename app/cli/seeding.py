"""`hotline seed`."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from app.cli.console import say, settings
from app.db.access import open_access
from app.db.record import record
from app.db.write_set import WriteSet
from app.domain.operations.load import load
from app.domain.seed.make import rows, write_sets
from app.domain.seed.people import DEMO_PASSWORD, PEOPLE
from app.domain.seed.stories import STORIES
from app.domain.staff.passwords import hash_password
from app.journal.entry import Entry
from app.observe.clock import SystemClock
from app.settings import Settings


def seed(seed: Annotated[int, typer.Option(help="The same number makes the same people.")] = 1) -> None:
    """Fill the database with demo data: fictional names, numbers that nobody has."""
    found = settings()
    count = asyncio.run(write_seed(found, seed))
    say(f"seed {seed}: {count} rows")
    for story in STORIES:
        say(f"  {story.caller or 'no phone':<15} {story.account_no}  {story.title_en} · {story.title_zh}")
    people = ", ".join(f"{agent_no} {role}" for agent_no, _, role, *_ in PEOPLE)
    say(f"  log-ins: {people}")
    say(f"  password: {DEMO_PASSWORD}" if found.demo else "  nobody has a password: hotline user passwd AGENT_NO")


async def write_seed(found: Settings, number: int) -> int:
    """Write the demo data of this seed; returns how many rows. Only a demo gets the known password."""
    now_ms = SystemClock().now_ms()
    made = rows(
        number,
        now_ms=now_ms,
        today=datetime.fromtimestamp(now_ms / 1000, found.zone).date(),
        tariffs=load().tariffs,
        password_hash=hash_password(DEMO_PASSWORD) if found.demo else None,
    )
    count = 0
    async with open_access(found) as access:
        for unit in write_sets(made):
            count += len(unit.ops)
            await access.commit(unit)
        last = WriteSet(rings=["import:agents"])
        record(last, Entry("note", "system", actor_id="seed", body={"text": "seed", "seed": number}), now_ms)
        await access.commit(last)
    return count
