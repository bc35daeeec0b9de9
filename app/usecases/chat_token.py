"""The sealed token by which a browser comes back to its conversation, for 24 hours."""

from __future__ import annotations

import hashlib
import hmac

VALID_MS = 24 * 3_600_000


def chat_token(secret: str, contact_id: str, at_ms: int) -> str:
    """`contact.until.seal`; good for a day from `at_ms`."""
    until = str(at_ms + VALID_MS)
    return f"{contact_id}.{until}.{_seal(secret, contact_id, until)}"


def contact_of(secret: str, token: str, at_ms: int) -> str | None:
    """The contact that a token is for; None when it is made up, changed or too old."""
    contact_id, _, rest = token.partition(".")
    until, _, seal = rest.partition(".")
    right = hmac.compare_digest(_seal(secret, contact_id, until).encode(), seal.encode("utf-8", "replace"))
    return contact_id if right and at_ms <= int(until) else None


def _seal(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), "\n".join(("chat", *parts)).encode("utf-8", "replace"), hashlib.sha256).hexdigest()
