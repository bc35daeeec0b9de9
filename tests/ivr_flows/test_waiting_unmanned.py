"""Nobody is logged in: the caller hears that instead of an estimate that nobody stands behind."""

from __future__ import annotations

import pytest

from ivr_flows import machine, sample, shipped
from ivr_flows.effects import Say
from ivr_flows.inputs import Digits, QueueTick
from ivr_flows.session import Turn


@pytest.mark.parametrize(("lang", "said"), [("zh-CN", "没有坐席在线"), ("en", "Nobody is logged in")])
def test_a_caller_is_told_that_nobody_is_there_and_hears_no_estimate(lang: str, said: str) -> None:
    release = shipped.release()
    facts = {**sample.facts(0), "lang": lang}
    begun = machine.start(release, "main", facts, 0)
    line = machine.resume(release, begun.session, Digits("0"), 1_000)
    assert isinstance(line, Turn)
    tick = QueueTick(2, 1, 2, callback_offered=True, first=True, note="unmanned")
    told = machine.resume(release, line.session, tick, 2_000)
    assert isinstance(told, Turn)
    prompts = [effect.prompt for effect in told.effects if isinstance(effect, Say)]
    assert any(said in effect.text for effect in told.effects if isinstance(effect, Say))
    assert "queue.estimate" not in prompts
    assert "queue.offer" in prompts
