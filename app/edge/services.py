"""What the routes of one application share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from app.carrier.recordings import RecordingSounds
from app.carrier.voice_tokens import VoiceTokens
from app.db.database import Database
from app.domain.operations.load import Operations
from app.domain.photos.files import PhotoFiles
from app.domain.staff.permissions import Viewer
from app.edge.live import Live
from app.observe.clock import Clock
from app.observe.metrics import Metrics
from app.settings import Settings
from app.usecases.hotline import Hotline
from app.usecases.open_session import LoginDelays
from app.usecases.services.asking import Tools


@dataclass(slots=True)
class Services:
    """The ports of one running application; `missing` names what must still happen before `/readyz` says yes."""

    settings: Settings
    db: Database
    clock: Clock
    metrics: Metrics
    logins: LoginDelays
    voice_tokens: VoiceTokens | None
    sounds: RecordingSounds
    photos: PhotoFiles
    tools: Tools
    hotline: Hotline
    operations: Operations
    missing: set[str] = field(default_factory=set)
    live: Live | None = None


def services_of(connection: HTTPConnection) -> Services:
    """The services of the application that this connection reached."""
    return cast(Services, connection.app.state.services)


def _services(request: Request) -> Services:
    return services_of(request)


def _viewer(request: Request) -> Viewer:
    return cast(Viewer, request.state.viewer)


ServicesOf = Annotated[Services, Depends(_services)]
ViewerOf = Annotated[Viewer, Depends(_viewer)]
