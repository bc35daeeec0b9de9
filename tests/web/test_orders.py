"""Orders that wait for somebody at a console: a place to be asked for, a recording to be heard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.web.house import rows
from tests.web.screens import Caller, Screens, contact_state, key, state, wrap_up
from tests.web.test_field import asked

PHONE = {"width": 400, "height": 860}


def _crew(screens: Screens) -> Page:
    crew = screens.person("3001", "/field", viewport=PHONE)
    crew.get_by_role("button", name="上岗").click()
    expect(crew.locator("[data-state=available]")).to_be_visible()
    return crew


def _restored_by(crew: Page, words: str) -> None:
    """The crew takes the order that says so, and ends its day."""
    offer = crew.locator("[data-offer]")
    offer.get_by_role("button", name="接单", exact=True).click()
    job = crew.locator(".job", has_text=words)
    for name, there in (("出发", "en_route"), ("到达", "arrived"), ("已复电", "restored")):
        job.get_by_role("button", name=name).click()
        expect(job.locator(f"[data-order-state={there}]")).to_be_visible()
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden()
    crew.get_by_role("button", name="离岗").click()
    expect(crew.locator("[data-state=offline]")).to_be_visible()


def _opened(agent: Page) -> Locator:
    """The newest order of the contact, with its form."""
    card = agent.locator(".side-column li.card").first
    card.locator("button.link").first.click()
    expect(card.locator("form")).to_be_visible()
    return card


def test_danger_without_a_place_is_sent_to_a_crew_once_the_agent_knows_where(screens: Screens) -> None:
    agent, crew = screens.agent("1001"), _crew(screens)
    caller = Caller(screens.system, "+8613800005911")
    caller.asked()
    caller.press("8")
    caller.asked()
    caller.press("#")
    expect(agent.locator("[data-offer] [data-reason]")).to_have_text("紧急情况")
    key(agent, "a")
    contact_state(agent, "通话中")
    key(agent, "o")
    order = _opened(agent)
    expect(crew.locator("[data-offer]")).to_have_count(0)
    order.get_by_label("内容描述").fill("电线垂到路面")
    order.get_by_label("地址").fill("东山村口老槐树旁")
    order.get_by_role("button", name="修改").click()
    expect(order).to_contain_text("东山村口")
    newest = rows(screens.system, "SELECT order_no FROM work_orders ORDER BY created_at DESC LIMIT 1")[0]["order_no"]
    asked(screens, "4001", f"/api/work-orders/{newest}", {"description": "电线垂到路面，冒火花"}, "PATCH")
    expect(order.get_by_label("内容描述")).to_have_value("电线垂到路面，冒火花")
    expect(order.get_by_role("button", name="修改")).to_be_disabled()
    order.get_by_role("button", name="派发给班组").click()
    expect(order.locator("[data-order-state=dispatched]")).to_be_visible()
    expect(order.get_by_role("button", name="派发给班组")).to_be_hidden()
    expect(crew.locator("[data-offer]")).to_contain_text("电线垂到路面")
    key(agent, "x")
    wrap_up(agent, "已派班组", "已开工单")
    state(agent, "available")
    _restored_by(crew, "电线垂到路面")


def test_a_place_that_was_spoken_is_heard_by_an_agent_and_goes_to_a_crew(screens: Screens) -> None:
    crew = _crew(screens)
    caller = Caller(screens.system, "+8613800005912")
    for pressed in ("1", "1", "*"):
        caller.asked()
        caller.press(pressed)
    caller.asked()
    caller.say("二号杆旁的红房子")
    caller.asked()
    caller.press("1")
    caller.hears("工单号")
    caller.hang_up()
    agent = screens.agent("2001")
    offer = agent.locator("[data-offer]")
    expect(offer.locator("[data-reason]")).to_have_text("听录音，补全工单")
    key(agent, "a")
    order = agent.locator(".main-column li.card")
    expect(order).to_contain_text("待听录音")
    sound = order.locator("audio").get_attribute("src")
    assert agent.context.request.get(screens.system.app_url + str(sound)).status == 200
    expect(crew.locator("[data-offer]")).to_have_count(0)
    order.get_by_label("内容描述").fill("红房子停电")
    order.get_by_label("地址").fill("二号杆旁红房子")
    order.get_by_role("button", name="听完，交办").click()
    expect(order.get_by_text("待听录音")).to_be_hidden()
    expect(crew.locator("[data-offer]")).to_contain_text("红房子停电")
    key(agent, "x")
    wrap_up(agent, "地点已补全")
    state(agent, "available")
    _restored_by(crew, "红房子停电")
