"""The live part of one node: bell, feeds and their watch, alive from start to stop of the application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from agents.console import Key, Sent, View
from app.domain.staff.permissions import Verb
from app.edge.departures import Departures
from app.edge.figures import Figures
from app.live.bell import Bell
from app.live.boards import Boards
from app.live.feed import Build
from app.live.hub import SESSION_ENDED, Connection, Hub
from app.live.openings import Door, Openings
from app.usecases.board_view import for_unit
from app.usecases.console_desk import Desk
from app.usecases.console_view import console_view
from app.usecases.end_idle_chats import end_idle_chats
from app.usecases.hotline import Hotline
from app.usecases.presence import agent_connected, log_in_holds

if TYPE_CHECKING:
    from app.edge.services import Services

WATCH_S = 1.0
SWEEP_S = 30.0
STRANGERS = 100
"""Chat sockets of one address that have no conversation; each has a few seconds for it."""
WINDOWS = 8
"""Chat windows of one conversation: a few tabs. Each looks at the rows whenever something happens in it."""
BUILD = "0.1.0"
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Live:
    """What the sockets of this node share."""

    bell: Bell
    hub: Hub
    desk: Desk
    hotline: Hotline
    openings: Openings
    strangers: Door
    windows: Door
    boards: Boards
    figures: Figures
    departures: Departures
    build: str = BUILD
    closing: bool = False


def live_of(services: Services) -> Live:
    """The live part; there is one from the start of the application to its end."""
    assert services.live is not None, "the application runs without its live part"
    return services.live


@asynccontextmanager
async def run_live(services: Services) -> AsyncIterator[None]:
    """Background work of the application: listen to the commits, watch the sockets' log-ins."""
    db, clock = services.db, services.clock
    bell = Bell()
    db.on_ring(bell.hear)

    def build_for(agent_no: str) -> Build:
        async def build(known: Mapping[Key, Sent]) -> View:
            return await console_view(db, clock, agent_no, known)

        return build

    hotline, settings = services.hotline, services.settings
    hub = Hub(db.node, clock, bell, build_for)
    boards = Boards(hub.sequence, for_unit)
    figures = Figures(db, clock, settings, bell, hub, boards)
    desk = Desk(db, clock, bell, services.tools, settings, hotline.releases)
    windows = Door(WINDOWS)
    doors = (Openings(), Door(STRANGERS), windows)
    departures = Departures(hotline, windows)
    services.live = live = Live(bell, hub, desk, hotline, *doors, boards, figures, departures)
    work = [asyncio.create_task(each) for each in (_watch(services, live), _sweep(hotline), figures.tick())]
    try:
        yield
    finally:
        live.closing = True
        for task in work:
            task.cancel()
        live.departures.stop()
        live.hub.close()


async def _watch(services: Services, live: Live) -> None:
    """Once a second: sockets whose log-in has ended are closed, agents whom the leader lost are told again."""
    while True:
        await asyncio.sleep(WATCH_S)
        try:
            for connection in live.hub.connections:
                await _look_at(services, live, connection)
            for board in live.boards.open:
                if not await log_in_holds(services.db, services.clock, board.session, Verb.WALLBOARD_READ, board.place):
                    board.outgoing.close(SESSION_ENDED, "session ended")
        except Exception:  # one look failed; the next comes in a second
            log.exception("socket_watch_failed")


async def _look_at(services: Services, live: Live, connection: Connection) -> None:
    db, clock = services.db, services.clock
    if not await log_in_holds(db, clock, connection.session, Verb.CONSOLE, connection.place):
        connection.outgoing.close(SESSION_ENDED, "session ended")
    elif live.hub.unseen(connection, clock.now_ms()):
        await agent_connected(db, clock, connection.agent_no, connection.id)


async def _sweep(hotline: Hotline) -> None:
    while True:
        await asyncio.sleep(SWEEP_S)
        try:
            await end_idle_chats(hotline)
        except Exception:  # the database cannot be reached now
            log.exception("idle_chats_not_ended")
