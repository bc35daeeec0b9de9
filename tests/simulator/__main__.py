"""`python -m tests.simulator …`: see the sub-commands' help."""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from time import process_time

from bench.results import RESULTS, circumstances, write_section
from tests.simulator import day, estimates, hunting, plan, rounds, script, theory

WRITE = "put the table into bench/RESULTS.md"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, events, about in (
        ("full", 10_000_000, "ten million events with every check"),
        ("short", 1_000_000, "one million events with every check"),
        ("hunt", 400_000, "as short; one line of JSON, for the table of planted bugs"),
    ):
        one = commands.add_parser(name, help=about)
        one.add_argument("--events", type=int, default=events)
        one.add_argument("--seed", type=int, default=1)
        one.add_argument("--size", default="mixed", choices=("small", "large", "mixed"))
        if name == "hunt":
            one.add_argument("--script", action="store_true", help="cut the find down to a short script as well")
        else:
            one.add_argument("--write", action="store_true", help=WRITE)
    one = commands.add_parser("seed", help="one day of one seed, shrunk to a short script if it fails")
    one.add_argument("seed", type=int)
    one.add_argument("--size", default="mixed", choices=("small", "large", "mixed"))
    one.add_argument("--save", type=Path, help="write the script here, to be replayed")
    one = commands.add_parser("replay", help="replay a saved script")
    one.add_argument("path", type=Path)
    one = commands.add_parser("bugs", help="the table of planted bugs")
    one.add_argument("--events", type=int, default=400_000)
    one.add_argument("--only", default="", help="those whose name has this in it")
    one.add_argument("--scripts", action="store_true", help="print the shortest script for each as well")
    one.add_argument("--write", action="store_true", help=WRITE)
    one = commands.add_parser("theory", help="simulated M/M/n and M/M/n+M beside Erlang C and A")
    one.add_argument("--callers", type=int, default=200_000)
    one.add_argument("--write", action="store_true", help=WRITE)
    one = commands.add_parser("estimates", help="the estimate's error beside the formulas of other systems")
    one.add_argument("--days", type=int, default=40)
    one.add_argument("--write", action="store_true", help=WRITE)
    one.add_argument("--size", default="large", choices=("small", "large", "mixed"))
    given = parser.parse_args(arguments)
    return _COMMANDS[given.command](given)


def _rounds(given: argparse.Namespace) -> int:
    began = process_time()
    try:
        tally = rounds.play(given.events, given.seed, given.size)
    except day.Failure as failure:
        print(failure)
        print(f"shrink it: python -m tests.simulator seed {failure.seed} --size {given.size}")
        return 1
    _tell(given, "Routing: simulated days", rounds.table(tally, process_time() - began))
    return 0


def _tell(given: argparse.Namespace, title: str, lines: Iterable[str]) -> None:
    """Print as it comes, and keep it in the results if so told."""
    said = " ".join(
        f"--{name} {value}"
        for name, value in vars(given).items()
        if name not in ("command", "write", "only", "scripts")
    )
    kept = [f"`python -m tests.simulator {given.command} {said}` · {circumstances()}", ""]
    print(*kept, sep="\n")
    for line in lines:
        print(line, flush=True)
        kept.append(line)
    if given.write:
        write_section(RESULTS, title, kept)


def _hunt(given: argparse.Namespace) -> int:
    found: dict[str, object] = {"event": 0, "check": "", "detail": "not found", "script": []}
    try:
        rounds.play(given.events, given.seed, given.size)
    except day.Failure as failure:
        found = {
            "event": failure.played,
            "check": failure.violated.check,
            "detail": f"seed {failure.seed}: {failure.violated.detail}",
            "script": [script.readable(item) for item in rounds.shortened(failure)] if given.script else [],
        }
    print(json.dumps(found))
    return 0


def _seed(given: argparse.Namespace) -> int:
    try:
        driver = day.run(plan.draw(given.seed, given.size))
    except day.Failure as failure:
        print(failure)
        short = rounds.shortened(failure)
        for item in short:
            print(script.readable(item))
        if given.save:
            script.save(given.save, short)
        return 1
    print(f"{driver.tally.total:,} events, no rule broken")
    return 0


def _replay(given: argparse.Namespace) -> int:
    items = script.load(given.path)
    try:
        day.replay(items, items[-1].time + rounds.AFTER_MS)
    except day.Failure as failure:
        print(failure.violated)
        return 1
    print("no rule broken")
    return 0


def _bugs(given: argparse.Namespace) -> int:
    found = hunting.Table()
    _tell(given, "Routing: planted bugs", found.lines(hunting.hunt_all(given.events, given.only, script=given.scripts)))
    return 1 if found.missed else 0


def _theory(given: argparse.Namespace) -> int:
    _tell(given, "Routing: against Erlang C and A", theory.table(given.callers))
    return 0


def _estimates(given: argparse.Namespace) -> int:
    _tell(given, "Routing: estimates of the wait", estimates.table(given.days, given.size))
    return 0


_COMMANDS = {
    "full": _rounds,
    "short": _rounds,
    "hunt": _hunt,
    "seed": _seed,
    "replay": _replay,
    "bugs": _bugs,
    "theory": _theory,
    "estimates": _estimates,
}

if __name__ == "__main__":
    sys.exit(main())
