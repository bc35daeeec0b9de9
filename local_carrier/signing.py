"""Webhook signatures: the SHA-1 scheme keyed by the auth token, the SHA-256 scheme keyed by a shared key.

Written from the carrier's description (docs/usage/security, docs/usage/webhooks/webhooks-security), not from
any client library, so that a client library can be the judge.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit, urlunsplit

Params = Sequence[tuple[str, str]]


def signed_url(url: str) -> str:
    """The form of an address that is signed: no fragment, no user info; over HTTPS no port either."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https" and parts.port is not None:
        host = host.rpartition(":")[0]
    return urlunsplit(SplitResult(parts.scheme, host, parts.path, parts.query, ""))


def sign(secret: str, url: str, params: Params = (), algorithm: str = "HMAC_SHA1") -> str:
    """Base64 of the HMAC over the address followed by each name and value, sorted by name.

    A repeated name contributes each distinct value once, in sorted order.
    """
    digest = hashlib.sha256 if algorithm == "HMAC_SHA256" else hashlib.sha1
    message = signed_url(url) + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.new(secret.encode(), message.encode(), digest).digest()).decode()


def body_hash(body: bytes) -> str:
    """The value of the `bodySHA256` query parameter that covers a body which is not a form."""
    return hashlib.sha256(body).hexdigest()


class Signer:
    """Makes the signature headers of a webhook."""

    def __init__(self, auth_token: str, shared_key: tuple[str, str] | None = None) -> None:
        self.auth_token = auth_token
        self.shared_key = shared_key

    def headers(self, url: str, params: Params = ()) -> dict[str, str]:
        if self.shared_key is None:
            return {"X-Twilio-Signature": sign(self.auth_token, url, params)}
        key_id, secret = self.shared_key
        return {
            "X-Twilio-Signature": sign(secret, url, params, "HMAC_SHA256"),
            "X-Twilio-Webhooks-Signature-Settings": f"key={key_id},algorithm=HMAC_SHA256",
        }
