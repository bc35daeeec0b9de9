"""Why a person is needed is recorded as it was: who asked for nobody is not said to have asked."""

from __future__ import annotations

from typing import Any

import pytest

from ivr_flows.effects import Enqueue
from ivr_flows.inputs import Digits, Input, QueueLeft, Silence, Speech
from ivr_flows.machine import MAX_TURNS
from tests.ivr_flows.callers import facts, pressed, ring, unknown

FAILS: tuple[str, dict[str, Any]] = ("error", {})
WRONG: tuple[str, dict[str, Any]] = ("wrong", {})
NOT_FOUND: tuple[str, dict[str, Any]] = ("unknown", {})


def keys(*each: str) -> list[Input]:
    return [Digits(key) for key in each]


def reasons(known: dict[str, Any], given: list[Input], **answers: Any) -> list[str]:
    """Of every line that was entered, in order."""
    walk = ring(known, **answers)
    entered = [*walk.effects]
    for each in given:
        entered += pressed(walk, each).effects
    return [effect.reason for effect in entered if isinstance(effect, Enqueue)]


@pytest.mark.parametrize(
    ("known", "given", "answers", "reason"),
    [
        (facts(), keys("0"), {}, "caller_asked"),
        (facts(), [Speech("我要人工", 0.9)], {}, "caller_asked"),
        (facts(manner="slow"), [], {}, "slow"),
        (facts(manner="medical"), [], {}, "medical"),
        (facts(manner="repeat"), [], {}, "repeat_caller"),
        (facts(), [Silence(), Silence()], {}, "silence"),
        (facts(), keys("7", "7"), {}, "exhausted"),
        (facts(), keys("4", "2", "202600000017", "202600000018"), {"orders__status": NOT_FOUND}, "no_order"),
        (facts(), keys(*["*"] * MAX_TURNS), {}, "limit"),
        (facts(), keys("2", "1"), {"account__confirm": FAILS}, "service_failed"),
        (facts(), keys("2", "1"), {"bill__latest": FAILS}, "service_failed"),
        (facts(), keys("5", "1"), {"knowledge__article": ("none", {})}, "service_failed"),
        (unknown(), keys("2", "3301000001", "1111", "2222"), {"account__verify": [WRONG, ("locked", {})]}, "no_match"),
        (unknown(), [*keys("1", "2", "*"), Silence()], {}, "silence"),
        (facts(), [*keys("8"), Silence()], {}, "emergency"),
        (facts(), [Silence(), Speech("电线断了", 0.9), Silence()], {}, "emergency"),
    ],
)
def test_the_reason_is_what_led_to_a_person(
    known: dict[str, Any], given: list[Input], answers: dict[str, Any], reason: str
) -> None:
    assert reasons(known, given, **answers) == [reason]


def test_a_reason_is_told_once_then_the_caller_asks() -> None:
    failed_then_asked = [Silence(), Silence(), QueueLeft("timeout"), Digits("0")]
    assert reasons(facts(), failed_then_asked) == ["silence", "caller_asked"]
