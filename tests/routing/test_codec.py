"""Events, commands and snapshots through JSON."""

import json
from typing import Any

import pytest

from routing import commands, events
from routing.codec import CodecError, build, decode, encode, plain
from routing.config import parse
from routing.core import HANDLERS, Core
from routing.types import Agent
from tests.routing.floor import Floor
from tests.routing.random_day import Day


def test_everything_that_happens_on_a_day_goes_through_json_unchanged():
    floor = Floor()
    day = Day(floor, seed=5)
    day.run(300)
    assert len({type(e) for e in day.events}) > 20
    for thing in (*day.events, *floor.out):
        assert decode(json.loads(json.dumps(encode(thing)))) == thing


def test_a_configuration_with_hours_goes_through_json():
    hours = {"mon-fri": ["08:00-20:00"], "except": ["2026-10-01"]}
    event = events.ConfigChanged(1, parse({"queues": {"phone": {"hours": hours}}}))
    assert decode(json.loads(json.dumps(encode(event)))) == event


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"type": "Nonsense"}, "unknown type"),
        ({"type": "TaskAbandoned", "at": 1}, "task_id is missing"),
        ({"type": "TaskAbandoned", "at": 1, "task_id": "a", "x": 1}, "has no x"),
    ],
)
def test_other_json_is_refused(data: dict[str, Any], reason: str):
    with pytest.raises(CodecError, match=reason):
        decode(data)


def test_a_value_without_json_form_is_refused():
    with pytest.raises(CodecError, match="float"):
        plain(1.5)


def test_a_mutable_object_is_built_with_its_lists():
    data = {"agent_no": "1", "modes": ["phone"], "skills": [["en", 1]], "offers": ["a.1"]}
    assert build(Agent, data).offers == ["a.1"]


def test_a_snapshot_of_another_version_is_refused():
    with pytest.raises(CodecError, match="version"):
        Core.load({"version": 0})


def test_every_event_has_a_handler_and_every_command_a_name():
    kinds = {c for c in vars(events).values() if isinstance(c, type) and issubclass(c, events.Event)}
    assert kinds - {events.Event} == set(HANDLERS)
    for kind in vars(commands).values():
        if isinstance(kind, type) and issubclass(kind, commands.Command) and kind is not commands.Command:
            assert kind.__doc__


def test_a_list_of_the_wrong_length_is_refused():
    data = {"agent_no": "1", "modes": ["phone"], "skills": [["en", 1, 2]]}
    with pytest.raises(ValueError, match="longer"):
        build(Agent, data)


def test_the_snapshot_says_its_version_and_those_of_yesterday_are_of_this_one():
    assert Floor().core.snapshot()["version"] == 1
