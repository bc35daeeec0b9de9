"""Settings from the environment or `.env`, and what production refuses to start on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

DEMO_ACCOUNT_SID = "AC" + "0" * 31 + "1"
DEMO_AUTH_TOKEN = "demo-token-for-local-use-only"
DEMO_SECRET_KEY = "demo-secret-key-for-local-use-only-0000"
DEMO_CARRIER_URL = "http://127.0.0.1:8001"
DEMO_NUMBER = "+15550095598"
OTHERS = {"HOTLINE_DB_PASSWORD", "HOTLINE_FAILPOINT"}
"""Names that containers and tests of crashes use beside the settings."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Env(StrEnum):
    """`demo` relaxes three things only: plain http, known default secrets, a cookie without `Secure`."""

    DEMO = "demo"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """All settings; each field is the environment variable `HOTLINE_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="HOTLINE_", env_file=".env", extra="ignore")

    env: Env = Field(Env.PRODUCTION, description="demo or production")
    database_url: str = Field(
        "sqlite+aiosqlite:///./var/hotline.db",
        description="sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST:PORT/NAME",
    )
    public_base_url: str = Field(
        "http://127.0.0.1:8000", description="what the carrier calls; signatures are computed from it"
    )
    carrier_api_url: str = Field("https://api.twilio.com", description="scheme and authority of the carrier's REST API")
    twilio_account_sid: str = Field(DEMO_ACCOUNT_SID, description="AC followed by 32 hex digits")
    twilio_auth_token: str = Field(
        DEMO_AUTH_TOKEN, description="several, comma-separated, while rotating; the first signs REST calls"
    )
    twilio_api_key_sid: str = Field("", description="SK…; needed for browser softphones")
    twilio_api_key_secret: str = Field("", description="secret of the API key")
    twilio_app_sid: str = Field("", description="AP…; the TwiML app that browser legs call")
    number: str = Field(DEMO_NUMBER, description="the hotline's number: caller id of outgoing calls and texts")
    config: str = Field("", description="path of the operations file hotline.toml; empty = shipped defaults")
    tz: str = Field("Asia/Shanghai", description="day boundaries, opening hours, spoken times")
    photos: str = Field(
        "", description="folder of photos from sites; empty = photos/ beside the SQLite file, else ./var/photos"
    )
    secret_key: str = Field(DEMO_SECRET_KEY, description="32 characters or more; seals tokens and cookies")
    chat_origins: str = Field("", description="origins that may open the chat socket, comma-separated; * = any")
    trusted_proxies: str = Field(
        "",
        description="addresses of proxies whose X-Forwarded-For is believed, comma-separated; empty = none",
    )
    metrics_token: str = Field("", description="bearer token that /metrics asks for; empty only with demo")

    @field_validator("database_url")
    @classmethod
    def _database(cls, given: str) -> str:
        """Only the two databases there are; a driver of another one would fail with a riddle."""
        scheme, _, rest = given.partition("://")
        if scheme not in ("sqlite+aiosqlite", "postgresql+asyncpg"):
            raise ValueError("must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        path = Path(rest.removeprefix("/"))
        if scheme.startswith("sqlite") and (not rest.startswith("/") or rest == "/" or path.is_dir()):
            raise ValueError("sqlite+aiosqlite:/// is followed by the path of a file")
        if not scheme.startswith("sqlite"):
            try:
                assert urlsplit(given).port != 0
            except ValueError as error:
                raise ValueError("the address of the database has no such port") from error
        return given

    @field_validator("tz")
    @classmethod
    def _time_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # the last is for a folder of zones
            raise ValueError(f"{given!r} is no time zone; one is Asia/Shanghai") from error
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, given: str) -> str:
        """Only addresses: a name, or everybody, would let a client choose the address it is counted under."""
        for part in filter(None, map(str.strip, given.split(","))):
            if ip_network(part).prefixlen == 0:
                raise ValueError(f"{part} is everybody")
        return given

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        """The demo's made-up account must never be tried at a real carrier."""
        unset = "carrier_api_url" not in self.model_fields_set
        if self.env is Env.DEMO and self.twilio_account_sid == DEMO_ACCOUNT_SID and unset:
            self.carrier_api_url = DEMO_CARRIER_URL
        return self

    @cached_property
    def auth_tokens(self) -> tuple[str, ...]:
        """Tokens whose signatures are accepted, the one for REST first."""
        return tuple(part.strip() for part in self.twilio_auth_token.split(",") if part.strip())

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of callers and shifts."""
        return ZoneInfo(self.tz)

    @property
    def base_url(self) -> str:
        """The public base URL without a slash at its end."""
        return self.public_base_url.rstrip("/")

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        scheme, _, rest = self.database_url.partition("://")
        return Path(rest.removeprefix("/")) if scheme.startswith("sqlite") else None

    @property
    def photos_path(self) -> Path:
        """The folder of the photos; nodes that share a database share it."""
        beside = (self.sqlite_path or Path("./var/hotline.db")).parent
        return Path(self.photos) if self.photos else beside / "photos"

    @property
    def postgres_dsn(self) -> str:
        """The PostgreSQL address in the driver's own form."""
        return self.database_url.replace("postgresql+asyncpg://", "postgresql://", 1)

    @property
    def demo(self) -> bool:
        """Whether this installation is a demo."""
        return self.env is Env.DEMO


def unknown_names(environ: Mapping[str, str], env_file: Path = Path(".env")) -> list[str]:
    """`HOTLINE_…` names, of the environment or `.env`, that are no setting: probably misspelt ones."""
    known = {f"HOTLINE_{name.upper()}" for name in Settings.model_fields} | OTHERS
    given = {*environ, *DotEnvSettingsSource(Settings, env_file=env_file).env_vars}
    found = sorted(
        name for name in {name.upper() for name in given} if name.startswith("HOTLINE_") and name not in known
    )
    return [f"{name} is no setting{_meant(name, known)}" for name in found]


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), 1)
    return f"; {near[0]} is one" if near else ""


def refusals(settings: Settings) -> list[str]:
    """Why the service must not start with these settings; empty = it may."""
    found = [] if settings.auth_tokens else ["HOTLINE_TWILIO_AUTH_TOKEN is empty: forged webhooks would pass"]
    if settings.demo:
        return found
    checks = [
        (DEMO_AUTH_TOKEN in settings.auth_tokens, "HOTLINE_TWILIO_AUTH_TOKEN is the demo's token"),
        (any(len(token) < 16 for token in settings.auth_tokens), "HOTLINE_TWILIO_AUTH_TOKEN is too short"),
        (settings.twilio_account_sid == DEMO_ACCOUNT_SID, "HOTLINE_TWILIO_ACCOUNT_SID is the demo's account"),
        (settings.secret_key == DEMO_SECRET_KEY, "HOTLINE_SECRET_KEY is the demo's key"),
        (len(settings.secret_key) < 32, "HOTLINE_SECRET_KEY is shorter than 32 characters"),
        (settings.number == DEMO_NUMBER, "HOTLINE_NUMBER is the demo's number"),
        (urlsplit(settings.public_base_url).scheme != "https", "HOTLINE_PUBLIC_BASE_URL is not https"),
        (_in_the_clear(settings.carrier_api_url), "HOTLINE_CARRIER_API_URL is not https: its key would be read"),
    ]
    return found + [text for wrong, text in checks if wrong]


def _in_the_clear(url: str) -> bool:
    """Whether requests leave this machine unencrypted."""
    parts = urlsplit(url)
    return parts.scheme != "https" and parts.hostname not in LOOPBACK
