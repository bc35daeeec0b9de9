"""The agents' socket `/api/console`."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, WebSocket

from agents import words
from app.domain.staff.permissions import Verb
from app.edge.guard import allow
from app.edge.live import Live, live_of
from app.edge.services import services_of
from app.edge.sockets import admitted, error, serve, until_log_out
from app.live.feed import Feed, encode
from app.live.hub import Connection
from app.usecases.console_command import console_command
from app.usecases.console_direct import DIRECT
from app.usecases.presence import agent_connected, agent_disconnected, place_of
from app.usecases.resume_session import Session

WAITING_COMMANDS = 32
router = APIRouter()


@router.websocket("/api/console")
@allow(Verb.CONSOLE)
async def console(websocket: WebSocket) -> None:
    """Snapshot or missed deltas, then whatever changes; commands are answered by their id."""
    services = services_of(websocket)
    session = await admitted(websocket, services.settings, Verb.CONSOLE)
    if session is None:
        return
    live = live_of(services)
    await websocket.accept()
    viewer = session.viewer
    place = place_of(viewer.role, viewer.unit, viewer.team)
    connection = Connection(viewer.agent_no, session.token_hash, place, told_at=services.clock.now_ms())
    end = until_log_out(live.bell, session, connection.outgoing)
    feed = live.hub.attach(connection)
    try:
        anew = "after" not in websocket.query_params
        await agent_connected(services.db, services.clock, connection.agent_no, connection.id, anew=anew)
        await live.figures.current()
        await feed.fresh()
        _greet(websocket, live, feed, connection)
        await _serve(websocket, live, session, connection)
    finally:
        end()
        if live.hub.detach(connection) and not live.closing:
            await agent_disconnected(services.db, services.clock, connection.agent_no)


def _greet(websocket: WebSocket, live: Live, feed: Feed, connection: Connection) -> None:
    """In one go with joining the feed, so that nothing is missed or doubled between the two."""
    outgoing, query = connection.outgoing, websocket.query_params
    after = query.get("after", "")
    missed = None
    if query.get("feed") == live.hub.node and after.isascii() and after.isdigit() and len(after) < 17:
        missed = feed.missed(int(after))
    if missed is None:
        outgoing.put(
            encode({"type": "snapshot", "feed": live.hub.node, "build": live.build, **feed.snapshot(), **WORDS})
        )
    else:
        last, texts = missed
        outgoing.put(encode({"type": "resumed", "seq": last}))
        for text in texts:
            outgoing.put(text)
    if outgoing.closing is None:
        feed.clients.add(outgoing)


WORDS = {
    "dispositions": list(words.DISPOSITIONS),
    "decline_reasons": list(words.DECLINE_REASONS),
    "break_reasons": list(words.BREAK_REASONS),
    "verify_items": list(words.VERIFY_ITEMS),
}


async def _serve(websocket: WebSocket, live: Live, session: Session, connection: Connection) -> None:
    """Commands are carried out one after the other, as they came; a ping does not wait for them.

    There is a worker only while there are commands: consoles are many, open for hours, and mostly silent.
    """
    waiting: list[Any] = []
    worker: asyncio.Task[None] | None = None

    async def take(frame: Any) -> None:
        nonlocal worker
        if isinstance(frame, dict) and frame.get("type") == "ping":
            connection.outgoing.put(encode(await console_command(live.desk, DIRECT, session, frame)))
            return
        if len(waiting) >= WAITING_COMMANDS:
            connection.outgoing.put(error(frame, "too_many", "wait for the answers to earlier commands"))
            return
        waiting.append(frame)
        if worker is None or worker.done():
            worker = asyncio.create_task(carry_out(), name="console-commands")
            worker.add_done_callback(lambda task: _failed(task, connection))

    async def carry_out() -> None:
        while waiting:
            answer = await console_command(live.desk, DIRECT, session, waiting.pop(0))
            connection.outgoing.put(encode(answer))

    try:
        await serve(websocket, connection.outgoing, take)
    finally:
        if worker is not None:
            worker.cancel()


def _failed(task: asyncio.Task[None], connection: Connection) -> None:
    if not task.cancelled() and task.exception() is not None:
        connection.outgoing.close(1011, "the service failed")
