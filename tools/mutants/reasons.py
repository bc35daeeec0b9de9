"""The reasons why a mutant may survive, read from `docs/mutants.md`.

Each `## heading` is a class of reasons with a text; below it one line for each mutant: a dash and its key in backticks.
"""

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "mutants.md"
_ENTRY = re.compile(r"^- `(.+)`$")


def reasons() -> dict[str, str]:
    """Mutant key → the heading that its reason stands under."""
    found: dict[str, str] = {}
    heading = ""
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if DOCUMENT.exists() else ():
        if line.startswith("## "):
            heading = line[3:]
        elif entry := _ENTRY.match(line):
            if entry[1] in found:
                raise ValueError(f"{DOCUMENT.name} explains twice: {entry[1]}")
            found[entry[1]] = heading
    return found
