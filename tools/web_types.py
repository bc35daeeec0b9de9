"""The types of the web pages, generated from the service's own description of its interface.

python -m tools.web_types           writes web/src/api/schema.d.ts
python -m tools.web_types --check   exit 1 when that file is not current
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from app.main import create_app
from app.settings import Env, Settings

WEB = Path(__file__).resolve().parent.parent / "web"
TYPES = WEB / "src" / "api" / "schema.d.ts"


def generated() -> str:
    """The file as it should be. Needs the installed packages of web/."""
    settings = Settings(_env_file=None, env=Env.DEMO)
    document = create_app(settings).openapi()
    program = WEB / "node_modules" / ".bin" / "openapi-typescript"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(document), "utf-8")
        done = subprocess.run([program, source], capture_output=True, text=True, check=True)
    return done.stdout


def main(arguments: list[str]) -> int:
    """Write or check."""
    text = generated()
    if "--check" in arguments:
        if TYPES.read_text("utf-8") == text:
            return 0
        print("web/src/api/schema.d.ts is not current: python -m tools.web_types", file=sys.stderr)
        return 1
    TYPES.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
