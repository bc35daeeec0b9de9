"""Planted bugs: each patch in `bugs/` is applied to a copy of `routing/`; the simulator must refuse it.

A patch is a unified diff against the root of the project; what stands before its first `---` says what
it breaks.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
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
    script: tuple[str, ...] = ()
    """The shortest script that breaks the same rule, a line for each event; empty unless asked for."""


def hunt(patch: Path, events: int, *, script: bool = False) -> Hunted:
    about = patch.read_text(encoding="utf-8").split("---", 1)[0].strip().replace("\n", " ")
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "routing", copy / "routing", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("tests", "bench"):
            (copy / name).symlink_to(ROOT / name)
        applied = subprocess.run(
            ["git", "apply", "--recount", str(patch)], cwd=copy, capture_output=True, text=True, check=False
        )
        if applied.returncode:
            return Hunted(patch.stem, about, 0, "", f"does not apply: {applied.stderr.strip()}")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.simulator",
                "hunt",
                "--events",
                str(events),
                *(["--script"] if script else []),
            ],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
    lines = done.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        return Hunted(patch.stem, about, 0, "", f"the simulator itself failed: {done.stderr.strip()[-300:]}")
    found = json.loads(lines[-1])
    return Hunted(patch.stem, about, found["event"], found["check"], found["detail"], tuple(found["script"]))


def hunt_all(events: int, only: str = "", *, script: bool = False) -> Iterator[Hunted]:
    for patch in sorted(PATCHES.glob("*.patch")):
        if only in patch.stem:
            yield hunt(patch, events, script=script)


class Table:
    """The finds as lines; `missed` counts the bugs that lived."""

    def __init__(self) -> None:
        self.missed = 0

    def lines(self, hunted: Iterable[Hunted]) -> Iterator[str]:
        yield "| bug | found at event | by | what it breaks |"
        yield "|---|---|---|---|"
        outsiders = found = 0
        for one in hunted:
            self.missed += not one.check
            found += bool(one.check)
            outsiders += bool(one.check) and one.name.startswith("outsider-")
            at = f"{one.event:,}" if one.check else "**never**"
            yield f"| {one.name} | {at} | {one.check or one.detail} | {one.about} |"
            yield from one.script
        yield ""
        yield f"{found} of {found + self.missed} are found; an outsider, who had not seen it, planted {outsiders}."
