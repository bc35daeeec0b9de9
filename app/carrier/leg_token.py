"""What an agent's page carries to the carrier and back, so that a browser leg is the one that was accepted."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

VALID_MS = 30_000


def leg_params(secret: str, offer_id: str, agent_no: str, at_ms: int) -> dict[str, str]:
    """Parameters for the softphone's `connect`; good for 30 seconds."""
    until = str(at_ms + VALID_MS)
    return {"offer": offer_id, "until": until, "seal": _seal(secret, offer_id, agent_no, until)}


def leg_offer(secret: str, agent_no: str, params: Mapping[str, str], at_ms: int) -> str | None:
    """The offer that these parameters are for; None when they are another agent's, made up or too old."""
    offer_id, until = params.get("offer", ""), params.get("until", "")
    right = hmac.compare_digest(_seal(secret, offer_id, agent_no, until).encode(), params.get("seal", "").encode())
    return offer_id if right and until.isdigit() and at_ms <= int(until) else None


def _seal(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), "\n".join(("leg", *parts)).encode(), hashlib.sha256).hexdigest()
