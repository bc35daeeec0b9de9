"""The table of behaviours names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_test_that_the_table_names_is_here() -> None:
    text = (HERE.parent.parent / "docs" / "local-carrier.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", text))
    files = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py")}
    there = set(re.findall(r"def (test_[a-z0-9_]+)", "\n".join(files.values())))
    assert len(named) > 80
    assert named <= there
    assert set(re.findall(r"`(test_[a-z0-9_]+\.py)`", text)) <= files.keys()
