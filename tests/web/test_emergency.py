"""Danger: everyone hears of it, and whoever broke off is called back first; and the end of a shift."""

from __future__ import annotations

import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from playwright.sync_api import expect

from tests.web.house import until
from tests.web.screens import Caller, Screens, call_to, contact_state, key, state, tells_in_words, wrap_up
from tests.whole.rig import System


def text_from(system: System, number: str, words: str) -> None:
    """A text message to the hotline, and its answer."""
    told = f"{system.carrier_url}/control/messages?{urlencode({'number': number})}"

    def answers() -> int:
        with urlopen(told, timeout=10) as found:
            return sum(line["kind"] == "received" for line in json.load(found)["lines"])

    before = answers()
    body = json.dumps({"from": number, "body": words}).encode()
    asked = Request(f"{system.carrier_url}/control/messages", method="POST", data=body)
    asked.add_header("Content-Type", "application/json")
    urlopen(asked, timeout=10).close()
    until(lambda: answers() > before, lambda: f"no answer to {words}")


def test_the_shift_ends_with_a_summary_that_the_supervisor_reads(screens: Screens) -> None:
    agent = screens.agent("1003")
    call_to(screens.system, "+8613800000004")
    expect(agent.locator("[data-offer]")).to_be_visible()
    key(agent, "a")
    contact_state(agent, "通话中")
    key(agent, "o")
    agent.fill("[data-order]", "楼道里一半没电")
    agent.get_by_role("button", name="提交工单").click()
    expect(agent.locator(".side-column li.card")).to_contain_text("楼道里一半没电")
    key(agent, "x")
    wrap_up(agent, "已开工单", "已开工单")
    state(agent, "available")
    key(agent, "s")
    summary = agent.get_by_role("dialog")
    expect(summary).to_contain_text("故障报修 1")
    expect(summary).to_contain_text("已开工单 1")
    summary.get_by_label("故障报修", exact=True).fill("老楼线路多次跳闸")
    summary.get_by_role("button", name="提交总结").click()
    expect(summary.get_by_role("alert")).to_contain_text("1 件未办结事项没有接收人")
    summary.get_by_role("button", name="返回填写").click()
    expect(summary.locator(".open-item").first).to_contain_text("故障报修")
    summary.locator(".who-next").first.click()
    agent.keyboard.type("林静")
    agent.keyboard.press("Enter")
    expect(summary.locator(".who-next").first).to_contain_text("1002 林静")
    summary.get_by_role("button", name="提交总结").click()
    expect(summary.get_by_role("alert")).not_to_contain_text("没有接收人")
    summary.get_by_role("button", name="仍要提交").click()
    expect(summary.get_by_text("已提交", exact=True)).to_be_visible()
    expect(summary).to_contain_text("故障报修：老楼线路多次跳闸")
    expect(summary).to_contain_text("故障报修 1")
    expect(summary).not_to_contain_text("fault")
    agent.keyboard.press("Escape")
    receiver = screens.person("1002", "/console")
    receiver.locator("[data-handed]").first.get_by_role("button", name="接收").click()
    expect(receiver.locator("[data-handed]")).to_be_hidden()
    board = screens.person("4001", "/wallboard", viewport={"width": 1920, "height": 1080})
    board.get_by_role("button", name="每日总结").click()
    expect(board.get_by_role("dialog")).to_contain_text("1003 周明")
    expect(board.get_by_role("dialog")).to_contain_text("1002 林静")
    board.get_by_role("dialog").get_by_role("button", name="确认已阅").click()
    expect(board.get_by_role("dialog").get_by_role("button", name="确认已阅")).to_be_hidden()
    key(agent, "s")
    expect(agent.get_by_role("dialog").get_by_text("已阅", exact=True)).to_be_visible()
    agent.keyboard.press("Escape")


def test_an_emergency_stands_first_and_is_called_back_when_it_breaks_off(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard", viewport={"width": 1920, "height": 1080})
    expect(board.locator(".queue").first).to_have_attribute("data-queue", "emergency")
    agent = screens.agent("1001")
    caller = Caller(screens.system, "+8613800000006")  # on the way to a person from the first word on
    caller.hears("请远离并按8")
    caller.press("8")
    offer = agent.locator("[data-offer]")
    expect(offer).to_contain_text("紧急")
    expect(offer.locator("[data-reason]")).to_have_text("紧急情况")
    key(agent, "a")
    contact_state(agent, "通话中")
    caller.say("电线掉在地上冒火")
    expect(agent.locator(".talk")).to_contain_text("电线掉在地上冒火")
    agent.get_by_role("tab", name="工单").click()
    expect(agent.locator(".side-column li.card").first).to_contain_text("紧急")
    agent.get_by_role("tab", name="经过").click()
    tells_in_words(agent.locator(".side-column .story"))
    key(agent, "x")
    wrap_up(agent, "已提醒远离", "已开工单")
    state(agent, "available")

    key(agent, "b")
    agent.get_by_role("dialog").get_by_role("button", name="小休").click()
    state(agent, "break")
    second = Caller(screens.system, "+8613800000009")
    second.asked()
    second.press("8")
    second.asked()
    second.hang_up()
    expect(board.locator("[data-queue=emergency]")).to_contain_text("1")
    key(agent, "r")
    expect(agent.locator("[data-offer]").first).to_contain_text("紧急来电中断，请回拨", timeout=30_000)
    Caller.lives_at(screens.system, "+8613800000009")
    key(agent, "a")
    customer = Caller.rung(screens.system, "+8613800000009")
    customer.hears("danger you reported")
    contact_state(agent, "通话中")
    key(agent, "x")
    wrap_up(agent)
    expect(agent.get_by_text("手中没有来访")).to_be_visible()


def test_who_wrote_of_danger_is_talked_to_like_any_caller(screens: Screens) -> None:
    number = "+8613800000017"
    Caller.lives_at(screens.system, number)
    for words in ("小区配电箱着火了", "东湖路3号"):
        text_from(screens.system, number, words)
    agent = screens.agent("1001")
    offer = agent.locator("[data-offer]").first
    expect(offer.locator("[data-reason]")).to_have_text("有人发短信报告险情，请回拨")
    expect(offer.locator(".danger-mark")).to_contain_text("小区配电箱着火了")
    key(agent, "a")
    called = Caller.rung(screens.system, number)
    contact_state(agent, "通话中")
    expect(agent.locator(".contact-list .danger-mark")).to_contain_text("小区配电箱着火了")
    expect(agent.locator(".call-bar .danger-mark")).to_be_visible()
    expect(agent.locator("[data-written]").first).to_contain_text("小区配电箱着火了")
    expect(agent.get_by_role("button", name="保持")).to_be_visible()
    called.until(lambda lines: any(line["kind"] == "conference" and line["event"] == "joined" for line in lines))
    called.say("火越烧越大")
    expect(agent.locator(".talk")).to_contain_text("火越烧越大")
    agent.fill("[data-say]", "请退到楼外")
    agent.keyboard.press("Enter")
    called.hears("请退到楼外")
    board = screens.person("4001", "/wallboard", viewport={"width": 1920, "height": 1080})
    expect(board.locator(".warnings .level-red", has_text="险情").first).to_be_visible()
    key(agent, "x")
    wrap_up(agent, "已提醒远离", "已开工单")
    state(agent, "available")
