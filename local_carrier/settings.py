"""What a carrier process is told at start: credentials, numbers, where the application is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

DEMO_ACCOUNT_SID = "AC00000000000000000000000000000001"
DEMO_AUTH_TOKEN = "demo-token-for-local-use-only"
DEMO_NUMBER = "+15550095598"
DEMO_APP_SID = "AP00000000000000000000000000000001"


@dataclass(frozen=True)
class Settings:
    """All URLs without a trailing slash; `auth_tokens[0]` signs webhooks, all of them open the REST API.

    `max_documents` bounds what one call may execute, so that endless redirects end;
    `kept` how many calls, texts, recordings and conferences, of each, can still be read: beyond it the oldest that are
    over are forgotten.
    """

    account_sid: str = DEMO_ACCOUNT_SID
    auth_tokens: tuple[str, ...] = (DEMO_AUTH_TOKEN,)
    api_keys: Mapping[str, str] = field(default_factory=dict)
    number: str = DEMO_NUMBER
    app_sid: str = DEMO_APP_SID
    app_url: str = "http://127.0.0.1:8000"
    voice_path: str = "/twilio/voice"
    voice_fallback_path: str = "/twilio/voice/fallback"
    voice_status_path: str = "/twilio/voice/status"
    client_path: str = "/twilio/client"
    sms_path: str = "/twilio/sms"
    sms_fallback_path: str = ""
    webhook_fragment: str = ""
    shared_key: tuple[str, str] | None = None
    host: str = "127.0.0.1"
    port: int = 8001
    seed: str = ""
    ledger_path: str = ""
    directory_path: str = ""
    calls_per_second: float = 1.0
    webhook_timeout_ms: int = 15_000
    max_documents: int = 2_000
    kept: int = 20_000
    clock: str = "real"
    settle_ms: int = 0

    def app(self, path: str) -> str:
        """The address of one of the application's webhooks, with the configured connection overrides."""
        if not path:
            return ""
        url = path if "://" in path else self.app_url.rstrip("/") + path
        return f"{url}#{self.webhook_fragment}" if self.webhook_fragment and "#" not in url else url


def credentials_from(environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """The `Settings` fields that the environment names (HOTLINE_TWILIO_*, HOTLINE_NUMBER)."""
    found: dict[str, object] = {}
    if sid := environ.get("HOTLINE_TWILIO_ACCOUNT_SID"):
        found["account_sid"] = sid
    tokens = tuple(t.strip() for t in environ.get("HOTLINE_TWILIO_AUTH_TOKEN", "").split(",") if t.strip())
    if tokens:
        found["auth_tokens"] = tokens
    key, secret = environ.get("HOTLINE_TWILIO_API_KEY_SID"), environ.get("HOTLINE_TWILIO_API_KEY_SECRET")
    if key and secret:
        found["api_keys"] = {key: secret}
    if number := environ.get("HOTLINE_NUMBER"):
        found["number"] = number
    if app_sid := environ.get("HOTLINE_TWILIO_APP_SID"):
        found["app_sid"] = app_sid
    return found
