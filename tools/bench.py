"""The benches, run by `./run bench NAME …`: each prints its table; with `--write` it goes into bench/RESULTS.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def main(words: list[str]) -> int:
    """`NAME` and its options; without a name, the names."""
    names = sorted(file.stem for file in (TOP / "bench").glob("*.py") if "def main(" in file.read_text("utf-8"))
    if not words or words[0] not in names:
        print(f"./run bench {'|'.join(names)} …", file=sys.stderr)
        return 2
    return subprocess.run([sys.executable, "-m", f"bench.{words[0]}", *words[1:]], cwd=TOP, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
