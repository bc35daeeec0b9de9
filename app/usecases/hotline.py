"""What every use case of the hotline works with."""

from __future__ import annotations

from dataclasses import dataclass

from app.carrier.urls import Urls
from app.db.database import Database
from app.observe.clock import Clock
from app.settings import Settings
from app.usecases.releases import Releases
from app.usecases.run_turn import Services
from app.usecases.services.asking import Tools


@dataclass(frozen=True, slots=True)
class Hotline:
    """The ports of the use cases."""

    settings: Settings
    db: Database
    clock: Clock
    urls: Urls
    releases: Releases
    services: Services
    tools: Tools
