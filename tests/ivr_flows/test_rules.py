"""What daily use teaches, rule by rule (docs name the rules by these numbers)."""

from __future__ import annotations

from typing import Any

import pytest

from ivr_flows import budget, shipped
from ivr_flows.effects import Act, Choice, Gather, HangUp, Leave, SendSms
from ivr_flows.inputs import (
    Digits,
    HungUp,
    QueueTick,
    Recording,
    Silence,
    Speech,
)
from tests.ivr_flows.callers import (
    ARREARS,
    HOUR_MS,
    MINUTE_MS,
    NOON_MS,
    ORDER,
    OUTAGE,
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


def test_rule_8_an_expired_estimate_is_said_as_past() -> None:
    """Rule 8: was planned for, not yet restored, being checked."""
    late = {**OUTAGE, "outage_eta_at": NOON_MS - 10 * MINUTE_MS}
    heard = said(ring(facts(matter="outage", **late, outage_reported=False)).effects)
    assert "原计划今天上午11点50分恢复，目前尚未恢复，正在核实" in heard
    english = said(ring(facts(matter="outage", **late, outage_reported=False, lang="en")).effects)
    assert "was planned to end today at 11:50 am, is not yet restored, and is being checked" in english


def test_rule_8_an_estimate_that_expires_during_the_call_turns_past() -> None:
    """Rule 8: what counts is the moment of speaking."""
    soon = {**OUTAGE, "outage_eta_at": NOON_MS + MINUTE_MS}
    walk = ring(outage__for_account=("ongoing", soon))
    assert "预计今天中午12点1分恢复" in said(pressed(walk, Digits("4"), Digits("1"), Digits("1")).effects)
    again = ring(outage__for_account=("ongoing", soon))
    pressed(again, Digits("4"), Digits("1"))
    again.send(Digits("1"), later_ms=2 * MINUTE_MS)
    assert "目前尚未恢复" in said(again.effects)


def test_rule_8_an_order_past_its_time_says_so() -> None:
    """Rule 8: the same for the steps of an order."""
    walk = ring(facts(matter="order", **{**ORDER, "order_due_at": NOON_MS - 1}))
    assert "order.overdue" in prompts(walk.effects)


def test_rule_9_an_outage_that_absorbs_no_more_makes_an_order_of_its_own() -> None:
    """Rule 9: later faults become orders of their own."""
    walk = ring(facts(matter="outage", **OUTAGE, outage_reported=False), outage__attach=("ended", {}))
    walk.send(Digits("1"))
    assert "outage.over" in prompts(walk.effects)
    pressed(walk, Digits("2"), Digits("1"))
    assert acts(walk)[-1] == "order.open_fault"


def test_rule_11_a_range_at_most_once_a_minute_never_zero() -> None:
    """Rule 11: waiting."""
    walk = pressed(ring(), Digits("0"), QueueTick(3, 0, 0, first=True))
    assert "预计等待1到2分钟" in said(walk.effects)
    walk.send(QueueTick(2, 1, 3), later_ms=59_000)
    assert prompts(walk.effects) == []
    walk.send(QueueTick(2, 1, 3), later_ms=1_000)
    assert prompts(walk.effects) == ["queue.place", "queue.estimate"]


def test_rule_11_the_place_never_grows() -> None:
    """Rule 11: never a place larger than the last one spoken."""
    walk = pressed(ring(), Digits("0"), QueueTick(3, first=True))
    walk.send(QueueTick(7), later_ms=MINUTE_MS)
    assert "前面还有3位" in said(walk.effects)
    walk.send(QueueTick(1), later_ms=MINUTE_MS)
    assert "前面还有1位" in said(walk.effects)


def test_rule_11_none_ahead_is_said_as_next() -> None:
    """Rule 11: zero is 您是下一位 / you are next."""
    assert "您是下一位" in said(pressed(ring(), Digits("0"), QueueTick(0, first=True)).effects)
    assert "You are next" in said(pressed(ring(facts(lang="en")), Digits("0"), QueueTick(0, first=True)).effects)


def test_rule_11_an_old_figure_is_not_spoken() -> None:
    """Rule 11: without a fresh place only that it is kept."""
    assert prompts(pressed(ring(), Digits("0"), QueueTick(None, first=True)).effects) == ["queue.kept"]


def test_rule_11_nothing_is_promised_at_once() -> None:
    """Rule 11: never "at once" where a wait exists."""
    for lang, words in (
        ("zh-CN", ("马上", "立即接通", "立刻")),
        ("en", ("at once", "immediately", "right away")),
    ):
        for key, prompt in shipped.release().texts[lang].prompts.items():
            text = "".join(part for part in prompt.say.parts if isinstance(part, str))
            assert not [word for word in words if word in text.lower()], key


@pytest.mark.parametrize(
    ("matter", "more", "first"),
    [
        ("outage", {**OUTAGE, "outage_reported": False}, "outage.expected"),
        ("order", ORDER, "order.state"),
        ("arrears", {"arrears_asof_at": ARREARS["arrears_asof_at"]}, "main.arrears"),
        ("callback", {}, "main.callback_open"),
        ("none", {}, "main.menu"),
    ],
)
def test_rule_15_what_is_known_decides_the_first_sentence(matter: str, more: dict[str, Any], first: str) -> None:
    """Rule 15: after greeting and safety line."""
    assert prompts(ring(facts(matter=matter, **more)).effects)[:3] == ["main.greet", "main.safety", first]


def test_rule_15_a_known_outage_is_two_keys_from_an_order_at_most() -> None:
    """Rule 15: "outage at …: press 1", number spoken and texted."""
    walk = pressed(ring(facts(matter="outage", **OUTAGE, outage_reported=False)), Digits("1"))
    assert acts(walk) == ["outage.attach"]
    assert "2 0 2 6 0 0 0 0 0 0 2 5" in said(walk.effects)
    assert [e.text for e in walk.effects if isinstance(e, SendSms) and "202600000025" in e.text]


def test_rule_15_who_has_reported_is_not_asked_again() -> None:
    """Rule 15: nothing is asked that is known."""
    walk = ring(facts(matter="outage", **OUTAGE, outage_reported=True))
    assert prompts(walk.effects)[3:5] == ["outage.reported", "main.menu"]


def test_rule_15_an_identified_caller_is_not_identified_again() -> None:
    """Rule 15: once is enough for a conversation."""
    walk = pressed(ring(), Digits("2"), Digits("1"), Digits("4"), Digits("1"), Digits("2"))
    assert prompts(walk.effects)[0] == "bill.open"


def test_rule_15_every_goal_is_within_its_budget_and_faults_are_key_1() -> None:
    """Rule 15: keys and seconds to each goal."""
    for lang in ("zh-CN", "en"):
        assert [reach.goal for reach in budget.reaches(shipped.release(), lang) if not reach.within] == []
    assert pressed(ring(), Digits("1")).session.frames[-1][0] == "fault"


def test_rule_16_a_fault_needs_no_identification() -> None:
    """Rule 16: unknown account: place described, caller id kept."""
    walk = pressed(ring(unknown()), Digits("1"), Digits("2"), Digits("*"), Recording("RE1", 9))
    opened = next(e for e in walk.effects if isinstance(e, Act) and e.service == "order.open_fault")
    assert opened.args == {"place_recording": "RE1", "contact_phone": PHONE, "scope": "many"}
    assert "45分钟内到达" in said(walk.effects)


@pytest.mark.parametrize(
    ("question", "digit", "recorded"),
    [("score", "1", {"score": 5}), ("score", "5", {"score": 1}), ("solved", "2", {"solved": False})],
)
def test_rule_18_a_bare_digit_belongs_to_the_open_question(question: str, digit: str, recorded: dict[str, Any]) -> None:
    """Rule 18: the newest open one."""
    walk = ring(facts(channel="sms", open_question=question, said_text=digit), "sms")
    first = next(effect for effect in walk.effects if isinstance(effect, Act))
    assert (first.service, first.args) == ("survey.record", recorded)


def test_rule_18_without_an_open_question_it_is_asked_back() -> None:
    """Rule 18: else it is asked back."""
    walk = ring(facts(channel="sms", said_text="3"), "sms")
    assert (prompts(walk.effects), acts(walk)) == (["sms.which"], [])


def test_rule_20_silence_is_not_an_error() -> None:
    """Rule 20: no need to press, slower, then a human."""
    walk = ring()
    first = next(e for e in walk.effects if isinstance(e, Gather))
    walk.send(Silence())
    assert prompts(walk.effects) == ["rule.silence"]
    slower = next(e for e in walk.effects if isinstance(e, Gather))
    assert slower.timeout_s > first.timeout_s
    walk.send(Silence())
    assert [line.queue for line in lines(walk)] == ["phone"]


def test_rule_20_a_key_after_silence_still_counts() -> None:
    """Rule 20: who wants to go on by themselves may."""
    assert pressed(ring(), Silence(), Digits("2")).session.frames[-1][0] == "identify"


@pytest.mark.parametrize("manner", ["slow", "medical"])
def test_rule_20_elderly_and_silent_callers_go_to_a_human_at_once(manner: str) -> None:
    """Rule 20, and 6: no menu; the safety line is still said."""
    walk = ring(facts(manner=manner))
    assert [line.queue for line in lines(walk)] == ["phone"]
    assert "main.safety" in prompts(walk.effects)
    assert "main.menu" not in prompts(walk.effects)


def test_rule_20_slow_callers_have_longer_at_every_question() -> None:
    """Rule 20: with longer timeouts."""
    slow = pressed(ring(facts(manner="slow")), Digits("2")).effects[-1]
    usual = pressed(ring(), Digits("0"), Digits("2")).effects[-1]
    assert isinstance(slow, Gather)
    assert isinstance(usual, Gather)
    assert slow.timeout_s == 2 * usual.timeout_s


def test_rule_20_failed_speech_falls_back_to_keys_then_a_human() -> None:
    """Rule 20: the second failure is a human's."""
    walk = pressed(ring(), Speech("嗯嗯啊啊", 0.9))
    asked = walk.effects[-1]
    assert isinstance(asked, Gather)
    assert not asked.speech
    walk.send(Speech("呃", 0.9))
    assert [line.queue for line in lines(walk)] == ["phone"]


def test_rule_22_callback_is_offered_when_the_wait_is_long_and_booked_on_2() -> None:
    """Rule 22: this number, the place kept, announced by SMS."""
    walk = pressed(ring(), Digits("0"), QueueTick(9, 5, 9, callback_offered=True, first=True))
    assert "queue.offer" in prompts(walk.effects)
    pressed(walk, Digits("2"), Digits("1"))
    assert acts(walk) == ["callback.book"]
    assert [type(effect) for effect in walk.effects if type(effect) is not Act][:2] == [Leave, SendSms]
    assert isinstance(walk.effects[-1], HangUp)


def test_rule_22_another_number_is_confirmed_before_it_is_booked() -> None:
    """Rule 22: another number allowed after confirmation; a refused one books nothing and keeps the place."""
    walk = pressed(ring(), Digits("0"), Digits("2"), Digits("2"), Digits("13900000002"))
    assert "1 3 9 0 0 0 0 0 0 0 2" in said(walk.effects)
    assert acts(walk) == []
    walk.send(Digits("1"))
    booked = next(effect for effect in walk.effects if isinstance(effect, Act))
    assert booked.args["phone"] == "+8613900000002"
    refused = ring(callback__check=("refused", {}))
    pressed(refused, Digits("0"), Digits("2"), Digits("2"), Digits("13900000002"))
    assert refused.session.wait == "queue"
    assert acts(refused) == []


def test_rule_22_redialling_is_one_task() -> None:
    """Rule 22: keep waiting 1, keep the callback 2."""
    walk = pressed(ring(facts(matter="callback")), Digits("1"))
    assert acts(walk) == ["callback.reclaim"]
    assert len(lines(walk)) == 1
    kept = pressed(ring(facts(matter="callback")), Digits("2"))
    assert (acts(kept), lines(kept), kept.session.ended) == ([], [], True)


def test_rule_22_who_calls_first_and_gives_up_is_called_all_the_same() -> None:
    """Rule 22: always one task; the promise holds until somebody has spoken with them."""
    gone = pressed(ring(facts(matter="callback")), Digits("1"), HungUp())
    (booked,) = [effect for effect in gone.effects if isinstance(effect, Act)]
    assert (booked.service, booked.args["queue"], booked.args["reason"]) == ("callback.book", "phone", "asked")
    served = pressed(ring(facts(matter="callback")), Digits("1"), HungUp(talked=True))
    assert "callback.book" not in acts(served)


def test_rule_1_who_is_to_be_called_back_about_danger_and_calls_first_goes_on_in_the_emergency_line() -> None:
    """Rule 1: the call-back's place is taken over, no menu, no offer of a callback; gone again, called back again."""
    walk = ring(facts(matter="danger"), order__open_emergency=("known", {"emergency_no": "202600000041"}))
    assert prompts(walk.effects) == ["main.greet", "main.safety", "emergency.again", "emergency.line"]
    assert acts(walk) == ["order.open_emergency", "callback.reclaim"]
    assert [(line.queue, line.boost_s) for line in lines(walk)] == [("emergency", 86_400)]
    pressed(walk, HungUp())
    assert acts(walk) == ["callback.book"]


def test_rule_1_who_reported_danger_is_called_back_without_a_key() -> None:
    """Rule 1: who calls and why, and the agent; nobody in danger is asked for a key."""
    walk = ring(facts(matter="danger"), flow="called_back")
    assert prompts(walk.effects) == ["callback.danger"]
    assert [line.queue for line in lines(walk)] == ["emergency"]


def test_who_is_dialled_hears_that_it_may_be_recorded_and_is_asked_for_nothing() -> None:
    walk = ring(facts(matter="dialled"), flow="called_back")
    assert prompts(walk.effects) == ["callback.dialled"]
    assert "录音" in said(walk.effects)
    assert [line.queue for line in lines(walk)] == ["phone"]


def test_rule_26_a_tip_off_is_texted_neutrally() -> None:
    """Rule 26: the text does not say what it was; an anonymous one is not texted at all."""
    walk = pressed(ring(), Digits("3"), Digits("2"), Digits("1"), Digits("1"), Recording("RE", 8))
    texts = [effect.text for effect in walk.effects if isinstance(effect, SendSms)]
    assert texts
    assert not [text for text in texts if "举报" in text]
    secret = pressed(ring(), Digits("3"), Digits("2"), Digits("1"), Digits("2"), Recording("RE", 8))
    opened = next(effect for effect in secret.effects if isinstance(effect, Act))
    assert opened.args == {"subtype": "theft", "recording": "RE", "anonymous": True}
    assert not [effect for effect in secret.effects if isinstance(effect, SendSms)]


def test_rule_14_arrears_are_as_of_and_paid_already_reconnects() -> None:
    """Rule 14: always "as of …"; no fault order for an account cut for arrears."""
    walk = ring(fault__diagnose=("arrears", ARREARS))
    pressed(walk, Digits("1"), Digits("1"), Digits("1"))
    assert "截至" in said(walk.effects)
    assert "order.open_fault" not in acts(walk)
    walk.send(Digits("1"))
    assert acts(walk) == ["order.reconnect"]


def test_rule_25_a_hint_alone_tells_nothing() -> None:
    """Rule 25: before the caller's 1 only the last four digits of the account are said."""
    matter = facts(matter="arrears", arrears_asof_at=NOON_MS - HOUR_MS)
    heard = said(ring(matter).effects) + said(pressed(ring(matter), Digits("1")).effects)
    assert "元" not in heard
    assert "3301" not in heard.replace(" ", "")


def test_chat_menus_are_buttons() -> None:
    walk = ring(facts(channel="chat"))
    asked = walk.effects[-1]
    assert isinstance(asked, Gather)
    assert Choice("1", "故障报修") in asked.choices


def test_rule_22_a_callback_begins_with_who_is_calling_and_nothing_else() -> None:
    """Rule 22: whoever picks up presses 1 before anything is said; danger works there too."""
    walk = ring(flow="called_back")
    assert prompts(walk.effects) == ["callback.answer"]
    assert walk.send(Digits("1")) == walk.effects
    assert [line.queue for line in lines(walk)] == ["phone"]
    assert acts(pressed(ring(flow="called_back"), Digits("8"))) == ["order.open_emergency"]
