"""One mutant against the tests that reach it, each in a process of its own that is thrown away.

Most mutants only change the body of a function: the tests are collected once, and each mutant is a fork in which that
function has other code. What is read on import (defaults, tables, classes) is tried in a fork from before the import.
"""

import ast
import gc
import importlib.abc
import importlib.util
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import process_time
from types import CodeType, FunctionType, ModuleType
from typing import Any

import coverage
import pytest

from tools.mutants.kinds import Mutant

UNREWRITTEN = "ignore::pytest.PytestAssertRewriteWarning"
"""The plugins are imported once, before the forks."""
NO_PLACE = "no place"
CPU_S = 60
MEMORY = 2 << 30

Report = dict[str, str]


class _Swap(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def visit(self, node: ast.AST) -> ast.AST:
        return ast.copy_location(self.mutant.new, node) if node is self.mutant.node else self.generic_visit(node)


def mutated(mutant: Mutant) -> CodeType:
    _Swap(mutant).visit(mutant.tree)
    ast.fix_missing_locations(mutant.tree)
    code: CodeType = compile(mutant.tree, str(mutant.path), "exec", dont_inherit=True)
    return code


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives the mutated module when it is imported; all others come from the disk as ever."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = f"routing.{mutant.path.stem}"
        self.code = mutated(mutant)

    def find_spec(self, name: str, path: object, target: object = None) -> Any:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, module.__dict__)  # noqa: S102 -- what a loader does


Live = dict[tuple[str, str, int], list[FunctionType]]


def live_functions(package: Path) -> Live:
    """Every function of the package that exists now, by file, name and first line."""
    found: Live = {}
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and Path(thing.__code__.co_filename).parent == package:
            code = thing.__code__
            found.setdefault((Path(code.co_filename).stem, code.co_qualname, code.co_firstlineno), []).append(thing)
    return found


def _codes(code: CodeType) -> Iterator[CodeType]:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield part
            yield from _codes(part)


def swap_in_place(mutant: Mutant, live: Live) -> None:
    for code in _codes(mutated(mutant)):
        for function in live.get((mutant.path.stem, code.co_qualname, code.co_firstlineno), ()):
            if function.__code__ != code:
                function.__code__ = code


def _clearing(thing: object) -> Callable[[], None] | None:
    """What empties the cache of a cached function."""
    return getattr(thing, "cache_clear", None)


class Survey:
    """Notes how long each test takes and which lines it reaches; no test finds a cache that another filled."""

    def __init__(self, cov: coverage.Coverage) -> None:
        self.cov = cov
        self.as_imported: list[tuple[dict[Any, Any], dict[Any, Any]]] = []
        self.caches: list[Callable[[], None]] = []
        self.took: dict[str, float] = {}
        self.began = 0.0
        self.failed = ""

    def pytest_collection_finish(self) -> None:
        modules = [module for name, module in sys.modules.items() if name.startswith("routing.")]
        tables = [thing for module in modules for thing in vars(module).values() if type(thing) is dict]
        self.as_imported = [(table, dict(table)) for table in tables]
        self.caches = [clear for m in modules for thing in vars(m).values() if (clear := _clearing(thing))]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        for table, entries in self.as_imported:
            table.clear()
            table.update(entries)
        for clear in self.caches:
            clear()
        self.began = process_time()
        self.cov.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.took[report.nodeid] = process_time() - self.began
        if report.failed and not self.failed:
            self.failed = report.nodeid


class Loop:
    """Instead of running the tests collected, hands them to `work`; keeps the first that fails."""

    def __init__(self, work: Callable[["Loop"], None]) -> None:
        self.work = work
        self.items: dict[str, pytest.Item] = {}
        self.failed = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def first_failing(self, names: Sequence[str], took: Mapping[str, float]) -> str:
        """Run them in this order until one fails; one that takes far too long ends the process."""
        for name in names:
            if (item := self.items.get(name)) is not None:
                signal.setitimer(signal.ITIMER_VIRTUAL, 1 + 10 * took[name])
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if self.failed:
                    return self.failed
        return ""


def play(plugin: Survey | Loop, files: Sequence[str]) -> int:
    quiet = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    return int(pytest.main([*quiet, "-p", "no:xdist", "--noconftest", "-W", UNREWRITTEN, *files], plugins=[plugin]))


def silent() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def forked(work: Callable[[], Any]) -> tuple[int, int]:
    """Run `work` in a child; returns its pid and the end to read its answer from."""
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


def answer(end: int) -> Any:
    """What the child said; a timeout if it had to be ended."""
    with os.fdopen(end) as pipe:
        said = pipe.read()
    return json.loads(said) if said else {"status": "timeout", "by": ""}


def _limited() -> None:
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _report(failed: str) -> Report:
    return {"status": "killed" if failed else "survived", "by": failed}


def in_place(mutant: Mutant, loop: Loop, live: Live, names: Sequence[str], took: Mapping[str, float]) -> Report:
    """In a fork of a process that has collected all tests; `no place` where the change makes or unmakes a closure."""
    _limited()
    try:
        swap_in_place(mutant, live)
    except ValueError:
        return {"status": NO_PLACE}
    return _report(loop.first_failing(names, took))


def from_import(mutant: Mutant, names: Sequence[str], took: Mapping[str, float]) -> Report:
    """In a fork of a process that has not imported the package yet; a few files first, as importing all takes long."""
    _limited()
    sys.meta_path.insert(0, Mutated(mutant))
    failed: list[str] = []
    loop = Loop(lambda loop: failed.append(loop.first_failing(names, took)))
    code = play(loop, sorted({name.split("::")[0] for name in names})) if names else 0
    return _report((failed and failed[0]) or (f"pytest {code}" if code else ""))


def surveyed(package: Path, kept: Path) -> Report:
    """All tests once; writes `took` and `reached` (module, line, tests; "" is the import)."""
    cov = coverage.Coverage(data_file=None, include=[f"{package}/*"], config_file=False)
    survey = Survey(cov)
    cov.start()
    code = play(survey, ["tests/routing"])
    cov.stop()
    data = cov.get_data()
    reached = {Path(f).stem: data.contexts_by_lineno(f) for f in data.measured_files()}
    kept.write_text(json.dumps({"took": survey.took, "reached": reached}))
    return {"status": "fine" if code == 0 else f"the tests fail unmutated: {survey.failed}"}


def each_in_place(
    todo: Sequence[Mutant],
    package: Path,
    choose: Callable[[Mutant], list[str]],
    took: Mapping[str, float],
    done: Callable[[Mutant, Report], bool],
) -> None:
    """Collect all tests and try one mutant after the other, each in a fork, until `done` says that it is enough."""

    def work(loop: Loop) -> None:
        live = live_functions(package)
        gc.freeze()
        for mutant in todo:
            pid, end = forked(partial(in_place, mutant, loop, live, choose(mutant), took))
            report = answer(end)
            os.waitpid(pid, 0)
            if not done(mutant, report):
                return

    play(Loop(work), ["tests/routing"])
