"""The supervisors' board: every number opens what it counts, old figures say so, and it is read from afar."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.web.screens import Screens, call_to
from tests.web.test_field import fault

WALL = {"width": 1920, "height": 1080}
FIVE_METRES_PX = 38
"""Figures to be read from five metres: on a 55 inch screen of 1920 pixels a digit of 38 px is some 24 mm high."""


def opened(board: Page, button: Locator) -> Locator:
    """The list behind a number."""
    button.click()
    dialog = board.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("加载中")).to_be_hidden()
    return dialog


def closed(board: Page) -> None:
    board.keyboard.press("Escape")
    expect(board.get_by_role("dialog")).to_be_hidden()


def _questions(lines: list[dict[str, Any]]) -> int:
    """How often the line has listened."""
    return sum(line["kind"] == "listening" for line in lines)


def test_numbers_list_what_they_count(screens: Screens) -> None:
    order_no = fault(screens, "大屏工单")
    caller = call_to(screens.system, "+8613800005902")
    board = screens.person("4001", "/wallboard", viewport=WALL)
    field, phone = board.locator("[data-queue=field]"), board.locator("[data-queue=phone]")
    waiting = phone.get_by_role("button", name="等候", exact=False).first
    expect(waiting).to_contain_text("1")
    expect(opened(board, waiting).locator("tbody tr")).to_have_count(1)
    closed(board)
    expect(field.get_by_role("button", name="等候").first).to_contain_text("1")
    expect(opened(board, field.get_by_role("button", name="等候").first)).to_contain_text(order_no)
    closed(board)
    expect(opened(board, field.get_by_role("button", name="派工"))).to_contain_text(order_no)
    closed(board)
    expect(opened(board, field.get_by_role("button", name="接单"))).to_contain_text("没有记录")
    closed(board)
    clocks = board.get_by_label("承诺时限", exact=True)
    running = clocks.get_by_role("button", name="在办")
    number = int(running.locator("strong").inner_text())
    expect(opened(board, running).locator("li.card")).to_have_count(number)
    closed(board)
    near = clocks.get_by_role("button", name="一小时内到期")
    expect(opened(board, near).locator("li.card")).to_have_count(int(near.locator("strong").inner_text()))
    closed(board)
    for questions, key in ((2, "2"), (3, "1")):
        caller.until(lambda lines, least=questions: _questions(lines) >= least)  # type: ignore[misc]
        caller.press(key)
    todo = board.get_by_label("待办", exact=True)
    callbacks = todo.get_by_role("button", name="待回电")
    expect(callbacks).to_contain_text("1")
    expect(opened(board, callbacks)).to_contain_text("+86138****5902")
    closed(board)


def test_a_number_of_agents_lists_them(screens: Screens) -> None:
    screens.agent("2001")
    board = screens.person("4001", "/wallboard", viewport=WALL)
    web = board.locator("[data-queue=web]")
    free = web.get_by_role("button", name="示闲")
    expect(free).to_contain_text("1")
    people = opened(board, free)
    expect(people).to_contain_text("网络客服·示闲")
    expect(people.locator("tbody tr")).to_have_count(1)
    expect(people.locator("tbody tr")).to_contain_text("2001 许宁")
    closed(board)
    expect(opened(board, web.get_by_role("button", name="小休"))).to_contain_text("没有记录")
    closed(board)


def test_who_leads_one_unit_is_told_whose_figures_these_are(screens: Screens) -> None:
    fault(screens, "别处的工单")
    screens.agent("2001")
    path = screens.system.database.partition(":///")[2]

    def lead(unit: str | None) -> None:
        with closing(sqlite3.connect(path, timeout=10)) as base, base:
            base.execute("UPDATE staff SET unit = ? WHERE agent_no = '4001'", (unit,))

    lead("north")
    try:
        board = screens.person("4001", "/wallboard", viewport=WALL)
        expect(board.get_by_role("note")).to_contain_text("数字为全热线合计；坐席、预警和点开的名单只列 north")
        running = board.get_by_role("button", name="在办")
        number = int(running.locator("strong").inner_text())
        assert number
        expect(opened(board, running)).to_contain_text(f"全热线共 {number}，其中 north 可查看 0")
        closed(board)
        free = opened(board, board.locator("[data-queue=web]").get_by_role("button", name="示闲"))
        expect(free).to_contain_text("全热线共 1，其中 north 可查看 0")
        closed(board)
    finally:
        lead(None)


def test_a_recording_is_counted_until_somebody_hears_it(screens: Screens) -> None:
    call_to(screens.system, "+8613800005904")
    path = screens.system.database.partition(":///")[2]
    at = int(time.time() * 1000)
    with closing(sqlite3.connect(path, timeout=10)) as base, base:
        contact = base.execute("SELECT contact_id FROM contacts WHERE restricted IS NULL LIMIT 1").fetchone()[0]
        values = ("r-board", "RE" + "b" * 32, contact, "caller", "completed", 7, at, 1)
        columns = "recording_id, recording_sid, contact_id, purpose, state, duration_s, at, version"
        base.execute(f"INSERT INTO recordings ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    board = screens.person("4001", "/wallboard", viewport=WALL)
    unheard = board.get_by_role("button", name="未听录音")
    expect(unheard).to_contain_text("1")
    dialog = opened(board, unheard)
    dialog.locator("tbody button").first.click()
    expect(dialog.locator("audio").first).to_be_visible()
    closed(board)


def test_the_formula_is_one_click_away_and_emergency_stands_first(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard", viewport=WALL)
    expect(board.locator(".queue").first).to_have_attribute("data-queue", "emergency")
    phone = board.locator("[data-queue=phone]")
    phone.get_by_role("button", name="服务水平").click()
    expect(phone.locator(".formula")).to_contain_text("目标时间内接听数")
    expect(phone.locator(".formula")).to_contain_text("20 秒内接听 80%")
    expect(phone.locator(".unmanned")).to_be_visible()
    red = phone.evaluate("node => getComputedStyle(node).borderColor")
    assert red == "rgb(255, 84, 73)"


def test_figures_are_large_and_the_wall_needs_no_scrolling(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard", viewport=WALL)
    expect(board.locator(".queue")).to_have_count(4)
    sizes = board.evaluate(
        "() => [...document.querySelectorAll('.queue .large strong, .panel .large strong')]"
        ".map((node) => parseFloat(getComputedStyle(node).fontSize))"
    )
    assert min(sizes) >= FIVE_METRES_PX
    for name in (".queues", "[aria-label=承诺时限]", "[aria-label=待办]"):
        box = board.locator(name).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= WALL["height"], name


def test_many_warnings_stay_on_the_wall_and_the_rest_is_counted(screens: Screens) -> None:
    path = screens.system.database.partition(":///")[2]
    at = int(time.time() * 1000)
    columns = "warning_id, kind, level, about, facts, times, opened_at, version"
    many = [(f"many-{n}", "area_surge", "orange", f"80010{n}:77", "{}", 1, at, 1) for n in range(30)]
    with closing(sqlite3.connect(path, timeout=10)) as base, base:
        base.executemany(f"INSERT INTO warnings ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", many)
    try:
        board = screens.person("4001", "/wallboard", viewport=WALL)
        rest = board.get_by_role("button", name="下方还有")
        expect(rest).to_be_in_viewport(ratio=1)
        expect(board.locator(".warnings li").first).to_be_in_viewport(ratio=1)
        first = rest.inner_text()
        rest.click()
        expect(rest).not_to_have_text(first)
        assert board.locator(".board").evaluate("node => node.scrollHeight - node.clientHeight") <= 0
    finally:
        with closing(sqlite3.connect(path, timeout=10)) as base, base:
            base.execute("DELETE FROM warnings WHERE warning_id LIKE 'many-%'")


LAPTOP = {"width": 1366, "height": 768}


def test_a_laptop_shows_what_is_open_and_what_is_over_in_one_line(screens: Screens) -> None:
    path = screens.system.database.partition(":///")[2]
    at = int(time.time() * 1000)
    orders = "order_no, type, state, urgency, crew_no, created_at, changed_at, source, lang, anonymous, confidential"
    orders += ", description, to_listen, urge_count, supervised, reopened, version"
    columns = "warning_id, kind, level, about, order_no, facts, times, opened_at, version"
    over = [(f"fit-o{n}", "hazard", "red", f"order:77000{n}", f"77000{n}", "{}", 1, at, 1) for n in range(6)]
    mild = [(f"fit-y{n}", "area_surge", "orange", f"80010{n}:77", None, "{}", 1, at + n, 1) for n in range(4)]
    grave = [(f"fit-r{n}", "number_guessing", "red", f"80020{n}:77", None, "{}", 1, at, 1) for n in range(3)]
    held = [(row[4], "fault", "crew_assigned", "urgent", "3001", at, at, "phone", "zh-CN", *[0] * 2) for row in over]
    with closing(sqlite3.connect(path, timeout=10)) as base, base:
        base.executemany(f"INSERT INTO work_orders ({orders}) VALUES ({'?, ' * 11}'', 0, 0, 0, 0, 1)", held)
        base.executemany(f"INSERT INTO warnings ({columns}) VALUES ({', '.join('?' * 9)})", [*over, *mild, *grave])
    try:
        board = screens.person("4001", "/wallboard", viewport=LAPTOP)
        settled = board.locator(".warnings").get_by_role("button", name="已了结 6 条")
        expect(settled).to_be_in_viewport(ratio=1)
        rows = board.locator(".warnings li[data-warning^=area], .warnings li[data-warning^=number]")
        expect(rows).to_have_count(7)
        expect(rows.last).to_be_in_viewport(ratio=1)
        kinds = rows.evaluate_all("nodes => nodes.map((node) => node.dataset.warning)")
        assert kinds == ["number_guessing"] * 3 + ["area_surge"] * 4
        expect(board.locator(".warnings li.over")).to_have_count(0)
        settled.click()
        expect(board.locator(".warnings li.over")).to_have_count(6)
    finally:
        with closing(sqlite3.connect(path, timeout=10)) as base, base:
            base.execute("DELETE FROM warnings WHERE warning_id LIKE 'fit-%'")
            base.execute("DELETE FROM work_orders WHERE order_no LIKE '77000%'")


def test_danger_without_a_crew_stands_red_where_crews_work_and_says_what_comes_next(screens: Screens) -> None:
    path = screens.system.database.partition(":///")[2]
    at = int(time.time() * 1000)
    order_no = fault(screens, "变压器冒火")
    with closing(sqlite3.connect(path, timeout=10)) as base, base:
        base.execute("UPDATE work_orders SET urgency = 'urgent', created_at = ? WHERE order_no = ?", (at, order_no))
    board = screens.person("4001", "/wallboard", viewport=LAPTOP)
    field = board.locator("[data-queue=field]")
    flag = field.get_by_role("button", name="险情无班组 1")
    expect(flag).to_be_visible()
    expect(field).to_have_class("queue bad")
    dialog = opened(board, flag)
    dialog.get_by_role("button", name=order_no).click()
    expect(dialog.locator("[data-crews]")).to_contain_text("没有班组在岗")
    closed(board)
    with closing(sqlite3.connect(path, timeout=10)) as base, base:
        base.execute("UPDATE work_orders SET urgency = 'normal' WHERE order_no = ?", (order_no,))
    expect(flag).to_be_hidden()


def test_a_laptop_shows_the_whole_board(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard", viewport=LAPTOP)
    expect(board.locator(".queue")).to_have_count(4)
    hidden = board.locator(".board").evaluate("node => node.scrollHeight - node.clientHeight")
    assert hidden <= 0
    of_figures = "nodes => nodes.filter((node) => node.scrollWidth > node.clientWidth).length"
    assert board.locator(".panel .large button").evaluate_all(of_figures) == 0


def test_the_widest_figures_stay_inside_their_queue_in_english(screens: Screens) -> None:
    board = screens.person("4001", "/wallboard", viewport=WALL, locale="en-GB")
    expect(board.locator(".queue")).to_have_count(4)
    board.locator(".queue .large").evaluate_all(
        "rows => rows.forEach((row) => row.querySelectorAll('strong').forEach((node, nth) => "
        "{ node.textContent = ['88', '58:58', '100%'][nth] }))"
    )
    outside = board.locator(".queue").evaluate_all(
        "cards => cards.filter((card) => [...card.querySelectorAll('strong, span, h2')]"
        ".some((node) => node.getBoundingClientRect().right > card.getBoundingClientRect().right - 8)).length"
    )
    assert outside == 0


def test_old_figures_say_so_and_their_times_stand_still(screens: Screens) -> None:
    fault(screens, "等候的工单")
    board = screens.person("4001", "/wallboard", viewport=WALL)
    expect(board.locator("[data-queue=field] .large strong").first).not_to_have_text("0")
    node = screens.system.nodes[0]
    node.stop()
    try:
        expect(board.locator(".banner.bad")).to_contain_text("数据停留在")
        expect(board.locator(".board.stale")).to_be_visible()
        longest = board.locator("[data-queue=field] .large strong").nth(1)
        before = longest.inner_text()
        board.wait_for_function("(from) => Date.now() - from > 2500", arg=board.evaluate("() => Date.now()"))
        assert longest.inner_text() == before
    finally:
        node.start()
        node.await_ready()
    expect(board.locator(".board.stale")).to_be_hidden(timeout=40_000)
