"""Checking that a webhook comes from the carrier.

Twilio's scheme: base64 of HMAC over the URL followed by each form field's name and value, sorted by name. The URL is
computed from settings, never from Host or X-Forwarded headers; ports may be left out by the signer, so both forms are
tried. For other bodies the URL carries `bodySHA256`. A newer scheme names the algorithm in a header.
(https://www.twilio.com/docs/usage/webhooks/webhooks-security)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qsl, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
ALGORITHMS = {"": "sha1", "HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"
Pairs = Sequence[tuple[str, str]]


def is_signed(tokens: Sequence[str], url: str, pairs: Pairs, signature: str, settings: str = "") -> bool:
    """Whether one of `tokens` signed this form post. Never raises: what cannot be checked is not signed."""
    return _matches(tokens, url, _joined(pairs), signature, settings)


def is_signed_body(tokens: Sequence[str], url: str, body: bytes, signature: str, settings: str = "") -> bool:
    """The same for a body that is no form: its hash must stand in the URL."""
    named = dict(parse_qsl(urlsplit(url).query)).get("bodySHA256", "")
    right = hmac.compare_digest(named.encode(), hashlib.sha256(body).hexdigest().encode())
    return right and _matches(tokens, url, "", signature, settings)


def sign(token: str, url: str, pairs: Pairs) -> str:
    """The signature of a form post, SHA-1 scheme."""
    return base64.b64encode(_digest(token, (url + _joined(pairs)).encode(), "")).decode()


def _joined(pairs: Pairs) -> str:
    # Repeated values of one field are signed once each, in sorted order, as the carrier's own validator reads them.
    return "".join(name + value for name, value in sorted(set(pairs)))


def _matches(tokens: Sequence[str], url: str, joined: str, signature: str, settings: str) -> bool:
    algorithm = _algorithm(settings)
    if algorithm is None or not signature:
        return False
    try:
        given = signature.encode("ascii")
        for form in _url_forms(url):
            message = (form + joined).encode()
            for token in tokens:
                if token and hmac.compare_digest(base64.b64encode(_digest(token, message, algorithm)), given):
                    return True
    except (ValueError, UnicodeError):
        return False
    return False


def _algorithm(settings: str) -> str | None:
    if not settings:
        return ""
    named = dict(part.split("=", 1) for part in settings.replace(" ", "").split(",") if "=" in part)
    algorithm = named.get("algorithm", "")
    return algorithm if algorithm in ALGORITHMS else None


def _digest(token: str, message: bytes, algorithm: str) -> bytes:
    return hmac.digest(token.encode(), message, ALGORITHMS[algorithm])


def _url_forms(url: str) -> Iterator[str]:
    yield url
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    if parts.port is not None:
        yield urlunsplit(parts._replace(netloc=host))
    elif parts.scheme in DEFAULT_PORTS:
        yield urlunsplit(parts._replace(netloc=f"{host}:{DEFAULT_PORTS[parts.scheme]}"))
