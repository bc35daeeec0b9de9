"""What the guide says of files is what the code takes."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from app.domain.imports.kinds import NAMES, REQUIRED, kind_of

GUIDE = Path(__file__).parents[3] / "docs" / "import.md"
ZONE = ZoneInfo("Asia/Shanghai")


def documented() -> dict[str, dict[str, bool]]:
    """Kind → column → whether it may be left out, as the table of the guide has it."""
    found: dict[str, dict[str, bool]] = {}
    kind = ""
    for line in GUIDE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 5 or not cells[2].startswith("`"):
            continue
        kind = cells[1] or kind
        for column in re.findall(r"`(\w+)`", cells[2]):
            found.setdefault(kind, {})[column] = "*optional*" in cells[3]
    return found


def test_kinds_columns_and_what_may_be_left_out() -> None:
    taken = {
        name: {
            column.name: column.default is not REQUIRED
            for column in kind_of(name, zone=ZONE, tariffs=frozenset(), now_ms=0).columns
        }
        for name in NAMES
    }
    assert documented() == taken
