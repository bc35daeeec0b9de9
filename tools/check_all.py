"""Every check of the project, one after the other, with one summary. Run by `./run test`.

A leg that this machine could run and that did not run is a failure; one that it cannot run is named with the line that
would make it possible.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BIN = TOP / ".venv" / "bin"
WEB = TOP / "web"
ALONE = ("routing", "web", "whole")
"""Folders of tests with a leg of their own."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One check. `needs` is a program on PATH without which it cannot run, `hint` how to get that."""

    name: str
    words: list[str]
    needs: str = ""
    hint: str = ""
    folder: Path = TOP
    environment: dict[str, str] = field(default_factory=dict)


def tool(name: str) -> str:
    """A program of the environment."""
    return str(BIN / name)


def legs() -> list[Leg]:
    """All of them, the quick ones first."""
    python = tool("python")
    alone = [python, "-m", "pytest", "-p", "no:randomly"]
    spread = [*alone, "--dist=loadfile"]
    every_branch = ["--cov=routing", "--cov-branch", "--cov-fail-under=100", "--cov-report=term-missing:skip-covered"]
    found = [
        Leg("format", [tool("ruff"), "format", "--check", "--quiet", "."]),
        Leg("lint", [tool("ruff"), "check", "--quiet", "."]),
        Leg("types", [tool("mypy")]),
        Leg("import boundaries", [tool("lint-imports")]),
        Leg("sizes", [python, "tools/sizes.py"]),
        Leg("flows", [tool("hotline"), "flows", "check"]),
        Leg("routing, every branch", [*alone, "tests/routing", *every_branch]),
        Leg(
            "tests",
            [*spread, "--numprocesses=2", "tests", *(f"--ignore=tests/{name}" for name in ALONE), "-m", "not e2e"],
        ),
        # Real processes of several kinds at once, mostly waiting for each other: three have room on two cores.
        Leg("whole system", [*spread, "--numprocesses=3", "tests/whole"]),
    ]
    hint = "install Node.js, which has npm"
    found.append(Leg("what the carrier publishes", [python, "tools/carrier_spec.py", "--check"], "npm", hint))
    browsing = ("chromium", "apt-get install chromium fonts-noto-cjk")
    found.append(Leg("phone page", [python, "-m", "pytest", "tests/local_carrier", "-m", "e2e"], *browsing))
    if (WEB / "package.json").exists():
        npm = [python, "tools/pages.py", "--npm"]
        found.append(Leg("web types and units", [*npm, "run", "check"]))
        found.append(Leg("browser", [python, "-m", "pytest", "tests/web", "-m", "e2e"], *browsing))
    return found


def run(leg: Leg) -> str:
    """`passed`, `passed again` (at the second try), `failed`, or `not possible here`."""
    if leg.needs and shutil.which(leg.needs) is None:
        return "not possible here"
    if subprocess.run(leg.words, cwd=leg.folder, check=False).returncode == 0:
        return "passed"
    if "pytest" not in leg.words:
        return "failed"
    # Real processes on a machine that others use too: what failed is tried once more by itself, visibly.
    alone = [word for word in leg.words if not word.startswith(("--dist=", "--numprocesses="))]
    again = [*alone, "--last-failed", "--last-failed-no-failures=none"]
    print(f"── {leg.name}: what failed, once more", flush=True)
    done = subprocess.run(again, cwd=leg.folder, check=False)
    return "passed again" if done.returncode == 0 else "failed"


def main() -> int:
    """Run the legs; 0 when none failed."""
    results: list[tuple[Leg, str, float]] = []
    for leg in legs():
        print(f"── {leg.name}", flush=True)
        began = time.monotonic()
        results.append((leg, run(leg), time.monotonic() - began))
    print("\n── summary")
    for leg, result, seconds in results:
        hint = f"   ({leg.hint})" if result == "not possible here" else ""
        print(f"{result:>18}  {seconds:7.1f} s  {leg.name}{hint}")
    failed = sum(result == "failed" for _, result, _ in results)
    passed = sum(result.startswith("passed") for _, result, _ in results)
    print(f"checks: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
