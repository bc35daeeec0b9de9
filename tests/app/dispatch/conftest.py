"""The hotline's use cases on the small utility, and a carrier that notes what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.carrier.port import NotTaken
from app.carrier.urls import Urls
from app.db.tables import Lease
from app.db.write_set import Fence, WriteSet
from app.dispatch.outbox import Outbox
from app.dispatch.requests import Requests
from app.settings import Settings
from app.usecases.hotline import Hotline
from app.usecases.releases import Releases, publish
from ivr_flows import shipped
from tests.app.world import World


@dataclass
class NotingCarrier:
    """A carrier port: `has` are the texts that it can be found to have, `inbox` those that it received and when,
    `calls` the calls with their status, `recordings` those of conferences by name, `asked` what it was asked
    about one by one."""

    has: dict[str, list[str]] = field(default_factory=dict)
    inbox: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    performed: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    calls: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    recordings: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    away: bool = False

    async def perform(self, order: str, arguments: Mapping[str, Any]) -> str | None:
        self.performed.append((order, arguments))
        return f"SM{len(self.performed):032x}"

    async def trace(self, order: str, arguments: Mapping[str, Any], since_ms: int) -> list[str]:
        return self.has.get(str(arguments.get("body")), [])

    async def call_status(self, call_sid: str) -> str | None:
        if self.away:
            raise NotTaken("away")
        self.asked.append(call_sid)
        return self.calls.get(call_sid)

    async def calls_in_progress(self) -> frozenset[str]:
        return frozenset(sid for sid, status in self.calls.items() if status == "in-progress")

    async def received(self, number: str, since_ms: int, until_ms: int) -> list[Mapping[str, str]]:
        texts = [form for at_ms, form in self.inbox if since_ms <= at_ms <= until_ms and form["To"] == number]
        return texts[::-1]

    async def recordings_of(self, conference: str) -> list[Mapping[str, str]]:
        self.asked.append(conference)
        return self.recordings.get(conference, [])

    async def close(self) -> None:
        pass


@dataclass
class Shop:
    """The use cases and the outbox of one installation."""

    world: World
    hotline: Hotline
    carrier: NotingCarrier = field(default_factory=NotingCarrier)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """While this holds, the outbox is worked on."""
        fence = Fence("routing", "n1", 1)
        requests = Requests(self.world.database, self.hotline.urls, self.hotline.settings.number)
        outbox = Outbox(self.world.database, self.carrier, requests, self.world.at, fence)
        running = asyncio.create_task(outbox.run())
        try:
            yield
        finally:
            outbox.stop_listening()
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def until(self, true: Callable[[], Any]) -> Any:
        """What `true` comes to give."""
        async with asyncio.timeout(10):
            while not (found := await true()):
                await asyncio.sleep(0.02)
        return found


@pytest.fixture
async def shop(world: World, settings: Settings) -> Shop:
    """An installation with the shipped trees."""
    write = WriteSet()
    write.put(Lease, name="routing", owner="n1", epoch=1, expires_at=0)
    await world.database.commit(write)
    await publish(world.database, shipped.release(), 1, "test")
    urls, releases = Urls(settings.base_url), Releases(world.database)
    return Shop(world, Hotline(settings, world.database, world.at, urls, releases, world.services, world.tools))
