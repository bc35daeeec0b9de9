"""The table of behaviours names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

from local_carrier.codes import level_of
from tests.local_carrier.oracles.numbers import numbers_used

HERE = Path(__file__).parent


def test_every_test_that_the_table_names_is_here() -> None:
    text = (HERE.parent.parent / "docs" / "local-carrier.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", text))
    found = [*HERE.glob("test_*.py"), *HERE.glob("oracles/*.py")]
    files = {path.name: path.read_text(encoding="utf-8") for path in found}
    there = set(re.findall(r"def (test_[a-z0-9_]+)", "\n".join(files.values())))
    assert len(named) > 80
    assert named <= there
    assert set(re.findall(r"`(test_[a-z0-9_]+\.py)`", text)) <= files.keys()


def test_every_row_of_the_table_names_a_source_and_a_test() -> None:
    text = (HERE.parent.parent / "docs" / "local-carrier.md").read_text(encoding="utf-8")
    table = text.partition("## Behaviours")[2].partition("## Known differences")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0] not in ("what", "numbers")]
    assert len(rows) > 60
    for what, *_, source, test in rows:
        assert source.strip(), what
        assert "`test_" in test or test == "the same", what
    assert "`test_" in rows[0][2]


def test_every_number_of_the_sources_has_one_row_and_each_row_is_right() -> None:
    text = (HERE.parent.parent / "docs" / "local-carrier.md").read_text(encoding="utf-8")
    table = text.partition("### The carrier's numbers")[2].partition("###")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if re.match(r"\| \d", line)]
    listed = [int(number) for row in rows for number in row[0].split(", ")]
    assert sorted(listed) == sorted({0, *numbers_used()})
    for numbers, level, *_ in rows:
        assert {level_of(int(number)) for number in numbers.split(", ")} == {level}, numbers
