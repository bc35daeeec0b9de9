"""Shapes of console commands."""

from __future__ import annotations

from typing import Any

import pytest

from agents import words
from agents.commands import COMMANDS, Command, Problem, parse
from app.domain.orders.kinds import OrderType

GOOD: list[dict[str, Any]] = [
    {"type": "ping"},
    {"type": "set_state", "state": "break", "reason": "meal"},
    {"type": "set_state", "state": "available", "leg": "phone"},
    {"type": "accept", "offer_id": "t1.1"},
    {"type": "decline", "offer_id": "t1.1", "reason": "busy"},
    {"type": "hold", "contact_id": "c1"},
    {"type": "keypad", "contact_id": "c1", "digits": "12*3#"},
    {"type": "typing", "contact_id": "c1"},
    {"type": "unhold", "contact_id": "c1"},
    {"type": "transfer", "contact_id": "c1", "to": {"queue": "phone"}, "mode": "cold"},
    {"type": "transfer", "contact_id": "c1", "to": {"agent_no": "1002"}, "mode": "warm"},
    {"type": "complete_transfer", "contact_id": "c1"},
    {"type": "cancel_transfer", "contact_id": "c1"},
    {"type": "hang_up", "contact_id": "c1"},
    {"type": "dial", "order_no": "260000000018"},
    {"type": "dial", "to": "+15550100001"},
    {"type": "mute", "contact_id": "c1", "muted": True},
    {"type": "verify", "contact_id": "c1", "items": ["name", "address"]},
    {"type": "help", "contact_id": "c1"},
    {"type": "wrap_up", "contact_id": "c1", "disposition": "resolved", "note": ""},
    {
        "type": "wrap_up",
        "contact_id": "c1",
        "disposition": "order_opened",
        "order": {"type": "fault", "description": "dark", "urgent": False},
    },
    {"type": "chat", "contact_id": "c1", "text": "你好"},
    {"type": "estimate", "order_no": "260000000018", "of": "arrive", "at": "2026-11-22T10:00:00+08:00"},
    {
        "type": "step",
        "order_no": "260000000018",
        "to": "arrived",
        "lat": 31.2,
        "lon": 121.4,
        "at": "2026-11-22T10:00:00Z",
    },
    {"type": "move", "task_id": "t1", "queue": "phone"},
    {"type": "prioritise", "task_id": "t1", "boost_s": 300},
    {"type": "force_state", "agent_no": "1001", "state": "break"},
]
BAD: list[tuple[Any, str]] = [
    (None, "invalid"),
    ([], "invalid"),
    ({"type": "ping"}, "invalid"),
    ({"type": "ping", "id": ""}, "invalid"),
    ({"type": "ping", "id": 7}, "invalid"),
    ({"type": "ping", "id": "x" * 129}, "invalid"),
    ({"type": "storm", "id": "1", "on": True}, "unknown_command"),
    ({"type": ["accept"], "id": "1"}, "unknown_command"),
    ({"type": "accept", "id": "1"}, "invalid"),
    ({"type": "accept", "id": "1", "offer_id": 5}, "invalid"),
    ({"type": "accept", "id": "1", "offer_id": "o", "agent_no": "1002"}, "invalid"),
    ({"type": "dial", "id": "1"}, "invalid"),
    ({"type": "dial", "id": "1", "to": "+1", "order_no": "2"}, "invalid"),
    ({"type": "transfer", "id": "1", "contact_id": "c", "to": {"queue": "a", "agent_no": "b"}}, "invalid"),
    ({"type": "transfer", "id": "1", "contact_id": "c", "to": {"queue": "a"}, "mode": "hot"}, "invalid"),
    ({"type": "prioritise", "id": "1", "task_id": "t", "boost_s": 86_400}, "invalid"),
    ({"type": "prioritise", "id": "1", "task_id": "t", "boost_s": True}, "invalid"),
    ({"type": "wrap_up", "id": "1", "contact_id": "c", "disposition": "whatever"}, "invalid"),
    ({"type": "wrap_up", "id": "1", "contact_id": "c", "disposition": "other", "order": {"type": "fault"}}, "invalid"),
    ({"type": "verify", "id": "1", "contact_id": "c", "items": ["shoe_size"]}, "invalid"),
    ({"type": "step", "id": "1", "order_no": "2", "to": "arrived", "lat": 91}, "invalid"),
    ({"type": "estimate", "id": "1", "order_no": "2", "of": "arrive", "at": "2026-11-22T10:00:00"}, "invalid"),
    ({"type": "estimate", "id": "1", "order_no": "2", "of": "lunch", "at": "2026-11-22T10:00:00Z"}, "invalid"),
    ({"type": "estimate", "id": "1", "order_no": "2", "of": "arrive", "at": "soon"}, "invalid"),
]  # fmt: skip


@pytest.mark.parametrize("fields", GOOD, ids=lambda fields: fields["type"])
def test_well_formed_commands_are_read(fields: dict[str, Any]) -> None:
    command = parse({**fields, "id": "7"})
    assert isinstance(command, Command)
    assert (command.id, command.name) == ("7", fields["type"])
    assert command.fields == {name: value for name, value in fields.items() if name != "type"}


@pytest.mark.parametrize(("frame", "code"), BAD)
def test_others_are_problems_that_name_the_field(frame: Any, code: str) -> None:
    problem = parse(frame)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert problem.message


def test_every_command_has_an_example() -> None:
    assert {fields["type"] for fields in GOOD} == set(COMMANDS)


def test_types_of_orders_are_those_of_the_orders() -> None:
    assert [str(kind) for kind in OrderType] == list(words.ORDER_TYPES)


def test_null_is_the_same_as_absent() -> None:
    command = parse({"type": "set_state", "id": "1", "state": "available", "reason": None})
    assert isinstance(command, Command)
    assert command.fields == {"state": "available"}
