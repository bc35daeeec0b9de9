"""Connection overrides in the fragment of a webhook address (docs/usage/webhooks/webhooks-connection-
overrides)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

POLICIES = ("all", "ct", "rt", "4xx", "5xx")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Connect, read and total limits in ms; how many retries, and after what."""

    connect_ms: int = 5_000
    read_ms: int = 15_000
    total_ms: int = 15_000
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    def retries_after(self, failure: str) -> bool:
        return failure in self.policy or ("all" in self.policy and failure in POLICIES)


def parse_overrides(url: str, limit_ms: int = 15_000) -> tuple[str, Overrides]:
    """The address without its fragment, and what the fragment says; values out of range fall back to the
    default."""
    bare, fragment = urldefrag(url)
    given = dict(parse_qsl(fragment))
    policy = frozenset(p for p in given.get("rp", "ct").split(",") if p in POLICIES)
    return bare, Overrides(
        connect_ms=_within(given.get("ct"), 100, 10_000, 5_000),
        read_ms=min(limit_ms, _within(given.get("rt"), 100, 15_000, 15_000)),
        total_ms=min(limit_ms, _within(given.get("tt"), 100, 15_000, 15_000)),
        retries=_within(given.get("rc"), 0, 5, 1),
        policy=policy or frozenset({"ct"}),
    )


def _within(text: str | None, low: int, high: int, default: int) -> int:
    if text is None or not text.isascii() or not text.isdigit():
        return default
    value = int(text[:9])
    return value if low <= value <= high else default
