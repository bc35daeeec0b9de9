"""Every page in both languages, light and dark: accessible, in one piece, small enough."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.web.screens import Screens, call_to, contact_state, ready, state
from tools.pages import WEB
from tools.web_types import main as web_types

AXE = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
SHOTS = Path(os.environ.get("HOTLINE_SCREENSHOTS", WEB / "test-results"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [("zh-CN", "light"), ("zh-CN", "dark"), ("en-GB", "light"), ("en-GB", "dark")]
FIRST_LOAD = 400_000
CHAT_LOAD = 30_000


def _options(locale: str, scheme: str, **more: Any) -> dict[str, Any]:
    return {"locale": locale, "color_scheme": scheme, **more}


def check(page: Page, name: str, locale: str, scheme: str) -> None:
    """No finding of axe-core, and a screenshot to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{locale[:2]}-{scheme}.png")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    told = [
        (each["id"], node["html"][:160], (node["any"] or [{"message": ""}])[0]["message"][:160])
        for each in found["violations"]
        for node in each["nodes"]
    ]
    assert told == []


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_console(screens: Screens, locale: str, scheme: str) -> None:
    page = screens.page("/console", **_options(locale, scheme))
    check(page, "login", locale, scheme)
    agent = screens.person("1001", **_options(locale, scheme))
    expect(agent.locator(".console")).to_be_visible()
    ready(agent)
    check(agent, "console", locale, scheme)
    call_to(screens.system, "+8613800000001")
    expect(agent.locator("[data-offer]")).to_be_visible()
    check(agent, "offer", locale, scheme)
    agent.keyboard.press("a")
    contact_state(agent, "通话中" if locale == "zh-CN" else "Talking")
    expect(agent.locator("[data-verify]")).to_be_visible()
    expect(agent.locator("table.plain").first).to_be_visible()
    check(agent, "talk", locale, scheme)
    for key in ("t", "?", "s"):
        agent.locator(".brand").click()
        agent.keyboard.press(key)
        expect(agent.get_by_role("dialog")).to_be_visible()
        expect(agent.get_by_role("dialog").locator(".empty")).to_be_hidden()
        check(agent, {"t": "transfer", "?": "keys", "s": "summary"}[key], locale, scheme)
        agent.keyboard.press("Escape")
        expect(agent.get_by_role("dialog")).to_be_hidden()
    agent.keyboard.press("o")
    expect(agent.locator("[data-order]")).to_be_focused()
    check(agent, "order", locale, scheme)
    agent.get_by_role("tab").nth(2).click()
    expect(agent.locator(".story").first).to_be_visible()
    check(agent, "story", locale, scheme)
    agent.locator(".brand").click()
    agent.keyboard.press("x")
    contact_state(agent, "整理中" if locale == "zh-CN" else "Wrap-up")
    check(agent, "wrap-up", locale, scheme)
    agent.locator("[data-wrap] label").first.click()
    agent.locator(".wrap button[type=submit]").click()
    state(agent, "available")
    expect(agent.locator("table.plain tbody tr").first).to_be_visible()
    check(agent, "today", locale, scheme)
    agent.keyboard.press("f")
    state(agent, "offline")


@pytest.mark.parametrize(("locale", "scheme"), LOOKS)
def test_other_pages(screens: Screens, locale: str, scheme: str) -> None:
    field = screens.person("3002", "/field", **_options(locale, scheme, viewport={"width": 400, "height": 860}))
    expect(field.locator(".field-page .card")).to_be_visible()
    check(field, "field", locale, scheme)
    chat = screens.page("/chat", **_options(locale, scheme, viewport={"width": 420, "height": 800}))
    expect(chat.locator(".choices button").first).to_be_visible()
    check(chat, "chat", locale, scheme)
    board = screens.person("4001", "/wallboard", **_options(locale, scheme, viewport={"width": 1920, "height": 1080}))
    expect(board.locator(".queue")).to_have_count(4)
    check(board, "wallboard", locale, scheme)


def _weight(screens: Screens, path: str) -> int:
    bodies: list[bytes] = []

    def keep(response: Response) -> None:
        if response.url.endswith((".js", ".css", path)):
            bodies.append(response.body())

    page = screens.page("/healthz")
    page.on("response", keep)
    page.goto(screens.system.app_url + path, wait_until="networkidle")
    return sum(len(gzip.compress(body, 6)) for body in bodies)


def test_the_chat_loads_in_thirty_kilobytes(screens: Screens) -> None:
    assert 0 < _weight(screens, "/chat") < CHAT_LOAD


def test_the_console_loads_in_four_hundred_kilobytes(screens: Screens) -> None:
    bodies: list[bytes] = []
    page = screens.page("/healthz")
    page.on("response", lambda got: bodies.append(got.body()) if got.url.endswith((".js", ".css")) else None)
    page.goto(screens.system.app_url + "/console")
    page.fill("input[name=username]", "1004")
    page.fill("input[name=password]", "demo-hotline-95598")
    page.click("button[type=submit]")
    expect(page.locator(".console")).to_be_visible()
    assert 100_000 < sum(len(gzip.compress(body, 6)) for body in bodies) < FIRST_LOAD


def test_the_types_of_the_interface_are_current(built: None) -> None:
    assert web_types(["--check"]) == 0
