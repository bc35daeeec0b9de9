"""`hotline user add` and `passwd`."""

from __future__ import annotations

import io
import sys

import pytest

from app.domain.staff import passwords
from tests.app.hotline_command import Hotline, Said

PASSWORD = "correct horse battery"
ADD = ("user", "add", "7001", "--name", "李四", "--role", "agent", "--modes", "phone;web", "--skills", "fault:3;en")


@pytest.fixture
def typed(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> TypedHotline:
    return TypedHotline(hotline, monkeypatch)


class TypedHotline:
    """The command with something on standard input."""

    def __init__(self, hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hotline = hotline
        self._monkeypatch = monkeypatch

    def __call__(self, text: str, *args: str) -> Said:
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return self.hotline(*args)


def test_somebody_who_was_added_can_log_in(typed: TypedHotline) -> None:
    said = typed(PASSWORD + "\n", *ADD, "--team", "A", "--phone", "+8613800000009")
    assert (said.code, said.out, said.err) == (0, "7001 can log in\n", "")
    ((name, role, modes, skills, team, phone, active, hashed),) = typed.hotline.rows(
        "SELECT name, role, modes, skills, team, phone, active, password_hash FROM staff"
    )
    assert (name, role, modes, skills) == ("李四", "agent", '["phone","web"]', '{"fault":3,"en":1}')
    assert (team, phone, bool(active)) == ("A", "+8613800000009", True)
    assert passwords.matches(hashed, PASSWORD)


def test_names_and_phones_stay_out_of_the_journal_itself(typed: TypedHotline) -> None:
    typed(PASSWORD, *ADD, "--phone", "+8613800000009")
    ((body, agent_no),) = typed.hotline.rows("SELECT body, agent_no FROM journal")
    assert agent_no == "7001"
    assert "李四" not in body
    assert "+86" not in body
    assert "李四" in typed.hotline.rows("SELECT body FROM journal_private")[0][0]


def test_a_number_that_is_taken_is_not_overwritten(typed: TypedHotline) -> None:
    typed(PASSWORD, *ADD)
    said = typed("another password", *ADD)
    assert said.code == 1
    assert "7001 is there already" in said.err
    assert passwords.matches(typed.hotline.rows("SELECT password_hash FROM staff")[0][0], PASSWORD)


def test_a_new_password_ends_open_sessions(typed: TypedHotline) -> None:
    typed(PASSWORD, *ADD)
    insert = (
        "INSERT INTO staff_sessions (token_hash, agent_no, csrf_token, created_at, seen_at, expires_at) "
        "VALUES ('h', '7001', 'c', 1, 1, 9999999999999)"
    )
    typed.hotline.write(insert)
    said = typed("a new password", "user", "passwd", "7001")
    assert (said.code, said.out) == (0, "7001 has a new password\n")
    assert passwords.matches(typed.hotline.rows("SELECT password_hash FROM staff")[0][0], "a new password")
    assert typed.hotline.rows("SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL") == [(0,)]


def test_somebody_imported_gets_a_password_later(typed: TypedHotline) -> None:
    agents = "agent_no,name,role,modes,skills,team,phone\n1001,N,agent,phone,,,\n"
    assert typed.hotline.load("agents", agents).code == 0
    assert typed(PASSWORD, "user", "passwd", "1001").code == 0
    assert typed.hotline.load("agents", agents).out.endswith("1 unchanged\n")
    assert passwords.matches(typed.hotline.rows("SELECT password_hash FROM staff")[0][0], PASSWORD)


@pytest.mark.parametrize(
    ("text", "args", "code", "words"),
    [
        ("short", ADD, 2, "12 characters or more"),
        ("", ADD, 2, "12 characters or more"),
        ("x\n" + PASSWORD, ADD, 2, "12 characters or more"),
        (PASSWORD, (*ADD, "--phone", "110"), 2, "--phone: '110' is no phone number"),
        (PASSWORD, (*ADD[:6], "chief"), 2, "--role: 'chief' is none of agent"),
        (PASSWORD, (*ADD[:8], "fax"), 2, "--modes: 'fax' is none of"),
        (
            PASSWORD,
            ("user", "add", "70 01", "--name", "N", "--role", "agent"),
            2,
            "AGENT_NO: '70 01' is no agent number",
        ),
        (PASSWORD, ("user", "add", "../1", "--name", "N", "--role", "agent"), 2, "AGENT_NO: '../1' is no agent number"),
        (PASSWORD, ("user", "add", "7001", "--name", " ", "--role", "agent"), 2, "--name: is empty"),
        (PASSWORD, ("user", "add", "7001", "--role", "agent"), 2, "Missing option '--name'"),
        (PASSWORD, ("user", "passwd", "7001"), 1, "there is nobody with the number 7001"),
    ],
)
def test_refusals(typed: TypedHotline, text: str, args: tuple[str, ...], code: int, words: str) -> None:
    said = typed(text, *args)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert typed.hotline.rows("SELECT count(*) FROM staff") == [(0,)]
