"""What an agent is told while working: of calls that reach nobody, of help, of words that nobody hears."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import WRAP_UP_S
from tests.web.screens import Caller, Screens, call_to, contact_state, key, state, wrap_up

REFUSES, KNOWN, AT_DESK = "+8613800000901", "+8613800000001", "+8613800009001"
TWO_ACCOUNTS = "+8613800000002"


def _refuses(screens: Screens, number: str) -> None:
    address = f"{screens.system.carrier_url}/control/directory/{number}"
    entry = Request(address, method="PUT", data=json.dumps({"refuse": "busy"}).encode())
    entry.add_header("Content-Type", "application/json")
    urlopen(entry, timeout=10).close()


def _dial(page: Page, number: str) -> None:
    key(page, "n")
    page.get_by_role("dialog").get_by_label("电话号码").fill(number)
    page.keyboard.press("Enter")


def test_a_call_that_is_rejected_is_told_and_listed(screens: Screens) -> None:
    _refuses(screens, REFUSES)
    agent = screens.agent("1001")
    _dial(agent, REFUSES)
    expect(agent.get_by_text("+86138****0901 未接通：对方占线或拒接。")).to_be_visible()
    state(agent, "available")
    row = agent.locator("table.plain tbody tr").first
    expect(row).to_contain_text("+86138****0901")
    expect(row).to_contain_text("未接通")
    row.get_by_role("button").click()
    expect(agent.locator(".story")).to_contain_text("外呼未接通 · 对方占线或拒接")


def test_an_offer_to_be_declined_shows_its_time_and_takes_the_question_with_it(screens: Screens) -> None:
    agent = screens.agent("1001")
    caller = call_to(screens.system, "+8613800000006")
    expect(agent.locator("[data-offer]")).to_be_visible()
    key(agent, "d")
    expect(agent.get_by_role("dialog")).to_contain_text(re.compile(r"剩余 \d+ 秒"))
    caller.hang_up()
    expect(agent.get_by_role("dialog")).to_be_hidden()
    expect(agent.locator("[data-offer]")).to_have_count(0)


def test_an_offer_that_rang_in_vain_is_told_until_the_next_is_taken(screens: Screens) -> None:
    agent = screens.agent("1001")
    call_to(screens.system, "+8613800000006")
    missed = agent.locator("[data-missed]")
    expect(missed).to_contain_text("未接听 1 次", timeout=60_000)
    agent.reload()
    expect(missed).to_contain_text("未接听 1 次")
    expect(agent.locator("[data-offer]")).to_be_visible(timeout=40_000)
    key(agent, "a")
    contact_state(agent, "通话中")
    expect(missed).to_have_count(0)
    key(agent, "x")
    wrap_up(agent)
    state(agent, "available")


def test_an_order_that_was_not_sent_is_brought_to_mind_after_the_call(screens: Screens) -> None:
    agent = screens.agent("1001")
    call_to(screens.system, KNOWN)
    expect(agent.locator("[data-offer]")).to_be_visible()
    key(agent, "a")
    contact_state(agent, "通话中")
    key(agent, "o")
    agent.fill("[data-order]", "表箱冒火花")
    key(agent, "x")
    contact_state(agent, "整理中")
    agent.locator("[data-unsent]").get_by_role("button", name="查看工单").click()
    expect(agent.locator("[data-order]")).to_be_focused()
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".wrap")).to_contain_text("已建立")
    expect(agent.locator("[data-unsent]")).to_have_count(0)
    wrap_up(agent)


def test_what_rings_is_taken_over_an_open_summary(screens: Screens) -> None:
    agent = screens.agent("1001", viewport={"width": 1000, "height": 700})
    key(agent, "s")
    expect(agent.get_by_role("dialog")).to_be_visible()
    call_to(screens.system, "+8613800000006")
    agent.locator("[data-offer] .actions button").first.click()
    contact_state(agent, "通话中")
    expect(agent.get_by_role("dialog")).to_be_hidden()
    key(agent, "x")
    wrap_up(agent)
    state(agent, "available")


def test_of_several_accounts_of_somebody_who_was_dialled_one_is_opened(screens: Screens) -> None:
    agent = screens.agent("1001")
    Caller.lives_at(screens.system, TWO_ACCOUNTS)
    _dial(agent, TWO_ACCOUNTS)
    contact_state(agent, "通话中")
    side = agent.locator(".side-column")
    side.get_by_role("button", name="8000000003").click()
    expect(side).to_contain_text("户号 8000000003")
    expect(side.locator("[data-verify]")).to_be_visible()
    key(agent, "x")
    contact_state(agent, "整理中")
    wrap_up(agent, "核对户号", "已解决")
    state(agent, "available")


def test_whoever_talks_by_telephone_is_offered_no_other_leg(screens: Screens) -> None:
    agent = screens.agent("1001")
    agent.get_by_text("话机", exact=True).click()
    expect(agent.get_by_role("radio", name="话机")).to_be_checked()
    Caller.lives_at(screens.system, AT_DESK)
    Caller.lives_at(screens.system, KNOWN)
    _dial(agent, KNOWN)
    contact_state(agent, "通话中")
    expect(agent.get_by_role("log")).to_contain_text("正在用话机通话")
    expect(agent.get_by_role("button", name="重新接入通话")).to_have_count(0)
    key(agent, "x")
    wrap_up(agent)
    agent.get_by_text("网页", exact=True).click()
    expect(agent.get_by_role("radio", name="网页")).to_be_checked()


def _help_is_asked_and_heard(screens: Screens, agent: Page) -> None:
    key(agent, "y")
    expect(agent.locator("[data-help=asked]")).to_contain_text("等待值班长回应")
    board = screens.person("4001", "/wallboard")
    warning = board.locator("[data-warning=help]")
    expect(warning).to_contain_text("坐席求助")
    expect(warning).to_contain_text("1001 陈安")
    warning.get_by_role("button", name="回复求助").click()
    board.get_by_role("dialog").locator("textarea").fill("我马上来旁听")
    expect(board.get_by_role("dialog").locator(".story")).to_be_visible()
    board.get_by_role("dialog").get_by_role("button", name="回复求助").click()
    expect(agent.locator("[data-help=heard]")).to_contain_text("我马上来旁听")


def _holds_and_takes_back(agent: Page) -> None:
    key(agent, "h")
    contact_state(agent, "保持中")
    expect(agent.get_by_text("保持中：来电人听不到您说话。")).to_be_visible()
    agent.fill("input[data-say]", "您还在吗")
    expect(agent.get_by_role("button", name="说话", exact=True)).to_be_disabled()
    key(agent, "x")
    expect(agent.get_by_role("dialog")).to_contain_text("还在保持中，确定挂机？")
    agent.keyboard.press("Escape")
    expect(agent.get_by_role("dialog")).to_be_hidden()
    key(agent, "h")
    contact_state(agent, "通话中")
    expect(agent.get_by_role("log")).to_contain_text("已取回")


def test_help_hold_an_order_and_a_reload_in_the_wrap_up(screens: Screens) -> None:
    Caller.lives_at(screens.system, KNOWN)
    agent = screens.agent("1001")
    _dial(agent, KNOWN)
    contact_state(agent, "通话中")
    expect(agent.locator(".side-column")).to_contain_text("8000000001")
    callee = Caller.rung(screens.system, KNOWN)
    callee.until(lambda lines: any(line.get("event") == "joined" for line in lines))

    _help_is_asked_and_heard(screens, agent)

    _holds_and_takes_back(agent)
    agent.fill("input[data-say]", "您好，我来登记")
    agent.keyboard.press("Enter")
    callee.hears("您好，我来登记")

    key(agent, "o")
    agent.fill("[data-order]", "楼道里没有电")
    phone = agent.get_by_label("联系电话")
    phone.fill("不知道")
    agent.get_by_role("button", name="提交工单").click()
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(agent.locator("#order-wrong")).to_have_text("电话号码不正确。")
    phone.fill(KNOWN)
    expect(agent.locator("#order-wrong")).to_be_hidden()
    agent.get_by_role("button", name="提交工单").click()
    expect(agent.locator(".wrap")).to_contain_text("已建立")

    key(agent, "x")
    contact_state(agent, "整理中")
    agent.reload()
    contact_state(agent, "整理中")
    expect(agent.get_by_role("log")).to_have_text(re.compile("已保持.*已取回.*您好，我来登记"))
    expect(agent.locator(".wrap")).to_contain_text("已建立")
    expect(agent.locator(".wrap").get_by_role("radio", name="已开工单")).to_be_checked()
    agent.fill(".wrap textarea", "已登记")
    agent.clock.set_fixed_time(datetime.now(UTC) + timedelta(seconds=WRAP_UP_S - 1))
    expect(agent.get_by_text("时间到，已保存您填写的小结。")).to_be_visible()
    state(agent, "available")
    mine = f"{screens.system.app_url}/api/contacts?agent_no=1001&limit=1"
    assert agent.context.request.get(mine).json()["items"][0]["disposition"] == "order_opened"


def test_a_call_that_was_agreed_stands_there_until_they_were_reached(screens: Screens) -> None:
    Caller.lives_at(screens.system, KNOWN)
    agent = screens.agent("1001")
    _dial(agent, KNOWN)
    _talks(screens, agent)
    wrap_up(agent, "三点再打", "约定回电")
    agreed = agent.locator("[data-to-call]")
    expect(agreed).to_contain_text("三点再打")
    board = screens.person("4001", "/wallboard")
    promised = board.get_by_label("待办", exact=True).get_by_role("button", name="约定")
    expect(promised).to_contain_text("1")
    promised.click()
    expect(board.get_by_role("dialog").locator("tbody tr")).to_have_count(1)
    agent.reload()
    agreed.get_by_role("button", name="回拨").click()
    _talks(screens, agent)
    wrap_up(agent)
    state(agent, "available")
    expect(agreed).to_have_count(0)


def _talks(screens: Screens, agent: Page) -> None:
    contact_state(agent, "通话中")
    callee = Caller.rung(screens.system, KNOWN)
    callee.until(lambda lines: any(line.get("event") == "joined" for line in lines))
    agent.fill("input[data-say]", "您好，这里是热线")
    agent.keyboard.press("Enter")
    callee.hears("您好，这里是热线")
    key(agent, "x")


def test_dialling_and_the_summary_stay_in_sight_on_a_low_screen(screens: Screens) -> None:
    agent = screens.person("1001", viewport={"width": 1280, "height": 330})
    for name in ("外呼", "每日总结"):
        expect(agent.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_light_and_dark_are_chosen_on_the_wall_too_and_kept(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard")
    shown = board.locator("html")
    expect(shown).to_have_attribute("data-look", "dark")
    board.get_by_role("button", name="浅色").click()
    expect(shown).to_have_attribute("data-look", "light")
    board.reload()
    expect(shown).to_have_attribute("data-look", "light")


@pytest.mark.parametrize(("path", "way_on"), [("/wallboard", "前往“坐席台”"), ("/consle", "坐席台 Console")])
def test_a_page_that_is_not_for_somebody_or_not_there_leads_to_one_that_is(
    screens: Screens, path: str, way_on: str
) -> None:
    agent = screens.person("1001")
    agent.goto(screens.system.app_url + path)
    agent.get_by_role("link", name=way_on).click()
    expect(agent.locator(".console")).to_be_visible()
