"""`hotline doctor`, and the example of settings."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.cli.env_example import env_example
from tests.app.hotline_command import Hotline

PRODUCTION = {
    "HOTLINE_ENV": "production",
    "HOTLINE_PUBLIC_BASE_URL": "https://hotline.example.org/",
    "HOTLINE_TWILIO_ACCOUNT_SID": "AC" + "1a" * 16,
    "HOTLINE_TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
    "HOTLINE_SECRET_KEY": "k" * 40,
    "HOTLINE_NUMBER": "+8601000000000",
}


@pytest.fixture
def empty_url(sqlite_url: str) -> str:
    """One kind of database is enough here."""
    return sqlite_url


@pytest.fixture
def production(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_sound_configuration_gets_its_urls(hotline: Hotline, production: pytest.MonkeyPatch) -> None:
    said = hotline("doctor")
    assert (said.code, said.err) == (0, "")
    for path in ("voice", "voice/status", "voice/fallback", "sms", "sms/status", "client"):
        assert f" https://hotline.example.org/twilio/{path}\n" in said.out


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HOTLINE_TWILIO_AUTH_TOKEN", "", "HOTLINE_TWILIO_AUTH_TOKEN is empty"),
        ("HOTLINE_PUBLIC_BASE_URL", "http://hotline.example.org", "is not https"),
        ("HOTLINE_SECRET_KEY", "short", "shorter than 32"),
        ("HOTLINE_NUMBER", "+15550095598", "HOTLINE_NUMBER is the demo's number"),
        ("HOTLINE_CARRIER_API_URL", "http://carrier.example.org", "HOTLINE_CARRIER_API_URL is not https"),
        ("HOTLINE_NUMBER", "95598", "HOTLINE_NUMBER '95598' is no number"),
        ("HOTLINE_TWILIO_ACCOUNT_SID", "AC12", "not AC followed by 32"),
        ("HOTLINE_CARRIER_API_URL", "https://carrier.example.org/2010-04-01", "scheme and an authority alone"),
        ("HOTLINE_TWILIO_API_KEY_SID", "SK1", "belong together"),
        ("HOTLINE_DATABASE_URL", "sqlite+aiosqlite:///./other.db", "the database is empty; run: hotline db upgrade"),
        ("HOTLINE_CONFIG", "nowhere.toml", "operations file: nowhere.toml"),
    ],
)
def test_what_is_wrong_is_named(
    hotline: Hotline, production: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    production.setenv(name, value)
    said = hotline("doctor")
    assert said.code == 1
    assert [words in line for line in said.err.splitlines()] == [True]


def test_a_setting_that_cannot_be_read_is_named(hotline: Hotline, production: pytest.MonkeyPatch) -> None:
    production.setenv("HOTLINE_ENV", "staging")
    said = hotline("doctor")
    assert said.code == 2
    assert said.err.startswith("hotline: HOTLINE_ENV: ")


def test_the_effective_operations_file_is_printed(hotline: Hotline, production: pytest.MonkeyPatch) -> None:
    own = "[queues.phone]\nwrap_up_s = 5\n[clocks.fault.dispatch]\nminutes = 3\n"
    production.setenv("HOTLINE_CONFIG", hotline.file(own, "hotline.toml"))
    said = hotline("doctor", "--print-config")
    printed = tomllib.loads(said.out)
    assert printed["queues"]["phone"]["wrap_up_s"] == 5
    assert printed["queues"]["phone"]["mode"] == "phone"
    assert printed["clocks"]["fault"]["dispatch"] == {"minutes": 3}
    assert printed["clocks"]["fault"]["arrive"] == {"minutes": {"city": 45, "rural": 90, "remote": 120}}
    production.setenv("HOTLINE_CONFIG", hotline.file(said.out, "printed.toml"))
    assert hotline("doctor", "--print-config").out == said.out


def test_problems_of_the_operations_file_are_named_by_place(hotline: Hotline, production: pytest.MonkeyPatch) -> None:
    production.setenv("HOTLINE_CONFIG", hotline.file("[queues.phone]\nwrapup = 5\n[music]\n", "hotline.toml"))
    said = hotline("doctor", "--print-config")
    assert said.code == 1
    lines = said.err.splitlines()
    assert len(lines) == 2
    assert any(line.startswith("queues.phone.wrapup: unknown key") for line in lines)
    assert any(line.startswith("music: unknown table") for line in lines)


def test_misspelt_settings_are_named_wherever_they_stand(
    hotline: Hotline, production: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    production.setenv("HOTLINE_METRIC_TOKEN", "x")
    tmp_path.joinpath(".env").write_text("HOTLINE_CHAT_ORIGIN=https://shop.example\nHOTLINE_DB_PASSWORD=x\nOTHER=1\n")
    said = hotline("doctor")
    assert said.code == 1
    assert said.err.splitlines() == [
        "wrong: HOTLINE_CHAT_ORIGIN is no setting; HOTLINE_CHAT_ORIGINS is one",
        "wrong: HOTLINE_METRIC_TOKEN is no setting; HOTLINE_METRICS_TOKEN is one",
    ]


def test_the_example_of_settings_is_current() -> None:
    text = Path(__file__).parents[3].joinpath(".env.example").read_text(encoding="utf-8")
    assert text == env_example()
    assert "#HOTLINE_DATABASE_URL=sqlite+aiosqlite:///./var/hotline.db" in text
