"""The customers' socket `/api/chat`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from fastapi import APIRouter, WebSocket

from app.db.write_set import WriteError
from app.edge.chat_window import ChatWindow
from app.edge.guard import public
from app.edge.live import Live, live_of
from app.edge.services import services_of
from app.edge.sockets import POLICY, error, refuse, same_origin, serve
from app.live.feed import encode
from app.live.outgoing import TRY_AGAIN_LATER, Outgoing
from app.settings import Settings
from app.usecases.advance_chat import customer_chose, customer_wrote, end_chat
from app.usecases.call_state import contact_state
from app.usecases.chat_token import chat_token, contact_of
from app.usecases.chat_view import ChatView, chat_view
from app.usecases.customer_presence import customer_back
from app.usecases.open_chat import open_chat
from app.usecases.refusals import Refused
from app.usecases.typing_notice import customer_types
from ivr_flows import hazards

MAX_TEXT, MAX_ID = 2_000, 128
ENDED = "ended"
TYPING_MS = 2_000
DANGER_KEY = "8"
HELLO_S = 10.0
"""So long a socket may stay without a conversation."""
Make: TypeAlias = Callable[[Live, str, dict[str, Any]], Awaitable[None]]
router = APIRouter()


@router.websocket("/api/chat")
@public
async def chat(websocket: WebSocket) -> None:
    """A conversation with the trees, then with an agent. The first frame is the client's `hello`."""
    services = services_of(websocket)
    if not _may_open(websocket, services.settings):
        await refuse(websocket, 403)
        return
    live = live_of(services)
    address = websocket.client.host if websocket.client else ""
    visit = Visit(live, Outgoing(), address)
    try:
        live.strangers.enter(address, visit.show_out)
        await websocket.accept()
        asyncio.get_running_loop().call_later(HELLO_S, visit.show_out)
        await serve(websocket, visit.outgoing, visit.take)
    finally:
        visit.close()


def _may_open(websocket: WebSocket, settings: Settings) -> bool:
    allowed = [origin.strip().rstrip("/") for origin in settings.chat_origins.split(",") if origin.strip()]
    origin = websocket.headers.get("origin", "")
    return "*" in allowed or (origin != "" and origin in allowed) or same_origin(websocket, settings)


