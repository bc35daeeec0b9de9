"""Browser legs on the local carrier, where they are text: its control interface, as far as an agent needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONNECT_S, READ_S = 3, 10
MAX_WAIT_S = 5


class NoLeg(Exception):
    """The carrier refused or does not answer; `status` is its answer, 503 without one."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class LocalLegs:
    """One request each; nothing is kept here, so any node may ask."""

    def __init__(self, carrier_api_url: str) -> None:
        self._base = carrier_api_url.rstrip("/") + "/control"

    async def connect(self, identity: str, params: Mapping[str, str]) -> dict[str, Any]:
        """What a softphone's `connect({params})` does; the call."""
        return await self._ask("POST", "/client-legs", json={"identity": identity, "params": dict(params)})

    async def live(self, identity: str) -> dict[str, Any]:
        """Legs of this identity that stand, the newest first."""
        query = {"party": f"client:{identity}", "live": "true", "limit": "5"}
        return await self._ask("GET", "/calls", params=query)

    async def call(self, call_sid: str) -> dict[str, Any]:
        """One call."""
        return await self._ask("GET", f"/calls/{call_sid}")

    async def transcript(self, call_sid: str, after: int) -> dict[str, Any]:
        """Lines after `after`; waits a few seconds for the first new one."""
        query = {"after": str(after), "wait": str(MAX_WAIT_S)}
        return await self._ask("GET", f"/calls/{call_sid}/transcript", params=query)

    async def act(self, call_sid: str, action: str, **fields: str) -> dict[str, Any]:
        """`speech` with `text`, `keys` with `keys`, or `hangup`."""
        return await self._ask("POST", f"/calls/{call_sid}/{action}", json=fields)

    async def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        import aiohttp  # nine megabytes that a service of which nobody uses a demo's leg does not need

        timeout = aiohttp.ClientTimeout(total=READ_S, sock_connect=CONNECT_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
                session.request(method, self._base + path, allow_redirects=False, **options) as answer,
            ):
                body: dict[str, Any] = await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NoLeg(503, "the local carrier does not answer") from error
        if answer.status >= 400:
            raise NoLeg(answer.status, str(body.get("error", "refused")))
        return body
