"""`./run torture`: people call while the service is killed, on SQLite and on PostgreSQL, 500 times each.

`--kills N --minutes N --database NAME --seed N` choose; `--record FILE` keeps the figures of each run as a line, and
`--sum FILE` adds them up, so that a long run may be made of several; `--write` puts the sum into `bench/RESULTS.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.results import RESULTS, circumstances, write_section
from tests.postgres import postgres_server
from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.torture import Torture
from tests.whole.verdict import Record, Verdict

SAY_EVERY = 10


def main() -> int:
    """Exit code 0 when nothing was lost, doubled or broken."""
    parser = argparse.ArgumentParser(prog="./run torture")
    parser.add_argument("--kills", type=int, default=500, help="for each database")
    parser.add_argument("--minutes", type=float, default=math.inf, help="no kill after that, for each database")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--record", type=Path, help="add the figures to this file")
    parser.add_argument("--sum", type=Path, help="run nothing; add up the figures of this file")
    parser.add_argument("--write", action="store_true", help="put the sums into bench/RESULTS.md")
    given = parser.parse_args()
    if given.sum is not None:
        return _report([Record.of_line(line) for line in given.sum.read_text("utf-8").splitlines()], write=given.write)
    records = []
    for name in given.database or ("sqlite", "postgres"):
        folder = Path(tempfile.mkdtemp(prefix="torture-"))
        record = _run(name, folder, given).record()
        records.append(record)
        if record.fine:
            shutil.rmtree(folder)
        else:
            print(f"database, logs and ledger: {folder}", flush=True)
        if given.record is not None:
            with given.record.open("a", encoding="utf-8") as file:
                file.write(record.line() + "\n")
    return _report(records, write=given.write)


def _run(name: str, folder: Path, given: argparse.Namespace) -> Verdict:
    print(f"{name}: {given.kills} kills, seed {given.seed}", flush=True)

    def torture(databases: SqliteDatabases | PostgresDatabases) -> Verdict:
        address = asyncio.run(databases.make())
        run = Torture(address, folder / "system", given.kills, given.seed, most_s=given.minutes * 60, progress=_say)
        return asyncio.run(run.run())

    if name == "sqlite":
        return torture(SqliteDatabases(folder))
    with postgres_server() as server:
        return torture(PostgresDatabases(server))


def _say(verdict: Verdict) -> None:
    if len(verdict.kills) % SAY_EVERY == 0:
        print(verdict.progress(), flush=True)


def _report(records: list[Record], *, write: bool) -> int:
    lines = ["`./run torture`, in one or several runs · " + circumstances()]
    for name in sorted({name for record in records for name in record.databases}):
        whole = Record.sum(record for record in records if name in record.databases)
        print("\n".join([f"\n{name}", *whole.table(), *whole.faults()]), flush=True)
        lines += ["", f"### {name}", "", *whole.table()]
    if write:
        write_section(RESULTS, "Kills", lines)
    return 0 if all(record.fine for record in records) else 1


if __name__ == "__main__":
    sys.exit(main())