class Visit:
    """One open window. Frames are taken one after the other, as they came."""

    def __init__(self, live: Live, outgoing: Outgoing, address: str) -> None:
        self.outgoing = outgoing
        self._live = live
        self._address = address
        self._window: ChatWindow | None = None
        self._taking = asyncio.Lock()
        self._typed_at = -TYPING_MS
        self._refused: dict[str, Any] | None = None

    async def take(self, frame: Any) -> None:
        """Carry out one frame and answer it."""
        async with self._taking:
            kind = frame.get("type") if isinstance(frame, dict) else None
            if self._window is None:
                await self._before(frame, kind)
                return
            if kind == "typing":
                await self._typing()
                return
            make = _COMMANDS.get(str(kind))
            if make is None or not _is_id(frame.get("id")):
                self.outgoing.put(error(frame, "invalid", "a known type and an id are needed"))
                return
            await self._answer(frame, make)

    async def _typing(self) -> None:
        """Told to the agent, if there is one, now and then; it is not answered."""
        now = self._live.hotline.clock.now_ms()
        if self._window is None or not self._window.with_agent or now - self._typed_at < TYPING_MS:
            return
        self._typed_at = now
        with suppress(WriteError):
            await customer_types(self._live.hotline.db, self._window.contact_id)

    async def _answer(
        self, frame: dict[str, Any], make: Callable[[Live, str, dict[str, Any]], Awaitable[None]]
    ) -> None:
        assert self._window is not None
        try:
            await make(self._live, self._window.contact_id, frame)
        except Refused as refused:
            if refused.code == ENDED and hazards.find(str(frame.get("text", ""))):
                await self._anew(frame)
                return
            self.outgoing.put(error(frame, refused.code, refused.detail))
        except WriteError:
            self.outgoing.put(error(frame, "retry_later", "not written; the same id may be sent again"))
        except ValueError as wrong:
            self.outgoing.put(error(frame, "invalid", str(wrong)))
        else:
            self.outgoing.put(encode({"type": "ack", "id": frame["id"]}))

    async def _hello(self, frame: dict[str, Any]) -> None:
        hotline, now = self._live.hotline, self._live.hotline.clock.now_ms()
        secret = hotline.settings.secret_key
        token = frame.get("token")
        contact_id = contact_of(secret, token, now) if isinstance(token, str) and len(token) < 512 else None
        view = await chat_view(hotline.db, contact_id) if contact_id else None
        if contact_id is not None and view is not None:
            self._show(contact_id, view)
            await self._back(contact_id)
        elif self._live.openings.take(self._address, now):
            await self._open(frame.get("lang"))
        else:
            self._refused = frame
            self.outgoing.put(encode({"type": "busy"}))

    async def _before(self, frame: Any, kind: Any) -> None:
        """Frames while there is no conversation. The limit of openings ends where danger is told (no "queue full")."""
        if kind == "hello" and self._refused is None:
            await self._hello(frame)
        elif self._refused is None:
            self.outgoing.close(POLICY, "hello comes first")
        elif kind == "text" and _is_id(frame.get("id")) and _tells_danger(frame.get("text")):
            await self._open(self._refused.get("lang"))
            await self._answer(frame, _text)
        else:
            self.outgoing.put(error(frame, "too_many", "too many conversations; danger is heard at once"))

    async def _open(self, lang: Any) -> None:
        hotline = self._live.hotline
        contact_id = await open_chat(hotline, lang if isinstance(lang, str) else None)
        view = await chat_view(hotline.db, contact_id)
        assert view is not None
        self._show(contact_id, view)

    async def _anew(self, frame: dict[str, Any]) -> None:
        """Danger told into a conversation that has ended begins another one; no limit stands before that."""
        assert self._window is not None
        before = await contact_state(self._live.hotline.db, self._window.contact_id)
        self._leave_window()
        await self._open(before.session.lang if before is not None else None)
        await self._answer(frame, _text)

    def _show(self, contact_id: str, view: ChatView) -> None:
        hotline, now = self._live.hotline, self._live.hotline.clock.now_ms()
        self._live.strangers.leave(self._address, self.show_out)
        sealed = chat_token(hotline.settings.secret_key, contact_id, now)
        head = {"type": "welcome", "token": sealed, "contact_id": contact_id, "tz": hotline.settings.tz}
        self.outgoing.put(encode({**head, "messages": list(view.messages)}))
        self._window = ChatWindow(hotline, self._live.bell, contact_id, self.outgoing, view)
        self._live.windows.enter(contact_id, self._replaced)
        self._window.poke()

    def show_out(self) -> None:
        """Whoever has said no hello by now is nobody; who was refused is told to come back."""
        if self._window is None and self._refused is not None:
            self.outgoing.close(TRY_AGAIN_LATER, "too many conversations")
        elif self._window is None:
            self.outgoing.close(POLICY, "hello comes first")

    def close(self) -> None:
        """The window is gone; the conversation stays."""
        self._live.strangers.leave(self._address, self.show_out)
        self._leave_window()

    def _leave_window(self) -> None:
        if self._window is not None:
            self._live.windows.leave(self._window.contact_id, self._replaced)
            self._window.close()
            self._live.departures.closed(self._window.contact_id)

    async def _back(self, contact_id: str) -> None:
        with suppress(WriteError):
            await customer_back(self._live.hotline, contact_id)

    def _replaced(self) -> None:
        self.outgoing.close(TRY_AGAIN_LATER, "too many windows")


async def _text(live: Live, contact_id: str, frame: dict[str, Any]) -> None:
    text = frame.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
        raise ValueError(f"text: 1 to {MAX_TEXT} characters are needed")
    await customer_wrote(live.hotline, contact_id, frame["id"], text.strip())


async def _choice(live: Live, contact_id: str, frame: dict[str, Any]) -> None:
    value = frame.get("value")
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID:
        raise ValueError("value: that of an offered choice is needed")
    await customer_chose(live.hotline, contact_id, frame["id"], value)


async def _end(live: Live, contact_id: str, _: dict[str, Any]) -> None:
    await end_chat(live.hotline, contact_id, "customer")


def _tells_danger(text: Any) -> bool:
    return isinstance(text, str) and (text.strip() == DANGER_KEY or hazards.find(text) is not None)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID


_COMMANDS: dict[str, Make] = {
    "text": _text,
    "choice": _choice,
    "end": _end,
}
