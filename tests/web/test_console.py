"""An agent's day at the console, with callers who speak."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.screens import Caller, Screens, call_to, contact_state, key, log_in, state

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    '"><svg onload=alert(1)>',
    "{{constructor.constructor('alert(1)')()}}",
    "'; DROP TABLE contacts; --",
)


def _nothing_lies_over_anything(page: Page) -> None:
    """In windows as small as a notebook's at 125 per cent, and smaller."""
    usual = page.viewport_size
    assert usual is not None
    for width in (1024, 700):
        page.set_viewport_size({"width": width, "height": 700})
        for place in ("input[data-say]", ".wrap textarea", ".contact-list button", ".lists .row button", "[role=tab]"):
            page.locator(place).first.click(trial=True)
    page.set_viewport_size(usual)


def _wrap_up(page: Page, note: str) -> None:
    page.locator(".wrap").get_by_text("已解决", exact=True).click()
    page.fill(".wrap textarea", note)
    page.get_by_role("button", name="完成整理").click()
    state(page, "available")


def _mutes_and_presses_keys(agent: Page, caller: Caller) -> None:
    key(agent, "m")
    expect(agent.get_by_text("已静音：对方听不到您说话。")).to_be_visible()
    agent.fill("input[data-say]", "这句话没有人听到")
    expect(agent.get_by_role("button", name="说话")).to_be_disabled()
    key(agent, "m")
    expect(agent.get_by_text("已静音：对方听不到您说话。")).to_be_hidden()
    key(agent, "k")
    expect(agent.get_by_role("dialog")).to_be_visible()
    agent.keyboard.type("12#")
    caller.hears("12#")
    agent.keyboard.press("Escape")
    expect(agent.locator(".call-bar:focus")).to_be_visible()
    contact_state(agent, "通话中")


def test_a_call_from_ring_to_the_list_of_today(screens: Screens) -> None:
    agent = screens.agent("1001")
    caller = call_to(screens.system, "+8613800000004")
    offer = agent.locator("[data-offer]")
    expect(offer).to_contain_text("来电人要求人工")
    expect(offer).to_contain_text("+86138****0004")
    agent.keyboard.press("a")
    contact_state(agent, "通话中")

    for words in HOSTILE:
        caller.say(words)
        expect(agent.locator(".talk")).to_contain_text(words)
    agent.fill("input[data-say]", "您好,我先核对一下您的信息。")
    agent.keyboard.press("Enter")
    caller.hears("我先核对一下您的信息")
    _mutes_and_presses_keys(agent, caller)

    side = agent.locator(".side-column")
    expect(side).to_contain_text("欠费停电")
    expect(side).to_contain_text("***")
    checks = side.locator("[data-verify]")
    expect(checks.locator("li", has_text="预留电话")).to_contain_text("末尾应为 0004")
    expect(checks.locator("li", has_text="用电地址")).to_contain_text("请问用电地址是")
    for item in ("户名", "用电地址"):
        checks.get_by_text(item, exact=True).click()
    side.get_by_role("button", name="确认已核实").click()
    expect(side).to_contain_text("+8613800000004")
    expect(side).not_to_contain_text("***")

    agent.locator(".brand").click()
    agent.keyboard.press("o")
    agent.fill("[data-order]", HOSTILE[0])
    agent.get_by_role("button", name="提交工单").click()
    expect(side.locator("li.card")).to_contain_text(HOSTILE[0])

    agent.locator(".brand").click()
    agent.keyboard.press("x")
    contact_state(agent, "整理中")
    _wrap_up(agent, "已解释欠费")
    expect(agent.locator("[data-place]:focus")).to_be_visible()
    row = agent.locator("table.plain tbody tr").first
    expect(row).to_contain_text("已解决")
    row.get_by_role("button").click()
    expect(agent.locator(".story")).to_contain_text("身份已核实")


def test_the_offer_says_where_the_caller_has_been(screens: Screens) -> None:
    agent = screens.agent("1001")
    caller = Caller(screens.system, "+8613800000009")
    caller.asked()
    caller.press("2")
    caller.asked()
    caller.press("0")
    expect(agent.locator("[data-offer]")).to_contain_text("去过：电费")
    expect(agent.locator("[data-offer] [data-lang]")).to_have_text("英语")
    key(agent, "a")
    contact_state(agent, "通话中")
    expect(agent.get_by_label("自助流程已获知")).to_contain_text("电费")
    key(agent, "k")
    expect(agent.get_by_role("dialog")).to_be_visible()
    caller.hang_up()
    contact_state(agent, "整理中")
    expect(agent.get_by_role("dialog")).to_be_hidden()
    _wrap_up(agent, "")


def test_a_dial_that_nobody_answers_is_stopped_by_its_button(screens: Screens) -> None:
    Caller.lives_at(screens.system, "+8613800005913", after_s=600)
    agent = screens.agent("1001")
    key(agent, "n")
    agent.get_by_role("dialog").locator("input").fill("+8613800005913")
    agent.keyboard.press("Enter")
    contact_state(agent, "接通中")
    agent.get_by_role("button", name="取消接通").click()
    expect(agent.locator(".call-bar").get_by_text("接通中")).to_be_hidden()
    state(agent, "available")


