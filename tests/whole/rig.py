"""The whole system as processes: service nodes on one database, the local carrier, and commands beside them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.whole.processes import Process, free_port

OPERATIONS = """
[queues.phone]
offer_timeout_s = 6
cooldown_s = 1
wrap_up_s = 20
callback_after_s = 1
[queues.emergency]
offer_timeout_s = 6
cooldown_s = 1
wrap_up_s = 20
[queues.field]
offer_timeout_s = 60
[quiet_hours]
from = "00:00"
to = "00:00"
[survey]
delay_s = 1
"""


class System:
    """`nodes` services on `database`, and a carrier that calls `app_url` (the first node unless told otherwise)."""

    def __init__(
        self,
        database: str,
        folder: Path,
        *,
        nodes: int = 1,
        app_url: str = "",
        operations: str = OPERATIONS,
        carrier_options: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = database
        self.folder = folder
        config = folder / "hotline.toml"
        config.write_text(operations, encoding="utf-8")
        ports = [free_port() for _ in range(nodes)]
        self.app_url = app_url or f"http://127.0.0.1:{ports[0]}"
        self.carrier_url = f"http://127.0.0.1:{free_port()}"
        self.environ = {
            "HOTLINE_ENV": "demo",
            "HOTLINE_DATABASE_URL": database,
            "HOTLINE_PUBLIC_BASE_URL": self.app_url,
            "HOTLINE_CARRIER_API_URL": self.carrier_url,
            "HOTLINE_CONFIG": str(config),
            **(environ or {}),
        }
        self.nodes = [self._node(number, port) for number, port in enumerate(ports)]
        self._numbers = count(5_000)
        self.ledger = folder / "ledger.jsonl"
        words = ("-m", "local_carrier", "serve", "--port", self.carrier_url.rpartition(":")[2])
        options = ("--app-url", self.app_url, "--ledger", str(self.ledger), "--calls-per-second", "0")
        retry = ("--webhook-fragment", "rc=3&rp=ct,rt,5xx")
        self.carrier = Process(
            (*words, *options, *retry, *carrier_options), {}, folder / "carrier.log", self.carrier_url, "/healthz"
        )

    def _node(self, number: int, port: int) -> Process:
        words = ("-m", "app.cli", "serve", "--port", str(port))
        log = self.folder / f"node{number}.log"
        return Process(words, self.environ, log, f"http://127.0.0.1:{port}", "/readyz")

    def number(self) -> str:
        """A number that nobody has called from and no account has."""
        return f"+861380000{next(self._numbers)}"

    def start(self) -> None:
        """Everything, and wait until it is ready."""
        self.carrier.start()
        for node in self.nodes:
            node.start()
        for process in (*self.nodes, self.carrier):
            process.await_ready()

    def stop(self) -> None:
        """End everything that still runs."""
        for process in (*self.nodes, self.carrier):
            process.stop()

    def hotline(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run `hotline …` beside the services."""
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env={**os.environ, **self.environ},
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    async def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """What the database holds, read past the service."""
        engine = create_async_engine(self.database, poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                return [dict(row) for row in (await connection.execute(text(query), values)).mappings()]
        finally:
            await engine.dispose()

    def logs(self) -> str:
        """The ends of all logs, for a failed test."""
        return "\n".join(f"--- {process.log}\n{process.tail()}" for process in (*self.nodes, self.carrier))
