"""Written conversations at the desk: which is which, danger to which nobody goes yet, and an end that is meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.web.conftest import WRAP_UP_S
from tests.web.screens import Screens, contact_state, key, state, wrap_up

PHONE = {"width": 420, "height": 800}


def _chat(screens: Screens, agent: Page) -> Page:
    """A customer on the web whom the agent has taken."""
    chat = screens.page("/chat", viewport=PHONE)
    expect(chat.locator(".choices button").first).to_be_visible()
    _write(chat, "0")
    agent.locator("[data-offer]").get_by_role("button", name="接受").click()
    expect(agent.locator("[data-offer]")).to_have_count(0)
    expect(agent.locator("textarea[data-say]")).to_be_visible()
    return chat


def _write(chat: Page, text: str) -> None:
    chat.fill("input", text)
    chat.keyboard.press("Enter")


def _end(agent: Page) -> None:
    key(agent, "x")
    question = agent.get_by_role("dialog")
    expect(question).to_contain_text("结束与“网聊客户 ")
    agent.keyboard.press("Enter")
    wrap_up(agent)


def test_two_customers_of_the_web_are_told_apart_and_none_is_ended_by_one_key(screens: Screens) -> None:
    agent = screens.agent("2001")
    first, second = _chat(screens, agent), _chat(screens, agent)
    _write(first, "我要问电费\n第二行")
    _write(second, "<b>我家停电了</b>")
    listed = agent.locator(".contact-list li")
    expect(listed.filter(has_text="我要问电费")).to_have_count(1)
    expect(listed.filter(has_text="<b>我家停电了</b>")).to_have_count(1)
    expect(listed.first).to_contain_text("起")
    expect(agent.locator(".contact-list .badge")).to_have_count(1)

    key(agent, "x")
    question = agent.get_by_role("dialog")
    expect(question).to_be_visible()
    agent.keyboard.press("Escape")
    expect(question).to_be_hidden()
    agent.get_by_role("button", name="结束会话").click()
    question.get_by_role("button", name="取消").click()
    expect(question).to_be_hidden()
    expect(listed.filter(has_text="会话中")).to_have_count(2)

    _end(agent)
    expect(listed).to_have_count(1)
    key(agent, "x")
    expect(agent.get_by_role("dialog")).to_be_visible()
    chat = second if listed.filter(has_text="我家停电了").count() else first
    chat.get_by_role("button", name="结束会话").click()
    chat.get_by_role("button", name="确定").click()
    contact_state(agent, "整理中")
    expect(agent.get_by_role("dialog")).to_be_hidden()
    wrap_up(agent)
    state(agent, "available")


def test_a_wrap_up_that_runs_out_puts_no_other_customer_under_the_hand(screens: Screens) -> None:
    agent = screens.agent("2001")
    _chat(screens, agent)
    _chat(screens, agent)
    key(agent, "x")
    expect(agent.get_by_role("dialog")).to_be_visible()
    agent.keyboard.press("Enter")
    contact_state(agent, "整理中")
    agent.fill(".wrap textarea", "已答复")
    agent.clock.set_fixed_time(datetime.now(UTC) + timedelta(seconds=WRAP_UP_S - 1))
    over = agent.locator("[data-over]")
    expect(over).to_contain_text("填写的小结已保存")
    expect(agent.locator(".wrap, .call-bar")).to_have_count(0)
    key(agent, "x")
    expect(agent.get_by_role("dialog")).to_have_count(0)
    agent.locator(".contact-list button").click()
    contact_state(agent, "会话中")
    agent.clock.set_fixed_time(datetime.now(UTC))
    _end(agent)
    state(agent, "available")


def test_a_customer_who_closes_the_window_is_seen_to_have_left_and_to_be_back(screens: Screens) -> None:
    agent = screens.agent("2001")
    chat = _chat(screens, agent)
    listed = agent.locator(".contact-list li")
    expect(listed.locator("[data-unanswered]")).to_contain_text("未答复")
    agent.fill("textarea[data-say]", "您好")
    agent.keyboard.press("Enter")
    expect(listed.locator("[data-unanswered]")).to_have_count(0)
    browser = chat.context
    chat.close()
    expect(listed.locator("[data-left]")).to_contain_text("已离开")
    expect(agent.locator(".call-bar [data-left]")).to_be_visible()
    again = screens.page("/chat", browser)
    expect(listed.locator("[data-left]")).to_have_count(0)
    _write(again, "我回来了")
    expect(listed.locator("[data-unanswered]")).to_be_visible()
    _end(agent)
    state(agent, "available")


def test_danger_told_in_a_chat_says_that_no_crew_has_it_until_it_is_sent(screens: Screens) -> None:
    agent = screens.agent("2001")
    chat = _chat(screens, agent)
    agent.get_by_role("tab", name="经过").click()
    expect(agent.locator(".side-column .story")).to_be_visible()
    _write(chat, "电线杆着火了")
    expect(agent.locator(".side-column .story")).to_contain_text("电线杆着火了")
    unsent = agent.locator("[data-no-crew=unsent]")
    expect(unsent).to_contain_text("还没有班组处理")
    expect(chat.get_by_text("紧急报修已登记")).to_be_visible()
    expect(chat.get_by_text("为您服务")).to_be_visible()
    unsent.get_by_role("button", name="查看工单").click()
    card = agent.locator(".side-column li.card").first
    expect(card).to_contain_text("紧急")
    unsent.get_by_label("险情地点").fill("东山村口老槐树旁，第二根电线杆")
    unsent.get_by_role("button", name="派发给班组").click()
    expect(unsent).to_be_hidden()
    expect(agent.locator("[data-no-crew=asked]")).to_contain_text("还没有班组接单")
    card.locator("button.link").first.click()
    expect(card.locator(".facts")).to_contain_text("东山村口老槐树旁，第二根电线杆")
    expect(card.locator(".story")).to_contain_text("地址：无 → 东山村***")
    crew = screens.person("3001", "/field", viewport=PHONE)
    crew.get_by_role("button", name="上岗").click()
    crew.locator("[data-offer]").get_by_role("button", name="接单", exact=True).click()
    expect(agent.locator("[data-no-crew]")).to_have_count(0)
    job = crew.locator(".job", has_text="老槐树")
    for name, there in (("出发", "en_route"), ("到达", "arrived"), ("已复电", "restored")):
        job.get_by_role("button", name=name).click()
        expect(job.locator(f"[data-order-state={there}]")).to_be_visible()
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden()
    crew.get_by_role("button", name="离岗").click()
    _end(agent)


def test_danger_that_the_agent_leaves_lying_is_sent_out_from_the_board(screens: Screens) -> None:
    agent = screens.agent("2001")
    chat = _chat(screens, agent)
    _write(chat, "配电房着火了")
    expect(agent.locator("[data-no-crew=unsent]")).to_be_visible()
    board = screens.person("4001", "/wallboard", viewport={"width": 1366, "height": 768})
    warning = board.locator("[data-warning=hazard], [data-warning=danger_no_crew]").first
    warning.get_by_role("button").first.click()
    order = board.get_by_role("dialog")
    expect(order).to_contain_text("还没有班组接单")
    order.get_by_label("险情地点").fill("北门配电房")
    order.get_by_role("button", name="派发给班组").click()
    expect(agent.locator("[data-no-crew=asked]")).to_be_visible()
    expect(order).to_contain_text("正在找班组")
    expect(order.locator("[data-crews]")).to_contain_text("没有班组在岗")
    board.keyboard.press("Escape")
    crew = screens.person("3001", "/field", viewport=PHONE)
    crew.get_by_role("button", name="上岗").click()
    offer = crew.locator("[data-offer]")
    expect(offer).to_contain_text("北门配电房")
    offer.get_by_role("button", name="接单", exact=True).click()
    board.get_by_role("button", name="已了结").click()
    expect(board.locator("[data-warning=hazard].over").first).to_contain_text("3001 已接单")
    job = crew.locator(".job", has_text="北门配电房")
    for name in ("出发", "到达", "已复电"):
        job.get_by_role("button", name=name).click()
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden()
    crew.get_by_role("button", name="离岗").click()
    _end(agent)


def test_a_chat_that_is_handed_on_tells_why_and_who_wrote_what(screens: Screens) -> None:
    agent = screens.agent("2001")
    chat = _chat(screens, agent)
    agent.fill("textarea[data-say]", "我先看一下")
    agent.keyboard.press("Enter")
    expect(chat.locator(".line.agent")).to_have_count(1)
    colleague = screens.agent("2002")

    key(agent, "t")
    question = agent.get_by_role("dialog")
    question.get_by_text("同事", exact=True).click()
    question.get_by_label("工号或姓名").fill("2002")
    question.locator("[data-why]").fill("客户问分时电价")
    agent.keyboard.press("Enter")
    offer = colleague.locator("[data-offer]")
    expect(offer.locator("[data-note]")).to_have_text("客户问分时电价")
    offer.get_by_role("button", name="接受").click()
    expect(colleague.locator(".call-bar [data-note]")).to_contain_text("客户问分时电价")
    expect(colleague.locator(".bubble [data-by='2001']")).to_be_visible()
    expect(colleague.locator(".bubble.mine")).to_have_count(0)
    expect(chat.locator(".line.hotline").last).to_contain_text("现在为您服务。")
    colleague.reload()
    expect(colleague.locator(".call-bar [data-note]")).to_contain_text("客户问分时电价")
    wrap_up(agent)
    _end(colleague)
