"""Who a caller is."""

from __future__ import annotations

import pytest

from app.db.database import Database
from app.db.tables import Account, AccountPhone, Area, Customer
from app.db.write_set import WriteSet
from app.domain.customers.reads import account_card, accounts_by_phone, search
from app.domain.customers.rules import Check, address_number, amount_ending, check_last_four, e164, masked_phone

MOBILE = "+8613800000001"


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (MOBILE, MOBILE),
        ("13800000001", MOBILE),
        ("0086 138 0000 0001", MOBILE),
        ("+1 555 010 0100", "+15550100100"),
        ("010 6000 0000", "+861060000000"),
        ("0755 6000 0000", "+8675560000000"),
        ("0579-6000000", "+865796000000"),
        ("60000000", None),
        ("12345", None),
        ("95598", None),
        ("+8695598", None),
        ("+1555 014", None),
        ("+1555014", None),
        ("anonymous", None),
        ("sip:someone@example.org", None),
        ("", None),
        ("+", None),
        ("+86138000000011111111", None),
    ],
)
def test_caller_ids(raw: str, number: str | None) -> None:
    assert e164(raw) == number


@pytest.mark.parametrize(
    ("phones", "digits", "check"),
    [
        ((MOBILE, "+861000000002"), "0002", Check.VERIFIED),
        ((MOBILE,), "0001", Check.VERIFIED),
        ((MOBILE,), "0002", Check.WRONG),
        ((MOBILE,), "001", Check.WRONG),
        ((MOBILE,), "", Check.WRONG),
        ((MOBILE,), MOBILE, Check.WRONG),
        ((), "0001", Check.NO_PHONE),
    ],
)
def test_last_four_digits_of_any_phone(phones: tuple[str, ...], digits: str, check: Check) -> None:
    assert check_last_four(phones, digits) is check


def test_masked_phone_shows_the_last_four() -> None:
    assert masked_phone(MOBILE) == "+86138****0001"


async def fill(database: Database) -> None:
    unit = WriteSet()
    unit.insert(Area, code="33", name="Province", kind="province", area_type="rural", unit="north")
    unit.insert(Area, code="3301", name="City", kind="city", parent_code="33")
    unit.insert(Area, code="330101", name="Feeder", kind="line", parent_code="3301", area_type="remote")
    unit.insert(
        Customer, customer_no="C1", name="Zhang 100%", kind="person", trade_mode="individual", relation="current"
    )
    for number, area, status in (
        ("10000001", "330101", "active"),
        ("10000002", "3301", "active"),
        ("10000003", "33", "closed"),
    ):
        account = {"account_no": number, "customer_no": "C1", "address": "1 Example Road", "area_code": area}
        unit.insert(Account, **account, user_class="residential", status=status)
        unit.insert(AccountPhone, account_no=number, phone=MOBILE)
    unit.insert(AccountPhone, account_no="10000001", phone="+861000000002", position=1)
    await database.commit(unit)


async def test_a_phone_leads_to_all_open_accounts(database: Database) -> None:
    await fill(database)
    async with database.session() as session:
        assert [a.account_no for a in await accounts_by_phone(session, "13800000001")] == ["10000001", "10000002"]
        assert await accounts_by_phone(session, "anonymous") == []
        assert await accounts_by_phone(session, "+8613800000009") == []


async def test_an_account_has_the_type_and_unit_of_its_area(database: Database) -> None:
    await fill(database)
    async with database.session() as session:
        feeder, city = await account_card(session, "10000001"), await account_card(session, "10000002")
        assert await account_card(session, "10000009") is None
    assert feeder is not None
    assert feeder.place is not None
    assert feeder.phones == (MOBILE, "+861000000002")
    assert (feeder.place.area_type, feeder.place.unit, feeder.place.path) == (
        "remote",
        "north",
        ("330101", "3301", "33"),
    )
    assert city is not None
    assert city.place is not None
    assert city.place.area_type == "rural"
    assert city.customer is not None
    assert city.customer.sensitive == []


@pytest.mark.parametrize(
    ("words", "hits"),
    [("C1", 1), ("10000003", 1), ("13800000001", 1), ("Example", 1), ("00%", 1), ("%", 1), ("_", 0), ("Nobody", 0)],
)
async def test_search(database: Database, words: str, hits: int) -> None:
    await fill(database)
    async with database.session() as session:
        assert len(await search(session, words)) == hits


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("示范路12号7栋1203室", "1203室"),
        ("示范路12号", "12号"),
        ("12 Demo Street, Flat 5b", "5b"),
        ("12 Demo Street", "12"),
        ("示范村东头", "东头"),
        ("", ""),
    ],
)
def test_of_an_address_its_last_number_is_shown(address: str, number: str) -> None:
    assert address_number(address) == number


@pytest.mark.parametrize(("fen", "ending"), [(12_345, "3.45"), (8_650, "6.50"), (5, "0.05"), (120_000, "0.00")])
def test_an_amount_ends_in_the_last_yuan_with_its_fen(fen: int, ending: str) -> None:
    assert amount_ending(fen) == ending
