"""`bench/RESULTS.md`: a section for each bench."""

from __future__ import annotations

import os
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def circumstances() -> str:
    """How busy the machine was: at a load above its cores rates and tails tell little, processor time more."""
    one, five, _ = os.getloadavg()
    return f"load average {one:.1f} (1 min), {five:.1f} (5 min) on {os.cpu_count()} cores"


def write_section(path: Path, title: str, lines: list[str]) -> None:
    """Put the section `## title` of a Markdown file to these lines, and leave the others where they are."""
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    sections = text.split("\n## ")
    body = "\n".join([title, "", *lines])
    if any(section.splitlines()[0] == title for section in sections[1:]):
        sections = [body if section.splitlines()[0] == title else section for section in sections]
    else:
        sections.append(body)
    path.write_text("\n## ".join(section.rstrip("\n") + "\n" for section in sections), encoding="utf-8")
