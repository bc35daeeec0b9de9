"""Outages around the present: current, past its estimate, without one, planned."""

from __future__ import annotations

from collections.abc import Iterator

from app.db.tables import Outage, OutageArea
from app.domain.seed.rows import SeedRow
from app.domain.seed.stories import OUTAGE_EXPIRED, OUTAGE_NOW

MINUTE_MS = 60_000
OUTAGES = (
    # number, kind, cause, area, minutes from now: start, estimate
    ("900001", "fault", "雷击导致线路跳闸", OUTAGE_NOW, -50, 90),
    ("900002", "fault", "设备故障", OUTAGE_EXPIRED, -240, -20),
    ("900003", "temporary", "用户侧接入", "80020101101", -30, None),
    ("900004", "planned", "线路检修", "80010202", 3 * 1440, 3 * 1440 + 360),
)


def outages(now_ms: int) -> Iterator[SeedRow]:
    """All published, with their areas."""
    for number, kind, cause, area, start, estimate in OUTAGES:
        values = {
            "outage_no": number,
            "kind": kind,
            "cause": cause,
            "state": "published",
            "start_at": now_ms + start * MINUTE_MS,
            "eta_at": None if estimate is None else now_ms + estimate * MINUTE_MS,
            "published_at": now_ms + min(start, 0) * MINUTE_MS,
            "published_by": "seed",
        }
        yield SeedRow(Outage, values)
        yield SeedRow(OutageArea, {"outage_no": number, "area_code": area})
