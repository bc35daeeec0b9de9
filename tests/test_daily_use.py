"""Every rule of daily use that applies names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FROM_THE_FIRST_CALL_ON = {1, 2, 3, 4, 8, 9, 11, 15, 16, 17, 18, 20, 25, 26, 27, 28, 29, 30, 32}


def test_each_rule_names_tests_that_exist() -> None:
    rules = set()
    for line in (TOP / "docs" / "daily-use.md").read_text(encoding="utf-8").splitlines():
        found = re.match(r"\| (\d+) \|", line)
        if not found:
            continue
        rules.add(int(found[1]))
        named = re.findall(r"`(tests/[^`]+\.py)(?:::(\w+))?`", line)
        assert named, line
        for file, test in named:
            text = (TOP / file).read_text(encoding="utf-8")
            assert f"def {test}" in text, f"{file}::{test}"
    assert rules >= FROM_THE_FIRST_CALL_ON
