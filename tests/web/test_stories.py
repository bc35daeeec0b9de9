"""Customer, agent, crew and supervisor at once."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.web.screens import Screens, contact_state


def _write(chat: Page, text: str) -> None:
    chat.fill("input", text)
    chat.keyboard.press("Enter")


def _chat_with_a_person(screens: Screens, agent: Page) -> Page:
    chat = screens.page("/chat", viewport={"width": 420, "height": 800})
    chat.locator(".choices").get_by_role("button", name="电费查询").click()
    expect(chat.get_by_text("请回复户号")).to_be_visible()
    _write(chat, "0")
    agent.locator("[data-offer]").get_by_role("button", name="接受").click()
    expect(agent.locator("textarea[data-say]")).to_be_visible()
    return chat


def _help_is_asked_and_acknowledged(job: Locator, board: Page) -> None:
    job.get_by_role("button", name="需要支援").click()
    warning = board.locator("[data-warning=help]")
    expect(warning).to_contain_text("班组请求支援")
    warning.get_by_role("button", name="回复求助").click()
    board.get_by_role("dialog").locator("textarea").fill("已派二班支援")
    board.get_by_role("dialog").get_by_role("button", name="回复求助").click()
    expect(warning).to_be_hidden()


def test_a_chat_becomes_an_order_that_a_crew_restores(screens: Screens) -> None:
    agent = screens.agent("2001")
    chat = _chat_with_a_person(screens, agent)
    offered = agent.get_by_role("list", name="给客户的选项").first
    expect(offered).to_contain_text("故障报修")
    expect(offered.locator(".tag.green")).to_have_text("✓ 客户选择 电费查询")
    agent.fill("textarea[data-say]", "您好,请问有什么可以帮您?")
    agent.keyboard.press("Control+Enter")
    expect(chat.get_by_text("您好,请问有什么可以帮您?")).to_be_visible()
    _write(chat, "家里没电了 <img src=x onerror=alert(1)>")
    expect(agent.locator(".talk")).to_contain_text("<img src=x onerror=alert(1)>")

    chat.reload()
    expect(chat.get_by_text("家里没电了")).to_be_visible()
    expect(chat.get_by_text("客服 许宁 为您服务")).to_be_visible()

    agent.get_by_role("tab", name="工单").click()
    agent.fill("[data-order]", "家中无电,邻居有电")
    agent.get_by_role("button", name="提交工单").click()
    expect(agent.locator(".side-column li.card")).to_contain_text("家中无电")

    crew = screens.person("3001", "/field", viewport={"width": 400, "height": 860})
    crew.get_by_role("button", name="上岗").click()
    crew.locator("[data-offer]").get_by_role("button", name="接单", exact=True).click()
    job = crew.locator(".job")
    expect(job.locator("[data-order-state=crew_assigned]")).to_be_visible()
    expect(job).to_contain_text("家中无电,邻居有电")

    board = screens.person("4001", "/wallboard", viewport={"width": 1920, "height": 1080})
    _help_is_asked_and_acknowledged(job, board)

    node = screens.system.nodes[0]
    node.stop()
    expect(crew.get_by_text("当前无网络")).to_be_visible()
    expect(board.locator(".banner.bad")).to_contain_text("数据停留在")
    _steps_to_the_end(job)
    expect(crew.get_by_text("3 个步骤待发送")).to_be_visible()
    node.start()
    node.await_ready()
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden(timeout=40_000)
    expect(crew.get_by_text("未被接受")).to_be_hidden()

    agent.get_by_role("button", name="结束会话").click()
    agent.get_by_role("dialog").get_by_role("button", name="结束会话").click()
    contact_state(agent, "整理中")
    agent.get_by_role("button", name="完成整理").click()
    expect(chat.get_by_text("请评价本次服务")).to_be_visible()
    expect(chat.get_by_text("客服 许宁 为您服务")).to_be_hidden()
    chat.get_by_role("button", name="非常满意", exact=True).click()
    expect(chat.locator(".line.customer").last).to_contain_text("非常满意")


def _steps_to_the_end(job: Locator) -> None:
    for name, state in (("出发", "en_route"), ("到达", "arrived"), ("已复电", "restored")):
        job.get_by_role("button", name=name).click()
        expect(job.locator(f"[data-order-state={state}]")).to_be_visible()


def test_numbers_of_the_board_open_what_they_count(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard", viewport={"width": 1920, "height": 1080})
    queue = board.locator("[data-queue=phone]")
    expect(queue).to_contain_text("无人值守")
    expect(board.locator(".queue").first).to_have_attribute("data-queue", "emergency")
    queue.get_by_role("button", name="服务水平").click()
    expect(queue).to_contain_text("服务水平 = 目标时间内接听数")
    queue.get_by_role("button", name="来访").click()
    expect(board.get_by_role("dialog")).to_contain_text("电话·今日来访")
    board.keyboard.press("Escape")
    board.get_by_role("button", name="每日总结").click()
    expect(board.get_by_role("dialog")).to_contain_text("每日总结")


def test_a_crew_has_no_console_and_is_told_so(screens: Screens) -> None:
    page = screens.person("3002", "/field")
    page.goto(screens.system.app_url + "/console")
    expect(page.get_by_text("您的角色不能使用此页面")).to_be_visible()
