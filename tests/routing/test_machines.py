"""The tables of the machines, and the document that is drawn from them."""

import ast
import re
from pathlib import Path

import pytest

from routing.machines import AGENT, ENDS, OFFER, TASK, mermaid
from routing.types import AgentState, OfferState, TaskState

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "routing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("table", "start"),
    [(TASK, TaskState.WAITING), (OFFER, OfferState.PENDING), (AGENT, AgentState.OFFLINE)],
    ids=["task", "offer", "agent"],
)
def test_the_diagrams_in_the_document_are_current(table: dict[TaskState, tuple[TaskState, ...]], start: TaskState):
    assert f"```mermaid\n{mermaid(table, start)}\n```" in DOC


def test_every_state_has_its_row():
    assert (set(TASK), set(OFFER), set(AGENT)) == (set(TaskState), set(OfferState), set(AgentState))


def test_an_end_is_never_left():
    assert {"done", "abandoned", "overflowed", "callback_booked", "transferred", "canceled"} == ENDS


def test_each_rule_of_the_document_names_a_test_that_exists():
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", DOC)
    assert len(named) > 60
    for file, name in named:
        (path,) = (found for folder in ("routing", "simulator") if (found := ROOT / "tests" / folder / file).exists())
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
        names |= {t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
        assert name in names, f"{file} has no {name}"
