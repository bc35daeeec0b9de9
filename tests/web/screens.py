"""People at their screens, and callers at the local carrier's phones."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from app.domain.seed.people import DEMO_PASSWORD
from tests.web import house
from tests.whole.rig import System

WAIT_MS = 20_000
expect.set_options(timeout=WAIT_MS)
HOLLOW = re.compile(r".*(?:\bundefined\b|\bNaN\b|\[object |\bnull\b|\{\w+\}).*")
"""What a page shows when a text lacks what should fill it."""
EXPECTED_NOISE = ("Failed to load resource", "WebSocket connection to")
"""Replies such as 401 before the log-in and 409 without a voice token are noted by browsers as errors."""


class Screens:
    """Opens pages for people, each in a browser of their own, and listens for complaints."""

    def __init__(self, system: System, browser: Browser) -> None:
        self.system = system
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []
        self._at_work: list[Page] = []
        self._crews: list[Page] = []

    def context(self, **options: Any) -> BrowserContext:
        """A browser of somebody's own."""
        given: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        made = self._browser.new_context(**{**given, "viewport": {"width": 1440, "height": 900}, **options})
        made.set_default_timeout(WAIT_MS)
        self._contexts.append(made)
        return made

    def page(self, path: str, context: BrowserContext | None = None, **options: Any) -> Page:
        """A page that nobody has logged in to."""
        made = (context or self.context(**options)).new_page()
        made.on("console", self._heard)
        made.on("pageerror", lambda error: self._complaints.append(f"{path}: {error}"))
        made.on("dialog", lambda dialog: self._complaints.append(f"{path}: a script asked {dialog.message}"))
        made.goto(self.system.app_url + path)
        return made

    def person(
        self, agent_no: str, path: str = "/console", context: BrowserContext | None = None, **options: Any
    ) -> Page:
        """A page with somebody logged in."""
        made = self.page(path, context, **options)
        log_in(made, agent_no)
        if path == "/field":
            self._crews.append(made)
        return made

    def agent(self, agent_no: str, **options: Any) -> Page:
        """An agent's console, ready for contacts."""
        made = self.person(agent_no, **options)
        self._at_work.append(made)
        ready(made)
        return made

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(EXPECTED_NOISE):
            self._complaints.append(message.text)

    def all_quiet(self) -> None:
        """No script failed, nothing was refused by the content security policy, no page shows what has no value."""
        assert self._complaints == []
        for context in self._contexts:
            for page in context.pages:
                assert HOLLOW.findall(page.locator("body").inner_text()) == []

    def close(self) -> None:
        """Everybody goes home, for who only closes the window counts as there for a while; and nobody waits."""
        for crew in self._crews:
            crew.context.set_offline(False)
            crew.goto(self.system.app_url + "/field")
            shown = crew.locator("header.bar [data-state]")
            shown.wait_for()
            if shown.get_attribute("data-state") != "offline":
                crew.locator("header.bar [data-state] + button").click()
                expect(crew.locator("header.bar [data-state=offline], .job").first).to_be_visible()
        for page in self._at_work:
            page.goto(self.system.app_url + "/console")
            page.locator(".console").wait_for()
            expect(page.locator("header.bar button.ant-btn").first).to_be_enabled()
            if page.locator(".state-now").get_attribute("data-state") != "offline":
                page.keyboard.press("f")
                state(page, "offline")
        house.leave(self.system, self.context().request)
        for context in self._contexts:
            context.close()


def log_in(page: Page, agent_no: str) -> None:
    """Fill in the form."""
    page.fill("input[name=username]", agent_no)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("header.bar")


def ready(page: Page) -> None:
    """Say that one is available, unless one still is from a moment ago; what waits may ring at once."""
    shown = page.locator(".state-now")
    shown.wait_for()
    if shown.get_attribute("data-state") != "available":
        page.locator("header.bar button.ant-btn-primary").first.click()
    at_work = page.locator(".state-now[data-state=available], .state-now[data-state=offered]")
    expect(at_work).to_be_visible(timeout=WAIT_MS)


def state(page: Page, name: str) -> None:
    """Wait until the agent is in this state."""
    expect(page.locator(f".state-now[data-state={name}]")).to_be_visible(timeout=WAIT_MS)


