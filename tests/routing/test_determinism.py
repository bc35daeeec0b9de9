"""The same snapshot and events give the same commands, byte for byte; and every invariant always holds."""

import json

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from routing import events as ev
from routing.codec import decode, encode, plain
from routing.commands import Command
from routing.core import Core
from routing.snapshot import plain_line
from tests.routing.floor import Floor
from tests.routing.random_day import Day


def as_bytes(things: list[object]) -> str:
    return json.dumps([encode(t) for t in things])


@pytest.mark.parametrize("seed", range(6))
def test_a_restart_from_a_snapshot_anywhere_changes_nothing(seed: int):
    floor = Floor()
    day = Day(floor, seed)
    day.run(120)
    straight = Core(Floor().core.state.config)
    restarted = Core(Floor().core.state.config)
    for number, event in enumerate(day.events):
        sent = decode(json.loads(json.dumps(encode(event))))
        if number % (7 + seed) == 0:
            restarted = Core.load(json.loads(json.dumps(restarted.snapshot())))
        assert as_bytes(list(straight.apply(event))) == as_bytes(list(restarted.apply(sent)))
    assert json.dumps(straight.snapshot()) == json.dumps(restarted.snapshot())
    restarted.check(full=True)


@pytest.mark.parametrize("seed", range(20, 26))
def test_what_is_said_to_have_changed_is_all_that_changed(seed: int):
    """Rows written from `changed` after each event are the whole state."""
    rows: dict[str, dict[str, object]] = {"tasks": {}, "offers": {}, "agents": {}, "lines": {}}

    class Kept(Floor):
        def do(self, event: ev.Event) -> list[Command]:
            commands = super().do(event)
            changed, snapshot = self.core.changed, self.core.snapshot()
            rows["tasks"] |= {k: plain(t) for k, t in changed.tasks.items()}
            rows["offers"] |= {k: plain(o) for k, o in changed.offers.items()}
            rows["agents"] |= {k: plain(a) for k, a in changed.agents.items()}
            rows["lines"] |= {k: plain_line(x) for k, x in changed.lines.items()}
            for task in snapshot["tasks"]:
                assert rows["tasks"][task["task_id"]] == task
            for offer in snapshot["offers"]:
                assert rows["offers"][offer["offer_id"]] == offer
            for agent in snapshot["agents"]:
                assert rows["agents"][agent["agent_no"]] == agent
            for line in snapshot["lines"]:
                assert rows["lines"][line["queue"]["name"]] == line
            live = {key for key, task in rows["tasks"].items() if task["ended_at"] is None}  # type: ignore[index]
            assert live == set(self.core.state.tasks)
            return commands

    floor = Kept()
    Day(floor, seed).run(150)


class AnyDay(RuleBasedStateMachine):
    """Each rule is one kind of event; `Floor` checks all invariants after each."""

    @initialize(data=st.data())
    def open(self, data: st.DataObject) -> None:
        self.data = data
        self.floor = Floor()
        self.day = Day(self.floor, pick=lambda options: data.draw(st.sampled_from(list(options))))

    @rule(by_ms=st.integers(0, 120_000))
    def time_passes(self, by_ms: int) -> None:
        self.day.pass_time(by_ms)

    @rule(times=st.integers(1, 3))
    def callers_come(self, times: int) -> None:
        for _ in range(times):
            self.day.arrive()

    @rule()
    def an_offer_is_answered(self) -> None:
        self.day.answer()

    @rule()
    def media_come_up_or_not(self) -> None:
        self.day.connect()

    @rule()
    def a_talk_goes_on_or_ends(self) -> None:
        self.day.finish()

    @rule()
    def an_agent_comes(self) -> None:
        self.day.come()

    @rule()
    def an_agent_does_something(self) -> None:
        self.day.agent()

    @rule()
    def something_rare(self) -> None:
        self.day.oddity()

    @rule()
    def something_comes_twice(self) -> None:
        self.day.repeat()

    @rule()
    def the_leader_changes(self) -> None:
        self.floor.reload()


AnyDay.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_day_keeps_every_invariant = AnyDay.TestCase
