"""Calls from their beginning to their end, with everybody who has to do with them at their screens."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.screens import Caller, Screens, call_to, contact_state, key, log_in, state, tells_in_words, wrap_up


def _taken(agent: Page, reason: str) -> None:
    """The offer says why, and is accepted by its key."""
    expect(agent.locator("[data-offer] [data-reason]")).to_have_text(reason)
    key(agent, "a")
    contact_state(agent, "通话中")


def test_a_colleague_is_consulted_and_takes_the_call_over(screens: Screens) -> None:
    first, second = screens.agent("1001"), screens.agent("1002")
    second.keyboard.press("b")
    second.get_by_role("dialog").get_by_role("button", name="小休").click()
    state(second, "break")
    caller = call_to(screens.system, "+8613800000001")
    _taken(first, "来电人要求人工")
    key(second, "r")
    state(second, "available")
    key(first, "t")
    dialog = first.get_by_role("dialog")
    expect(dialog.locator("input:focus")).to_have_attribute("type", "radio")
    dialog.get_by_text("咨询后转接").click()
    dialog.get_by_text("同事", exact=True).click()
    expect(dialog.locator("label", has_text="1002")).to_contain_text("示闲")
    first.keyboard.type("1002")
    first.keyboard.press("Enter")
    _taken(second, "同事咨询：1001 陈安")
    expect(first.get_by_text("正在与 1002 通话，来电人处于保持状态")).to_be_visible()

    first.fill("input[data-say]", "客户问这个月的电费")
    first.keyboard.press("Enter")
    heard = second.locator(".bubble", has_text="客户问这个月的电费")
    expect(heard).to_contain_text("同事")
    side = second.locator(".side-column")
    expect(side).to_contain_text("8000000001")
    second.get_by_role("tab", name="经过").click()
    expect(side.locator(".story")).to_contain_text("咨询转接：1002")
    tells_in_words(side.locator(".story"))

    first.get_by_role("button", name="完成转接").click()
    wrap_up(first, "转给同事", "已转接")
    state(first, "available")
    caller.say("您好，还在吗")
    expect(second.locator(".bubble", has_text="您好，还在吗")).to_contain_text("来电人")
    second.reload()
    contact_state(second, "通话中")
    second.fill("input[data-say]", "在的，请讲")
    second.keyboard.press("Enter")
    caller.hears("在的，请讲")
    key(second, "x")
    wrap_up(second)
    state(second, "available")

    key(first, "s")
    summary = first.get_by_role("dialog")
    expect(summary).to_contain_text("已转接 1")
    expect(summary).to_contain_text("咨询查询")


def test_a_fault_by_key_goes_to_a_crew_and_the_agent_sees_it_restored(screens: Screens) -> None:
    crew = screens.person("3001", "/field", viewport={"width": 400, "height": 860})
    crew.get_by_role("button", name="上岗").click()
    caller = Caller(screens.system, "+8613800000011")
    for _ in range(6):
        caller.asked()
        if caller.heard("工单号"):
            break
        caller.press("1")
    crew.locator("[data-offer]").get_by_role("button", name="接单", exact=True).click()
    job = crew.locator(".job")
    expect(job.locator("[data-order-state=crew_assigned]")).to_be_visible()
    agent = screens.agent("1001")
    again = call_to(screens.system, "+8613800000011")
    _taken(agent, "来电人要求人工")
    agent.get_by_role("tab", name="工单").click()
    shown = agent.locator(".side-column li.card").first
    expect(shown.locator("[data-order-state]")).to_have_text("已接单")
    for name, there in (("出发", "已出发"), ("到达", "已到达"), ("已复电", "已复电")):
        job.get_by_role("button", name=name).click()
        expect(shown.locator("[data-order-state]")).to_have_text(there)
    shown.locator("button.link").click()
    expect(shown.locator(".story")).to_contain_text("已到达 → 已复电")
    tells_in_words(shown.locator(".story"))
    again.hang_up()
    wrap_up(agent)
    state(agent, "available")
    crew.get_by_role("button", name="离岗").click()


def test_a_complaint_that_names_a_colleague_is_not_on_their_screen(screens: Screens) -> None:
    agent = screens.agent("1001")
    call_to(screens.system, "+8613800000006")
    _taken(agent, "老年客户或不便按键，直接转人工")
    key(agent, "o")
    form = agent.locator("form", has=agent.locator("[data-order]"))
    form.get_by_role("combobox", name="业务类型").click()
    agent.locator(".ant-select-item-option", has_text="投诉").click()
    agent.fill("[data-order]", "说好回电却没有回")
    form.get_by_label("涉及工号").fill("2001")
    form.get_by_role("button", name="提交工单").click()
    listed = agent.locator(".side-column li.card", has_text="说好回电却没有回")
    expect(listed).to_contain_text("投诉")
    expect(listed).to_contain_text("联系客户")
    key(agent, "x")
    wrap_up(agent, disposition="已开工单")
    state(agent, "available")
    context = screens.context()
    colleague = screens.page("/console", context)
    log_in(colleague, "2001")
    expect(colleague.locator(".console")).to_be_visible()
    listing = context.request.get(screens.system.app_url + "/api/work-orders?type=complaint")
    assert listing.json()["items"] == []


def test_whoever_books_a_callback_in_the_queue_is_called_in_their_turn(screens: Screens) -> None:
    caller = call_to(screens.system, "+8613800000009")
    caller.asked()
    caller.press("2")
    caller.asked()
    caller.press("1")
    agent = screens.agent("1001")
    offer = agent.locator("[data-offer]")
    expect(offer).to_contain_text("回电")
    expect(offer.locator("[data-reason]")).to_have_text("预约回电")
    Caller.lives_at(screens.system, "+8613800000009")
    key(agent, "a")
    customer = Caller.rung(screens.system, "+8613800000009")
    customer.asked()
    customer.press("1")
    contact_state(agent, "通话中")
    customer.until(lambda lines: any(line["kind"] == "conference" and line["event"] == "joined" for line in lines))
    agent.fill("input[data-say]", "您预约的回电")
    agent.keyboard.press("Enter")
    customer.hears("您预约的回电")
    key(agent, "x")
    wrap_up(agent, disposition="约定回电")
    state(agent, "available")
    agent.locator("table.plain tbody tr").first.get_by_role("button").click()
    expect(agent.locator(".story")).to_contain_text("预约回电")
    tells_in_words(agent.locator(".story"))


def test_a_lost_network_keeps_what_is_typed_and_comes_back_by_itself(screens: Screens) -> None:
    context = screens.context()
    agent = screens.agent("1001", context=context)
    caller = call_to(screens.system, "+8613800000001")
    _taken(agent, "来电人要求人工")
    agent.fill("input[data-say]", "还没说完")
    key(agent, "o")
    agent.fill("[data-order]", "还没写完的工单")
    context.set_offline(True)
    agent.evaluate("() => dispatchEvent(new Event('offline'))")
    caller.say("断网时说的话")
    context.set_offline(False)
    expect(agent.locator(".talk")).to_contain_text("断网时说的话", timeout=40_000)
    expect(agent.locator("input[data-say]")).to_have_value("还没说完")
    expect(agent.locator("[data-order]")).to_have_value("还没写完的工单")
    agent.reload()
    contact_state(agent, "通话中")
    key(agent, "o")
    expect(agent.locator("[data-order]")).to_have_value("还没写完的工单")
    key(agent, "h")
    contact_state(agent, "保持中")
    agent.reload()
    contact_state(agent, "保持中")
    key(agent, "h")
    contact_state(agent, "通话中")
    key(agent, "x")
    contact_state(agent, "整理中")
    agent.reload()
    wrap_up(agent)
    state(agent, "available")
