"""Web addresses as applications write them, good and bad."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit


def join(base: str, url: str) -> str:
    """`url` against the address of the document that names it; left as it is when it cannot be joined."""
    try:
        return urljoin(base, url) if base else url
    except ValueError:
        return url


def can_be_asked(url: str) -> bool:
    """Whether a request can be sent there at all: http or https, a host, a port that is one."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
