"""The supervisors' socket `/api/wallboard`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, WebSocket

from app.domain.staff.permissions import Scope, Verb
from app.edge.guard import allow
from app.edge.live import live_of
from app.edge.services import services_of
from app.edge.sockets import admitted, error, serve, until_log_out
from app.live.boards import Board
from app.live.feed import encode
from app.usecases.presence import place_of

router = APIRouter()


@router.websocket("/api/wallboard")
@allow(Verb.WALLBOARD_READ)
async def wallboard(websocket: WebSocket) -> None:
    """A snapshot of the figures, then at most one delta a second."""
    services = services_of(websocket)
    session = await admitted(websocket, services.settings, Verb.WALLBOARD_READ)
    if session is None:
        return
    live, viewer = live_of(services), session.viewer
    await websocket.accept()
    unit = None if viewer.scope(Verb.WALLBOARD_READ) is Scope.ALL else viewer.unit
    board = Board(session.token_hash, unit, place_of(viewer.role, viewer.unit, viewer.team))
    end = until_log_out(live.bell, session, board.outgoing)

    async def take(frame: Any) -> None:
        known = isinstance(frame, dict) and frame.get("type") == "ping" and isinstance(frame.get("id"), str)
        answer = encode({"type": "ack", "id": frame["id"]}) if known else error(frame, "unknown_command", "only ping")
        board.outgoing.put(answer)

    try:
        live.boards.join(board, await live.figures.current(), services.clock.now_ms())
        await serve(websocket, board.outgoing, take)
    finally:
        end()
        live.boards.leave(board)
