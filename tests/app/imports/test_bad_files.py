"""Files that are refused: nothing is applied, and every bad row is named by line, column and reason."""

from __future__ import annotations

import pytest

from tests.app.hotline_command import Hotline, Said
from tests.app.imports.files import ACCOUNTS, AREAS, BILLS, KNOWLEDGE, OUTAGES

HEADERS = {
    "areas": "code,name,parent_code,kind,area_type",
    "customers": "customer_no,name,kind,trade_mode,relation,address,email,lang,sensitive",
    "accounts": "account_no,customer_no,address,area_code,user_class,tariff,prepay,status,relay,phones",
    "bills": "account_no,month,kwh,amount_yuan,paid_yuan,issued_on,due_on",
    "outages": "outage_no,kind,area_codes,cause,start_at,eta_at",
    "agents": "agent_no,name,role,modes,skills,team,phone",
    "calendar": "date,is_workday,name",
    "knowledge": "code,category,title_zh,body_zh,title_en,body_en",
}
ACCOUNT = "0010000009,C1,addr,3301,residential,,post,active,closed,"
BILL = "0010000001,2026-01,1,1,0,2026-02-01,2026-02-20"
TABLES = {"agents": "staff", "calendar": "calendar_days"}


@pytest.fixture
def empty_url(sqlite_url: str) -> str:
    """What a row may hold does not depend on the database."""
    return sqlite_url


def refused(said: Said, *lines: str) -> None:
    """Exit code 1, and for each bad row one line that begins like this."""
    assert (said.code, said.out) == (1, "")
    found = said.err.splitlines()
    assert len(found) == len(lines), said.err
    for line, expected in zip(found, lines, strict=True):
        _, _, rest = line.partition(".csv:")
        assert rest.startswith(expected), line


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        ("areas", "1 2,Name,,city,", "2: code: '1 2' is no code"),
        ("areas", "A1,,,city,", "2: name: is empty"),
        ("areas", "A1,Name,,village,", "2: kind: 'village' is none of province, city, county, town, line, transformer"),
        ("areas", "A1,Name,,city,urban", "2: area_type: 'urban' is none of city, rural, remote"),
        ("areas", "A1,Name,nowhere,city,", "2: parent_code: 'nowhere' is not among the areas, nor in this file"),
        ("areas", "A1,Name,A1,city,", "2: parent_code: 'A1' would lie below itself"),
        ("customers", "C9,N,firm,large,current,,,,", "2: kind: 'firm' is none of person, organization"),
        ("customers", "C9,N,person,large,now,,,,", "2: relation: 'now' is none of"),
        ("customers", "C9,N,person,bulk,current,,,,", "2: trade_mode: 'bulk' is none of"),
        ("customers", "C9,N,person,large,current,,nobody,,", "2: email: 'nobody' is no e-mail address"),
        ("customers", "C9,N,person,large,current,,,de,", "2: lang: 'de' is none of zh-CN, en"),
        ("customers", "C9,N,person,large,current,,,,vip", "2: sensitive: 'vip' is none of medical"),
        ("customers", "C9,N,person,large,current,,,,media;media", "2: sensitive: 'media' stands twice"),
        ("customers", "C9,bell\x07,person,large,current,,,,", "2: name: holds a control character"),
        ("accounts", ACCOUNT.replace("0010000009", "1234567"), "2: account_no: '1234567' is no account number"),
        ("accounts", ACCOUNT.replace("0010000009", "１２３４５６７８"), "2: account_no:"),
        ("accounts", ACCOUNT.replace("C1", "C7"), "2: customer_no: 'C7' is not among the customers"),
        ("accounts", ACCOUNT.replace("3301", "99"), "2: area_code: '99' is not among the areas"),
        ("accounts", ACCOUNT.replace("residential,", "residential,T9"), "2: tariff: 'T9' is no tariff"),
        ("accounts", ACCOUNT.replace("closed", "ajar"), "2: relay: 'ajar' is none of closed, open, unknown"),
        ("accounts", ACCOUNT + "13800000001", "2: phones: '13800000001' is no phone number"),
        ("accounts", ACCOUNT + "+8613800000001;+8613800000001", "2: phones: '+8613800000001' stands twice"),
        ("bills", BILL.replace("0010000001", "0010000077"), "2: account_no: '0010000077' is not among the accounts"),
        ("bills", BILL.replace("2026-01", "2026-13"), "2: month: '2026-13' is no month"),
        ("bills", BILL.replace(",1,1,", ",1,-1,"), "2: amount_yuan: '-1' is no amount"),
        ("bills", BILL.replace(",1,1,", ",1,1.005,"), "2: amount_yuan: '1.005' is no amount"),
        ("bills", BILL.replace(",1,1,", ",1e3,1,"), "2: kwh: '1e3' is no amount"),
        ("bills", BILL.replace("2026-02-20", "2026-02-30"), "2: due_on: '2026-02-30' is no date"),
        ("bills", BILL.replace("2026-02-20", "20260220"), "2: due_on: '20260220' is no date"),
        ("bills", BILL.replace("2026-02-20", "2026-01-20"), "2: due_on: lies before issued_on"),
        ("outages", "O9,fault,,,2026-11-22T08:00,", "2: area_codes: is empty"),
        ("outages", "O9,fault,;,,2026-11-22T08:00,", "2: area_codes: is empty"),
        ("outages", "O9,fault,33;98;99,,2026-11-22T08:00,", "2: area_codes: '98', '99' is not among the areas"),
        ("outages", "O9,storm,33,,2026-11-22T08:00,", "2: kind: 'storm' is none of planned"),
        ("outages", "O9,fault,33,,2026-11-22,", "2: start_at: '2026-11-22' is no instant"),
        ("outages", "O9,fault,33,,2026-11-22T25:00,", "2: start_at: '2026-11-22T25:00' is no instant"),
        ("outages", "O9,fault,33,,2026-11-22T08:00,2026-11-22T07:00", "2: eta_at: lies before start_at"),
        ("agents", "1009,N,boss,,,,", "2: role: 'boss' is none of agent, field"),
        ("agents", "1009,N,agent,fax,,,", "2: modes: 'fax' is none of phone, web, field"),
        ("agents", "1009,N,agent,phone,fault:9,,", "2: skills: 'fault:9' is not NAME or NAME:LEVEL"),
        ("agents", "1009,N,agent,phone,,,110", "2: phone: '110' is no phone number"),
        ("calendar", "2027-02-06,maybe,", "2: is_workday: 'maybe' is neither"),
        ("knowledge", "K9,,,,,", "2: title_zh: is empty; body_zh: is empty"),
    ],
)
def test_bad_rows(loaded: Hotline, kind: str, row: str, expected: str) -> None:
    table = f"SELECT count(*) FROM {TABLES.get(kind, kind)}"
    before = loaded.rows(table)
    refused(loaded.load(kind, f"{HEADERS[kind]}\n{row}\n"), expected)
    assert loaded.rows(table) == before


