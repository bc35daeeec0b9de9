"""Mutation testing of `routing/`: one small change at a time, in memory; some test should refuse each.

`python -m tools.mutants [--minutes N] [--jobs N] [--only WORD] [--again]` goes on where the last run ended
(results in `var/mutants.json`) in a seeded order, so that a part of a run is an even sample; `--again` tries
the survivors anew, with the slow tests too; `--table` only prints. Each mutant runs, in a fork of one warm
process, the tests that reach its line, the quickest first, until one fails.
"""

import argparse
import ast
import importlib.abc
import importlib.util
import json
import os
import random
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from time import monotonic, process_time
from types import CodeType, ModuleType
from typing import Any

import coverage
import pytest
from hypothesis import Phase, settings

from tools.mutant_kinds import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "routing"
KEPT = ROOT / "var" / "mutants.json"
SURVEY = ROOT / "var" / "mutants-survey.json"
UNREWRITTEN = "ignore::pytest.PytestAssertRewriteWarning"
"""The plugins are imported once, before the forks."""
CPU_S = 10
FIRST = 8
SLOW_S = 0.15
"""Tests of this length and more wait for `--again`."""
MEMORY = 3 << 30


class _Swap(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.mutant.new, node) if node is self.mutant.node else self.generic_visit(node)


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutated module when it is imported; all others come from the disk as ever."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"routing.{mutant.path.stem}"
        _Swap(mutant).visit(mutant.tree)
        ast.fix_missing_locations(mutant.tree)
        self.code: CodeType = compile(mutant.tree, str(mutant.path), "exec")

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)  # noqa: S102 -- what a loader does


class Plugin:
    """Keeps the wanted tests, the quickest first; notes how long each took and which failed."""

    def __init__(self, wanted: dict[str, float] | None, cov: coverage.Coverage | None = None) -> None:
        self.wanted, self.cov = wanted, cov
        self.took: dict[str, float] = {}
        self.began = 0.0
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if (wanted := self.wanted) is not None:
            items[:] = sorted((i for i in items if i.nodeid in wanted), key=lambda i: wanted[i.nodeid])

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self.began = process_time()
        if self.cov:
            self.cov.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.took[report.nodeid] = process_time() - self.began
        if report.failed and not self.failed:
            self.failed = report.nodeid


def play(plugin: Plugin, files: Sequence[str]) -> int:
    quiet = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    return int(pytest.main([*quiet, "-p", "no:xdist", "--noconftest", "-W", UNREWRITTEN, *files], plugins=[plugin]))


def silent() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def forked(work: Any) -> tuple[int, int]:
    """Run `work(write)` in a child; returns its pid and the end to read from."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    silent()
    try:
        os.write(writing, json.dumps(work()).encode())
    except BaseException as error:  # noqa: BLE001 -- a mutant may fail in any way, also on import
        os.write(writing, json.dumps({"status": "killed", "by": repr(error)}).encode())
    os._exit(0)


def survey() -> dict[str, Any]:
    """All tests once: how long each takes and which lines it reaches."""
    with tempfile.TemporaryDirectory() as folder:
        cov = coverage.Coverage(data_file=f"{folder}/data", include=[f"{PACKAGE}/*"], config_file=False)
        plugin = Plugin(None, cov)
        cov.start()
        code = play(plugin, ["tests/routing"])
        cov.stop()
        data = cov.get_data()
        reached = {Path(f).stem: data.contexts_by_lineno(f) for f in data.measured_files()}
    SURVEY.write_text(json.dumps({"took": plugin.took, "reached": reached}))
    return {"status": "fine" if code == 0 else f"the tests fail unmutated: {plugin.failed}"}


def stale() -> bool:
    read = (*PACKAGE.glob("*.py"), *(ROOT / "tests/routing").glob("*.py"))
    return not SURVEY.exists() or SURVEY.stat().st_mtime < max(path.stat().st_mtime for path in read)


def try_out(mutant: Mutant, known: dict[str, Any], slow: float) -> dict[str, str]:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    lines = known["reached"].get(mutant.path.stem, {})
    names = {name for line in mutant.lines() for name in lines.get(str(line), ())}
    if not names or "" in names:
        names |= set(known["took"])
    took: dict[str, float] = {name: known["took"][name] for name in names if known["took"].get(name, slow) < slow}
    quickest = sorted(took, key=took.__getitem__)
    sys.meta_path.insert(0, Mutated(mutant))
    for part in (quickest[:FIRST], quickest[FIRST:]):
        plugin = Plugin({name: took[name] for name in part})
        code = play(plugin, sorted({name.split("::")[0] for name in part})) if part else 0
        if code:
            return {"status": "killed", "by": plugin.failed or f"pytest {code}"}
    return {"status": "survived", "by": ""}


def run(todo: list[Mutant], known: dict[str, Any], slow: float, kept: dict[str, Any], jobs: int, until: float) -> None:
    running: dict[int, tuple[int, Mutant]] = {}
    waiting = list(reversed(todo))
    while running or (waiting and monotonic() < until):
        while waiting and len(running) < jobs and monotonic() < until:
            mutant = waiting.pop()
            pid, end = forked(partial(try_out, mutant, known, slow))
            running[pid] = (end, mutant)
        pid, _ = os.wait()
        end, mutant = running.pop(pid)
        with os.fdopen(end) as answer:
            said = answer.read()
        first = mutant.lines().start
        kept[mutant.key] = {"line": first, **(json.loads(said) if said else {"status": "timeout", "by": ""})}
        KEPT.write_text(json.dumps(kept, indent=0))


def table(all_of_them: list[Mutant], kept: dict[str, Any]) -> None:
    print("| module | mutants | tried | killed | survived |\n|---|---:|---:|---:|---:|")
    total = Counter[str]()
    for stem in sorted({m.path.stem for m in all_of_them}):
        of = [m for m in all_of_them if m.path.stem == stem]
        tried = Counter(kept[m.key]["status"] for m in of if m.key in kept)
        dead = tried["killed"] + tried["timeout"]
        total.update(of=len(of), tried=tried.total(), dead=dead, alive=tried["survived"])
        print(f"| {stem} | {len(of)} | {tried.total()} | {dead} | {tried['survived']} |")
    print(f"| all | {total['of']} | {total['tried']} | {total['dead']} | {total['alive']} |")
    for mutant in all_of_them:
        if kept.get(mutant.key, {}).get("status") == "survived":
            print(f"{mutant.path.name}:{mutant.lines().start}: {mutant.key}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="mutants whose description has this word")
    parser.add_argument("--again", action="store_true", help="try the survivors anew")
    parser.add_argument("--table", action="store_true", help="print what is known and stop")
    given = parser.parse_args()
    KEPT.parent.mkdir(exist_ok=True)
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    found = [m for path in sorted(PACKAGE.glob("*.py")) for m in mutants(path) if given.only in m.key]
    if not given.table:
        os.chdir(ROOT)
        for plugin in entry_points(group="pytest11"):
            plugin.load()
        settings.register_profile("mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")
        pid, end = forked(survey if stale() else lambda: {"status": "fine"})
        os.waitpid(pid, 0)
        state = json.loads(os.fdopen(end).read())
        if state["status"] != "fine":
            print(state)
            return 1
        known = json.loads(SURVEY.read_text())
        wanted = "survived" if given.again else ""
        todo = [m for m in found if kept.get(m.key, {}).get("status", "") == wanted]
        random.Random(7).shuffle(todo)
        run(todo, known, 1e9 if given.again else SLOW_S, kept, given.jobs, monotonic() + given.minutes * 60)
    table(found, kept)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
