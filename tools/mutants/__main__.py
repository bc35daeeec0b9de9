"""`python -m tools.mutants [--minutes N] [--only PREFIX] [--again | --afresh] [--slow]`.

It goes on where the last run ended (results in `var/mutants.json`); `--again` tries the survivors anew, `--afresh` all
of them, `--slow` with the slow tests too; `--table` only prints. Each mutant is tried with the tests that reach its
line until one fails: first those that refused its neighbours, then the quickest. `docs/mutants.md` gives a reason for
each survivor; the end is 1 when one has none, and when a reason is for no survivor.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from time import monotonic
from typing import Any

from hypothesis import Phase, settings

from tools.mutants.kinds import Mutant, mutants
from tools.mutants.reasons import DOCUMENT, reasons
from tools.mutants.trial import NO_PLACE, Report, answer, each_in_place, forked, from_import, surveyed

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "routing"
KEPT = ROOT / "var" / "mutants.json"
SURVEY = ROOT / "var" / "mutants-survey.json"
KEEP_EVERY_S = 5
SLOW_S = 0.15
"""Tests of this length and more wait for `--slow`."""


class Choice:
    """Which tests a mutant is tried with, in which order."""

    def __init__(self, kept: dict[str, Report], *, slow_too: bool) -> None:
        known = json.loads(SURVEY.read_text())
        self.took: dict[str, float] = known["took"]
        self.reached: dict[str, dict[str, list[str]]] = known["reached"]
        self.kept = kept
        self.limit = 1e9 if slow_too else SLOW_S
        self.killers: dict[str, Counter[str]] = {}

    def on_import(self, mutant: Mutant) -> bool:
        lines = self.reached.get(mutant.path.stem, {})
        return not mutant.in_body or any("" in lines.get(str(line), ()) for line in mutant.lines())

    def __call__(self, mutant: Mutant) -> list[str]:
        lines = self.reached.get(mutant.path.stem, {})
        names = {name for line in mutant.lines() for name in lines.get(str(line), ())}
        if not names or "" in names:
            names = set(self.took)
        before = self.kept.get(mutant.key, {}).get("by", "")
        killers = self.killers.get(mutant.place, Counter())
        wanted = [name for name in names if self.took.get(name, self.limit) < self.limit]
        return sorted(wanted, key=lambda name: (name != before, -killers[name], self.took[name], name))

    def learn(self, mutant: Mutant, report: Report) -> None:
        if report["status"] == "killed":
            self.killers.setdefault(mutant.place, Counter())[report["by"]] += 1


def stale() -> bool:
    read = (*PACKAGE.glob("*.py"), *(ROOT / "tests/routing").glob("*.py"))
    return not SURVEY.exists() or SURVEY.stat().st_mtime < max(path.stat().st_mtime for path in read)


def in_child(work: Callable[[], Any]) -> Any:
    pid, end = forked(work)
    said = answer(end)
    os.waitpid(pid, 0)
    return said


def keep(kept: dict[str, Report]) -> None:
    """At once or not at all: the run may be ended at any moment, or read meanwhile."""
    fresh = KEPT.with_suffix(".new")
    fresh.write_text(json.dumps(kept, indent=0))
    fresh.replace(KEPT)


def run(todo: list[Mutant], choice: Choice, kept: dict[str, Report], until: float) -> None:
    kept_at = monotonic()
    no_place: list[str] = []

    def done(mutant: Mutant, report: Report) -> bool:
        nonlocal kept_at
        if report["status"] == NO_PLACE:
            no_place.append(mutant.key)
        else:
            kept[mutant.key] = report
            choice.learn(mutant, report)
        if monotonic() > kept_at + KEEP_EVERY_S:
            keep(kept)
            kept_at = monotonic()
        return monotonic() < until

    def in_bodies() -> list[str]:
        each_in_place([m for m in todo if not choice.on_import(m)], PACKAGE, choice, choice.took, done)
        keep(kept)
        return no_place

    left = in_child(in_bodies)
    kept |= json.loads(KEPT.read_text())
    for mutant in (m for m in todo if choice.on_import(m) or m.key in left):
        if monotonic() > until or not done(mutant, in_child(partial(from_import, mutant, choice(mutant), choice.took))):
            break
    keep(kept)


def table(all_of_them: list[Mutant], kept: dict[str, Report]) -> bool:
    """Print what is known; whether each survivor has its reason and each reason its survivor."""
    print("| module | mutants | tried | killed | survived | with a reason |\n|---|---:|---:|---:|---:|---:|")
    known = reasons()
    total = Counter[str]()
    alive = {m.key for m in all_of_them if kept.get(m.key, {}).get("status") == "survived"}
    for stem in sorted({m.path.stem for m in all_of_them}):
        of = [m for m in all_of_them if m.path.stem == stem]
        tried = Counter(kept[m.key]["status"] for m in of if m.key in kept)
        dead = tried["killed"] + tried["timeout"]
        explained = sum(m.key in alive and m.key in known for m in of)
        total.update(of=len(of), tried=tried.total(), dead=dead, alive=tried["survived"], explained=explained)
        print(f"| {stem} | {len(of)} | {tried.total()} | {dead} | {tried['survived']} | {explained} |")
    print(f"| all | {' | '.join(str(total[k]) for k in ('of', 'tried', 'dead', 'alive', 'explained'))} |")
    print("\n| reason | survivors |\n|---|---:|")
    for reason, count in Counter(known[key] for key in alive if key in known).most_common():
        print(f"| {reason} | {count} |")
    places = {m.path.stem for m in all_of_them}
    idle = [key for key in known if key not in alive and key.split(".")[0].split(":")[0] in places]
    for mutant in all_of_them:
        if mutant.key in alive and mutant.key not in known:
            print(f"no reason: {mutant.path.name}:{mutant.lines().start}: {mutant.key}")
    for key in idle:
        print(f"{DOCUMENT.name} explains what does not survive: {key}")
    return not idle and alive <= set(known)


def prepare() -> Any:
    os.chdir(ROOT)
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")
    return in_child(partial(surveyed, PACKAGE, SURVEY)) if stale() else {"status": "fine"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--only", default="", help="mutants whose key begins with this; several with a comma between")
    parser.add_argument("--again", action="store_true", help="the survivors anew, not those never tried")
    parser.add_argument("--afresh", action="store_true", help="all of them")
    parser.add_argument("--slow", action="store_true", help="with the slow tests too")
    parser.add_argument("--table", action="store_true", help="print what is known and stop")
    given = parser.parse_args()
    KEPT.parent.mkdir(exist_ok=True)
    kept: dict[str, Report] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    words = tuple(given.only.split(","))
    found = [m for path in sorted(PACKAGE.glob("*.py")) for m in mutants(path) if m.key.startswith(words)]
    if not given.table:
        state = prepare()
        if state["status"] != "fine":
            print(state)
            return 1
        wanted = {"survived"} if given.again else {""}
        todo = [m for m in found if given.afresh or kept.get(m.key, {}).get("status", "") in wanted]
        run(todo, Choice(kept, slow_too=given.slow), kept, monotonic() + given.minutes * 60)
        kept = json.loads(KEPT.read_text())
    return 0 if table(found, kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
