"""The house as a story finds it: nobody waits, no crew is out, whatever the stories before it were."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import APIRequestContext

from app.domain.seed.people import DEMO_PASSWORD
from tests.whole.rig import System

LEADER = "4001"
WORK_OF_ORDERS = """SELECT DISTINCT order_no FROM tasks
 WHERE order_no IS NOT NULL AND (contact_id IS NULL OR contact_id LIKE 'order:%') AND state IN ('waiting', 'offered')"""
WAITING = """SELECT task_id, contact_id, order_no, queue, state FROM tasks
 WHERE state IN ('waiting', 'offered') AND kind <> 'callback'"""
"""Who was promised a call waits for it longer than a story lasts."""


def rows(system: System, query: str, **values: Any) -> list[dict[str, Any]]:
    """What the database holds, read past the service."""
    with closing(sqlite3.connect(system.database.partition(":///")[2])) as base:
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute(query, values)]


def until(holds: Callable[[], Any], what: Callable[[], object], seconds: float = 15) -> None:
    """Ask until it is so; fails with what is there instead."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


def leave(system: System, asking: APIRequestContext) -> None:
    """Callers put their phones down, orders that still wait for somebody are withdrawn, and nobody waits."""
    _hang_up_all(system)
    withdrawn: set[str] = set()

    def is_empty() -> bool:
        found = {str(row["order_no"]) for row in rows(system, WORK_OF_ORDERS)} - withdrawn
        if found:
            _withdraw(system, asking, sorted(found))
            withdrawn.update(found)
        return not rows(system, WAITING)

    until(is_empty, lambda: f"still waiting: {rows(system, WAITING)}")


def _hang_up_all(system: System) -> None:
    with urlopen(f"{system.carrier_url}/control/calls?live=true", timeout=10) as answer:
        calls = json.load(answer)["items"]
    for call in calls:
        request = Request(f"{system.carrier_url}/control/calls/{call['call_sid']}/hangup", method="POST", data=b"{}")
        request.add_header("Content-Type", "application/json")
        urlopen(request, timeout=10).close()


def _withdraw(system: System, asking: APIRequestContext, numbers: list[str]) -> None:
    site = system.app_url
    person = asking.post(f"{site}/api/session", data={"agent_no": LEADER, "password": DEMO_PASSWORD}).json()
    for number in numbers:
        step = {"to": "cancelled", "note": "the story is over"}
        headers = {"X-CSRF-Token": person["csrf_token"]}
        asking.post(f"{site}/api/work-orders/{number}/transitions", data=step, headers=headers)
