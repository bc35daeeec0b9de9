"""What the three sockets share: who may open one, and moving frames without ever waiting for a slow client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.domain.staff.permissions import Verb
from app.edge.guard import parse_strictly, session_of
from app.edge.services import services_of
from app.live.bell import Bell
from app.live.hub import SESSION_ENDED
from app.live.outgoing import Outgoing
from app.settings import Settings
from app.usecases.resume_session import Session

MAX_FRAME = 64 * 1024
PER_SECOND = 20
BURST = 40
TOO_BIG, POLICY = 1009, 1008
FAREWELL_S = 1.0


def same_origin(websocket: WebSocket, settings: Settings) -> bool:
    """Whether the page that opens the socket is ours: of the public base URL, or of the Host it was asked at."""
    try:
        origin = urlsplit(websocket.headers.get("origin", ""))
    except ValueError:  # an address of IPv6 that is none
        return False
    if origin.scheme not in ("http", "https") or not origin.netloc:
        return False
    base = urlsplit(settings.base_url)
    if (origin.scheme, origin.netloc) == (base.scheme, base.netloc):
        return True
    return origin.netloc == websocket.headers.get("host", "")


async def admitted(websocket: WebSocket, settings: Settings, verb: Verb) -> Session | None:
    """The log-in of a socket that may be opened; else it is refused before it is accepted: 403, 401 without log-in."""
    if not same_origin(websocket, settings):
        await refuse(websocket, 403)
        return None
    session = await session_of(websocket)
    if session is not None and session.viewer.may(verb):
        return session
    await refuse(websocket, 401 if session is None else 403)
    return None


async def refuse(websocket: WebSocket, status: int) -> None:
    """Answer the handshake with this status."""
    services_of(websocket).metrics.sockets_refused.labels(str(status)).inc()
    await websocket.send_denial_response(Response(status_code=status))


def until_log_out(bell: Bell, session: Session, outgoing: Outgoing) -> Callable[[], None]:
    """Close the socket when its log-in is ended anywhere; returns what ends the watch."""
    ring = f"session:{session.token_hash}"
    return bell.on(ring, lambda _: outgoing.close(SESSION_ENDED, "session ended"), looks=False)


class Pace:
    """A bucket of messages: 20 a second, 40 at once. Far beyond that the socket is closed."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._left = float(BURST)
        self._at = now()

    def take(self) -> bool:
        """Whether one more message is within the pace."""
        now = self._now()
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND) - 1
        self._at = now
        return self._left >= 0

    @property
    def flooded(self) -> bool:
        """Whether the client goes on without minding the refusals."""
        return self._left < -BURST


async def serve(websocket: WebSocket, outgoing: Outgoing, take: Callable[[Any], Awaitable[None]]) -> None:
    """Move frames both ways until one side ends. `take` is given each frame, parsed; it must not wait for long."""
    writer = asyncio.create_task(_write(websocket, outgoing))
    tasks = [writer, asyncio.create_task(_read(websocket, outgoing, take))]
    outgoing.on_stall = writer.cancel
    # asyncio.wait would hold 2 KiB for each socket as long as it is open
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    for task in tasks:
        task.add_done_callback(lambda _: None if ended.done() else ended.set_result(None))
    try:
        await ended
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    await _farewell(websocket, outgoing)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result


async def _farewell(websocket: WebSocket, outgoing: Outgoing) -> None:
    if outgoing.closing is None or websocket.application_state is not WebSocketState.CONNECTED:
        return
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(FAREWELL_S):
            await websocket.close(outgoing.closing.code, outgoing.closing.reason)


async def _write(websocket: WebSocket, outgoing: Outgoing) -> None:
    while (frame := await outgoing.next()) is not None:
        await websocket.send_text(frame)


async def _read(websocket: WebSocket, outgoing: Outgoing, take: Callable[[Any], Awaitable[None]]) -> None:
    pace = Pace(asyncio.get_running_loop().time)
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None or len(text.encode()) > MAX_FRAME:
            outgoing.close(TOO_BIG, "text frames of at most 64 kB")
            return
        frame = _parsed(text)
        if pace.take():
            await take(frame)
            continue
        outgoing.put(error(frame, "too_many", f"at most {PER_SECOND} messages a second"))
        if pace.flooded:
            outgoing.close(POLICY, "too many messages")
            return


def _parsed(text: str) -> Any:
    try:
        return parse_strictly(text.encode())
    except (ValueError, RecursionError):
        return None


def error(frame: Any, code: str, message: str) -> str:
    """An `error` by the `id` of what it answers (empty when it had none)."""
    found = frame.get("id") if isinstance(frame, dict) else None
    frame_id = found if isinstance(found, str) else ""
    return json.dumps({"type": "error", "id": frame_id[:128], "code": code, "message": message})
