"""Danger first: what daily use teaches (docs name the rules by these numbers)."""

from __future__ import annotations

import pytest

from ivr_flows import hazards
from ivr_flows.effects import Act, Gather, Leave, Lookup, Record
from ivr_flows.inputs import (
    Digits,
    HungUp,
    Input,
    QueueTick,
    Recording,
    Silence,
    Speech,
    TalkEnded,
    Text,
)
from tests.ivr_flows.callers import (
    PHONE,
    acts,
    facts,
    lines,
    pressed,
    prompts,
    ring,
    said,
    unknown,
)

HAZARDS = (
    "断线|掉线|电线落地|触电|漏电|冒火|冒烟|着火|倒杆|爆炸|冒 烟 了|"
    "a wire down in the street|I got a shock|sparks everywhere|there is smoke|FIRE!"
)
# Where 8 must work: every kind of wait that listens.
WAITS: dict[str, tuple[Input, ...]] = {
    "main menu": (),
    "sub menu": (Digits("3"),),
    "yes or no": (Digits("2"),),
    "account entry": (Digits("2"), Digits("2")),
    "recording": (Digits("3"), Digits("1"), Digits("1")),
    "in line": (Digits("0"),),
    "callback dialogue": (Digits("0"), Digits("2")),
}


@pytest.mark.parametrize("wait", WAITS)
def test_rule_1_key_8_registers_at_once_for_everyone_everywhere(wait: str) -> None:
    """Rule 1: an urgent order before any identification, then the place, then queue emergency."""
    walk = pressed(ring(unknown() if wait == "main menu" else None), *WAITS[wait])
    key: Input = Recording("r", 1, "8") if walk.session.wait == "record" else Digits("8")
    walk.send(key)
    assert acts(walk) == ["order.open_emergency"]
    assert not any(isinstance(effect, Lookup) for effect in walk.effects)
    assert isinstance(walk.effects[-1], Record)
    walk.send(Recording("place", 5))
    assert acts(walk) == ["order.add_place"]
    assert [line.queue for line in lines(walk)] == ["emergency"]
    assert lines(walk)[0].boost_s == 86_400


def test_rule_1_leaving_a_line_for_an_emergency_leaves_it_first() -> None:
    """Rule 1: one caller stands in one line."""
    walk = pressed(ring(), Digits("0"), Digits("8"))
    assert [e.result for e in walk.effects if isinstance(e, Leave)] == ["emergency"]


def test_rule_1_8_among_other_digits_is_a_digit() -> None:
    """Rule 1: `8#` alone is an emergency, an account with an 8 is an account."""
    walk = pressed(ring(unknown()), Digits("2"), Digits("3301008888"))
    assert "order.open_emergency" not in acts(walk)
    assert acts(pressed(ring(unknown()), Digits("2"), Digits("8"))) == ["order.open_emergency"]


def test_rule_1_a_caller_who_is_gone_is_called_back() -> None:
    """Rule 1: a call-back task stands at the head of emergency."""
    walk = pressed(ring(), Digits("8"), HungUp())
    assert walk.effects == [
        Act("callback.book", {"phone": PHONE, "queue": "emergency", "reason": "caller_gone"}, 4, resume=False)
    ]
    assert walk.session.ended


def test_rule_1_who_has_been_spoken_with_is_not_called_back() -> None:
    """Rule 1: the call-back is for those nobody spoke with."""
    walk = pressed(ring(), Digits("8"), Silence(), HungUp(talked=True))
    assert walk.effects == []


def test_rule_1_emergency_has_no_survey_and_no_callback_offer_and_repeats_the_danger() -> None:
    """Rule 1: no survey, callback offer; the hazard text repeats while waiting, without a minute's gap."""
    walk = pressed(ring(), Digits("8"), Silence())
    for _ in range(3):
        walk.send(QueueTick(4, 5, 9, callback_offered=True), later_ms=10_000)
        assert prompts(walk.effects) == ["emergency.hazard"]
    walk.send(Digits("2"))
    assert prompts(walk.effects) == []
    walk.send(TalkEnded("answered", "emergency", "1001"))
    assert walk.session.ended
    assert prompts(walk.effects) == ["emergency.bye"]


def test_rule_1_a_failed_order_still_leads_to_the_emergency_queue() -> None:
    """Rule 1: nothing of ours may stand between the caller and a person."""
    walk = pressed(ring(order__open_emergency=("error", {})), Digits("8"))
    assert [line.queue for line in lines(walk)] == ["emergency"]