def test_all_that_is_wrong_with_a_row_is_named_at_once(loaded: Hotline) -> None:
    account = ACCOUNT.replace("3301", "99").replace("closed", "ajar")
    refused(
        loaded.load("accounts", f"{HEADERS['accounts']}\n{account}\n{account}\n"),
        "2: relay: 'ajar' is none of closed, open, unknown; area_code: '99' is not among the areas",
        "3: relay: 'ajar' is none of closed, open, unknown; account_no: stands already on line 2; area_code: '99'",
    )
    refused(
        loaded.load("outages", f"{HEADERS['outages']}\nO9,fault,33;98,,2026-11-22T08:00,today\n"),
        "2: eta_at: 'today' is no instant (ISO 8601, as 2026-11-22T08:00 or 2026-11-22T08:00+08:00); area_codes: '98'",
    )
    refused(
        loaded.load("areas", f"{HEADERS['areas']}\nA1,,nowhere,city,\nA2,Name,A1,city,\n"),
        "2: name: is empty",
        "2: parent_code: 'nowhere' is not among the areas, nor in this file",
    )


def test_one_bad_row_and_none_is_applied(loaded: Hotline) -> None:
    said = loaded.load("bills", BILLS.replace("86.50", "99.99") + "0010000001,2026-11,x,1,0,2026-12-01,2026-12-20\n")
    refused(said, "4: kwh: 'x' is no amount")
    assert loaded.rows("SELECT count(*) FROM bills WHERE amount_fen = 9999") == [(0,)]


