"""The phone page in a real browser, as somebody who has never seen it uses it, against the ten-line application."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from local_carrier.carrier import Carrier
from local_carrier.parties.directory import Entry
from local_carrier.server import application
from local_carrier.settings import Settings
from tests.local_carrier.test_answering_url import AGENT, SECOND, serving
from tests.local_carrier.world import CALLER

pytestmark = pytest.mark.e2e
HOSTILE = "<img src=x onerror=alert(1)> 您好"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 375, "height": 740}


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    assert path, "apt-get install chromium fonts-noto-cjk"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        await started.close()


@asynccontextmanager
async def recording() -> AsyncIterator[str]:
    """An application that records whoever calls."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text='<Response><Record finishOnKey="#"/></Response>', content_type="text/xml")

    app = web.Application()
    app.add_routes([web.post("/{path:.*}", answer)])
    server = TestServer(app)
    await server.start_server()
    yield str(server.make_url("")).rstrip("/")
    await server.close()


@asynccontextmanager
async def opened(
    locale: str, size: dict[str, int], application_of: Callable[[], AbstractAsyncContextManager[str]] = serving
) -> AsyncIterator[Page]:
    """The page on a carrier of its own. Whatever the browser complains of fails the test."""
    complaints: list[str] = []
    async with application_of() as url, browser() as chromium:
        carrier = Carrier(Settings(app_url=url))
        carrier.directory.put(Entry(SECOND, name="<b>Second</b> phone", manual=True))
        server = TestServer(application(carrier))
        await server.start_server()
        context = await chromium.new_context(locale=locale, viewport={"width": size["width"], "height": size["height"]})
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        await page.goto(str(server.make_url("/")))
        await expect(page.locator("#hotline")).to_contain_text(carrier.settings.number)
        yield page
        await context.close()
        await server.close()
    assert complaints == []


async def call_as(page: Page, number: str) -> None:
    await page.fill("#number", number)
    await page.click("#call")
    await expect(page.locator("#transcript .theirs").first).to_contain_text("Press 1 to wait")


@pytest.mark.parametrize(("locale", "queue"), [("en-GB", "queue line: 1 waiting"), ("zh-CN", "队列 line：1 人等待")])
async def test_called_queued_bridged_with_a_second_phone_and_read_beside_it(locale: str, queue: str) -> None:
    async with opened(locale, WIDE) as page:
        await call_as(page, CALLER)
        await page.locator("h1").click()
        await page.keyboard.press("1")
        await expect(page.locator("#rooms")).to_have_text(queue)
        await expect(page.locator("#steps .webhook pre").nth(1)).to_contain_text("<Enqueue>line</Enqueue>")
        await expect(page.locator("#steps .webhook").nth(1)).to_contain_text("Digits=1")
        await call_as(page, AGENT)
        await page.click('#pad [data-key="2"]')
        await expect(page.locator("#transcript")).to_contain_text(CALLER)
        await page.fill("#words", HOSTILE)
        await page.keyboard.press("Enter")
        await page.click(f"#calls .open:has-text('{CALLER}')")
        await expect(page.locator("#transcript .theirs").last).to_contain_text(HOSTILE)
        await page.click("#hangup")
        await expect(page.locator("#calls .over")).to_have_count(2)
        await expect(page.locator("#hangup")).to_be_disabled()


async def test_a_phone_rings_and_is_answered_with_the_keyboard_alone() -> None:
    async with opened("en-GB", WIDE) as page:
        await page.focus("#number")
        await page.keyboard.press("Control+A")
        await page.keyboard.type(CALLER)
        await page.keyboard.press("Enter")
        await expect(page.locator("#transcript .theirs")).to_have_count(1)
        await page.focus("#transcript")
        await page.keyboard.press("3")
        ringing = page.locator("#calls .rings")
        await expect(ringing).to_contain_text("<b>Second</b> phone")
        await expect(page).to_have_title("(1) Phones · local carrier")
        await ringing.locator(".go").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#transcript")).to_contain_text(f"connected to {CALLER}")
        await expect(page.locator("#party")).to_have_text("<b>Second</b> phone")


@pytest.mark.parametrize(
    ("locale", "words"), [("en-GB", "records, speak now; a pause or # ends it"), ("zh-CN", "停顿或按 # 结束")]
)
async def test_a_recording_says_how_it_ends(locale: str, words: str) -> None:
    async with opened(locale, WIDE, recording) as page:
        await page.fill("#number", CALLER)
        await page.click("#call")
        await expect(page.locator("#transcript")).to_contain_text(words)


