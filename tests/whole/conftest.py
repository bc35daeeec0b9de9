"""One system for the tests of a module, on SQLite and on PostgreSQL; its end is checked when they are done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.documents import wrong_documents
from tests.whole.invariants import hold
from tests.whole.people import Person, Phones, settled
from tests.whole.rig import System

Databases = SqliteDatabases | PostgresDatabases


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Where fresh seeded databases come from."""
    if request.param == "sqlite":
        return SqliteDatabases(tmp_path_factory.mktemp("databases"))
    return PostgresDatabases(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="module")
def system(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """One node and a carrier."""
    folder: Path = tmp_path_factory.mktemp(f"system-{databases.name}")
    made = System(asyncio.run(databases.make()), folder)
    try:
        made.start()
        yield made
        asyncio.run(_judge(made))
    finally:
        made.stop()


async def _judge(system: System) -> None:
    await hold(system)
    async with Phones(system.carrier_url) as phones:
        assert await wrong_documents(phones) == []


@pytest.fixture
async def phones(system: System) -> AsyncIterator[Phones]:
    """The carrier's phones."""
    async with Phones(system.carrier_url) as found:
        yield found


@pytest.fixture
async def nobody_stays_on_the_line(phones: Phones) -> AsyncIterator[None]:
    """Whatever a test leaves is hung up."""
    yield
    live = await phones.ask("GET", "/control/calls", live="true")
    for item in live["items"]:
        with suppress(AssertionError):
            await phones.ask("POST", f"/control/calls/{item['call_sid']}/hangup")


@pytest.fixture
async def agent(system: System) -> AsyncIterator[Person]:
    """1001, available in the browser."""
    async with Person(system.app_url, "1001") as person:
        await person.available()
        yield person
        await settled(person)
