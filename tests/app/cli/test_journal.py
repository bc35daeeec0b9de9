"""`hotline journal`: personal parts can be forgotten, and the chain holds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.db.database import Database
from app.db.record import record
from app.db.tables import Contact, Customer, Lease
from app.db.write_set import Fence, WriteSet
from app.dispatch.seal import Sealer
from app.journal.entry import Entry
from app.observe.clock import SystemClock
from app.settings import Env, Settings
from tests.app.hotline_command import Hotline

DAY_MS = 86_400_000
NOW = SystemClock().now_ms()


async def sealed(url: str, *rows: WriteSet) -> None:
    """Write these, and give every row of the journal its place."""
    database = await Database.open(Settings(_env_file=None, env=Env.DEMO, database_url=url))  # type: ignore[call-arg]
    lease = WriteSet()
    lease.put(Lease, name="routing", owner="n1", epoch=1, expires_at=0)
    for row in (lease, *rows):
        await database.commit(row)
    while await Sealer(database, Fence("routing", "n1", 1)).seal_new():
        pass
    await database.close()


def entry(at_ms: int, **about: Any) -> WriteSet:
    write = WriteSet()
    record(write, Entry("note", "caller", body={"text": "said"}, private={"words": "secret"}, **about), at_ms)
    return write


def people() -> WriteSet:
    """K1, who called once before anybody knew who it was, and K2."""
    write = WriteSet()
    person = {"kind": "person", "trade_mode": "individual", "relation": "current", "sensitive": []}
    for number in ("K1", "K2"):
        write.insert(Customer, customer_no=number, name="客户", **person)
    call = {"channel": "voice", "from_number": "+8613800000001", "to_number": "+15550095598", "state": "ended"}
    write.insert(Contact, contact_id="c1", customer_no="K1", started_at=NOW, **call)
    return write


@pytest.fixture
def journal(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> Hotline:
    monkeypatch.setenv("HOTLINE_ENV", "demo")
    old = NOW - 40 * DAY_MS
    written = [entry(old, customer_no="K2"), entry(NOW, customer_no="K1"), entry(NOW, contact_id="c1"), entry(NOW)]
    asyncio.run(sealed(hotline.url, people(), *written))
    return hotline


def kept(hotline: Hotline) -> int:
    return int(hotline.rows("SELECT COUNT(*) FROM journal_private")[0][0])


@pytest.mark.parametrize(
    ("whose", "forgotten"), [(("--customer", "K1"), 2), (("--contact", "c1"), 1), (("--older-than", "30"), 1)]
)
def test_whose_parts_are_forgotten_and_the_chain_holds(
    journal: Hotline, whose: tuple[str, str], forgotten: int
) -> None:
    said = journal("journal", "forget", *whose, "--reason", "asked for in writing")
    assert (said.code, said.out) == (0, f"{forgotten} personal parts forgotten\n")
    assert kept(journal) == 4 - forgotten
    (count,) = journal.rows("SELECT COUNT(*) FROM journal WHERE CAST(body AS TEXT) LIKE '%asked for in writing%'")
    assert count[0] == 1, "it is told who was forgotten, and why"
    asyncio.run(sealed(journal.url))
    verified = journal("journal", "verify")
    (last,) = journal.rows("SELECT hash FROM journal WHERE seq = 5")
    assert (verified.code, verified.out) == (0, f"5 rows, the chain holds; last hash {last[0]}\n")
    assert journal("journal", "forget", *whose, "--reason", "again").out == "0 personal parts forgotten\n"


@pytest.mark.parametrize("table", ["journal", "journal_private"])
def test_a_row_that_cannot_be_read_any_more_is_named(journal: Hotline, table: str) -> None:
    key = "id" if table == "journal" else "row_id"
    journal.write(f"UPDATE {table} SET body = body || 'x' WHERE {key} = (SELECT id FROM journal WHERE seq = 3)")
    said = journal("journal", "verify")
    assert said.code == 1
    assert "(seq 3): it cannot be read any more" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("--reason", "x"), 2),
        (("--customer", "K1", "--contact", "c1", "--reason", "x"), 2),
        (("--customer", "K1", "--reason", " "), 2),
        (("--customer", "K1"), 2),
        (("--customer", "nobody", "--reason", "x"), 1),
    ],
)
def test_what_is_unclear_forgets_nothing(journal: Hotline, given: tuple[str, ...], code: int) -> None:
    said = journal("journal", "forget", *given)
    assert (said.code, said.err.count("\n")) == (code, 1)
    assert kept(journal) == 4
