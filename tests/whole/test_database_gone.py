"""While the database is away callers hear a valid document in time, and the service goes on when it is back."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import aiohttp
import pytest

from app.carrier.twiml import LAST_RESORT
from tests.postgres import own_postgres_server
from tests.whole.databases import PostgresDatabases, SqliteDatabases
from tests.whole.documents import DEADLINE_MS, wrong_in
from tests.whole.people import Phones, until
from tests.whole.rig import System
from tests.whole.test_calls import contact_of
from tests.whole.test_hostile_webhooks import FORM, Line


@dataclass
class Fragile:
    """A system whose database can be taken away and given back."""

    system: System
    take_away: Callable[[], None]
    give_back: Callable[[], None]


@asynccontextmanager
async def locked(folder: Path) -> AsyncIterator[Fragile]:
    """An SQLite file that somebody else writes and does not let go."""
    address = await SqliteDatabases(folder).make()
    file = address.partition("///")[2]
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        system = System(address, folder / "system")
        yield Fragile(system, lambda: _run(other, "BEGIN IMMEDIATE"), lambda: _run(other, "ROLLBACK"))


def _run(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute(statement)


@asynccontextmanager
async def moved(folder: Path) -> AsyncIterator[Fragile]:
    """An SQLite file whose folder is not there, as when a disk is gone."""
    address = await SqliteDatabases(folder).make()
    there = Path(address.partition("///")[2]).parent
    away = there.with_name("away")
    yield Fragile(System(address, folder / "system"), lambda: _move(there, away), lambda: _move(away, there))


def _move(source: Path, target: Path) -> None:
    source.rename(target)


@asynccontextmanager
async def stopped(folder: Path) -> AsyncIterator[Fragile]:
    """A PostgreSQL that does not run."""
    with own_postgres_server() as server:
        system = System(await PostgresDatabases(server.url).make(), folder / "system")
        yield Fragile(system, server.stop, server.start)


@pytest.fixture(params=[locked, moved, stopped])
async def fragile(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Fragile]:
    """Each kind, serving."""
    async with request.param(tmp_path) as made:
        try:
            await asyncio.to_thread(made.system.start)
            yield made
        finally:
            await asyncio.to_thread(made.system.stop)


async def answered(line: Line, path: str, form: dict[str, str]) -> str:
    """The document that came in time; it is valid."""
    async with asyncio.timeout(DEADLINE_MS / 1000):
        status, body = await line.signed(path, form)
    assert status == 200, (path, body)
    assert wrong_in(ElementTree.fromstring(body)) == []
    return body


@pytest.mark.timeout(300)
async def test_callers_hear_patience_and_then_the_menu(fragile: Fragile) -> None:
    system = fragile.system
    async with aiohttp.ClientSession() as http, Phones(system.carrier_url) as phones:
        line = Line(system.app_url, http)
        number = system.number()
        before = await phones.call(number)
        await before.asked()
        (greeted,) = await phones.ledger(kind="webhook", party=number)
        asked = ElementTree.fromstring(greeted["body"]).find("Gather").attrib["action"].partition("#")[0]  # type: ignore[union-attr]
        key = asked.removeprefix(line.url)
        turn = FORM | {"CallSid": before.call_sid, "From": number, "CallStatus": "in-progress", "Digits": "8"}
        await asyncio.to_thread(fragile.take_away)
        failed = {"ErrorUrl": f"{line.url}/twilio/voice", "ErrorCode": "11200"}
        rang, pressed, fell = await asyncio.gather(
            answered(line, "/twilio/voice", FORM),
            answered(line, key, turn),
            answered(line, "/twilio/voice/fallback", FORM | failed),
        )
        assert "/twilio/voice?again=1" in rang
        # What was open before may still serve a running call; whoever cannot be served keeps the key that was pressed.
        assert f"{key}?Digits=8&amp;again=1" in pressed or "8" in "".join(ElementTree.fromstring(pressed).itertext())
        assert "/twilio/voice?again=1" in fell
        last = await answered(line, "/twilio/voice?again=6", FORM)
        assert ElementTree.canonicalize(last) == ElementTree.canonicalize(LAST_RESORT)
        during = await phones.call(system.number())
        await during.hears("请稍|hold|wait")
        await until(lambda: not_ready(http, system), "the word that nothing is served durably")
        await asyncio.to_thread(fragile.give_back)
        await during.press("8")
        await during.hears("已紧急登记")
        await before.hang_up()
        await until(lambda: hung_up(system, before.call_sid), "the end of the call that was there before")
        await contact_of(system, during.call_sid)
        await until(lambda: ready(http, system), "ready again")


async def hung_up(system: System, call_sid: str) -> bool:
    """Whether the rows know that this call is over."""
    return (await contact_of(system, call_sid))["hung_up_at"] is not None


async def ready(http: aiohttp.ClientSession, system: System) -> bool:
    """Whether the service says that it serves durably."""
    async with http.get(system.app_url + "/readyz") as answer:
        return answer.status == 200


async def not_ready(http: aiohttp.ClientSession, system: System) -> bool:
    """Whether the service says that it does not."""
    return not await ready(http, system)
