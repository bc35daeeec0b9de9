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


def test_a_port_that_cannot_be_is_wrong_use(hotline: Hotline) -> None:
    assert hotline("serve", "--port", "65536").code == 2
