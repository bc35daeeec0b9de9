"""The shipped trees: clean, wholly visited, and holding under any conversation."""

from __future__ import annotations

from ivr_flows import compile as compiler
from ivr_flows import shipped
from ivr_flows.check import check
from tests.ivr_flows.explore import Explorer

QUEUES = ("phone", "emergency", "web", "field")


def test_the_shipped_release_is_clean() -> None:
    assert [str(issue) for issue in check(shipped.release(), QUEUES)] == []


def test_a_stored_release_loads_to_the_same_hash_and_graph() -> None:
    release = shipped.release()
    again = compiler.load(release.text)
    assert (again.hash, again.nodes, again.flows) == (release.hash, release.nodes, release.flows)


def test_random_conversations_hold_and_visit_every_node_and_edge() -> None:
    explorer = Explorer(shipped.release(), seed=95603)
    for _ in range(6_000):
        explorer.talk("main", "voice")
        explorer.talk("main", "chat")
        explorer.talk("sms", "sms")
    for _ in range(300):
        explorer.talk("called_back", "voice")
    assert explorer.missed() == []
