"""Say, Play, Pause and Gather, as the party and the action address see them."""

from __future__ import annotations

import pytest

from local_carrier.media import speaking_ms
from tests.local_carrier.world import World

VOICE = "/twilio/voice"


async def test_prompts_take_the_time_of_saying_them_and_loop(world: World) -> None:
    world.app.answers[VOICE] = '<Say loop="2">您好</Say><Pause length="3"/><Play>/wait.mp3</Play><Hangup/>'
    leg = world.dial()
    await world.wait(60)
    assert world.heard(leg) == ["您好", "您好", world.app.url("/wait.mp3")]
    assert leg.duration_s == 2 * 1 + 3 + 3 - 1
    assert speaking_ms("您好" * 10) == 4_800


async def test_speech_marks_are_spoken_through_in_order(world: World) -> None:
    world.app.answers[VOICE] = '<Say>编号 <say-as interpret-as="digits">12</say-as> 已登记</Say>'
    leg = world.dial()
    await world.wait(20)
    assert world.heard(leg) == ["编号 12 已登记"]


async def test_a_key_ends_the_prompt_and_num_digits_ends_the_entry(world: World) -> None:
    world.app.answers[VOICE] = '<Gather numDigits="3" action="/got"><Say>请输入三位数字谢谢您的配合</Say></Gather>'
    leg = world.dial()
    await world.wait(0.5)
    world.press(leg, "12")
    world.clock.now_ms()
    await world.wait(1)
    assert "/got" not in [a.path for a in world.app.asked]
    world.press(leg, "3")
    await world.wait(0.1)
    assert world.app.at("/got")[0]["Digits"] == "123"
    prompt = next(line for line in leg.handset.lines if line["kind"] == "heard")
    assert prompt["cut_at"] - prompt["at"] == 500


@pytest.mark.parametrize(
    ("attributes", "keys", "digits", "finished"),
    [
        ("", "12#", "12", "#"),
        ('finishOnKey="*"', "1#2*", "1#2", "*"),
        ('finishOnKey="" numDigits="3"', "1#*", "1#*", ""),
        ('timeout="2"', "7", "7", ""),
    ],
)
async def test_the_key_that_finishes_is_told_apart_from_the_digits(
    world: World, attributes: str, keys: str, digits: str, finished: str
) -> None:
    world.app.answers[VOICE] = f'<Gather action="/got" {attributes}/>'
    leg = world.dial()
    await world.wait(0.1)
    world.press(leg, keys)
    await world.wait(10)
    got = world.app.at("/got")[0]
    assert (got["Digits"], got["FinishedOnKey"]) == (digits, finished)


async def test_without_input_the_next_verb_runs_five_seconds_after_the_prompt(world: World) -> None:
    world.app.answers[VOICE] = '<Gather action="/got"><Say>您好</Say></Gather><Say>再见</Say>'
    leg = world.dial()
    await world.wait(5.4)
    assert world.heard(leg) == ["您好"]
    await world.wait(0.2)
    assert world.heard(leg) == ["您好", "再见"]
    await world.wait(5)
    assert not world.app.at("/got")
    assert leg.status == "completed"


async def test_action_on_empty_result_asks_the_action_all_the_same(world: World) -> None:
    world.app.answers[VOICE] = '<Gather action="/got" actionOnEmptyResult="true" timeout="1"/><Say>no</Say>'
    leg = world.dial()
    await world.wait(3)
    assert world.app.at("/got")[0]["Digits"] == ""
    assert world.heard(leg) == []


async def test_without_action_the_same_document_is_asked_for_again(world: World) -> None:
    answers = iter(['<Gather numDigits="1"/>', "<Hangup/>"])
    world.app.answers[VOICE] = lambda _form: next(answers)
    world.dial([{"asked": True, "press": "4"}])
    await world.wait(3)
    assert [form.get("Digits") for form in world.app.at(VOICE)] == [None, "4"]


async def test_speech_is_returned_after_its_own_silence(world: World) -> None:
    world.app.answers[VOICE] = (
        '<Gather input="dtmf speech" speechTimeout="2" language="cmn-Hans-CN" action="/got" '
        'partialResultCallback="/partial"><Say>请讲请讲请讲</Say></Gather>'
    )
    leg = world.dial()
    await world.wait(0.2)
    world.say(leg, "我家")
    await world.wait(1.5)
    world.say(leg, "停电了")
    await world.wait(1.9)
    assert not world.app.at("/got")
    await world.wait(0.2)
    got = world.app.at("/got")[0]
    assert got["SpeechResult"] == "我家 停电了"
    assert 0 <= float(got["Confidence"]) <= 1
    assert "Digits" not in got
    assert [p["UnstableSpeechResult"] for p in world.app.at("/partial")] == ["我家", "停电了"]


async def test_barge_in_off_lets_the_prompt_finish_for_words_but_not_for_keys(world: World) -> None:
    world.app.answers[VOICE] = (
        '<Gather input="dtmf speech" bargeIn="false" action="/got" timeout="1"><Say>请讲请讲请讲请讲</Say></Gather>'
    )
    leg = world.dial()
    await world.wait(0.2)
    world.say(leg, "太早")
    await world.wait(20)
    assert not world.app.at("/got")
    again = world.dial(from_="+15550100002")
    await world.wait(0.2)
    world.press(again, "1#")
    await world.wait(1)
    assert world.app.at("/got")[0]["Digits"] == "1"
    assert leg.over


async def test_dtmf_alone_ignores_words_and_keys_before_the_gather_are_lost(world: World) -> None:
    world.app.answers[VOICE] = '<Say>您好您好您好</Say><Gather action="/got" timeout="2"/>'
    leg = world.dial()
    await world.wait(0.2)
    world.press(leg, "9")
    await world.wait(2)
    world.say(leg, "hello")
    world.press(leg, "5")
    await world.wait(5)
    assert world.app.at("/got")[0]["Digits"] == "5"


async def test_a_text_that_is_too_long_to_say_is_an_error_and_not_said(world: World) -> None:
    world.app.answers[VOICE] = f"<Say>{'电' * 501}</Say><Say>{'电' * 500}</Say>"
    leg = world.dial()
    await world.wait(1)
    assert [len(text) for text in world.heard(leg)] == [500]
    assert world.errors() == [13521]
