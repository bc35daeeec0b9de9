"""What the interpreter promises of any release: rejections, limits, services, sessions."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from ivr_flows import machine, shipped
from ivr_flows.compile import Defaults, build
from ivr_flows.effects import Act, Enqueue, Gather, HangUp, Lookup, Note, SetLanguage
from ivr_flows.inputs import (
    ActResult,
    Choice,
    Digits,
    HungUp,
    Input,
    LookupResult,
    QueueLeft,
    QueueTick,
    Recording,
    Silence,
    Speech,
    TalkEnded,
    Text,
)
from ivr_flows.session import Line, Rejected, Session, Turn
from tests.ivr_flows.callers import (
    ACCOUNT,
    BILL,
    NOON_MS,
    OTHER,
    facts,
    pressed,
    prompts,
    ring,
    said,
    unknown,
)

RELEASE = shipped.release()


def begun() -> Session:
    return machine.start(RELEASE, "main", facts(), NOON_MS).session


def resumed(session: Session, given: Input) -> Turn:
    turn = machine.resume(RELEASE, session, given, NOON_MS)
    assert isinstance(turn, Turn)
    return turn


def at_lookup() -> Session:
    return resumed(resumed(begun(), Digits("2")).session, Digits("1")).session


@pytest.mark.parametrize(
    "given",
    [LookupResult("found"), ActResult("opened"), Recording("RE", 1), QueueTick(1), QueueLeft("full"),
     TalkEnded("answered", "phone", "1001")],
    ids=lambda given: type(given).__name__,
)  # fmt: skip
def test_a_menu_rejects_what_it_does_not_wait_for(given: Input) -> None:
    session = begun()
    assert isinstance(machine.resume(RELEASE, session, given, NOON_MS), Rejected)


@pytest.mark.parametrize("given", [Digits("1"), Silence(), Text("x"), LookupResult("found"), Choice("1")])
def test_an_act_waits_for_its_result_alone(given: Input) -> None:
    assert isinstance(machine.resume(RELEASE, at_lookup(), given, NOON_MS), Rejected)


def test_an_ended_session_takes_nothing() -> None:
    ended = resumed(begun(), HungUp()).session
    assert ended.ended
    assert isinstance(machine.resume(RELEASE, ended, Digits("1"), NOON_MS), Rejected)


def test_another_release_is_a_broken_invariant() -> None:
    with pytest.raises(ValueError, match="release"):
        machine.resume(RELEASE, replace(begun(), release="0" * 64), Digits("1"), NOON_MS)


def test_the_same_input_gives_the_same_turn_and_leaves_the_session_alone() -> None:
    session = at_lookup()
    before = session.encode()
    result = ActResult("confirmed", ACCOUNT)
    assert resumed(session, result) == resumed(session, result)
    assert session.encode() == before


def test_a_session_survives_json() -> None:
    session = replace(begun(), line=Line("phone", 3, 7), alarm=True, tries=1, silences=1)
    again = Session.decode(session.encode())
    assert again == session
    assert json.loads(session.encode())["q"] == ["phone", 3, 7]


def test_a_session_stored_by_an_earlier_version_still_goes_on() -> None:
    """The stored form only grows: this text was written by the first release."""
    stored = (
        '{"r":"%s","c":"voice","l":"zh-CN","f":[["main","bill"],["identify","ask_one"]],"v":{"caller":"+8613800000001",'
        '"caller_known":true,"channel":"voice","tz_offset_s":28800,"said_text":"","manner":"normal","match":"one",'
        '"account_no":"3301000001","account_tail4":"0001","matter":"none","open_question":"none"},"t":2,"w":"menu",'
        '"n":[0,0,0],"q":null}'
    )
    turn = resumed(Session.decode(stored % RELEASE.hash), Digits("1"))
    assert turn.path == ("identify.confirm",)


def test_turns_are_counted_and_the_path_is_told() -> None:
    turn = resumed(begun(), Digits("2"))
    assert turn.session.turn == 2
    assert turn.path[0] == "main.bill"
    assert turn.path[-1] == "identify.ask_one"


@pytest.mark.parametrize(
    "result",
    [
        ActResult("error"),
        ActResult("timeout"),
        ActResult("nonsense"),
        ActResult("confirmed", {"account_no": "3301000001"}),
    ],
)
def test_a_service_that_fails_or_answers_too_little_takes_the_error_way(result: ActResult) -> None:
    turn = resumed(at_lookup(), result)
    assert any(isinstance(effect, Enqueue) for effect in turn.effects)
    assert any(isinstance(effect, Note) and effect.kind == "service_failed" for effect in turn.effects)


def test_only_catalogued_variables_are_taken_from_an_answer() -> None:
    turn = resumed(at_lookup(), ActResult("confirmed", {**ACCOUNT, "caller": "+15550100", "name": "X"}))
    assert turn.session.vars["caller"] == facts()["caller"]
    assert "name" not in turn.session.vars


def test_the_picked_account_is_the_one_asked_about() -> None:
    many = unknown(match="many", accounts=[ACCOUNT, OTHER])
    walk = ring(many, account__confirm=("confirmed", OTHER), bill__latest=("found", BILL))
    pressed(walk, Digits("2"), Digits("2"))
    asked = [effect.args for effect in walk.effects if isinstance(effect, Act | Lookup)]
    assert asked == [{"account_no": "3301000002"}, {"account_no": "3301000002"}]


def test_wrong_digits_twice_tell_nothing() -> None:
    """Two wrong tries go to a human and nothing was read."""
    walk = ring(unknown(), account__verify=[("wrong", {}), ("locked", {})])
    heard = []
    for given in (Digits("2"), Digits("3301000001"), Digits("1111"), Digits("2222")):
        walk.send(given)
        heard.append(said(walk.effects))
    assert "元" not in "".join(heard)
    assert walk.session.wait == "queue"


def test_an_account_without_a_phone_goes_to_a_human() -> None:
    walk = pressed(ring(unknown(), account__by_number=("no_phone", ACCOUNT)), Digits("2"), Digits("3301000001"))
    assert walk.session.wait == "queue"


def test_star_repeats_and_is_no_failure() -> None:
    walk = ring()
    for _ in range(5):
        walk.send(Digits("*"))
        assert prompts(walk.effects)[-1] == "rule.language"
        assert "main.menu" in prompts(walk.effects)


@pytest.mark.parametrize("key", ["*", "#"])
def test_star_and_a_stray_hash_say_again_what_was_told_with_the_question(key: str) -> None:
    """Who presses `#` after the four digits that needed none must not lose the bill by it."""
    walk = pressed(ring(), Digits("2"), Digits("1"))
    told = said(walk.effects)
    assert "86元5角" in told
    for _ in range(3):
        walk.send(Digits(key))
        assert said(walk.effects) == told
    walk.send(Silence())
    assert "86元5角" not in said(walk.effects)


def test_star_says_the_number_of_an_order_again_though_a_flow_has_ended_since() -> None:
    walk = pressed(ring(), Digits("2"), Digits("1"), Digits("2"), Digits("1"))
    assert "工单号" in said(walk.effects)
    told = said(walk.effects)
    walk.send(Digits("*"))
    assert said(walk.effects) == told


def test_0_in_an_entry_is_a_human_and_an_account_may_begin_with_0() -> None:
    assert pressed(ring(unknown()), Digits("2"), Digits("0")).session.wait == "queue"
    walk = pressed(ring(unknown()), Digits("2"), Digits("0301000001"))
    asked = next(effect for effect in walk.effects if isinstance(effect, Lookup))
    assert asked.args["number"] == "0301000001"


def test_9_switches_the_language_and_is_remembered() -> None:
    walk = pressed(ring(), Digits("9"))
    assert SetLanguage("en") in walk.effects
    assert "Power failure, 1" in said(walk.effects)
    assert walk.session.lang == "en"


def test_9_elsewhere_is_a_wrong_key() -> None:
    walk = pressed(ring(), Digits("5"), Digits("9"))
    assert prompts(walk.effects)[0] == "rule.invalid"
    assert walk.session.lang == "zh-CN"


def test_speech_below_confidence_is_not_understood() -> None:
    assert prompts(pressed(ring(), Speech("电费", 0.2)).effects)[0] == "rule.invalid"
    assert pressed(ring(), Speech("电费", 0.9)).session.frames[-1][0] == "identify"


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [("三三零一零零零零零幺", "3301000001"), ("three three oh one 000001", "3301000001")],
)
def test_spoken_digits_are_digits(spoken: str, digits: str) -> None:
    walk = pressed(ring(unknown()), Digits("2"), Speech(spoken))
    asked = next(effect for effect in walk.effects if isinstance(effect, Lookup))
    assert asked.args["number"] == digits


def test_too_many_turns_lead_to_a_human_then_to_an_end() -> None:
    turn = resumed(replace(begun(), turn=machine.MAX_TURNS), Digits("*"))
    assert turn.session.wait == "queue"
    booking = resumed(resumed(turn.session, QueueLeft("timeout")).session, Silence())
    assert any(isinstance(effect, HangUp) for effect in booking.effects)


def test_waiting_long_is_no_reason_to_end() -> None:
    line = resumed(begun(), Digits("0")).session
    turn = resumed(replace(line, turn=5 * machine.MAX_TURNS), QueueTick(1))
    assert turn.session.wait == "queue"


def test_a_flow_that_never_rests_ends_politely() -> None:
    flows, texts = shipped.read(files("ivr_flows"))
    flows["main"]["nodes"]["greet"]["next"] = "greet"
    turn = machine.start(build(flows, texts), "main", facts(), NOON_MS)
    assert turn.session.ended
    assert prompts(list(turn.effects))[-1] == "rule.broken"
    assert len(turn.path) == machine.MAX_NODES


def test_the_survey_keeps_the_score_when_the_caller_hangs_up_after_it() -> None:
    walk = pressed(ring(), Digits("0"), TalkEnded("answered", "phone", "1001"), Digits("2"))
    assert [effect.args for effect in walk.effects if isinstance(effect, Act)] == [{"score": 4}]
    walk.send(HungUp(talked=True))
    assert walk.effects == []


@pytest.mark.parametrize(
    ("ended", "asked"),
    [
        (TalkEnded("answered", "phone", "1001"), True),
        (TalkEnded("answered", "fault", "1001"), True),
        (TalkEnded("answered", "phone", "1001", survey=False), False),
        (TalkEnded("failed", "phone", "1001"), False),
        (TalkEnded("answered", "emergency", "1001"), False),
    ],
)
def test_a_survey_follows_an_answered_talk_unless_told_otherwise(ended: TalkEnded, asked: bool) -> None:
    walk = pressed(ring(), Digits("0"), ended)
    assert ("survey.score" in prompts(walk.effects)) == asked


def test_an_agent_who_answers_during_the_callback_dialogue_wins() -> None:
    walk = pressed(ring(), Digits("0"), Digits("2"), TalkEnded("answered", "phone", "1001"))
    assert prompts(walk.effects) == ["survey.score"]


def test_0_during_the_callback_dialogue_waits_on_with_the_place() -> None:
    walk = pressed(ring(), Digits("0"), QueueTick(3, first=True), Digits("2"), Digits("0"))
    assert walk.session.wait == "queue"
    assert walk.session.line == Line("phone", 3, NOON_MS)
    assert not any(isinstance(effect, Enqueue) for effect in walk.effects)


def facts_of(channel: str) -> dict[str, Any]:
    return facts(channel=channel, said_text="JD")


def test_sms_menus_list_their_choices_and_a_keyword_begins_anew() -> None:
    walk = ring(facts_of("sms"), "sms", orders__latest=("none", {}))
    assert "工单号" in said(walk.effects)
    walk.send(Text("BX"))
    assert "1 只有我家\n2 周围多户" in said(walk.effects)
    walk.send(Text("DF"))
    assert "bill.open" in prompts(walk.effects)


def test_long_messages_do_not_bloat_the_session() -> None:
    walk = ring(facts(channel="sms", said_text="TS " + "很" * 3000), "sms")
    assert len(walk.session.encode().encode()) < 2_000


def test_a_gather_in_line_is_one_key() -> None:
    walk = pressed(ring(), Digits("0"), QueueTick(2, first=True))
    asked = walk.effects[-1]
    assert isinstance(asked, Gather)
    assert asked.num_digits == 1


def test_timeouts_and_tries_follow_the_defaults_of_the_release() -> None:
    patient = shipped.release(Defaults(menu_timeout_s=9, tries=3))
    assert patient.hash != RELEASE.hash
    first = machine.start(patient, "main", facts(), NOON_MS)
    asked = first.effects[-1]
    assert isinstance(asked, Gather)
    assert asked.timeout_s == 9
    turn = machine.resume(patient, first.session, Digits("7"), NOON_MS)
    assert isinstance(turn, Turn)
    again = machine.resume(patient, turn.session, Digits("7"), NOON_MS)
    assert isinstance(again, Turn)
    assert again.session.wait == "menu"


def test_a_flow_that_begins_a_conversation_ends_it_by_returning() -> None:
    """A survey on a call of its own."""
    walk = pressed(ring(flow="survey"), Digits("1"), Digits("1"))
    assert walk.session.ended
    assert isinstance(walk.effects[-1], HangUp)


def test_only_hash_in_an_entry_is_silence() -> None:
    walk = pressed(ring(unknown()), Digits("2"), Digits(""))
    assert prompts(walk.effects) == ["rule.silence"]


@pytest.mark.parametrize(("text", "service"), [("8", "order.open_emergency"), ("灯不亮", "order.open_complaint")])
def test_a_written_answer_to_a_recording(text: str, service: str) -> None:
    walk = pressed(ring(facts(channel="chat")), Text("3"), Text("1"), Text("1"), Text(text))
    assert next(effect.service for effect in walk.effects if isinstance(effect, Act)) == service
