"""The table of surviving mutants explains what is in the source, once and with a reason."""

from pathlib import Path

import routing
from tools.mutants.kinds import mutants
from tools.mutants.reasons import DOCUMENT, reasons


def test_each_entry_of_the_table_is_a_mutant_of_the_source_as_it_is():
    package = Path(routing.__file__).parent
    known = {mutant.key for path in package.glob("*.py") for mutant in mutants(path)}
    explained = reasons()
    assert set(explained) <= known, "mutants that no longer exist: take them out or name them anew"
    assert len(explained) > 10


def test_each_heading_gives_its_reason():
    for part in DOCUMENT.read_text(encoding="utf-8").split("\n## ")[1:]:
        heading, _, text = part.partition("\n")
        assert len(text.split("\n- ")[0].strip()) > 80, f"{heading}: says no reason"
