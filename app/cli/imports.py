"""`hotline import KIND FILE.csv`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import NOT_SO, WRONG_USE, Failure, Progress, complain, say, settings
from app.cli.doctor import known_tariffs
from app.db.access import open_access, open_sessions
from app.domain.imports.kinds import NAMES, Kind, kind_of
from app.domain.imports.reading import BadRow, WrongFile
from app.domain.imports.run import apply_file, check_file
from app.observe.clock import SystemClock
from app.settings import Settings


def import_file(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(NAMES)}.")],
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with a header.", metavar="FILE.csv")],
) -> None:
    """Bring master data in: all rows are checked first, then applied; repeatable."""
    if kind not in NAMES:
        raise Failure(f"unknown kind {kind!r}; kinds are {', '.join(NAMES)}", WRONG_USE)
    found = settings()
    tariffs = known_tariffs(found) if kind == "accounts" else frozenset()
    try:
        asyncio.run(_import(found, file, kind_of(kind, zone=found.zone, tariffs=tariffs, now_ms=_now_ms())))
    except WrongFile as error:
        raise Failure(str(error), WRONG_USE) from error


def _now_ms() -> int:
    return SystemClock().now_ms()


async def _import(found: Settings, file: Path, kind: Kind) -> None:
    checked, applied = Progress("checked"), Progress("applied")

    def refuse(bad: BadRow) -> None:
        checked.clear()
        complain(bad.text(str(file)))

    async with open_sessions(found) as sessions:
        good = await check_file(file, kind, sessions, refuse, checked)
    checked.clear()
    if not good:
        raise typer.Exit(NOT_SO)
    async with open_access(found) as access:
        counts = await apply_file(file, kind, access.sessions, access.commit, _now_ms(), applied)
    applied.clear()
    say(f"{kind.name}: {counts.rows} rows, {counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged")
