"""What may still be said about an outage, and whether it takes in reports."""

from __future__ import annotations

from enum import StrEnum

from app.db.tables import Outage
from app.domain.outages.kinds import PUBLIC

GRACE_MS = 30 * 60_000


class Phase(StrEnum):
    """How an outage stands to the clock.

    `slipped`: the estimate has passed and is spoken as past. `stale`: longer ago than the grace; it takes in no more
    reports and is no longer announced.
    """

    UPCOMING = "upcoming"
    CURRENT = "current"
    SLIPPED = "slipped"
    STALE = "stale"
    OVER = "over"


def phase(outage: Outage, now_ms: int, grace_ms: int = GRACE_MS) -> Phase:
    """The phase at this instant. An outage without an estimate stays current until it is restored."""
    if outage.state not in PUBLIC:
        return Phase.OVER
    if now_ms < outage.start_at:
        return Phase.UPCOMING
    if outage.eta_at is None or now_ms < outage.eta_at:
        return Phase.CURRENT
    return Phase.SLIPPED if now_ms < outage.eta_at + grace_ms else Phase.STALE


def absorbs(outage: Outage, now_ms: int, grace_ms: int = GRACE_MS) -> bool:
    """Whether a report from its areas is attached to it instead of becoming an order of its own."""
    return phase(outage, now_ms, grace_ms) in (Phase.CURRENT, Phase.SLIPPED)
