"""Golden transcripts: facts and inputs in, all that is heard and done out, sessions through JSON each turn.

`UPDATE_GOLDEN=1` writes them anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ivr_flows.effects import Effect
from ivr_flows.inputs import Text
from ivr_flows.session import Rejected
from ivr_flows.walk import parse, transcript
from tests.ivr_flows.callers import ARREARS, ORDER, OUTAGE, facts, ring, unknown

GOLDEN = Path(__file__).parent / "golden"
EN = {"lang": "en"}
KNOWN_OUTAGE = {"matter": "outage", **OUTAGE, "outage_reported": False}

Case = tuple[str, dict[str, Any], dict[str, Any], list[str]]
CASES: dict[str, Case] = {
    "bill": ("main", facts(), {}, ["2", "1", "1", "2", "1", "3", "", ""]),
    "bill-en": ("main", facts(**EN), {}, ["2", "1", "2", "2", "4", "2"]),
    "bill-typed-number": (
        "main",
        unknown(),
        {
            "account.by_number": [
                ("unknown", {}),
                ("found", {"account_no": "3301000001", "account_tail4": "0001"}),
            ],
            "account.verify": [("wrong", {}), ("verified", {"account_no": "3301000001", "account_tail4": "0001"})],
        },
        ["2", "3301999999", "1111", "*", "3301000001", "0001"],
    ),
    "bill-wrong-twice": (
        "main",
        unknown(),
        {"account.verify": [("wrong", {}), ("locked", {})]},
        ["2", "3301000001", "1111", "2222"],
    ),
    "bill-account-without-phone": (
        "main",
        unknown(),
        {"account.by_number": ("no_phone", {"account_no": "3301000001", "account_tail4": "0001"})},
        ["2", "3301000001"],
    ),
    "bill-two-accounts": (
        "main",
        unknown(
            match="many",
            accounts=[
                {"account_no": "3301000001", "account_tail4": "0001"},
                {"account_no": "3301000002", "account_tail4": "0002"},
            ],
        ),
        {},
        ["2", "2", "/hangup"],
    ),
    "fault": ("main", facts(), {}, ["1", "1", "1", "1", "2"]),
    "fault-en": ("main", facts(**EN), {}, ["1", "2", "1", ""]),
    "fault-place-described": ("main", unknown(**EN), {}, ["1", "2", "*", "!12", ""]),
    "fault-in-known-outage": ("main", facts(), {"fault.diagnose": ("outage", OUTAGE)}, ["1", "2", "1"]),
    "fault-arrears": ("main", facts(), {"fault.diagnose": ("arrears", ARREARS)}, ["1", "1", "1", "1", "2"]),
    "fault-in-flight": ("main", facts(), {"fault.diagnose": ("in_flight", ORDER)}, ["1", "1", "1", "1", "2"]),
    "fault-diagnosis-down": ("main", facts(), {"fault.diagnose": ("timeout", {})}, ["1", "1", "1"]),
    "known-outage": ("main", facts(**KNOWN_OUTAGE), {}, ["1", "2"]),
    "known-outage-en": ("main", facts(**KNOWN_OUTAGE, **EN), {}, ["1", "2"]),
    "open-order": ("main", facts(matter="order", **ORDER), {}, ["1", ""]),
    "complaint": ("main", facts(), {}, ["3", "1", "2", "!40", ""]),
    "complaint-en": ("main", facts(**EN), {}, ["3", "1", "1", "!40", ""]),
    "tip-off-anonymous": ("main", facts(), {}, ["3", "2", "1", "2", "!30", ""]),
    "suggestion": ("main", facts(), {}, ["3", "3", "1", "!9", ""]),
    "praise-en": ("main", facts(**EN), {}, ["3", "4", "!9", ""]),
    "progress": ("main", facts(), {}, ["4", "2", "202600000017", "1", ""]),
    "area-outage-en": ("main", facts(**EN), {}, ["4", "1", "1", ""]),
    "consult": ("main", facts(), {}, ["5", "1", ""]),
    "language-switched": ("main", facts(), {}, ["9", "5", "1", ""]),
    "emergency": ("main", unknown(), {}, ["8", "!6", "/tick 0", "/talked"]),
    "emergency-en": ("main", unknown(**EN), {}, ["there is a wire down", "!6", "/tick 2 3 6", "/talked"]),
    "waiting-and-survey": ("main", facts(), {}, ["0", "/tick 4 2 5", "1", "/tick 3", "/talked", "1", "1"]),
    "waiting-and-survey-en": ("main", facts(**EN), {}, ["0", "/tick 0 1 1", "/talked", "5", "2"]),
    "callback": ("main", facts(), {}, ["0", "/tick 4 4 8", "2", "2", "13900000002", "1"]),
    "callback-en": ("main", facts(**EN), {}, ["0", "/tick 4 4 8", "2", "1"]),
    "not-served": ("main", facts(), {}, ["0", "/left timeout", "1"]),
    "not-served-silent": ("main", facts(), {}, ["0", "/left timeout", "3", ""]),
    "not-served-withheld": (
        "main",
        unknown(caller="", caller_known=False),
        {},
        ["0", "/left full", "13900000002", "1"],
    ),
    "promised": ("main", facts(), {}, ["0", "/left full promised", "1"]),
    "promised-silent-en": ("main", facts(**EN), {}, ["0", "/left closed promised", ""]),
    "promised-other-number": ("main", facts(), {}, ["0", "/left full promised", "2", "13900000002", "1"]),
    "promised-other-number-refused": (
        "main",
        facts(),
        {"callback.check": ("refused", {})},
        ["0", "/left full promised", "2", "95598001"],
    ),
    "promised-a-person-asked-for-again": ("main", facts(), {}, ["0", "/left full promised", "0"]),
    "promised-then-danger": ("main", facts(), {}, ["0", "/left full promised", "8", "!9"]),
    "silence": ("main", facts(), {}, ["", ""]),
    "two-bad-keys": ("main", facts(), {}, ["7", "6"]),
    "speech": ("main", facts(), {}, ["我要查电费", "是的", "人工"]),
    "agent-unavailable": ("main", facts(**EN), {}, ["0", "/unavailable", "/talked", "2"]),
    "medical": ("main", facts(manner="medical"), {}, ["/tick 0"]),
    "repeat-caller": ("main", facts(manner="repeat"), {}, ["/tick 1 1 2"]),
    "chat": ("main", facts(channel="chat"), {}, ["/text 电费", "/text 1", "/text 4", "/text 2"]),
    "chat-unknown-en": (
        "main",
        unknown(channel="chat", caller="", caller_known=False, **EN),
        {},
        ["/text no power", "/text 1", "/text I don't know", "/text 5 Lake Road", "/text 1", "/text *"],
    ),
    "chat-human": (
        "main",
        facts(channel="chat"),
        {},
        ["/text 人工", "/tick 1", "/talked", "/text 1", "/text 1"],
    ),
    **{
        f"sms-{name}": ("sms", facts(channel="sms", said_text=text, **more), answers, rest)
        for name, text, more, answers, rest in [
            ("bill", "DF", {}, {}, []),
            ("bill-en", "BILL", {}, {}, []),
            ("bill-last-four", "DF 3301000002 0001", {"match": "none"}, {}, []),
            ("bill-last-four-asked", "BILL 3301000002", {"match": "none"}, {}, ["/text 0001"]),
            (
                "outage",
                "TD 3301000001",
                {},
                {"account.by_number": ("own", {"account_no": "3301000001", "account_tail4": "0001"})},
                [],
            ),
            ("unsubscribe", "TD", {}, {}, []),
            ("stop", "STOP", EN, {}, []),
            ("start", "START", EN, {}, []),
            ("fault", "BX 3301000001 全楼没电", {}, {}, []),
            ("fault-en", "FAULT 3301000001 no light", {}, {}, []),
            ("hazard", "BX 3301000001 电线冒火花", {}, {}, ["/text 东湖路3号"]),
            ("complaint", "TS 抄表不准", {}, {}, []),
            ("complaint-asked", "COMPLAINT", {}, {}, ["/text the meter is wrong"]),
            ("status", "JD 202600000017", {}, {}, []),
            ("urge", "URGE 202600000017", {}, {}, []),
            ("keyword-again", "JD", {}, {}, ["/text DF"]),
            ("survey", "2", {"open_question": "score"}, {}, ["/text 1"]),
            ("agent", "RG", {}, {}, []),
            ("help", "帮助", {}, {}, []),
            ("unknown", "你好", {}, {}, []),
        ]
    },
}


def told(effects: list[Effect]) -> list[str]:
    return [f"    {line}" for effect in transcript(effects) for line in effect.splitlines()]


@pytest.mark.parametrize("name", CASES)
def test_conversation(name: str) -> None:
    flow, known, answers, inputs = CASES[name]
    walk = ring(known, flow, **{service.replace(".", "__"): answer for service, answer in answers.items()})
    lines = told(walk.effects)
    for line in inputs:
        given = parse(line)
        if walk.session.channel != "voice" and line.startswith("/text"):
            given = Text(line.removeprefix("/text "))
        effects = walk.send(given, later_ms=20_000)
        assert not isinstance(effects, Rejected), effects
        lines += [f"> {line or '(silence)'}", *told(effects)]
    lines.append(f"= {walk.session.wait}")
    file = GOLDEN / f"{name}.txt"
    text = "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def test_no_golden_is_left_over() -> None:
    assert sorted(file.stem for file in GOLDEN.glob("*.txt")) == sorted(CASES)
