"""The URLs that we give out. Each carries its own key, so that a repeat is known and an old one does no harm."""

from __future__ import annotations

from dataclasses import dataclass

RETRY = "#rc=5&rp=ct,rt,5xx&rt=4000"
"""Connection overrides: repeat on connect failure, time-out and 5xx within the 15 s that
the carrier waits in all. A fragment is not part of the signature
(https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides)."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Absolute addresses under the public base URL."""

    base: str

    def turn(self, turn: int | str, purpose: str) -> str:
        """Where the caller's next turn goes: the claim is (CallSid, `turn.purpose`)."""
        return f"{self.base}/twilio/turn/{turn}.{purpose}{RETRY}"

    def fixed(self, name: str, **query: str) -> str:
        """One of the fixed webhooks, for instance `conference`."""
        asked = "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
        return f"{self.base}/twilio/{name}{asked}{RETRY}"


STAR_HASH = str.maketrans("*#", "sh")
SPOKEN = str.maketrans("sh", "*#")


def keys_in_url(keys: str) -> str:
    """Keys as a query carries them: an address with quoted signs is not the same to everybody who signs it."""
    return keys.translate(STAR_HASH)


def keys_of_url(value: str) -> str:
    """The keys again."""
    return value.translate(SPOKEN)
