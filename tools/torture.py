"""`./run torture [--kills N] [--database sqlite|postgres] [--seed N]`: people call while the service is killed."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.postgres import postgres_server
from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.torture import Torture


def main() -> int:
    """Exit code 0 when nothing was lost, doubled or broken."""
    parser = argparse.ArgumentParser(prog="./run torture")
    parser.add_argument("--kills", type=int, default=500, help="for each database")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    given = parser.parse_args()
    fine = True
    for name in given.database or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="torture-") as folder:
            fine &= _run(name, Path(folder), given.kills, given.seed)
    return 0 if fine else 1


def _run(name: str, folder: Path, kills: int, seed: int) -> bool:
    print(f"{name}: {kills} kills, seed {seed}", flush=True)
    if name == "sqlite":
        address = asyncio.run(SqliteDatabases(folder).make())
        verdict = asyncio.run(Torture(address, folder / "system", kills, seed).run())
    else:
        with postgres_server() as server:
            address = asyncio.run(PostgresDatabases(server).make())
            verdict = asyncio.run(Torture(address, folder / "system", kills, seed).run())
    print(verdict.table(), flush=True)
    return verdict.fine


if __name__ == "__main__":
    sys.exit(main())
