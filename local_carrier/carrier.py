"""The carrier as a whole: what exists in it and how its parts reach one another."""

from __future__ import annotations

import os

from local_carrier.clock import Clock, DrivenClock, RealClock
from local_carrier.conferences import Conferences
from local_carrier.dialling import Dialling
from local_carrier.faults import FaultRates, Faults
from local_carrier.ledger import Ledger
from local_carrier.leg import Leg
from local_carrier.lifecycle import Lifecycle
from local_carrier.media import Media, TextMedia
from local_carrier.messages import Messages
from local_carrier.parties.directory import Directory
from local_carrier.queues import Queues
from local_carrier.recordings import Recordings
from local_carrier.settings import Settings
from local_carrier.sids import Sids
from local_carrier.signing import Signer
from local_carrier.verbs import VERBS
from local_carrier.webhooks.callbacks import Callbacks
from local_carrier.webhooks.client import WebhookClient


def clock_of(settings: Settings) -> Clock:
    return DrivenClock(settle_ms=settings.settle_ms) if settings.clock == "driven" else RealClock()


class Carrier:
    """Open it in a running loop, close it when done; the HTTP surfaces are in `server`."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        media: Media | None = None,
        rates: FaultRates | None = None,
    ) -> None:
        self.settings = settings
        self.seed = settings.seed or os.urandom(8).hex()
        self.clock: Clock = clock or clock_of(settings)
        self.ledger = Ledger(self.clock, settings.ledger_path)
        self.sids = Sids(self.seed, self.ledger.run)
        self.media: Media = media or TextMedia()
        self.faults = Faults(self.seed, rates)
        self.signer = Signer(settings.auth_tokens[0], settings.shared_key)
        self.http = WebhookClient(self.clock, self.ledger, self.signer, settings.webhook_timeout_ms)
        self.callbacks = Callbacks(self.clock, self.ledger, self.http, self.faults)
        self.verbs = VERBS
        self.directory = Directory()
        self.numbers: set[str] = {settings.number}
        self.legs: dict[str, Leg] = {}
        self.queues = Queues(self)
        self.conferences = Conferences(self)
        self.recordings = Recordings(self)
        self.messages = Messages(self)
        self.calls = Lifecycle(self)
        self.dialling = Dialling(self)

    def forget(self, sid: str) -> None:
        """Nothing more will happen to what had this sid."""
        self.sids.forget(sid)
        self.faults.forget(sid)

    async def open(self) -> None:
        if self.settings.directory_path:
            self.directory.load(self.settings.directory_path)
        await self.http.open()
        self.ledger.record(
            "", "carrier_started", phone_number=self.settings.number, account_sid=self.settings.account_sid
        )

    async def close(self) -> None:
        await self.clock.close()
        self.ledger.record("", "carrier_stopped")
        await self.http.close()
        self.ledger.close()