def tells_in_words(story: Locator) -> None:
    """A story of the pages in Chinese names no identifier of the service: no `snake_case`, no `dotted.name`."""
    expect(story).to_be_visible()
    assert re.findall(r"\b[a-z]+(?:[_.][a-z_]+)+\b|\b[a-z]{4,}\b", story.inner_text()) == []


def wrap_up(page: Page, note: str = "", disposition: str = "已解决") -> None:
    """Conclude the contact that has ended."""
    contact_state(page, "整理中")
    page.locator(".wrap").get_by_text(disposition, exact=True).click()
    page.fill(".wrap textarea", note)
    page.get_by_role("button", name="完成整理").click()


def key(page: Page, name: str) -> None:
    """One key, with nobody typing."""
    page.locator(".brand").click()
    page.keyboard.press(name)


def contact_state(page: Page, words: str) -> None:
    """Wait until the open contact says so."""
    expect(page.locator(".call-bar").get_by_text(words, exact=True)).to_be_visible(timeout=WAIT_MS)


class Caller:
    """Somebody at a phone of the local carrier."""

    def __init__(self, system: System, number: str, sid: str | None = None) -> None:
        self._url = system.carrier_url + "/control/calls"
        self._sid = sid or self._ask("POST", "", {"from": number})["call_sid"]
        self._asked = 0

    @staticmethod
    def lives_at(system: System, number: str, after_s: float = 0.1) -> None:
        """Somebody is at home there from now on, and answers after so long."""
        answers = json.dumps({"answer_after_s": after_s}).encode()
        entry = Request(f"{system.carrier_url}/control/directory/{number}", method="PUT", data=answers)
        entry.add_header("Content-Type", "application/json")
        urlopen(entry, timeout=10).close()

    @classmethod
    def rung(cls, system: System, number: str) -> Caller:
        """Whoever lives there picks up when the hotline calls."""
        asked = f"{system.carrier_url}/control/calls?live=true&{urlencode({'party': number})}"
        for _ in range(100):
            with urlopen(asked, timeout=10) as answer:
                live = [
                    call
                    for call in json.load(answer)["items"]
                    if (call["to"], call["status"]) == (number, "in-progress")
                ]
            if live:
                return cls(system, number, live[0]["call_sid"])
            time.sleep(0.2)
        raise AssertionError(f"{number} was not called")

    def hang_up(self) -> None:
        """Put the phone down."""
        self._ask("POST", f"/{self._sid}/hangup")

    def asked(self) -> None:
        """Wait until the line listens, after it was answered the last time."""

        def listens(lines: list[dict[str, Any]]) -> bool:
            found = [line["seq"] for line in lines if line["kind"] == "listening" and line["seq"] > self._asked]
            self._asked = found[0] if found else self._asked
            return bool(found)

        self.until(listens)

    def press(self, keys: str) -> None:
        """Press keys."""
        self._ask("POST", f"/{self._sid}/keys", {"keys": keys})

    def say(self, text: str) -> None:
        """Say something."""
        self._ask("POST", f"/{self._sid}/speech", {"text": text})

    def hears(self, text: str) -> None:
        """Wait until this was heard."""
        self.until(lambda lines: any(text in line.get("text", "") for line in lines if line["kind"] == "heard"))

    def heard(self, text: str) -> bool:
        """Whether this was heard so far."""
        lines = self._ask("GET", f"/{self._sid}/transcript?after=0")["lines"]
        return any(text in line.get("text", "") for line in lines if line["kind"] == "heard")

    def until(self, holds: Callable[[list[dict[str, Any]]], bool]) -> None:
        """Wait until the transcript is as it should be; the carrier waits for each new line."""
        lines: list[dict[str, Any]] = []
        for _ in range(40):
            after = lines[-1]["seq"] if lines else 0
            lines += self._ask("GET", f"/{self._sid}/transcript?after={after}&wait=2")["lines"]
            if holds(lines):
                return
        raise AssertionError(f"not heard: {lines}")

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, method=method, data=data, headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)


def call_to(system: System, number: str) -> Caller:
    """Somebody who calls and asks for a person."""
    caller = Caller(system, number)
    caller.asked()
    caller.press("0")
    return caller