@pytest.mark.parametrize("words", HAZARDS.split("|"))
def test_rule_2_hazard_words_are_found(words: str) -> None:
    """Rule 2: a miss is a failed test."""
    assert hazards.find(words)


@pytest.mark.parametrize("words", ["我要查电费", "my bill please", "家里没电了", "催办 202600000017"])
def test_rule_2_ordinary_words_are_not(words: str) -> None:
    """Rule 2: the words must not be so wide that every call is an emergency."""
    assert hazards.find(words) is None


@pytest.mark.parametrize("wait", [name for name in WAITS if name != "main menu"])
def test_rule_2_hazard_words_interrupt_every_wait(wait: str) -> None:
    """Rule 2: in speech, whatever is being asked."""
    walk = pressed(ring(), *WAITS[wait], Speech("我家门口电线落地了"))
    assert acts(walk) == ["order.open_emergency"]


@pytest.mark.parametrize("wait", [name for name in WAITS if name != "recording"])
@pytest.mark.parametrize("silences", [0, 1])
def test_rule_2_words_are_listened_for_in_every_wait(wait: str, silences: int) -> None:
    """Rule 2: the recogniser is on, also after a silence; in line it is told which words to expect."""
    walk = pressed(ring(), *WAITS[wait], *[Silence()] * silences)
    if wait == "in line":
        walk.send(QueueTick(2))
    gather = next(effect for effect in reversed(walk.effects) if isinstance(effect, Gather))
    assert gather.speech
    if wait == "in line":
        assert "着火" in gather.hints


def test_rule_2_talk_beside_the_phone_while_waiting_changes_nothing() -> None:
    """Rule 2: what is no danger and not surely an answer leaves the caller in line, unspoken to."""
    walk = pressed(ring(), Digits("0"), Speech("回电", 0.2), Speech("你把那个门关一下", 0.9))
    assert walk.session.wait == "queue"
    assert prompts(walk.effects) == []


@pytest.mark.parametrize("channel", ["sms", "chat"])
def test_rule_2_written_hazards_take_the_branch_whatever_else_is_said(channel: str) -> None:
    """Rule 2: SMS with another keyword, chat in the first message."""
    flow = "sms" if channel == "sms" else "main"
    walk = ring(facts(channel=channel, said_text="BX 3301000001 电线落地冒火花"), flow)
    assert acts(walk)[0] == "order.open_emergency"
    later = pressed(ring(facts(channel=channel, said_text="JD"), flow), Text("help, the pole is on fire"))
    assert acts(later)[0] == "order.open_emergency"


@pytest.mark.parametrize(
    ("lang", "text", "warned"),
    [("zh-CN", "wire down near the school", "touch nothing"), ("en", "路边电线着火 fire", "不要触碰")],
)
def test_rule_2_who_writes_of_danger_is_warned_in_the_language_written(lang: str, text: str, warned: str) -> None:
    """Rule 2: a warning that cannot be read warns nobody; nothing is asked before."""
    assert warned in said(ring(facts(channel="sms", lang=lang, said_text=text), "sms").effects)


def test_rule_2_a_hazard_in_the_place_does_not_start_over() -> None:
    """Rule 2: one danger, one order; who writes stands in line already, where the shell takes the place."""
    asked = pressed(ring(facts(channel="chat")), Text("着火了"))
    assert [line.queue for line in lines(asked)] == ["emergency"]
    assert prompts(asked.effects)[-2:] == ["emergency.place", "emergency.line"]
    assert acts(pressed(asked, Text("东湖路3号，电线着火"))) == []


def test_rule_3_nobody_waits_in_silence() -> None:
    """Rule 3: when the alarm was widened the caller is told so, that it is registered, and its number."""
    walk = pressed(ring(), Digits("8"), Silence(), QueueTick(0, note="widened"))
    assert prompts(walk.effects) == ["emergency.hazard", "queue.registered", "queue.widened"]
    assert "2 0 2 6 0 0 0 0 0 0 4 1" in said(walk.effects)


def test_rule_1_a_human_asked_for_in_danger_is_the_emergency_desk() -> None:
    """Rule 1: 0 while saying the place does not lead to the ordinary line."""
    walk = pressed(ring(), Digits("8"), Recording("r", 1, "0"))
    assert [line.queue for line in lines(walk)] == ["emergency"]
