"""Nobody is logged in, or an agent is being called: the caller hears that instead of an estimate."""

from __future__ import annotations

import pytest

from ivr_flows import machine, sample, shipped
from ivr_flows.effects import Say
from ivr_flows.inputs import Digits, QueueTick
from ivr_flows.session import Turn


def told(lang: str, tick: QueueTick) -> list[Say]:
    """What a caller who pressed 0 hears at this tick."""
    release = shipped.release()
    begun = machine.start(release, "main", {**sample.facts(0), "lang": lang}, 0)
    line = machine.resume(release, begun.session, Digits("0"), 1_000)
    assert isinstance(line, Turn)
    turn = machine.resume(release, line.session, tick, 2_000)
    assert isinstance(turn, Turn)
    return [effect for effect in turn.effects if isinstance(effect, Say)]


@pytest.mark.parametrize(("lang", "said"), [("zh-CN", "没有坐席在线"), ("en", "Nobody is logged in")])
def test_a_caller_is_told_that_nobody_is_there_and_hears_no_estimate(lang: str, said: str) -> None:
    heard = told(lang, QueueTick(2, 1, 2, callback_offered=True, first=True, note="unmanned"))
    prompts = [effect.prompt for effect in heard]
    assert any(said in effect.text for effect in heard)
    assert "queue.estimate" not in prompts
    assert "queue.offer" in prompts


def test_nobody_is_called_the_next_where_nobody_answers() -> None:
    heard = told("zh-CN", QueueTick(0, 1, 2, callback_offered=True, first=True, note="unmanned"))
    assert [effect.prompt for effect in heard] == ["queue.nobody", "queue.offer"]


@pytest.mark.parametrize(("lang", "said"), [("zh-CN", "正在为您呼叫坐席"), ("en", "An agent is being called")])
def test_a_caller_for_whom_it_rings_hears_that_and_no_estimate(lang: str, said: str) -> None:
    heard = told(lang, QueueTick(0, 2, 6, first=True, note="calling"))
    assert [effect.prompt for effect in heard] == ["queue.next", "queue.calling"]
    assert said in heard[-1].text
