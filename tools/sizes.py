"""Files of at most 400 lines, functions of at most 50: where a house grows out of shape, this says so."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
FILE_LINES = 400
FUNCTION_LINES = 50


def tracked(*endings: str) -> list[Path]:
    """Files that git tracks."""
    listed = subprocess.run(["git", "ls-files", *endings], cwd=TOP, check=True, capture_output=True, text=True)
    return [TOP / name for name in listed.stdout.splitlines()]


def too_large(path: Path) -> Iterator[str]:
    """Complaints about one file."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(TOP)
    lines = text.count("\n")
    if lines > FILE_LINES:
        yield f"{name}: {lines} lines (at most {FILE_LINES})"
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield f"{name}:{node.lineno}: {node.name} has {length} lines (at most {FUNCTION_LINES})"


def main() -> int:
    """Print every complaint."""
    skipped = ("app/db/migrations/versions/", "web/src/api/")
    files = [p for p in tracked("*.py", "*.ts", "*.tsx") if not str(p.relative_to(TOP)).startswith(skipped)]
    complaints = [complaint for path in files if path.exists() for complaint in too_large(path)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
