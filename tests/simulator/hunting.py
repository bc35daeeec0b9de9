"""Planted bugs: each patch in `bugs/` is applied to a copy of `routing/`; the simulator must refuse it.

A patch is a unified diff against the root of the project; what stands before its first `---` says what
it breaks.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATCHES = Path(__file__).parent / "bugs"


@dataclass(frozen=True)
class Hunted:
    """`check` is empty when the budget ran out and the bug still lives."""

    name: str
    about: str
    event: int
    check: str
    detail: str


def hunt(patch: Path, events: int) -> Hunted:
    about = patch.read_text(encoding="utf-8").split("---", 1)[0].strip().replace("\n", " ")
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "routing", copy / "routing", ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "tests").symlink_to(ROOT / "tests")
        applied = subprocess.run(
            ["git", "apply", "--recount", str(patch)], cwd=copy, capture_output=True, text=True, check=False
        )
        if applied.returncode:
            return Hunted(patch.stem, about, 0, "", f"does not apply: {applied.stderr.strip()}")
        done = subprocess.run(
            [sys.executable, "-m", "tests.simulator", "hunt", "--events", str(events)],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
    lines = done.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return Hunted(patch.stem, about, 0, "", f"the simulator itself failed: {done.stderr.strip()[-300:]}")
    found = json.loads(lines[-1])
    return Hunted(patch.stem, about, found["event"], found["check"], found["detail"])


def hunt_all(events: int, only: str = "") -> Iterator[Hunted]:
    for patch in sorted(PATCHES.glob("*.patch")):
        if only in patch.stem:
            yield hunt(patch, events)
