"""`hotline serve`: the service itself."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer

from app.cli.console import NOT_SO, WRONG_USE, Failure, complain, settings
from app.cli.db import upgrade_now
from app.cli.listening import bound, held, listen
from app.db import handover
from app.db.access import require_head, standing
from app.db.committer_sqlite import FileLock
from app.db.standing import Standing
from app.domain.operations.load import load
from app.edge.services import Services
from app.main import create_app, dispatching
from app.observe.failpoints import failpoint
from app.observe.logging import configure_logging
from app.settings import Settings, refusals, unknown_names
from app.usecases.releases import publish
from ivr_flows.compile import Defaults
from ivr_flows.shipped import release as shipped_release
from routing.config import ConfigError


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65_535)] = 8000,
    fd: Annotated[
        int | None, typer.Option(help="An open listening socket of the parent, instead of host and port.", min=0)
    ] = None,
) -> None:
    """Run the service; many of these on one PostgreSQL are one system."""
    found = settings()
    for name in unknown_names(os.environ):
        complain(f"hotline: warning: {name}")
    problems = refusals(found)
    for problem in problems:
        complain(f"hotline: {problem}")
    if problems:
        raise typer.Exit(WRONG_USE)
    try:
        operations = load(found.config)
    except ConfigError as error:
        raise Failure(str(error), WRONG_USE) from error
    _refuse_second(found)
    sockets = bound(host, port) if fd is None else held(fd)
    asyncio.run(_prepare(found))
    app = create_app(found, background=(commands_beside, trees, dispatching, settled), operations=operations)
    configure_logging(dropped=app.state.metrics.log_line_dropped)
    listen(app, app.state.metrics, found, sockets)


async def _prepare(found: Settings) -> None:
    """A demo brings its schema to head; a production database must be there already (ahead is allowed)."""
    state = await standing(found)
    if state in (Standing.EMPTY, Standing.BEHIND):
        if not found.demo:
            await require_head(found)
            raise Failure("the database is not at head; run: hotline db upgrade", NOT_SO)
        await upgrade_now(found)


def _refuse_second(found: Settings) -> None:
    """Say in one line that the file is served already, before the server starts; it takes the lock itself then."""
    if found.sqlite_path is not None:
        found.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(found.sqlite_path)
        lock.take()
        lock.release()


@asynccontextmanager
async def commands_beside(services: Services) -> AsyncIterator[None]:
    """Take write-sets of commands over a socket beside the database file."""
    path = services.settings.sqlite_path
    if path is None:
        yield
        return
    server = await handover.serve(handover.socket_path(path), services.db.commit)
    try:
        yield
    finally:
        server.close()


@asynccontextmanager
async def settled(_: Services) -> AsyncIterator[None]:
    """What is loaded stays: the collector need not go through it again and again while callers wait. A turn makes
    thousands of short-lived containers and hardly a cycle: looking less often is a tenth of its processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    yield


@asynccontextmanager
async def trees(services: Services) -> AsyncIterator[None]:
    """The demo publishes the shipped trees; production runs what `hotline flows release` published."""
    if services.settings.demo:
        ivr = services.operations.ivr
        shipped = shipped_release(Defaults(ivr.menu_timeout_s, ivr.retries + 1))
        await publish(services.db, shipped, services.clock.now_ms(), "demo")
        failpoint("start.published")
    yield
