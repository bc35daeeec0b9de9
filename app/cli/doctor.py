"""`hotline doctor`: what is wrong with the configuration, and what to enter at the carrier."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlsplit

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.cli.console import NOT_SO, Failure, complain, say, settings
from app.db.access import standing
from app.db.postgres_errors import postgres_errors
from app.db.standing import Standing
from app.domain.customers.rules import E164
from app.domain.operations.load import load
from app.domain.operations.toml_text import to_toml
from app.settings import Settings, refusals, unknown_names
from routing.config import ConfigError

ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
WEBHOOKS = (
    ("A call comes in", "/twilio/voice"),
    ("Primary handler fails", "/twilio/voice/fallback"),
    ("Call status changes", "/twilio/voice/status"),
    ("A message comes in", "/twilio/sms"),
    ("Message status", "/twilio/sms/status"),
    ("TwiML App: voice request", "/twilio/client"),
)


def doctor(
    print_config: Annotated[bool, typer.Option("--print-config", help="Print the effective operations file.")] = False,
) -> None:
    """Check the configuration and print the webhook URLs to enter at the carrier."""
    found = settings()
    if print_config:
        _print_config(found)
        return
    problems = [
        *unknown_names(os.environ),
        *refusals(found),
        *_shapes(found),
        *_operations(found),
        *asyncio.run(_database(found)),
    ]
    say(f"Environment: {found.env}")
    say(f"Operations file: {found.config or 'as shipped'}")
    say("Webhooks to enter at the carrier, all with HTTP POST:")
    for event, path in WEBHOOKS:
        say(f"  {event + ':':<26}{found.base_url}{path}")
    for problem in problems:
        complain(f"wrong: {problem}")
    if problems:
        raise typer.Exit(NOT_SO)
    say("Nothing is wrong.")


def _print_config(found: Settings) -> None:
    try:
        say(to_toml(load(found.config).document).rstrip())
    except ConfigError as error:
        for problem in error.problems:
            complain(f"{problem.place}: {problem.reason}")
        raise typer.Exit(NOT_SO) from error


def _shapes(found: Settings) -> Iterator[str]:
    """Values that cannot be what they are for."""
    carrier = urlsplit(found.carrier_api_url)
    if not E164.fullmatch(found.number):
        yield f"HOTLINE_NUMBER {found.number!r} is no number in the form +8610…"
    if not ACCOUNT_SID.fullmatch(found.twilio_account_sid):
        yield "HOTLINE_TWILIO_ACCOUNT_SID is not AC followed by 32 hex digits"
    if carrier.scheme not in ("http", "https") or not carrier.netloc or carrier.path.strip("/") or carrier.query:
        yield "HOTLINE_CARRIER_API_URL is not a scheme and an authority alone"
    if bool(found.twilio_api_key_sid) != bool(found.twilio_api_key_secret):
        yield "HOTLINE_TWILIO_API_KEY_SID and HOTLINE_TWILIO_API_KEY_SECRET belong together"
    if not urlsplit(found.public_base_url).netloc:
        yield "HOTLINE_PUBLIC_BASE_URL is no URL"


def _operations(found: Settings) -> Iterator[str]:
    try:
        load(found.config)
    except ConfigError as error:
        yield from (f"operations file: {problem.place}: {problem.reason}" for problem in error.problems)


async def _database(found: Settings) -> list[str]:
    try:
        now = await standing(found)
    except (SQLAlchemyError, OSError) as error:
        return [_silent(error)]
    except postgres_errors() as error:
        return [_silent(error)]
    if now is Standing.HEAD:
        return []
    if now is Standing.AHEAD:
        say("The database belongs to a newer version; that is allowed while nodes are upgraded one by one.")
        return []
    return [f"the database is {now}; run: hotline db upgrade"]


def _silent(error: Exception) -> str:
    return f"the database does not answer: {str(error).splitlines()[0]}"


def known_tariffs(found: Settings) -> frozenset[str]:
    """Codes of the tariffs; fails with the first problem of the operations file."""
    try:
        return frozenset(load(found.config).tariffs)
    except ConfigError as error:
        first = error.problems[0]
        raise Failure(f"operations file: {first.place}: {first.reason}", NOT_SO) from error
