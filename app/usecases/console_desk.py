"""What the commands of a console work with."""

from __future__ import annotations

from dataclasses import dataclass

from app.db.database import Database
from app.live.bell import Bell
from app.observe.clock import Clock
from app.settings import Settings
from app.usecases.releases import Releases
from app.usecases.services.asking import Tools

JSON = "application/json"
OK = '{"ok":true}'


@dataclass(frozen=True, slots=True)
class Desk:
    """The ports that commands need."""

    db: Database
    clock: Clock
    bell: Bell
    tools: Tools
    settings: Settings
    releases: Releases
