"""The conversation in the hand: sample callers, typed lines, transcripts."""

from __future__ import annotations

import pytest

from ivr_flows import sample, shipped
from ivr_flows.inputs import (
    AgentUnavailable,
    Digits,
    HungUp,
    Input,
    QueueLeft,
    QueueTick,
    Recording,
    Silence,
    Speech,
    TalkEnded,
    Text,
)
from ivr_flows.services import SERVICES
from ivr_flows.session import Rejected
from ivr_flows.walk import Walk, parse, transcript
from tests.ivr_flows.callers import NOON_MS


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("1", Digits("1")),
        ("3301000001#", Digits("3301000001")),
        ("*", Digits("*")),
        ("", Silence()),
        ("我要查电费", Speech("我要查电费")),
        ("three three", Speech("three three")),
        ("!30", Recording("recording", 30)),
        ("/tick 3 2 5", QueueTick(3, 2, 5, callback_offered=True)),
        ("/tick", QueueTick(0)),
        ("/talked", TalkEnded("answered", "phone", "1001")),
        ("/left full", QueueLeft("full")),
        ("/unavailable", AgentUnavailable()),
        ("/hangup", HungUp()),
        ("/text DF 3301000001", Text("DF 3301000001")),
    ],
)
def test_a_typed_line_is_an_input(line: str, meant: Input) -> None:
    assert parse(line) == meant


@pytest.mark.parametrize("matter", ["none", "outage", "order", "arrears", "callback"])
@pytest.mark.parametrize("channel", ["voice", "chat"])
def test_a_sample_caller_reaches_a_first_question(channel: str, matter: str) -> None:
    known = sample.facts(NOON_MS, channel, "en", matter=matter)
    walk = Walk(shipped.release(), "main", known, sample.answers(NOON_MS), NOON_MS)
    assert walk.session.wait == "menu"
    assert any(line.startswith("?") for line in transcript(walk.effects))


def test_sample_answers_carry_what_the_catalogue_promises() -> None:
    answers = sample.answers(NOON_MS, fault__diagnose="outage")
    assert answers["fault.diagnose"][0] == "outage"
    assert "outage_eta_at" in answers["fault.diagnose"][1]
    for name, (outcome, values) in answers.items():
        assert set(SERVICES[name].outcomes[outcome]) <= set(values)


def test_a_rejected_line_leaves_the_walk_where_it_is() -> None:
    walk = Walk(shipped.release(), "main", sample.facts(NOON_MS), {}, NOON_MS)
    before = walk.session
    assert isinstance(walk.send(QueueTick(1)), Rejected)
    assert walk.session == before


def test_services_without_an_answer_fail() -> None:
    walk = Walk(shipped.release(), "main", sample.facts(NOON_MS), {}, NOON_MS)
    walk.send(Digits("2"))
    walk.send(Digits("1"))
    assert walk.session.wait == "queue"
