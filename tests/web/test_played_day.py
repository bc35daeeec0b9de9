"""A day on the board: people call, give up, are called back, write of danger, chat and complain; then every number is
clicked and holds exactly what it counts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.house import rows, until
from tests.web.screens import Caller, Screens, call_to, contact_state, key, state, wrap_up
from tests.web.test_board import WALL, closed, opened
from tests.web.test_emergency import text_from
from tests.web.test_field import asked, fault, take_job

LATER, WRITER = "+8613800005911", "+8613800005912"
DANGER_WAITS = "SELECT task_id FROM tasks WHERE queue = 'emergency' AND state = 'waiting'"
QUEUES = ("emergency", "field", "phone", "web")


def serve(agent: Page) -> None:
    """Take what rings, talk, hang up, conclude."""
    expect(agent.locator("[data-offer]").first).to_be_visible(timeout=40_000)
    key(agent, "a")
    contact_state(agent, "通话中")


def conclude(agent: Page) -> None:
    key(agent, "x")
    wrap_up(agent)


def _calls(screens: Screens, agent: Page) -> None:
    """One is served; meanwhile one gives up, one asks to be called back, one presses 8, one writes of danger."""
    call_to(screens.system, "+8613800000001")
    serve(agent)
    gone = call_to(screens.system, "+8613800005910")
    gone.asked()
    gone.hang_up()
    later = call_to(screens.system, LATER)
    for pressed in ("2", "1"):
        later.asked()
        later.press(pressed)
    later.hears("排位保留")
    danger = Caller(screens.system, "+8613800000006")
    danger.asked()
    danger.press("8")
    until(lambda: rows(screens.system, DANGER_WAITS), lambda: "the emergency does not wait", 40)
    for number in (LATER, WRITER):
        Caller.lives_at(screens.system, number)
    conclude(agent)
    serve(agent)
    conclude(agent)


def _called_back(screens: Screens, agent: Page) -> None:
    expect(agent.locator("[data-offer]").first).to_be_visible(timeout=40_000)
    key(agent, "a")
    customer = Caller.rung(screens.system, LATER)
    customer.asked()
    customer.press("1")
    contact_state(agent, "通话中")
    conclude(agent)
    for words in ("小区配电箱着火了", "东湖路3号"):
        text_from(screens.system, WRITER, words)
    serve(agent)
    conclude(agent)


def _work(screens: Screens) -> None:
    account = rows(screens.system, "SELECT account_no FROM accounts ORDER BY account_no LIMIT 1")[0]["account_no"]
    complaint = {"type": "complaint", "description": "多次停电没有答复", "account_no": account, "contact_phone": LATER}
    for named in ({}, {"about_agent_no": "1002"}):
        asked(screens, "1001", "/api/work-orders", {**complaint, **named})
    fault(screens, "家中无电")


@pytest.fixture
def board(screens: Screens) -> Page:
    """The wallboard after the day, with somebody still waiting."""
    agent, writing = screens.agent("1001"), screens.agent("2001")
    chat = screens.page("/chat")
    chat.locator(".choices button").first.wait_for()
    chat.fill("input", "0")
    chat.keyboard.press("Enter")
    expect(writing.locator("[data-offer]").first).to_be_visible()
    key(writing, "a")
    writing.locator("textarea[data-say]").wait_for()
    key(writing, "x")
    writing.get_by_role("dialog").get_by_role("button", name="结束会话").click()
    wrap_up(writing)
    _calls(screens, agent)
    _called_back(screens, agent)
    _work(screens)
    state(agent, "available")
    key(agent, "b")
    agent.get_by_role("dialog").get_by_role("button", name="小休").click()
    state(agent, "break")
    call_to(screens.system, "+8613800000009").asked()
    crew = screens.person("3001", "/field", viewport={"width": 360, "height": 640})
    waiting = "SELECT order_no FROM work_orders WHERE type = 'fault' AND urgency = 'urgent' ORDER BY order_no LIMIT 1"
    take_job(crew, str(rows(screens.system, waiting)[0]["order_no"]))
    shown = screens.person("4001", "/wallboard", viewport=WALL)
    expect(shown.locator("[data-queue=phone] .large strong").first).to_have_text("1")
    return shown


def number_of(button: Locator) -> int:
    found = re.findall(r"\d+", button.locator("b, strong").first.inner_text())
    return int(found[0])


def listed(dialog: Locator) -> int:
    return dialog.locator("tbody tr").count() + dialog.locator("ul.stack > li.card").count()


def test_after_a_played_day_every_number_holds_what_it_counts(board: Page) -> None:
    buttons = [
        board.locator(f"[data-queue={name}]").get_by_role("button", name=label).first
        for name in QUEUES
        for label in (
            "等候",
            "示闲",
            "振铃",
            "小休",
            "整理中",
            *(("派工", "接单") if name == "field" else ("来访", "接听")),
        )
    ]
    buttons += [board.locator(f"[data-queue={name}] .small-figures button").nth(2) for name in QUEUES]
    buttons += board.get_by_label("承诺时限", exact=True).get_by_role("button").all()
    buttons += board.get_by_label("待办", exact=True).get_by_role("button").all()
    buttons += [board.get_by_label("今日评价", exact=True).get_by_role("button", name=of) for of in ("已评", "低分")]
    for button in buttons:
        number = number_of(button)
        dialog = opened(board, button)
        assert listed(dialog) == number, (button.inner_text(), dialog.inner_text())
        closed(board)
    emergency = opened(board, board.locator("[data-queue=emergency]").get_by_role("button", name="接听"))
    expect(emergency).to_contain_text("5912 短信")
    closed(board)
