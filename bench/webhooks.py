"""A full durable tree turn against four others in one run: `python -m bench.webhooks [--rounds N] [--write]`.

F  a FastAPI route with constant TwiML, the anchor
T  the service as it ships on SQLite (FULL): one key in the shipped main menu, over 1,000 calls
T-PG  the same on PostgreSQL (fsync and synchronous commit on)
D  the signed, write-free webhook of the `django-twilio` package under gunicorn
O  the same turn through an ORM session for each request, SQLite FULL

Servers run on one core, the load and PostgreSQL on the other. Rounds are interleaved and medians taken, since the
machine may be shared; processor time for each request is steadier than the rate. `*` repeats the menu, so that a call
takes many turns. After each round the database must show one turn for each reply.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import Contender, contenders
from bench.results import RESULTS, circumstances, write_section
from bench.webhook_load import CALLS, Loaded, arrivals, load, send_all, turns

COMMAND = "python -m bench.webhooks --write"
MOST_TURNS = 190
TARGETS = (
    ("T / F", "T", "F", 0.15, 0.25),
    ("T / D", "T", "D", 2.0, 3.0),
    ("T / O", "T", "O", 5.0, 5.0),
    ("T-PG / F", "T-PG", "F", 0.10, 0.18),
)


@dataclass(frozen=True)
class Round:
    """One measurement: what the load saw, and the server's processor time for each request, in all and until rest."""

    loaded: Loaded
    cpu_us: float
    cpu_rest_us: float


def measure(each: Contender, connections: int, seconds: float, most: int, folder: Path) -> Round:
    """One round; fails when a reply has no turn in the database."""
    server = each.server
    before = asyncio.run(each.standing())
    assert max(before) + most // CALLS + 1 < MOST_TURNS, "the calls have talked enough: fewer rounds"
    prepared = turns(server.url, before, most // CALLS + 1)
    cpu = server.cpu_s
    loaded = load(server.url, prepared, connections, seconds, folder)
    cpu_us = (server.cpu_s - cpu) / loaded.requests * 1e6
    server.rest()
    if each.database:
        taken = sum(asyncio.run(each.standing())) - sum(before)
        assert loaded.requests <= taken <= loaded.requests + connections, (loaded, taken, server.tail())
    return Round(loaded, cpu_us, (server.cpu_s - cpu) / loaded.requests * 1e6)


def most_of(each: Contender, seconds: int) -> int:
    """More turns than could be answered in the time: a route that keeps nothing answers several times as many."""
    return seconds * (8_000 if each.database else 50_000)


def open_calls(each: Contender, folder: Path) -> None:
    """Ring a thousand times and warm up."""
    if each.database:
        send_all(each.server.port, arrivals(each.server.url))
    measure(each, 8, 1, most_of(each, 1), folder)


def median(rounds: list[Round], what: str) -> float:
    """The median of one figure."""
    values: dict[str, Callable[[Round], float]] = {
        "rate": lambda r: r.loaded.rate,
        "p50": lambda r: r.loaded.p50_us / 1000,
        "p99": lambda r: r.loaded.p99_us / 1000,
        "cpu": lambda r: r.cpu_us,
        "cpu_rest": lambda r: r.cpu_rest_us,
    }
    return statistics.median(values[what](each) for each in rounds)


def table(wide: dict[str, list[Round]], narrow: dict[str, list[Round]], command: str) -> list[str]:
    """The results as Markdown."""
    lines = [f"`{command}` · {len(next(iter(wide.values())))} interleaved rounds, medians · {circumstances()}", ""]
    lines += [
        "| | req/s at 32 | lowest–highest | × F | CPU µs/req | with the work after it | p50 ms | p99 ms "
        "| p50 ms at 4 | p99 ms at 4 | × F |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    anchor = median(wide["F"], "rate") if "F" in wide else float("nan")
    anchor_p99 = median(narrow["F"], "p99") if "F" in narrow else float("nan")
    for name, rounds in wide.items():
        rates = sorted(each.loaded.rate for each in rounds)
        four = narrow[name]
        lines.append(
            f"| {name} | {median(rounds, 'rate'):,.0f} | {rates[0]:,.0f}–{rates[-1]:,.0f} "
            f"| {median(rounds, 'rate') / anchor:.2f} | {median(rounds, 'cpu'):.0f} | {median(rounds, 'cpu_rest'):.0f} "
            f"| {median(rounds, 'p50'):.1f} | {median(rounds, 'p99'):.1f} "
            f"| {median(four, 'p50'):.2f} | {median(four, 'p99'):.2f} | {median(four, 'p99') / anchor_p99:.1f} |"
        )
    return [*lines, "", *_verdicts(wide, narrow)]


def _verdicts(wide: dict[str, list[Round]], narrow: dict[str, list[Round]]) -> Iterator[str]:
    yield "| goal | by rate | by CPU | must | aim | |"
    yield "|---|---|---|---|---|---|"
    for goal, one, other, must, aim in TARGETS:
        if one in wide and other in wide:
            ratio = median(wide[one], "rate") / median(wide[other], "rate")
            by_cpu = median(wide[other], "cpu") / median(wide[one], "cpu")
            word = "aim reached" if ratio >= aim else "reached" if ratio >= must else "NOT REACHED"
            yield f"| {goal} | {ratio:.2f} | {by_cpu:.2f} | {must} | {aim} | {word} |"
    if "T" in narrow and "F" in narrow:
        tail = median(narrow["T"], "p99") / median(narrow["F"], "p99")
        word = "aim reached" if tail <= 2.5 else "reached" if tail <= 4 else "NOT REACHED"
        yield f"| p99 at 4 connections, T / F | {tail:.2f} | | ≤ 4 | ≤ 2.5 | {word} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", default="F,T,T-PG,D,O", help="contenders, comma-separated")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    wide: dict[str, list[Round]] = defaultdict(list)
    narrow: dict[str, list[Round]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as place:
        folder = Path(place)
        with contenders(given.only, folder, cores[0]) as found:
            for each in found.values():
                open_calls(each, folder)
            for number in range(given.rounds):
                for name, each in found.items():
                    most = most_of(each, given.seconds)
                    wide[name].append(measure(each, 32, given.seconds, most, folder))
                    narrow[name].append(measure(each, 4, given.seconds, most, folder))
                    print(number, name, wide[name][-1], narrow[name][-1].loaded.p99_us, flush=True)
    lines = table(wide, narrow, f"{COMMAND} --rounds {given.rounds} --seconds {given.seconds}")
    print("\n".join(lines))
    if given.write:
        write_section(RESULTS, "Webhooks", lines)


if __name__ == "__main__":
    main()
