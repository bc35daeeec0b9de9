"""The carrier's numbers that the sources of local_carrier contain."""

from __future__ import annotations

import re
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "local_carrier"
NUMBER = re.compile(r"(?<![\w.#])(1[1-6]\d{3}|2[0-2]\d{3}|3[0-2]\d{3})(?![\w.])")


def numbers_used() -> set[int]:
    """Five digits in a row in Python: an ordinary number of that size is written with an underscore."""
    texts = (path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    return {int(found) for text in texts for found in NUMBER.findall(text)}
