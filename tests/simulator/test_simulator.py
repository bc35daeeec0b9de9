"""The short round of the simulator, and that its own tools do what they promise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from routing import events as e
from tests.simulator import day, hunting, plan, rounds, script, theory
from tests.simulator.script import Item
from tests.simulator.shrink import shrink


@pytest.mark.timeout(600)
def test_a_million_events_break_no_rule() -> None:
    tally = rounds.play(1_000_000, seed=1, size="mixed")
    assert tally.total == 1_000_000
    assert tally.restarts > 20
    assert set(tally.events) == {cls.__name__ for cls in e.Event.__subclasses__()}


def test_a_seed_is_the_same_day_again_and_its_script_replays_it() -> None:
    first, second = day.run(plan.draw(7, "small")), day.run(plan.draw(7, "small"))
    assert first.record == second.record
    assert first.core.snapshot() == second.core.snapshot()
    replayed = day.replay(first.record, first.core.now)
    assert replayed.core.snapshot() == first.core.snapshot()
    assert replayed.tally == first.tally


def test_the_same_bytes_come_out_whatever_the_order_of_sets_and_hashes() -> None:
    """Another process with other hashes, as on another machine: the same commands and the same snapshot."""
    tell = """
import json
from hashlib import sha256
from routing.codec import encode
from tests.simulator import day, plan

driver = day.run(plan.draw(2, "mixed"), limit=4000)
told = [encode(item.event) for item in driver.record if item.event]
print(sha256(json.dumps([told, driver.tally.commands, driver.core.snapshot()]).encode()).hexdigest())
"""
    said = [
        subprocess.run(
            [sys.executable, "-c", tell],
            cwd=hunting.ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    ]
    assert len(set(said)) == 1, said


def test_a_script_survives_its_file(tmp_path: Path) -> None:
    items = day.run(plan.draw(3, "small"), limit=400).record
    script.save(tmp_path / "day.jsonl", items)
    assert script.load(tmp_path / "day.jsonl") == items


def test_a_failing_script_is_cut_down_to_what_matters() -> None:
    items = [Item(0, e.AgentConnected(0, f"a{n}")) for n in range(20)]
    items += [Item(n, e.TaskAbandoned(n, f"t{n}")) for n in range(60)]

    def fails(left: list[Item]) -> bool:
        told = {getattr(item.event, "task_id", "") or getattr(item.event, "agent_no", "") for item in left}
        return {"a3", "t7", "t41"} <= told

    short = shrink(items, fails)
    assert [script.readable(item) for item in short] == [
        "00:00:00.000  AgentConnected agent_no=a3",
        "00:00:00.007  TaskAbandoned task_id=t7 reason=hangup",
        "00:00:00.041  TaskAbandoned task_id=t41 reason=hangup",
    ]


@pytest.mark.parametrize("patch", sorted(hunting.PATCHES.glob("*.patch")), ids=lambda p: p.stem)
def test_every_planted_bug_still_applies(patch: Path) -> None:
    done = subprocess.run(
        ["git", "apply", "--check", "--recount", str(patch)],
        cwd=hunting.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("overflow_loses_place", "place"),
        ("stale_deadline_obeyed", "stale"),
        ("capacity_off_by_one", "capacity"),
        ("abandon_not_counted", "conservation"),
        ("outsider-consult_outlives_the_call", "consult"),
    ],
)
def test_planted_bugs_are_found_by_the_rule_they_break(name: str, check: str) -> None:
    """And each find is cut down to what a person can read."""
    hunted = hunting.hunt(hunting.PATCHES / f"{name}.patch", events=50_000, script=True)
    assert hunted.check == check, hunted.detail
    assert 2 <= len(hunted.script) <= 15, "\n".join(hunted.script)


@pytest.mark.parametrize("patience_s", [None, 180.0])
def test_simulated_queues_agree_with_erlang(patience_s: float | None) -> None:
    """Within five standard errors of their own; the seed is fixed, so that this cannot fail by chance."""
    lines = theory.compare(theory.Cell(10, 0.85, patience_s), callers=20_000, seed=5)
    assert all(line.deviation < 5 for line in lines), lines
    assert all(line.error < 0.1 * max(line.theory, 0.1) for line in lines), lines
