"""What every use case of the hotline works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.carrier.urls import Urls
from app.db.database import Database
from app.observe.clock import Clock
from app.settings import Settings
from app.usecases.releases import Releases
from app.usecases.run_turn import Services
from ivr_flows.effects import Value


class TreeServices(Services, Protocol):
    """The services that trees ask, and the facts with which a conversation starts."""

    async def caller_facts(self, number: str, channel: str, at_ms: int) -> Mapping[str, Value]:
        """Facts of `ivr_flows.variables.FACTS` about the caller, with what they imply, and `lang`."""
        ...


@dataclass(frozen=True, slots=True)
class Hotline:
    """The ports of the use cases."""

    settings: Settings
    db: Database
    clock: Clock
    urls: Urls
    releases: Releases
    services: TreeServices
