"""`hotline flows`: the call trees."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import NOT_SO, WRONG_USE, Failure, complain, say, settings
from app.db.access import open_access
from app.domain.operations.load import load
from app.observe.clock import SystemClock
from app.settings import Settings
from app.usecases.releases import put_release
from ivr_flows.budget import table
from ivr_flows.check import check as find_issues
from ivr_flows.compile import ReleaseError, build
from ivr_flows.draw import draw as drawn
from ivr_flows.graph import Release
from ivr_flows.session import Rejected
from ivr_flows.shipped import read
from ivr_flows.shipped import release as shipped
from ivr_flows.walk import HELP, Walk, parse, transcript

TURN_MS = 5_000
app = typer.Typer(help="The call trees.", rich_markup_mode=None)
Folder = Annotated[Path | None, typer.Option("--from", help="Folder with flows/ and prompts/; default: the shipped.")]
Flow = Annotated[str, typer.Argument()]


def _release(folder: Path | None) -> Release:
    try:
        return shipped() if folder is None else build(*read(folder))
    except (ReleaseError, OSError) as error:
        raise Failure(str(error)) from error


@app.command()
def check(folder: Folder = None) -> None:
    """Static checks; prints keys and seconds to each goal."""
    release = _release(folder)
    issues = find_issues(release, tuple(load(settings().config).routing.queues))
    for line in table(release):
        say(line)
    for issue in issues:
        complain(str(issue))
    if issues:
        raise typer.Exit(NOT_SO)
    say(f"{len(release.flows)} flows, {len(release.nodes)} nodes: nothing to mend ({release.hash[:12]})")


@app.command()
def draw(flow: Flow = "", lang: str = "zh-CN", folder: Folder = None) -> None:
    """Mermaid text of one flow, or of all."""
    release = _release(folder)
    if flow and flow not in release.flows:
        raise Failure(f"no flow {flow!r}; there are {', '.join(sorted(release.flows))}", WRONG_USE)
    for name in [flow] if flow else sorted(release.flows):
        say(drawn(release, name, lang))


@app.command()
def walk(
    flow: Flow = "main",
    lang: str = "zh-CN",
    answers: Annotated[str, typer.Option(help='JSON: {"service": ["outcome", {values}]}')] = "{}",
    folder: Folder = None,
) -> None:
    """Walk through a tree in the terminal."""
    release = _release(folder)
    facts = {
        "caller": "+8613800000001",
        "caller_known": True,
        "channel": "voice",
        "lang": lang,
        "tz_offset_s": 28_800,
        "said_text": "",
        "manner": "normal",
        "match": "none",
        "matter": "none",
        "open_question": "none",
    }
    walking = Walk(release, flow, facts, json.loads(answers), SystemClock().now_ms())
    say(HELP)
    _show(walking)
    while not walking.session.ended:
        try:
            given = parse(input("> "))
        except EOFError:
            return
        except (ValueError, IndexError):
            say(HELP)
            continue
        if isinstance(refused := walking.send(given, TURN_MS), Rejected):
            say(f"  not taken: {refused.reason}")
        else:
            _show(walking)


def _show(walking: Walk) -> None:
    for line in transcript(walking.effects):
        say(line)


@app.command()
def release(
    folder: Folder = None,
    by: Annotated[str, typer.Option(help="Who publishes.")] = "operator",
    note: Annotated[str, typer.Option(help="What is new.")] = "",
) -> None:
    """Check and publish the trees; running calls keep the release they began on."""
    found = settings()
    made = _release(folder)
    issues = find_issues(made, tuple(load(found.config).routing.queues))
    for issue in issues:
        complain(str(issue))
    if issues:
        raise Failure("not published", NOT_SO)
    asyncio.run(_publish(found, made, by, note))
    say(f"published {made.hash}")


async def _publish(found: Settings, made: Release, by: str, note: str) -> None:
    async with open_access(found) as access:
        await access.commit(put_release(made, SystemClock().now_ms(), by, note))