async def test_a_call_stays_at_hand_among_many_others() -> None:
    async with opened("en-GB", WIDE) as page:
        await call_as(page, CALLER)
        for index in range(70):
            made = await page.request.post(page.url + "control/calls", data={"from": f"+1555020{index:04}"})
            assert made.status == 201
        await expect(page.locator("#more")).to_have_text("and 10 more calls in progress")
        await page.click('#pad [data-key="1"]')
        await expect(page.locator("#steps .webhook").nth(1)).to_contain_text("Digits=1")
        await expect(page.locator("#party")).to_have_text(CALLER)


async def test_after_a_reload_the_page_is_at_the_call_that_stands() -> None:
    async with opened("en-GB", WIDE) as page:
        await expect(page.locator("#party")).to_have_text("No call chosen")
        await call_as(page, CALLER)
        await call_as(page, AGENT)
        await page.click(f"#calls .open:has-text('{CALLER}')")
        await page.reload()
        await expect(page.locator("#party")).to_have_text(CALLER)
        await expect(page.locator("#transcript .theirs").first).to_contain_text("Press 1 to wait")
        await page.click("#hangup")
        await expect(page.locator("#calls .over")).to_have_count(1)
        await page.reload()
        await expect(page.locator("#party")).to_have_text(AGENT)
        await page.click('#pad [data-key="1"]')
        await expect(page.locator("#steps .webhook").nth(1)).to_contain_text("Digits=1")


@pytest.mark.parametrize(
    ("locale", "words"), [("en-GB", "That did not work: the call is over"), ("zh-CN", "没有成功：通话已结束")]
)
async def test_what_did_not_work_is_said_and_what_was_typed_is_kept(locale: str, words: str) -> None:
    async with opened(locale, WIDE) as page:
        await call_as(page, CALLER)
        refusal = {"status": 409, "content_type": "application/json", "body": '{"error": "the call is over"}'}
        await page.evaluate(
            "(r) => { const real = fetch; window.fetch = (url, o) => String(url).endsWith('/speech')"
            " ? Promise.resolve(new Response(r.body, {status: r.status, headers: {'Content-Type': r.content_type}}))"
            " : real(url, o); window.restore = () => { window.fetch = real; }; }",
            refusal,
        )
        await page.fill("#words", "hello")
        await page.keyboard.press("Enter")
        await expect(page.locator("#failed")).to_have_text(words)
        await expect(page.locator("#words")).to_have_value("hello")
        await page.evaluate("restore()")
        await page.press("#words", "Enter")
        await expect(page.locator("#failed")).to_be_hidden()
        await expect(page.locator("#words")).to_have_value("")


async def test_texts_on_a_narrow_phone_in_both_languages_and_what_was_asked_for_them() -> None:
    async with opened("zh-CN", NARROW) as page:
        await page.fill("#number", CALLER)
        await page.click("#write")
        await page.fill("#body", HOSTILE)
        await page.keyboard.press("Enter")
        await expect(page.locator("#texts .mine")).to_contain_text(HOSTILE)
        await expect(page.locator("#texts .theirs")).to_contain_text("谢谢。")
        await expect(page.locator("#texts .theirs")).to_contain_text("已送达")
        await expect(page.locator("#texts .theirs .at")).to_have_text(re.compile(r"^\d\d:\d\d [A-Z]{2,4}"))
        await page.click("nav [data-show=behind]")
        await expect(page.locator("#steps .webhook")).to_contain_text("/twilio/sms")
        await expect(page.locator("#behind-title")).to_contain_text("短信")
        for pane in ("phones", "handset", "behind"):
            await page.click(f"nav [data-show={pane}]")
            assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        await page.click("#language")
        await expect(page.locator("#behind-title")).to_contain_text("Behind the texts")
        await expect(page.locator("#steps .webhook")).to_contain_text("carrier → application")


async def test_what_is_heard_is_spoken_in_its_language_and_a_key_silences_it() -> None:
    async with opened("en-GB", WIDE) as page:
        await page.evaluate(
            "window.said = []; speechSynthesis.speak = (u) => said.push([u.lang, u.text]);"
            "speechSynthesis.cancel = () => said.push(['cancel', ''])"
        )
        await call_as(page, CALLER)
        await page.wait_for_function("said.some(([lang, text]) => lang === 'en-US' && text.startsWith('Press 1'))")
        before = await page.evaluate("said.length")
        await page.click('#pad [data-key="1"]')
        await page.wait_for_function(f"said.slice({before}).some(([lang]) => lang === 'cancel')")
        await page.uncheck("#voice")
        count = await page.evaluate("said.filter(([lang]) => lang !== 'cancel').length")
        await call_as(page, AGENT)
        assert await page.evaluate("said.filter(([lang]) => lang !== 'cancel').length") == count
