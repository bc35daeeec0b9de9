"""What the service asks of a carrier, and how it may fail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class CarrierError(Exception):
    """Base of what a request to the carrier may end in."""


class Refused(CarrierError):
    """The carrier understood and will not do it; asking again makes no sense."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(f"{status} {code}: {text}")
        self.status = status
        self.code = code


class NotTaken(CarrierError):
    """The request certainly had no effect (connection refused, 429): it may be sent again."""


class Unclear(CarrierError):
    """No telling whether it had an effect (time-out, 5xx, broken connection): look before asking again."""


CALL_GONE = 21220
NOT_FOUND = 20404


class Carrier(Protocol):
    """One carrier account. `order` names a request; its arguments are those of the carrier's own client."""

    async def perform(self, order: str, arguments: Mapping[str, Any]) -> str | None:
        """Carry out one request of the outbox; returns the sid of what it made or changed, if there is one."""
        ...

    async def trace(self, order: str, arguments: Mapping[str, Any], since_ms: int) -> list[str]:
        """After `Unclear`: the sids of what may have come of the request, oldest first; none if it had no effect."""
        ...

    async def call_status(self, call_sid: str) -> str | None:
        """The carrier's present word on a call; None when it knows no such call."""
        ...

    async def calls_in_progress(self) -> frozenset[str]:
        """The sids of all calls that have been answered and go on. One that is not among them may go on all the same:
        it rings still, or began or slipped between two pages while the list was read."""
        ...

    async def received(self, number: str, since_ms: int, until_ms: int) -> list[Mapping[str, str]]:
        """The texts to `number` in this time, newest first: MessageSid, From, To, Body of each, as in its webhook."""
        ...

    async def recordings_of(self, conference: str) -> list[Mapping[str, str]]:
        """What was recorded in all conferences of this name: RecordingSid, RecordingStatus, RecordingDuration and
        RecordingSource of each, as in its callback."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...
