"""`bench/RESULTS.md`: a section for each bench."""

from __future__ import annotations

from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


def write_section(path: Path, title: str, lines: list[str]) -> None:
    """Put the section `## title` of a Markdown file to these lines, and leave the others."""
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results\n"
    sections = text.split("\n## ")
    kept = [s for s in sections[1:] if s.splitlines()[0] != title]
    body = "\n".join([title, "", *lines]) + "\n"
    whole = "\n## ".join([sections[0].rstrip("\n") + "\n", *[k.rstrip("\n") + "\n" for k in kept], body])
    path.write_text(whole, encoding="utf-8")
