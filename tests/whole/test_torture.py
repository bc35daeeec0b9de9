"""The short round: people call while the service is killed. `./run torture` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.whole.conftest import Databases
from tests.whole.torture import Torture

KILLS = 30


@pytest.mark.torture
@pytest.mark.timeout(900)
async def test_nothing_is_lost_or_doubled_by_kills(databases: Databases, tmp_path: Path) -> None:
    verdict = await Torture(await databases.make(), tmp_path / "system", KILLS, seed=95598).run()
    assert verdict.fine, verdict.table()
    assert sum(verdict.kills.values()) >= KILLS