def test_lines_are_physical_ones_where_the_row_starts(loaded: Hotline) -> None:
    rows = 'K2,a,"t","one\ntwo\r\n\nthree",,\n\nK 3,a,t,b,,\n"K4",a,t,"x\ny"\nK 5,a,t,b,,\n'
    refused(
        loaded.load("knowledge", f"{HEADERS['knowledge']}\n{rows}"),
        "7: code: 'K 3' is no code",
        "8: row: has 4 fields, the header has 6",
        "10: code: 'K 5' is no code",
    )


def test_a_key_twice_names_the_first_line(loaded: Hotline) -> None:
    refused(loaded.load("bills", BILLS + BILLS.splitlines()[1]), "4: month: stands already on line 2")


def test_a_loop_of_areas_names_each_of_its_rows(loaded: Hotline) -> None:
    rows = "A,a,B,town,\nB,b,C,town,\nC,c,A,town,\nD,d,A,town,\n"
    said = loaded.load("areas", f"{HEADERS['areas']}\n{rows}")
    assert said.code == 1
    assert [line.split(".csv:")[1][:2] for line in said.err.splitlines()] == ["2:", "3:", "4:", "5:"]


def test_a_loop_through_an_area_that_is_there_already(loaded: Hotline) -> None:
    refused(
        loaded.load("areas", f"{HEADERS['areas']}\n33,P,330101,province,\n"), "2: parent_code: '33' would lie below"
    )


@pytest.mark.parametrize("row", ['K9,a,"t"x,b,,', 'K9,a,t,"b,,\nK8,a,t,b,,\n', 'K9,a,"' + "x" * 140_000 + '",b,,'])
def test_broken_quotes_are_bad_rows(loaded: Hotline, row: str) -> None:
    said = loaded.load("knowledge", f"{HEADERS['knowledge']}\n{row}\n")
    assert said.code == 1
    assert ".csv:2: row: " in said.err.splitlines()[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty; the first line names the columns code,name"),
        (AREAS.replace("area_type", "typ").encode(), ":1: unknown column 'typ'"),
        (AREAS.replace(",", ";").encode(), ":1: unknown column 'code;name;parent_code;kind;area_type'"),
        (b"code,code,name,kind\n", ":1: repeated column 'code'"),
        (b"code,name\n", ":1: missing column 'kind'"),
        (AREAS.encode() + b"\n9\x00,a,,city,\n", ":6: holds a NUL byte"),
        (AREAS.encode() + b"9,caf\xe9,,city,\n", ":5: is not UTF-8"),
        (AREAS.encode() + b"\xe4\xb8", ":5: is not UTF-8"),
        (AREAS.encode("utf-16"), ":1: "),
        (AREAS.encode() + b"9," + b"x" * 2_000_000, ":5: a line of more than"),
    ],
)
def test_files_that_are_wrong_as_a_whole(hotline: Hotline, content: bytes, expected: str) -> None:
    said = hotline.load("areas", content)
    assert (said.code, said.out) == (2, "")
    assert expected in said.err
    assert said.err.count("\n") == 1
    assert hotline.rows("SELECT count(*) FROM areas") == [(0,)]


def test_wrong_use(hotline: Hotline) -> None:
    for args, words in (
        (("import", "meters", hotline.file("")), "unknown kind 'meters'; kinds are areas, customers"),
        (("import", "areas", "nowhere.csv"), "nowhere.csv: No such file or directory"),
        (("import", "areas", "."), "Is a directory"),
        (("import", "areas"), "Missing argument"),
        (("import", "areas", "a", "b"), "unexpected extra argument"),
        (("imports",), "No such command 'imports'"),
    ):
        said = hotline(*args)
        assert (said.code, said.out) == (2, ""), args
        assert words in said.err
        assert said.err.count("\n") == 1


def test_a_database_that_is_not_at_head_is_named(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "sqlite+aiosqlite:///./not-there.db")
    said = hotline.load("areas", AREAS)
    assert said.code == 1
    assert "run: hotline db upgrade" in said.err
    assert not (hotline.folder / "not-there.db").exists()


def test_everything_bad_at_once(hotline: Hotline) -> None:
    said = hotline.load("accounts", ACCOUNTS)
    refused(
        said,
        "2: customer_no: 'C1' is not among the customers; area_code: '330101' is not among the areas",
        "3: customer_no: 'C2'",
    )
    assert hotline.load("outages", OUTAGES).code == 1
    assert hotline.load("knowledge", KNOWLEDGE).code == 0
