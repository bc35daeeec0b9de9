"""`hotline carrier`, `dial` and `sms`: the local carrier is a program of its own; these start it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from app.cli.console import settings
from app.settings import DEMO_CARRIER_URL

Url = Annotated[
    str, typer.Option("--carrier", help="Address of the local carrier; by default that of HOTLINE_CARRIER_API_URL.")
]
From = Annotated[str, typer.Option("--from", help="The number that calls.")]
Lang = Annotated[str, typer.Option(help="zh or en; by default what the terminal speaks.")]
CALLER = "+8613800000001"
NOTE = "demo-carrier-url"
HERE = ("127.0.0.1", "localhost", "::1")


def command(*words: str) -> list[str]:
    """A command line of the local carrier under this interpreter."""
    return [sys.executable, "-m", "local_carrier", *words]


def _become(*words: str) -> None:
    """Goes on as the local carrier: a signal that ends this process leaves no child behind."""
    sys.stdout.flush()
    line = command(*words)
    os.execv(line[0], line)  # noqa: S606 (our own program)


@contextmanager
def running_at(var: Path, url: str) -> Iterator[None]:
    """Tell later commands of this folder where the demo's carrier listens, for as long as it does."""
    note = var / NOTE
    note.write_text(url, encoding="utf-8")
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def carrier_here() -> str:
    """The carrier of the settings if it is on this machine; a phone in the terminal rings at no other. Where they name
    none or the usual one, that of the running demo."""
    found = settings()
    if urlsplit(found.carrier_api_url).hostname in HERE and found.carrier_api_url != DEMO_CARRIER_URL:
        return found.carrier_api_url
    note = (found.sqlite_path.parent if found.sqlite_path else Path("var")) / NOTE
    try:
        return note.read_text(encoding="utf-8")
    except OSError:
        return DEMO_CARRIER_URL


def carrier(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8001,
    app_url: Annotated[str, typer.Option(help="The application that answers calls.")] = "http://127.0.0.1:8000",
) -> None:
    """Run the local carrier alone, with its phone page. Other options go to `python -m local_carrier serve`."""
    typer.echo(f"phone: http://127.0.0.1:{port}/   application: {app_url}")
    _become("serve", "--port", str(port), "--app-url", app_url, *context.args)


def dial(
    number: From = CALLER,
    keys: Annotated[str, typer.Option(help='Keys to press, one at each question: "1 # 2".')] = "",
    say: Annotated[str, typer.Option(help="A sentence to say at the first question after the keys.")] = "",
    carrier_url: Url = "",
    lang: Lang = "",
) -> None:
    """A phone in the terminal, against the local carrier; with --keys it needs no terminal."""
    options = [
        word for name, value in (("--keys", keys), ("--say", say), ("--lang", lang)) if value for word in (name, value)
    ]
    _become("dial", "--from", number, "--carrier", carrier_url or carrier_here(), *options)


def sms(text: Annotated[str, typer.Argument()], number: From = CALLER, carrier_url: Url = "", lang: Lang = "") -> None:
    """Send a text message to the hotline and print its answer."""
    _become(
        "sms", text, "--from", number, "--carrier", carrier_url or carrier_here(), *(["--lang", lang] if lang else [])
    )
