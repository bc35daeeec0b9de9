"""The carrier, loaded when it is first asked for something: its client is a tenth of the service's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from app.carrier.port import Carrier
from app.settings import Settings


class LateCarrier:
    """Twilio's REST API behind the port; nothing of it is imported before the first request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._carrier: Carrier | None = None

    async def _loaded(self) -> Carrier:
        if self._carrier is None:
            # Off the loop: callers need not wait for half a second of loading.
            module = await asyncio.to_thread(import_module, "app.carrier.twilio")
            self._carrier = self._carrier or module.TwilioCarrier(self._settings)
        assert self._carrier is not None
        return self._carrier

    async def perform(self, order: str, arguments: Mapping[str, Any]) -> str | None:
        """See the port."""
        return await (await self._loaded()).perform(order, arguments)

    async def trace(self, order: str, arguments: Mapping[str, Any], since_ms: int) -> list[str]:
        """See the port."""
        return await (await self._loaded()).trace(order, arguments, since_ms)

    async def call_status(self, call_sid: str) -> str | None:
        """See the port."""
        return await (await self._loaded()).call_status(call_sid)

    async def calls_in_progress(self) -> frozenset[str]:
        """See the port."""
        return await (await self._loaded()).calls_in_progress()

    async def received(self, number: str, since_ms: int, until_ms: int) -> list[Mapping[str, str]]:
        """See the port."""
        return await (await self._loaded()).received(number, since_ms, until_ms)

    async def recordings_of(self, conference: str) -> list[Mapping[str, str]]:
        """See the port."""
        return await (await self._loaded()).recordings_of(conference)

    async def close(self) -> None:
        """See the port."""
        if self._carrier is not None:
            await self._carrier.close()
