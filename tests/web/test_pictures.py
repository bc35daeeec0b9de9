"""The pictures of the README and the documents, from one scene with everybody at their screens.

`PICTURES_TO=docs/images pytest tests/web/test_pictures.py` writes them where they belong.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.web.screens import Caller, Screens, call_to, contact_state, key, state, wrap_up
from tools.pages import WEB

FOLDER = Path(os.environ.get("PICTURES_TO", WEB / "test-results" / "pictures"))
EACH, ALL = 250_000, 2_000_000
DESK = {"width": 1280, "height": 800}
BOARD = {"width": 1920, "height": 1080}
PHONE = {"width": 400, "height": 820}
ENGLISH = {"locale": "en-GB"}


def take(page: Page, name: str) -> None:
    """One picture, once nothing pops up over the page any more."""
    expect(page.locator(".ant-message-notice")).to_have_count(0)
    page.evaluate("document.activeElement?.blur()")
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    path.write_bytes(page.screenshot(animations="disabled", caret="hide"))
    assert path.stat().st_size < EACH


def _says(agent: Page, caller: Caller, *lines: tuple[str, str]) -> None:
    for heard, said in lines:
        caller.say(heard)
        expect(agent.locator(".talk")).to_contain_text(heard)
        agent.fill("input[data-say]", said)
        agent.keyboard.press("Enter")
        expect(agent.locator(".talk")).to_contain_text(said)


def _order(agent: Page, words: str, submit: str) -> None:
    key(agent, "o")
    agent.fill("[data-order]", words)
    agent.get_by_role("button", name=submit).click()
    expect(agent.locator(".side-column li.card").first).to_contain_text(words)


def _console_in_chinese(screens: Screens) -> None:
    agent = screens.agent("1001", viewport=DESK)
    caller = call_to(screens.system, "+8613800000006")
    expect(agent.locator("[data-offer]")).to_be_visible()
    take(agent, "console-offer-zh")
    key(agent, "a")
    contact_state(agent, "通话中")
    _says(
        agent,
        caller,
        ("家里突然没电了，邻居家有电", "您好，我先核对一下您的信息，请问户名是？"),
        ("就是我本人的名字，地址也没有变", "好的，马上为您登记报修。"),
    )
    for item in ("户名", "用电地址"):
        agent.locator("[data-verify]").get_by_text(item, exact=True).click()
    agent.get_by_role("button", name="确认已核实").click()
    expect(agent.locator(".side-column")).to_contain_text("+8613800000006")
    take(agent, "console-talk-zh")
    _order(agent, "家中无电，邻居有电，总开关未跳", "提交工单")
    take(agent, "console-orders-zh")
    key(agent, "x")
    contact_state(agent, "整理中")
    agent.locator(".wrap").get_by_text("已开工单", exact=True).click()
    agent.get_by_role("button", name="完成整理").click()
    state(agent, "available")
    key(agent, "s")
    expect(agent.get_by_role("dialog").locator(".figures")).to_be_visible()
    take(agent, "summary-zh")
    agent.keyboard.press("Escape")


def _console_in_english(screens: Screens) -> None:
    agent = screens.agent("1002", viewport=DESK, color_scheme="dark", **ENGLISH)
    caller = call_to(screens.system, "+8613800000009")
    expect(agent.locator("[data-offer]")).to_be_visible()
    key(agent, "a")
    contact_state(agent, "Talking")
    _says(
        agent,
        caller,
        ("My bill looks too high this month", "Let me check that with you. What is the name on the account?"),
    )
    take(agent, "console-talk-en")
    agent.get_by_role("tab", name="Story", exact=True).click()
    expect(agent.locator(".side-column .story")).to_be_visible()
    take(agent, "story-en")
    key(agent, "x")
    contact_state(agent, "Wrap-up")
    agent.locator("[data-wrap] label").first.click()
    agent.locator(".wrap button[type=submit]").click()


def test_pictures(screens: Screens) -> None:
    crew = screens.person("3001", "/field", viewport=PHONE)
    crew.get_by_role("button", name="上岗").click()
    chat = screens.page("/chat", viewport=PHONE, **ENGLISH)
    expect(chat.locator(".choices button").first).to_be_visible()
    writing = screens.agent("2001", viewport=DESK)
    chat.fill("input", "0")
    chat.keyboard.press("Enter")
    expect(writing.locator("[data-offer]")).to_be_visible()
    key(writing, "a")
    expect(writing.locator("textarea[data-say]")).to_be_visible()
    key(writing, "p")
    writing.locator(".phrases button").first.click()
    writing.locator("textarea[data-say]").press("Enter")
    expect(chat.get_by_text("how can I help you")).to_be_visible()
    chat.fill("input", "My power is off since this morning")
    chat.keyboard.press("Enter")
    expect(writing.locator(".talk")).to_contain_text("My power is off")
    take(chat, "chat-en")
    _console_in_chinese(screens)
    crew.locator("[data-offer]").get_by_role("button", name="接单", exact=True).click()
    expect(crew.locator(".job [data-order-state=crew_assigned]")).to_be_visible()
    take(crew, "field-zh")
    waiting = call_to(screens.system, "+8613800000005")
    waiting.asked()
    _console_in_english(screens)
    for name, more in (("wallboard-zh", {}), ("wallboard-en", ENGLISH)):
        board = screens.person("4001", "/wallboard", viewport=BOARD, **more)
        expect(board.locator(".queue")).to_have_count(4)
        take(board, name)
    phone = screens.context(viewport=DESK, **ENGLISH).new_page()
    phone.goto(screens.system.carrier_url)
    expect(phone.locator("body")).to_contain_text("+8613800000009")
    phone.get_by_text("+8613800000009").last.click()
    expect(phone.locator("body")).to_contain_text("TwiML · +8613800000009")
    expect(phone.locator("body")).to_contain_text("<Response>")
    phone.screenshot(path=FOLDER / "phone-en.png")
    waiting.hang_up()
    key(writing, "x")
    writing.keyboard.press("Enter")
    wrap_up(writing)
    state(writing, "available")
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < ALL
