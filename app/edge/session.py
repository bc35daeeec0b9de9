"""Log in, log out, who am I, and the token of a browser softphone."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import Field

from app.domain.seed.people import DEMO_PASSWORD
from app.domain.staff.permissions import Verb
from app.edge.errors import Problem
from app.edge.guard import COOKIE, allow, guarded_router, public
from app.edge.services import Services, ServicesOf, ViewerOf
from app.edge.writing import Asked
from app.usecases.end_session import end_session
from app.usecases.open_session import open_session
from app.usecases.read_agents import read_agent
from app.usecases.resume_session import ABSOLUTE_MS, Session
from app.usecases.shapes.agents import AgentShape
from app.usecases.shapes.base import Shape, iso

router = guarded_router()


class LogIn(Asked):
    """Who wants to log in."""

    agent_no: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class LoggedIn(Shape):
    """Who is logged in, what every write must repeat as `X-CSRF-Token`, and the time zone of all shown times.

    `voice`: how a browser's leg is heard: `sdk` with `/api/voice-token`, as `text` in a demo, or `none`.
    """

    agent: AgentShape
    csrf_token: str
    tz: str
    voice: Literal["sdk", "text", "none"]


class VoiceTokenShape(Shape):
    """A softphone's access token."""

    token: str
    identity: str
    expires_at: str


@router.post("/api/session")
@public
async def log_in(request: Request, response: Response, services: ServicesOf, body: LogIn) -> LoggedIn:
    """Log in. Failed attempts are answered alike whatever was wrong, and slow down their own account and address."""
    address = request.client.host if request.client else ""
    public = "" if services.settings.demo else DEMO_PASSWORD
    opened = await open_session(
        services.db, services.clock, services.logins, body.agent_no, body.password, address, public=public
    )
    _set_cookie(response, services, opened.token)
    return await _logged_in(services, opened.session)


@router.delete("/api/session", status_code=204)
@allow(Verb.SESSION)
async def log_out(request: Request, response: Response, services: ServicesOf) -> None:
    """Log out."""
    await end_session(services.db, services.clock, request.state.session)
    response.delete_cookie(COOKIE, path="/", secure=not services.settings.demo, httponly=True, samesite="lax")


@router.get("/api/me")
@allow(Verb.SESSION)
async def who_am_i(request: Request, services: ServicesOf) -> LoggedIn:
    """Who is logged in."""
    return await _logged_in(services, request.state.session)


@router.get("/api/voice-token")
@allow(Verb.VOICE)
async def voice_token(services: ServicesOf, viewer: ViewerOf) -> VoiceTokenShape:
    """A token for the browser's softphone, valid for an hour."""
    if services.voice_tokens is None:
        raise Problem(409, "voice_not_configured", "set HOTLINE_TWILIO_API_KEY_SID and HOTLINE_TWILIO_API_KEY_SECRET")
    made = services.voice_tokens.make(viewer.agent_no, services.clock.now_ms())
    return VoiceTokenShape(token=made.token, identity=made.identity, expires_at=iso(made.expires_at))


def _set_cookie(response: Response, services: Services, token: str) -> None:
    response.set_cookie(
        COOKIE,
        token,
        max_age=ABSOLUTE_MS // 1000,
        path="/",
        secure=not services.settings.demo,
        httponly=True,
        samesite="lax",
    )


async def _logged_in(services: Services, session: Session) -> LoggedIn:
    async with services.db.session() as reading:
        agent = await read_agent(reading, session.viewer, session.viewer.agent_no)
    voice: Literal["sdk", "text", "none"] = "text" if services.settings.demo else "none"
    if services.voice_tokens is not None:
        voice = "sdk"
    return LoggedIn(agent=agent, csrf_token=session.csrf_token, tz=services.settings.tz, voice=voice)
