"""The customers' chat: on a site of somebody else's, through reloads and lost connections, ended only when meant."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OPERATIONS
from tests.web.screens import Screens
from tests.web.test_pages import check
from tests.whole.databases import SqliteDatabases
from tests.whole.rig import System


class Site(BaseHTTPRequestHandler):
    """Somebody's web site that has the script tag in it."""

    script = ""
    policy = ""

    def do_GET(self) -> None:
        title = "<title>Shop</title><meta name=viewport content='width=device-width'>"
        text = (
            f"<!doctype html><html lang=en><head>{title}</head><body><main><h1>A shop</h1></main>{self.script}</body>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module")
def shop() -> Iterator[ThreadingHTTPServer]:
    """The site at an origin of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def origin(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(scope="module")
def system(built: None, shop: ThreadingHTTPServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that lets the shop open chats."""
    folder: Path = tmp_path_factory.mktemp("chat")
    database = asyncio.run(SqliteDatabases(folder).make())
    environ = {"HOTLINE_CHAT_ORIGINS": origin(shop)}
    made = System(database, folder / "system", operations=OPERATIONS, environ=environ)
    host = made.app_url.removeprefix("http://")
    Site.policy = f"default-src 'none'; script-src http://{host}; connect-src ws://{host}"
    Site.script = f'<script src="{made.app_url}/assets/chat.js" data-lang="en" defer></script>'
    try:
        made.start()
        yield made
    finally:
        made.stop()


def write(chat: Page, text: str) -> None:
    chat.fill("input", text)
    chat.keyboard.press("Enter")


def test_on_another_site_it_opens_talks_and_comes_back(screens: Screens, shop: ThreadingHTTPServer) -> None:
    visitor = screens.context(locale="en-GB", viewport={"width": 375, "height": 700}).new_page()
    heard: list[str] = []
    visitor.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    visitor.on("pageerror", lambda error: heard.append(str(error)))
    visitor.goto(origin(shop))
    visitor.get_by_role("button", name="Chat").press("Enter")
    expect(visitor.locator(".choices button").first).to_be_visible()
    expect(visitor.get_by_role("textbox")).to_be_focused()
    write(visitor, "<img src=x onerror=alert(1)> no light")
    expect(visitor.locator(".line.customer")).to_contain_text("<img src=x onerror=alert(1)> no light")
    expect(visitor.locator(".unsent")).to_have_count(0)
    check(visitor, "chat-elsewhere", "en-GB", "light")
    visitor.keyboard.press("Escape")
    expect(visitor.get_by_role("button", name="Chat")).to_be_focused()
    visitor.reload()
    visitor.get_by_role("button", name="Chat").click()
    expect(visitor.locator(".line.customer")).to_contain_text("no light")
    assert [line for line in heard if not line.startswith("Failed to load resource")] == []


def test_what_was_written_without_a_connection_arrives_once_after_a_reload(screens: Screens) -> None:
    chat = screens.page("/chat", viewport={"width": 375, "height": 700})
    expect(chat.locator(".choices button").first).to_be_visible()
    node = screens.system.nodes[0]
    node.stop()
    expect(chat.get_by_text("网络已断开")).to_be_visible()
    write(chat, "断网时写的话")
    expect(chat.locator(".unsent")).to_contain_text("断网时写的话")
    node.start()
    node.await_ready()
    chat.reload()
    expect(chat.locator(".unsent")).to_have_count(0)
    expect(chat.locator(".line.customer", has_text="断网时写的话")).to_have_count(1)
    chat.reload()
    expect(chat.locator(".line.customer", has_text="断网时写的话")).to_have_count(1)


def test_ending_is_asked_first_and_the_question_stays_until_answered(screens: Screens) -> None:
    chat = screens.page("/chat")
    expect(chat.locator(".choices button").first).to_be_visible()
    end = chat.get_by_role("button", name="结束会话")
    end.click()
    question = chat.get_by_role("alertdialog")
    expect(question).to_contain_text("确定结束会话")
    expect(chat.get_by_role("button", name="取消")).to_be_focused()
    chat.get_by_role("button", name="取消").press("Enter")
    expect(question).to_be_hidden()
    expect(end).to_be_focused()
    end.click()
    write(chat, "等一下")
    expect(chat.locator(".line.customer")).to_contain_text("等一下")
    expect(question).to_be_visible()
    check(chat, "chat-end", "zh-CN", "light")
    chat.keyboard.press("Escape")
    expect(question).to_be_hidden()
    end.click()
    chat.get_by_role("button", name="确定").click()
    expect(chat.get_by_text("会话已结束")).to_be_visible()
    chat.get_by_role("button", name="重新开始").click()
    expect(chat.locator(".choices button").first).to_be_visible()
    expect(chat.locator(".line.customer")).to_have_count(0)
