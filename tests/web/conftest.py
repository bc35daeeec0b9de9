"""The built pages in a real browser, on the real service and the local carrier."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.screens import Screens
from tests.whole.databases import SqliteDatabases
from tests.whole.rig import System
from tools import pages

# Every part of the browser that would ask somebody outside this machine is off.
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"),
]
WRAP_UP_S = 120
OPERATIONS = f"""
[queues.phone]
offer_timeout_s = 30
cooldown_s = 1
wrap_up_s = {WRAP_UP_S}
[queues.web]
offer_timeout_s = 30
wrap_up_s = {WRAP_UP_S}
[queues.field]
offer_timeout_s = 120
[survey]
sample = 0.0
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="package")
def built() -> None:
    """The pages as the sources are now."""
    pages.build()


@pytest.fixture(scope="module")
def system(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One node and a carrier on a seeded database, for each file anew: what one leaves open is no other's work."""
    folder = tmp_path_factory.mktemp("web")
    made = System(asyncio.run(SqliteDatabases(folder).make()), folder / "system", operations=OPERATIONS)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def browser(system: System) -> Iterator[Browser]:
    """Chromium of this machine."""
    program = shutil.which("chromium")
    assert program, "these tests need chromium: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield running
        running.close()


@pytest.fixture
def screens(system: System, browser: Browser) -> Iterator[Screens]:
    """Screens of this test; what a page complained of on its console fails the test."""
    made = Screens(system, browser)
    if not system.nodes[0].alive:
        system.nodes[0].start()
        system.nodes[0].await_ready()
    try:
        yield made
        made.all_quiet()
    finally:
        made.close()
