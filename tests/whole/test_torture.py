"""The short round: people call while the service is killed. `./run torture` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole.conftest import Databases
from tests.whole.torture import Torture

KILLS = 30


@pytest.mark.torture
@pytest.mark.timeout(900)
async def test_nothing_is_lost_doubled_or_broken_by_kills_and_every_caller_goes_on(
    databases: Databases, tmp_path: Path
) -> None:
    verdict = await Torture(await databases.make(), tmp_path / "system", KILLS, seed=95598).run()
    record = verdict.record()
    assert verdict.fine, "\n".join([*record.table(), *record.faults()])
    assert record.kills.total() >= KILLS
