"""Two hundred pieces of markup and script in every field that people write, on every page: text, and nothing else."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import product
from typing import Any

from playwright.sync_api import Page, expect

from tests.web.screens import Screens, call_to, contact_state, key, wrap_up
from tests.web.test_board import WALL, closed
from tests.web.test_chat import write
from tests.web.test_field import fault, take_job

RUNS = "window.ran=1"
OUT_OF = ("", '">', "'>", "</script>", "</textarea>", "</style>", "-->", "`>")
MARKUP = (
    f"<script>{RUNS}</script>",
    f"<script src=data:,{RUNS}></script>",
    f"<img src=x onerror={RUNS}>",
    f"<svg onload={RUNS}>",
    f"<svg><script>{RUNS}</script></svg>",
    f"<svg><animate onbegin={RUNS} attributeName=x dur=1s>",
    f"<body onload={RUNS}>",
    f"<iframe src=javascript:{RUNS}>",
    "<iframe srcdoc='<script>parent.ran=1</script>'>",
    f"<details open ontoggle={RUNS}>",
    f"<video><source onerror={RUNS}></video>",
    f"<audio src=x onerror={RUNS}>",
    f"<input autofocus onfocus={RUNS}>",
    f"<select autofocus onfocus={RUNS}></select>",
    f"<marquee onstart={RUNS}>x</marquee>",
    f"<object data=javascript:{RUNS}></object>",
    f"<embed src=javascript:{RUNS}>",
    f"<a href=javascript:{RUNS}>x</a>",
    f"<form action=javascript:{RUNS}><button autofocus>x</button></form>",
    f"<math><mtext><img src=x onerror={RUNS}></mtext></math>",
    f"<style>*{{animation:x}}@keyframes x{{}}</style><b onanimationstart={RUNS}>x</b>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUNS}'>",
    f"<template><img src=x onerror={RUNS}></template>",
    f"<noscript><img src=x onerror={RUNS}></noscript>",
    f"javascript:{RUNS}//",
)
PIECES = tuple("".join(pair) for pair in product(OUT_OF, MARKUP))
FIELDS: dict[str, tuple[str, ...]] = {
    "accounts": ("address",),
    "contacts": ("note",),
    "customers": ("name", "address", "email"),
    "daily_summaries": ("text", "comment"),
    "knowledge": ("title_zh", "body_zh", "title_en", "body_en"),
    "messages": ("text",),
    "outages": ("cause",),
    "surveys": ("comment",),
    "warnings": ("note",),
    "work_orders": ("contact_name", "address", "description", "result_text"),
}
"""What people write, by table. Names of staff and areas are short in any house: they get a few pieces each."""
SHORT = {"staff": "name", "areas": "name"}
SAID = ("text", "note", "description", "address", "contact_name", "words")


def fill(screens: Screens) -> None:
    """All pieces in every field of every row, also in what the stories tell."""
    words = " ".join(PIECES)
    with closing(sqlite3.connect(screens.system.database.partition(":///")[2], timeout=10)) as base, base:
        for table, names in FIELDS.items():
            base.execute(f"UPDATE {table} SET " + ", ".join(f"{name} = :words" for name in names), {"words": words})
        for table, name in SHORT.items():
            for number, (rowid,) in enumerate(base.execute(f"SELECT rowid FROM {table}").fetchall()):
                piece = PIECES[number * 7 % len(PIECES)]
                base.execute(f"UPDATE {table} SET {name} = ? WHERE rowid = ?", (piece, rowid))
        for row_id, body in base.execute("SELECT row_id, body FROM journal_private").fetchall():
            told = json.dumps(_filled(json.loads(body), words), ensure_ascii=False)
            base.execute("UPDATE journal_private SET body = ? WHERE row_id = ?", (told, row_id))


def _filled(told: Any, words: str) -> Any:
    if isinstance(told, dict):
        return {
            name: words if name in SAID and isinstance(value, str) else _filled(value, words)
            for name, value in told.items()
        }
    return [_filled(each, words) for each in told] if isinstance(told, list) else told


def shown(page: Page) -> None:
    """The words are to be read, and none of them became anything else."""
    expect(page.locator("body")).to_contain_text(PIECES[-1])
    ran_nothing(page)


def ran_nothing(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") is None


def test_what_people_write_is_text_on_every_page(screens: Screens) -> None:
    assert len(set(PIECES)) == 200
    crew = screens.person("3001", "/field", viewport={"width": 400, "height": 860})
    order_no = fault(screens, "没电了")
    take_job(crew, order_no)
    chat = screens.page("/chat", viewport={"width": 420, "height": 800})
    write(chat, "人工")
    writer = screens.agent("2001")
    expect(writer.locator("[data-offer]")).to_be_visible()
    key(writer, "a")
    for start in range(0, len(PIECES), 4):
        write(chat, " ".join(PIECES[start : start + 4]))
        expect(writer.locator(".talk")).to_contain_text(PIECES[start])
    shown(writer)
    shown(chat)
    agent = screens.agent("1001")
    caller = call_to(screens.system, "+8613800000004")
    expect(agent.locator("[data-offer]")).to_be_visible()
    key(agent, "a")
    contact_state(agent, "通话中")
    for start in range(0, len(PIECES), 10):
        caller.say(" ".join(PIECES[start : start + 10]))
    shown(agent)
    key(agent, "s")
    expect(agent.get_by_role("dialog").locator(".empty")).to_be_hidden()
    fill(screens)
    for page in (agent, writer, crew, chat):
        page.reload()
        shown(page)
    for tab in range(5):
        agent.get_by_role("tab").nth(tab).click()
        shown(agent)
    board = screens.person("4001", "/wallboard", viewport=WALL)
    for number in ("在办", "接听"):
        board.get_by_role("button", name=number).first.click()
        expect(board.get_by_role("dialog")).to_be_visible()
        ran_nothing(board)
        closed(board)
    board.get_by_role("button", name="每日总结").click()
    expect(board.get_by_role("dialog")).to_contain_text("每日总结")
    ran_nothing(board)
    for page, dialog in ((agent, False), (writer, True)):
        key(page, "x")
        if dialog:
            page.get_by_role("button", name="结束会话").last.click()
        wrap_up(page)
