"""Nobody reads twice of one emergency: what is warned of already is counted up."""

from __future__ import annotations

from app.db.tables import WarningRow
from app.db.write_set import WriteSet
from app.domain.warnings.writes import count_up
from tests.app.world import MINUTE, NOW, World


async def warned(world: World, warning_id: str, about: str, at: int) -> None:
    write = WriteSet()
    row = {"kind": "emergency_unanswered", "level": "red", "about": about, "opened_at": at}
    write.insert_once(WarningRow, warning_id=warning_id, **row)
    async with world.database.session() as session:
        await count_up(session, write, at)
    await world.database.commit(write)


async def test_each_call_in_vain_for_one_emergency_is_counted_in_its_one_warning(world: World) -> None:
    await warned(world, "w1", "contact:c1", NOW)
    await warned(world, "w2", "contact:c1", NOW + MINUTE)
    await warned(world, "w3", "contact:c2", NOW + MINUTE)
    await warned(world, "w4", "contact:c1", NOW + 2 * MINUTE)
    rows = {row.warning_id: (row.times, row.opened_at, row.facts) for row in await world.rows(WarningRow)}
    assert rows == {"w1": (3, NOW, {"last_at": NOW + 2 * MINUTE}), "w3": (1, NOW + MINUTE, {})}


async def test_after_somebody_has_seen_it_the_next_one_is_new(world: World) -> None:
    await warned(world, "w1", "contact:c1", NOW)
    (row,) = await world.rows(WarningRow)
    await world.put(WarningRow, **{**row.model_dump(), "acknowledged_at": NOW, "closed_at": NOW})
    await warned(world, "w2", "contact:c1", NOW + MINUTE)
    assert {row.warning_id: row.closed_at for row in await world.rows(WarningRow)} == {"w1": NOW, "w2": None}
