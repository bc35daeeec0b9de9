"""Demo data."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from app.cli.seeding import write_seed
from app.db.access import open_sessions
from app.domain.billing.reads import bills
from app.domain.billing.rules import arrears
from app.domain.customers.reads import account_card, accounts_by_phone
from app.domain.operations.load import load
from app.domain.outages.reads import outages_at
from app.domain.outages.rules import Phase
from app.domain.seed.make import rows
from app.domain.seed.people import DEMO_PASSWORD
from app.domain.seed.stories import STORIES, mobile
from app.domain.staff import passwords
from app.observe.clock import SystemClock
from app.settings import Settings
from tests.app.hotline_command import Hotline

NOON = 1_795_320_000_000
TODAY = datetime.fromtimestamp(NOON / 1000, UTC).date()


def made(seed: int) -> list[object]:
    tariffs = load().tariffs
    return list(rows(seed, now_ms=NOON, today=TODAY, tariffs=tariffs, password_hash=None))


def test_the_same_seed_makes_the_same_rows_and_another_does_not() -> None:
    assert made(1) == made(1)
    assert made(1) != made(2)


def test_seeding_twice_leaves_one_of_each(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "demo")
    first = hotline("seed")
    assert (first.code, first.err) == (0, "")
    assert DEMO_PASSWORD in first.out
    counts = "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM accounts), (SELECT count(*) FROM bills)"
    before = hotline.rows(counts)
    assert before[0][1] == 300
    assert hotline("seed").code == 0
    assert hotline.rows(counts) == before
    assert passwords.matches(hotline.rows("SELECT password_hash FROM staff LIMIT 1")[0][0], DEMO_PASSWORD)


def test_production_gets_no_known_password(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "production")
    said = hotline("seed")
    assert said.code == 0
    assert DEMO_PASSWORD not in said.out
    assert hotline.rows("SELECT count(*) FROM staff WHERE password_hash IS NOT NULL") == [(0,)]


def test_everybody_has_a_number_that_nobody_has(hotline: Hotline) -> None:
    hotline("seed")
    phones = hotline.rows("SELECT phone FROM account_phones UNION SELECT phone FROM staff")
    assert len(phones) > 300
    assert all(phone.startswith("+861380000") and len(phone) == 14 for (phone,) in phones)


def test_each_story_can_be_heard(hotline: Hotline) -> None:
    settings = Settings()
    asyncio.run(write_seed(settings, 1))
    asyncio.run(_stories(settings))


async def _stories(settings: Settings) -> None:
    async with open_sessions(settings) as sessions, sessions() as session:
        assert [a.account_no for a in await accounts_by_phone(session, mobile(2))] == ["8000000002", "8000000003"]
        assert await _debts(session, 1) == 0
        assert await _debts(session, 4) == 2
        cut = await account_card(session, "8000000004")
        assert cut is not None
        assert (cut.account.status, cut.account.relay) == ("suspended_arrears", "open")
        assert [await _sensitive(session, number) for number in (5, 6)] == [["medical"], ["elderly"]]
        assert await _phases(session, 7) == [Phase.CURRENT]
        assert await _phases(session, 8) == [Phase.SLIPPED]
        assert await _phases(session, 1) == []
        no_phone, remote = await account_card(session, "8000000010"), await account_card(session, "8000000011")
        assert no_phone is not None
        assert no_phone.phones == ()
        assert remote is not None
        assert remote.place is not None
        assert remote.place.area_type == "remote"
    assert len({story.account_no for story in STORIES}) == len(STORIES)


async def _debts(session: AsyncSession, number: int) -> int:
    found = await bills(session, f"80{number:08}")
    return arrears(found, "residential", datetime.now(ZoneInfo("Asia/Shanghai")).date()).count


async def _sensitive(session: AsyncSession, number: int) -> list[str]:
    card = await account_card(session, f"80{number:08}")
    assert card is not None
    assert card.customer is not None
    return card.customer.sensitive


async def _phases(session: AsyncSession, number: int) -> list[Phase]:
    card = await account_card(session, f"80{number:08}")
    assert card is not None
    return [phase for _, phase in await outages_at(session, card.account.area_code, SystemClock().now_ms())]
