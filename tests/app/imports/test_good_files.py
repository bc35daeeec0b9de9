"""Files that are taken: what is stored, and that a repeat changes nothing."""

from __future__ import annotations

import pytest

from tests.app.hotline_command import Hotline
from tests.app.imports.files import ACCOUNTS, AREAS, BILLS, FILES, KNOWLEDGE, OUTAGES


def test_every_kind_reports_its_counts(hotline: Hotline) -> None:
    for kind, content in FILES.items():
        said = hotline.load(kind, content)
        rows = content.count("\n") - 1 - (kind == "knowledge")
        assert (said.code, said.err) == (0, "")
        assert said.out == f"{kind}: {rows} rows, {rows} new, 0 changed, 0 unchanged\n"


def test_a_repeat_changes_nothing(loaded: Hotline) -> None:
    for kind, content in FILES.items():
        rows = content.count("\n") - 1 - (kind == "knowledge")
        assert loaded.load(kind, content).out == f"{kind}: {rows} rows, 0 new, 0 changed, {rows} unchanged\n"


def test_what_is_stored(loaded: Hotline) -> None:
    account = "SELECT customer_no, area_code, tariff, status, relay, version FROM accounts ORDER BY account_no"
    assert loaded.rows(account) == [
        ("C1", "330101", None, "active", "closed", 1),
        ("C2", "3301", None, "suspended_arrears", "open", 1),
    ]
    phones = "SELECT account_no, phone FROM account_phones ORDER BY position"
    assert loaded.rows(phones) == [("0010000001", "+8613800000001"), ("0010000001", "+861000000002")]
    bills = "SELECT kwh_hundredths, amount_fen, paid_fen, due_on FROM bills ORDER BY month"
    assert loaded.rows(bills) == [(16_050, 8_650, 0, "2026-10-20"), (10_000, 5_000, 5_000, "2026-11-20")]
    outage = "SELECT state, start_at, eta_at, restored_at, published_by FROM outages"
    midnight_utc = 1_795_305_600_000
    assert loaded.rows(outage) == [("published", midnight_utc, midnight_utc + 4 * 3_600_000, None, "import")]
    assert loaded.rows("SELECT modes, skills, password_hash, active FROM staff") == [
        ('["phone","web"]', '{"fault":3,"en":1}', None, True)
    ]
    assert loaded.rows("SELECT sensitive, lang FROM customers ORDER BY customer_no") == [
        ('["medical","elderly"]', "zh-CN"),
        ("[]", "en"),
    ]
    assert loaded.rows("SELECT body_zh, body_en FROM knowledge") == [("第一行\n第二行", "=1+1")]
    assert [bool(row[0]) for row in loaded.rows("SELECT is_workday FROM calendar_days ORDER BY date")] == [True, False]


def test_an_import_is_journaled_with_its_time(loaded: Hotline) -> None:
    assert loaded.rows("SELECT kind, rows FROM import_marks WHERE kind = 'bills'") == [("bills", 2)]
    (body,) = [row[0] for row in loaded.rows("SELECT body FROM journal") if "bills" in row[0]]
    assert '"new":2' in body


def test_only_what_differs_is_changed(loaded: Hotline) -> None:
    said = loaded.load("accounts", ACCOUNTS.replace("suspended_arrears", "active"))
    assert "1 changed, 1 unchanged" in said.out
    assert loaded.rows("SELECT status, version FROM accounts ORDER BY account_no") == [("active", 1), ("active", 2)]


def test_phones_are_replaced_as_a_list(loaded: Hotline) -> None:
    said = loaded.load("accounts", ACCOUNTS.replace("+8613800000001;+861000000002", "+861000000002;+861000000003"))
    assert "1 changed, 1 unchanged" in said.out
    phones = "SELECT phone FROM account_phones ORDER BY position"
    assert loaded.rows(phones) == [("+861000000002",), ("+861000000003",)]
    assert "1 changed" in loaded.load("accounts", ACCOUNTS.replace("+8613800000001;+861000000002", "")).out
    assert loaded.rows(phones) == []


def test_areas_of_an_outage_are_a_set(loaded: Hotline) -> None:
    assert "1 unchanged" in loaded.load("outages", OUTAGES.replace("3301;330101", "330101;3301")).out
    assert "1 changed" in loaded.load("outages", OUTAGES.replace("3301;330101", "33")).out
    assert loaded.rows("SELECT area_code FROM outage_areas") == [("33",)]


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_byte_order_mark_and_line_ends(hotline: Hotline, prefix: bytes, newline: bytes) -> None:
    said = hotline.load("areas", prefix + AREAS.encode().replace(b"\n", newline))
    assert (said.code, said.out) == (0, "areas: 3 rows, 3 new, 0 changed, 0 unchanged\n")


def test_columns_may_stand_in_any_order_and_optional_ones_be_absent(loaded: Hotline) -> None:
    said = loaded.load("customers", "relation,trade_mode,name,kind,customer_no\ncurrent,individual,张三,person,C1\n")
    assert said.out == "customers: 1 rows, 0 new, 0 changed, 1 unchanged\n"
    assert loaded.rows("SELECT email FROM customers WHERE customer_no = 'C1'") == [("zhang@example.org",)]


def test_blank_lines_and_an_empty_file_with_a_header(loaded: Hotline) -> None:
    assert loaded.load("bills", BILLS.replace("\n", "\n\n")).out.startswith("bills: 2 rows")
    assert loaded.load("bills", BILLS.splitlines()[0]).out == "bills: 0 rows, 0 new, 0 changed, 0 unchanged\n"


def test_english_is_optional_in_articles(loaded: Hotline) -> None:
    header = KNOWLEDGE.splitlines()[0]
    assert loaded.load("knowledge", f"{header}\nK2,,标题,内容,,\n").code == 0
