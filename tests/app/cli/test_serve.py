"""`hotline serve` where it must not start."""

from __future__ import annotations

import asyncio
import socket

import pytest

from app.db.database import Database
from app.settings import Settings
from tests.app.hotline_command import Hotline


@pytest.fixture
def empty_url(sqlite_url: str) -> str:
    """A file has one service; a PostgreSQL may have many."""
    return sqlite_url


def test_a_second_service_on_one_file_refuses(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "demo")

    async def while_served() -> tuple[int, str]:
        database = await Database.open(Settings())
        said = await asyncio.to_thread(hotline, "serve", "--port", "0")
        await database.close()
        return said.code, said.err

    code, err = asyncio.run(while_served())
    assert code == 1
    assert "another process writes this database" in err
    assert err.count("\n") == 1


def test_production_refuses_the_defaults_of_the_demo(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "production")
    said = hotline("serve", "--port", "0")
    assert said.code != 0
    for name in ("HOTLINE_TWILIO_AUTH_TOKEN", "HOTLINE_SECRET_KEY", "HOTLINE_PUBLIC_BASE_URL"):
        assert name in said.err


def test_a_port_in_use_is_one_clear_line(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "demo")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = hotline("serve", "--port", port)
    assert (said.code, said.err) == (1, f"hotline: 127.0.0.1 port {port}: Address already in use\n")


def test_a_misspelt_setting_is_warned_of_at_the_start(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SECRET_KY", "x" * 40)
    said = hotline("serve", "--port", "0")
    assert "hotline: warning: HOTLINE_SECRET_KY is no setting; HOTLINE_SECRET_KEY is one" in said.err.splitlines()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "mysql://a/b",
            "sqlite:///x.db",
            "postgresql://u@h/x",
            "nonsense",
            "sqlite+aiosqlite://",
            "sqlite+aiosqlite:///.",
        ),
        *("postgresql+asyncpg://u:p@127.0.0.1:no/x", "postgresql+asyncpg://u:p@127.0.0.1:99999/x"),
    ],
)
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["doctor"], ["db", "check"], ["db", "upgrade"]])
def test_a_database_that_cannot_be_is_one_clear_line(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch, url: str, command: list[str]
) -> None:
    monkeypatch.setenv("HOTLINE_DATABASE_URL", url)
    said = hotline(*command)
    assert said.code == 2
    assert said.err.startswith("hotline: HOTLINE_DATABASE_URL: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("zone", ["nonsense", "Mars/Olympus", "Asia", "../zone", ""])
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["doctor"], ["seed"]])
def test_a_time_zone_that_cannot_be_is_one_clear_line(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch, zone: str, command: list[str]
) -> None:
    monkeypatch.setenv("HOTLINE_TZ", zone)
    said = hotline(*command)
    assert (said.code, said.err) == (2, f"hotline: HOTLINE_TZ: {zone!r} is no time zone; one is Asia/Shanghai\n")


@pytest.mark.parametrize("text", ["[survey]\nsample = nan\n", f"[{'.'.join('a' * 3_000)}]\n", "x = " + "[" * 5_000])
@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["doctor"], ["doctor", "--print-config"]])
def test_an_operations_file_that_cannot_be_is_named_with_its_place(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch, text: str, command: list[str]
) -> None:
    monkeypatch.setenv("HOTLINE_ENV", "demo")
    monkeypatch.setenv("HOTLINE_CONFIG", hotline.file(text, "hotline.toml"))
    said = hotline(*command)
    assert said.code == (2 if command[0] == "serve" else 1)
    assert said.err.count("\n") == 1
    assert ": is n" in said.err


def test_a_port_that_cannot_be_is_wrong_use(hotline: Hotline) -> None:
    assert hotline("serve", "--port", "65536").code == 2
