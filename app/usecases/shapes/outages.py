"""The shape `outage`."""

from __future__ import annotations

from collections.abc import Sequence

from app.db.tables import Outage
from app.domain.outages.rules import phase
from app.usecases.shapes.base import Shape, iso, iso_or_none


class OutageShape(Shape):
    """An outage. `phase` says how it stands to the clock: a passed estimate is never spoken as future."""

    outage_no: str
    kind: str
    cause: str
    state: str
    phase: str
    area_codes: list[str]
    start_at: str
    eta_at: str | None
    restored_at: str | None
    master_order_no: str | None
    published_at: str | None
    published_by: str | None
    unit: str | None
    revision: int
    version: int


def outage_shape(outage: Outage, area_codes: Sequence[str], now_ms: int) -> OutageShape:
    """An outage with the areas it names."""
    plain = {"outage_no", "kind", "cause", "state", "master_order_no", "published_by", "unit", "revision", "version"}
    return OutageShape.model_validate(
        {
            **outage.model_dump(include=plain),
            "phase": phase(outage, now_ms),
            "area_codes": list(area_codes),
            "start_at": iso(outage.start_at),
            "eta_at": iso_or_none(outage.eta_at),
            "restored_at": iso_or_none(outage.restored_at),
            "published_at": iso_or_none(outage.published_at),
        }
    )
