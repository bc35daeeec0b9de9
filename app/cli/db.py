"""`hotline db`: the schema and copies of the data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from app.cli.console import NOT_SO, Failure, complain, say, settings
from app.db import copies
from app.db.access import standing
from app.db.standing import Standing
from app.settings import Settings

T = TypeVar("T")

app = typer.Typer(help="The schema and copies of the data.", rich_markup_mode=None)
File = Annotated[Path, typer.Argument(metavar="FILE")]


async def _on(found: Settings, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(found.database_url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


async def upgrade_now(found: Settings) -> None:
    """Bring the schema to head, making the database file if there is none."""
    if found.sqlite_path is not None:
        found.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    from app.db import schema

    await _on(found, schema.upgrade)


@app.command()
def upgrade() -> None:
    """Make the schema, or bring it to this version."""
    found = settings()
    before = asyncio.run(standing(found))
    if before is Standing.AHEAD:
        raise Failure("the database belongs to a newer version; nothing was changed")
    asyncio.run(upgrade_now(found))
    say("the database was at head" if before is Standing.HEAD else "the database is at head now")


@app.command()
def check() -> None:
    """Tell whether the schema is that of this version."""
    found = settings()
    now = asyncio.run(standing(found))
    if now is not Standing.HEAD:
        raise Failure(f"the database is {now}; run: hotline db upgrade" if now is not Standing.AHEAD else "it is ahead")
    from app.db import schema

    differences = asyncio.run(_on(found, schema.drift))
    for difference in differences:
        complain(difference)
    if differences:
        raise typer.Exit(NOT_SO)
    say("the database is at head; nothing differs")


@app.command()
def backup(file: File) -> None:
    """Copy the whole database into FILE while it is used."""
    found = settings()
    if asyncio.run(standing(found)) is Standing.EMPTY:
        raise Failure("the database is empty; there is nothing to copy")
    try:
        copies.backup(found, file)
    except copies.CopyFailed as error:
        raise Failure(str(error)) from error
    say(f"copied to {file}")


@app.command()
def restore(file: File) -> None:
    """Put the copy in FILE in the place of the database; the service must be stopped."""
    found = settings()
    try:
        copies.restore(found, file)
    except copies.CopyFailed as error:
        raise Failure(str(error)) from error
    say(f"restored from {file}")
