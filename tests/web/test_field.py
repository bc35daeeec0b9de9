"""A crew's phone: without a network, with photos, calls and estimates."""

from __future__ import annotations

import json
import struct
import urllib.request
import zlib
from typing import Any

from playwright.sync_api import APIRequestContext, Page, expect

from app.domain.seed.people import DEMO_PASSWORD
from tests.web.house import rows
from tests.web.screens import Caller, Screens
from tests.whole.rig import System

PHONE = {"width": 375, "height": 780}
CUSTOMER = "+8613800005901"
KEPT = "async () => (await (await caches.open('hotline-field')).keys()).length > 3"


def asked(screens: Screens, agent_no: str, path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
    """Somebody at a desk writes something; the answer."""
    asking: APIRequestContext = screens.context().request
    site = screens.system.app_url
    person = asking.post(f"{site}/api/session", data={"agent_no": agent_no, "password": DEMO_PASSWORD}).json()
    made = asking.fetch(f"{site}{path}", method=method, data=body, headers={"X-CSRF-Token": person["csrf_token"]})
    assert made.ok, made.text()
    return dict(made.json())


def fault(screens: Screens, words: str) -> str:
    """An agent opens a fault of a known account; its number."""
    account = rows(screens.system, "SELECT account_no FROM accounts ORDER BY account_no LIMIT 1")[0]["account_no"]
    order = {"type": "fault", "description": words, "account_no": account, "contact_phone": CUSTOMER}
    return str(asked(screens, "1001", "/api/work-orders", order)["order_no"])


def picture(side: int) -> bytes:
    """A PNG of noise-free stripes, as a camera would hand over some picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes((row % 256, 80, 160)) * side for row in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def lives_at(system: System, number: str) -> None:
    """Somebody picks up there."""
    body = json.dumps({"answer_after_s": 0.2}).encode()
    url = f"{system.carrier_url}/control/directory/{number}"
    headers = {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="PUT", headers=headers), timeout=10).close()


def take_job(page: Page, order_no: str) -> None:
    available = page.get_by_role("button", name="上岗")
    expect(page.locator("[data-state]")).to_be_visible()
    if available.is_visible():
        available.click()
    page.locator("[data-offer]").get_by_role("button", name="接单", exact=True).click()
    expect(page.get_by_label(order_no).locator("[data-order-state=crew_assigned]")).to_be_visible()


def test_the_page_opens_and_works_without_a_network_and_sends_in_order_once(screens: Screens) -> None:
    order_no = fault(screens, "没有网络的工单")
    context = screens.context(viewport=PHONE)
    crew = screens.person("3001", "/field", context)
    take_job(crew, order_no)
    job = crew.get_by_label(order_no)
    crew.wait_for_function(KEPT)

    context.set_offline(True)
    crew.reload()
    expect(crew.get_by_text("当前无网络")).to_be_visible()
    expect(job).to_contain_text("没有网络的工单")
    job.get_by_role("button", name="出发").click()
    job.get_by_role("button", name="30分后", exact=True).click()
    job.get_by_role("button", name="到达").click()
    expect(job.locator("[data-order-state=arrived]")).to_be_visible()
    job.locator("textarea").fill("熔丝已换")
    job.locator("input[type=file]").set_input_files(
        {"name": "fuse.png", "mimeType": "image/png", "buffer": picture(2400)}
    )
    expect(crew.get_by_text("4 个步骤待发送")).to_be_visible()
    job.get_by_role("button", name="已复电").click()
    expect(crew.get_by_text("5 个步骤待发送")).to_be_visible()
    crew.reload()
    expect(crew.get_by_text("5 个步骤待发送")).to_be_visible()
    expect(job.locator("[data-order-state=restored]")).to_be_visible()

    context.set_offline(False)
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden(timeout=40_000)
    expect(crew.locator(".banner.bad")).to_be_hidden()
    told = rows(screens.system, "SELECT body FROM journal WHERE order_no = :no ORDER BY at, id", no=order_no)
    bodies = [json.loads(row["body"]) if isinstance(row["body"], str) else row["body"] for row in told]
    done = [body.get("to") or body["text"] for body in bodies if body.get("text") != "opened"]
    steps = [step for step in done if step in ("en_route", "order_estimated", "arrived", "photo", "restored")]
    assert steps == ["en_route", "order_estimated", "arrived", "photo", "restored"]
    photos = rows(screens.system, "SELECT media_type, size FROM photos WHERE order_no = :no", no=order_no)
    assert [photo["media_type"] for photo in photos] == ["image/jpeg"]
    assert photos[0]["size"] <= 700_000
    crew.get_by_role("button", name="离岗").click()
    expect(crew.locator("[data-state=offline]")).to_be_visible()


def test_calling_the_customer_an_estimate_a_photo_in_the_story_and_not_ours(screens: Screens) -> None:
    order_no = fault(screens, "表箱冒烟味")
    own = rows(screens.system, "SELECT phone FROM staff WHERE agent_no = '3002'")[0]["phone"]
    for number in (own, CUSTOMER):
        lives_at(screens.system, number)
    crew = screens.person("3002", "/field", viewport=PHONE)
    take_job(crew, order_no)
    job = crew.get_by_label(order_no)
    expect(job).to_contain_text("联系客户")
    job.get_by_role("button", name="请热线接通客户").click()
    expect(crew.locator("[data-call=talking]")).to_be_visible()
    customer = Caller.rung(screens.system, CUSTOMER)
    customer.until(lambda lines: any(line["kind"] == "conference" and line["event"] == "joined" for line in lines))
    crew.get_by_role("button", name="挂机").click()
    expect(crew.locator("[data-call]")).to_be_hidden()
    expect(job.get_by_label("承诺时限")).not_to_contain_text("联系客户")

    job.get_by_role("button", name="20分后", exact=True).click()
    expect(job.locator("[data-eta=arrive]")).to_be_visible()
    job.get_by_role("button", name="到达").click()
    job.get_by_role("button", name="1小时后", exact=True).click()
    expect(job.locator("[data-eta=restore]")).to_be_visible()
    job.locator("input[type=file]").set_input_files({"name": "x.txt", "mimeType": "text/plain", "buffer": b"<svg>"})
    expect(crew.get_by_text("只能上传 JPEG、PNG 或 WebP 照片")).to_be_visible()
    job.locator("input[type=file]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture(300)})
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden()
    job.get_by_text("办理经过").click()
    photo = job.locator(".story img")
    expect(photo).to_be_visible()
    crew.wait_for_function("() => document.querySelector('.story img').naturalWidth === 300")

    crew.get_by_role("button", name="离岗").click()
    expect(crew.get_by_text("之后：离岗")).to_be_visible()
    crew.get_by_role("button", name="上岗").click()
    expect(crew.get_by_text("之后：离岗")).to_be_hidden()

    job.get_by_role("button", name="非我方产权").click()
    expect(job.locator(".hint.asked")).to_contain_text("写明原因")
    expect(job.locator("textarea")).to_be_focused()
    job.locator("textarea").fill("客户内线故障")
    job.get_by_role("button", name="非我方产权").click()
    expect(job.locator("[data-order-state=not_ours]")).to_be_visible()
    expect(job).to_contain_text("已短信通知客户")
    expect(crew.get_by_text("个步骤待发送")).to_be_hidden()
    crew.get_by_role("button", name="离岗").click()
    expect(crew.locator("[data-state=offline]")).to_be_visible()


def test_on_a_small_phone_danger_and_the_next_step_are_in_sight(screens: Screens) -> None:
    order_no = fault(screens, "小屏的工单")
    crew = screens.person("3001", "/field", viewport={"width": 360, "height": 640})
    take_job(crew, order_no)
    job = crew.get_by_label(order_no)
    for step in ("出发", "到达", "已复电"):
        button = job.get_by_role("button", name=step, exact=True)
        expect(button).to_be_in_viewport(ratio=1)
        button.click()
    expect(job.locator("[data-order-state=restored]")).to_be_visible()
    assert crew.evaluate("document.documentElement.scrollWidth") <= 360


def test_after_a_log_in_that_ended_the_same_page_goes_on(screens: Screens) -> None:
    for agent_no, path, alive in (
        ("3001", "/field", "[data-state]"),
        ("4001", "/wallboard", ".board:not(.stale)"),
        ("1002", "/console", ".console"),
    ):
        page = screens.person(agent_no, path)
        expect(page.locator(alive)).to_be_visible()
        token = page.context.request.get(f"{screens.system.app_url}/api/me").json()["csrf_token"]
        page.context.request.delete(f"{screens.system.app_url}/api/session", headers={"X-CSRF-Token": token})
        expect(page.locator(".login.over")).to_be_visible()
        page.fill("input[name=password]", DEMO_PASSWORD)
        with page.expect_websocket() as opened:
            page.click("button[type=submit]")
        assert opened.value.url.startswith("ws://")
        expect(page.locator(".login.over")).to_be_hidden()
        expect(page.locator(".banner[role=alert]")).to_have_count(0)
        expect(page.locator(alive)).to_be_visible()


def test_times_are_those_of_the_service_in_a_browser_elsewhere(screens: Screens) -> None:
    order_no = fault(screens, "时区")
    here: dict[str, Any] = {"timezone_id": "Asia/Shanghai"}
    away: dict[str, Any] = {"timezone_id": "America/Los_Angeles"}
    shown = []
    for options in (here, away):
        board = screens.person("4001", "/wallboard", **options)
        board.get_by_role("button", name="在办").click()
        shown.append(board.locator("li.card", has_text=order_no).locator(".dim.small").inner_text())
    assert shown[0] == shown[1] != ""
    chats = []
    for options in (here, away):
        chat = screens.page("/chat", **options)
        expect(chat.locator(".line small").first).to_be_visible()
        chats.append(chat.evaluate("() => new Date().getTimezoneOffset()"))
        told = chat.locator(".line small").first.inner_text().split()[-1]
        zone = "{timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}"
        now = chat.evaluate(f"() => [0, 60000].map((ms) => new Date(Date.now() - ms).toLocaleTimeString('en', {zone}))")
        assert told in now
    assert chats[0] != chats[1]


def test_a_place_that_is_changed_under_way_is_told_with_the_one_before(screens: Screens) -> None:
    order_no = fault(screens, "地点会变的工单")
    crew = screens.person("3001", "/field", viewport=PHONE)
    take_job(crew, order_no)
    job = crew.get_by_label(order_no)
    before = job.locator(".address").inner_text()
    asked(screens, "4001", f"/api/work-orders/{order_no}", {"address": "中山路88号变压器"}, "PATCH")
    expect(job.locator("[data-moved]")).to_contain_text(before)
    expect(job.locator(".address")).to_have_text("中山路88号变压器")
    job.locator("[data-moved]").get_by_role("button").click()
    expect(job.locator("[data-moved]")).to_have_count(0)
    asked(screens, "4001", f"/api/work-orders/{order_no}/transitions", {"to": "cancelled", "note": "重复报修"})
    expect(job).to_have_count(0)
    crew.get_by_role("button", name="离岗").click()


def test_an_order_that_is_sent_out_again_leaves_the_page_with_a_word_why(screens: Screens) -> None:
    order_no = fault(screens, "改派的工单")
    crew = screens.person("3001", "/field", viewport=PHONE)
    take_job(crew, order_no)
    asked(screens, "4001", f"/api/work-orders/{order_no}/transitions", {"to": "cancelled", "note": "重复报修"})
    banner = crew.locator(".banner.bad")
    expect(banner).to_contain_text(f"工单 {order_no} 已不再由您处理：已撤销")
    expect(crew.get_by_label(order_no)).to_be_hidden()
    banner.get_by_role("button").click()
    expect(banner).to_be_hidden()
