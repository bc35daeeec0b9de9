"""Known outages as trees speak of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Account, Area, Outage, OutageArea
from app.domain.areas.reads import Place, place
from app.domain.outages.reads import outages_at
from app.domain.outages.rules import Phase
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask

ONGOING = (Phase.CURRENT, Phase.SLIPPED)
NO_CAUSE = {"zh-CN": "原因正在核实", "en": "a cause that is being checked"}


async def for_account(ask: Ask) -> Answer:
    """`outage.for_account`."""
    account = await ask.session.get(Account, ask.text("account_no"))
    if account is None:
        return Answer("none")
    for outage, phase in await outages_at(ask.session, account.area_code, ask.now, ask.tools.absorb_grace_ms):
        if phase in ONGOING:
            return Answer("ongoing", await naming(ask.session, outage, account.area_code))
        if phase is Phase.UPCOMING:
            return Answer("planned", await naming(ask.session, outage, account.area_code))
    return Answer("none")


async def ongoing_at(session: AsyncSession, area_code: str, now_ms: int, grace_ms: int) -> Outage | None:
    """The outage that explains why it is dark here, if it still takes in reports."""
    for outage, phase in await outages_at(session, area_code, now_ms, grace_ms):
        if phase in ONGOING:
            return outage
    return None


async def naming(session: AsyncSession, outage: Outage, area_code: str) -> dict[str, Any]:
    """How an outage is told to somebody at `area_code`; an estimate that has passed stays in, to be said as past."""
    values: dict[str, Any] = {
        "outage_no": outage.outage_no,
        "outage_kind": outage.kind,
        "outage_area": await _area_name(session, outage, await place(session, area_code)),
        "outage_cause": outage.cause or NO_CAUSE,
        "outage_start_at": outage.start_at,
        "outage_time": "expected" if outage.eta_at is not None else "unknown",
    }
    if outage.eta_at is not None:
        values["outage_eta_at"] = outage.eta_at
    return values


async def _area_name(session: AsyncSession, outage: Outage, at: Place | None) -> str:
    named = await session.exec(
        select(OutageArea.area_code, Area.name)
        .join(Area, col(Area.code) == OutageArea.area_code)
        .where(OutageArea.outage_no == outage.outage_no)
    )
    names: dict[str, str] = dict(named.all())
    path: Sequence[str] = at.path if at else ()
    nearest = next((names[code] for code in path if code in names), None)
    return nearest or (at.name if at else outage.outage_no)
