"""Skills as they are written in files and commands."""

from __future__ import annotations

import re
from collections.abc import Sequence

SKILL = re.compile(r"([a-z][a-z0-9_-]*)(?::([1-5]))?", re.IGNORECASE)
HIGHEST_LEVEL = 5


def skills(entries: Sequence[str]) -> dict[str, int]:
    """`fault:3` or `en` (level 1) as a mapping; raises ValueError with the reason for anything else."""
    found: dict[str, int] = {}
    for entry in entries:
        match = SKILL.fullmatch(entry)
        if match is None:
            raise ValueError(f"{entry!r} is not NAME or NAME:LEVEL (level 1 to {HIGHEST_LEVEL})")
        if match[1] in found:
            raise ValueError(f"{match[1]!r} stands twice")
        found[match[1]] = int(match[2] or 1)
    return found
