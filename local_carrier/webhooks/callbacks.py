"""Status callbacks: separate requests beside the call, which may come doubled, late, out of order, or
never."""

from __future__ import annotations

from email.utils import formatdate

from local_carrier.clock import Clock, sleep
from local_carrier.faults import Faults
from local_carrier.ledger import Ledger
from local_carrier.signing import Params
from local_carrier.webhooks.client import Cookies, WebhookClient


def rfc2822(at_ms: int) -> str:
    """An instant as webhooks and the REST API write it, to the second, in UTC."""
    return formatdate(at_ms / 1000, localtime=False).replace("-0000", "+0000")


class Callbacks:
    def __init__(self, clock: Clock, ledger: Ledger, client: WebhookClient, faults: Faults) -> None:
        self._clock, self._ledger, self._client, self.faults = clock, ledger, client, faults

    def send(self, party: str, subject: str, url: str, params: Params, method: str = "POST", token: str = "") -> None:
        """Sends it in the background; `subject` is the sid whose events these are."""
        if not url:
            return
        rates = self.faults.rates
        if self.faults.strikes("callback_lost", subject):
            self._ledger.record(party, "callback_lost", url=url, params=list(params))
            return
        delay_ms = 0
        if self.faults.strikes("callback_late", subject):
            delay_ms = 1 + int(self.faults.share("lateness", subject) * rates.callback_late_ms)
        elif self.faults.strikes("callback_reordered", subject):
            delay_ms = 1_500
        self._clock.spawn(self._deliver(party, url, params, method, token, delay_ms))
        if self.faults.strikes("callback_doubled", subject):
            again_ms = delay_ms + int(self.faults.share("doubling", subject) * 2_000)
            self._clock.spawn(self._deliver(party, url, params, method, token, again_ms))

    async def _deliver(self, party: str, url: str, params: Params, method: str, token: str, delay_ms: int) -> None:
        if delay_ms:
            await sleep(self._clock, delay_ms)
        await self._client.send(party, url, params, method=method, cookies=Cookies(), token=token, purpose="callback")