def test_reload_and_a_lost_service_bring_everything_back(screens: Screens) -> None:
    agent = screens.agent("1001")
    caller = call_to(screens.system, "+8613800000001")
    agent.locator("[data-offer]").get_by_role("button", name="接受").click()
    contact_state(agent, "通话中")
    agent.fill("input[data-say]", "还没说完的话")
    agent.fill(".wrap textarea", "还没写完的小结")
    _nothing_lies_over_anything(agent)
    key(agent, "m")
    expect(agent.get_by_role("button", name="取消静音")).to_be_visible()

    agent.reload()
    contact_state(agent, "通话中")
    expect(agent.get_by_role("button", name="说话", exact=True)).to_be_disabled()
    expect(agent.get_by_role("button", name="取消静音")).to_be_visible()
    key(agent, "m")
    expect(agent.get_by_role("button", name="说话", exact=True)).to_be_enabled()
    expect(agent.locator("input[data-say]")).to_have_value("还没说完的话")
    expect(agent.locator(".wrap textarea")).to_have_value("还没写完的小结")
    caller.say("我还在")
    expect(agent.locator(".talk")).to_contain_text("我还在")

    node = screens.system.nodes[0]
    node.stop()
    expect(agent.get_by_text("连接已断开")).to_be_visible()
    node.start()
    node.await_ready()
    expect(agent.get_by_text("连接已断开")).to_be_hidden(timeout=30_000)
    expect(agent.locator("input[data-say]")).to_have_value("还没说完的话")
    expect(agent.locator(".call-bar")).to_be_visible()
    agent.locator(".brand").click()
    agent.keyboard.press("x")
    contact_state(agent, "整理中")
    _wrap_up(agent, "断线后继续")


def test_one_window_is_in_use_and_the_others_wait_until_they_take_over(screens: Screens) -> None:
    context = screens.context()
    first = screens.page("/console", context)
    log_in(first, "1002")
    expect(first.locator(".console")).to_be_visible()
    second = screens.page("/console", context)
    expect(second.get_by_text("坐席台已在另一个窗口使用")).to_be_visible()
    expect(first.get_by_text("坐席台已在另一个窗口使用")).to_be_hidden()
    expect(first.locator(".console:not(.stale)")).to_be_visible()
    second.get_by_role("button", name="在此窗口使用").click()
    expect(second.get_by_text("坐席台已在另一个窗口使用")).to_be_hidden()
    expect(second.locator(".console:not(.stale)")).to_be_visible()
    expect(first.get_by_text("坐席台已在另一个窗口使用")).to_be_visible()
    first.keyboard.press("s")
    second.reload()
    expect(second.locator(".console:not(.stale)")).to_be_visible()
    expect(first.get_by_text("坐席台已在另一个窗口使用")).to_be_visible()
    expect(first.get_by_role("dialog")).to_have_count(0)
    elsewhere = screens.page("/console")
    log_in(elsewhere, "1002")
    expect(elsewhere.locator(".console:not(.stale)")).to_be_visible()
    expect(second.get_by_text("坐席台已在另一个窗口使用")).to_be_visible()
    second.get_by_role("button", name="在此窗口使用").click()
    expect(second.locator(".console:not(.stale)")).to_be_visible()
    expect(elsewhere.get_by_text("坐席台已在另一个窗口使用")).to_be_visible()


def test_an_offer_can_be_declined_with_a_reason_by_keys_alone(screens: Screens) -> None:
    agent = screens.agent("1001")
    agent.keyboard.press("n")
    expect(agent.get_by_role("dialog").locator("input:focus")).to_be_visible()
    agent.keyboard.type("+86138")
    expect(agent.get_by_role("dialog").locator("input")).to_have_value("+86138")
    caller = call_to(screens.system, "+8613800000006")
    expect(agent.locator("[data-offer]")).to_be_visible()
    expect(agent.get_by_role("dialog")).to_be_hidden()
    agent.keyboard.press("d")
    expect(agent.get_by_role("dialog")).to_be_visible()
    agent.keyboard.press("1")
    expect(agent.locator("[data-offer]")).to_be_hidden()
    expect(agent.locator("[data-offer]")).to_be_visible(timeout=40_000)
    agent.keyboard.press("a")
    contact_state(agent, "通话中")
    caller.press("1")
    agent.keyboard.press("x")
    contact_state(agent, "整理中")
    _wrap_up(agent, "")


def test_a_wrong_password_is_told_and_the_summary_is_submitted(screens: Screens) -> None:
    page = screens.page("/console")
    page.fill("input[name=username]", "1003")
    page.fill("input[name=password]", "not the password")
    page.click("button[type=submit]")
    expect(page.get_by_text("工号或密码不正确")).to_be_visible()
    log_in(page, "1003")
    expect(page.locator(".console")).to_be_visible()
    page.keyboard.press("s")
    summary = page.get_by_role("dialog")
    summary.get_by_role("button", name="提交总结").first.click()
    expect(summary.get_by_role("alert")).to_contain_text("才结束，提交后不能再改")
    summary.get_by_role("button", name="返回填写").click()
    expect(summary.get_by_text("已提交", exact=True)).to_be_hidden()
    summary.get_by_role("button", name="提交总结").first.click()
    summary.get_by_role("button", name="仍要提交").click()
    expect(page.get_by_role("dialog").get_by_text("已提交", exact=True)).to_be_visible()
