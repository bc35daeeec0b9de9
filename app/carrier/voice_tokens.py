"""Access tokens for browser softphones, signed with the API key."""

from __future__ import annotations

from dataclasses import dataclass

from app.settings import Settings

LIFE_S = 3600
IDENTITY = "agent_"


@dataclass(frozen=True, slots=True)
class VoiceToken:
    """A token for one identity, valid until `expires_at` (milliseconds UTC)."""

    token: str
    identity: str
    expires_at: int


class VoiceTokens:
    """Makes tokens with which a browser may call our TwiML app and be called by its identity."""

    def __init__(self, account_sid: str, key_sid: str, key_secret: str, app_sid: str) -> None:
        self._account_sid = account_sid
        self._key_sid = key_sid
        self._key_secret = key_secret
        self._app_sid = app_sid

    @classmethod
    def of(cls, settings: Settings) -> VoiceTokens | None:
        """None while no API key is configured."""
        if not (settings.twilio_api_key_sid and settings.twilio_api_key_secret):
            return None
        return cls(
            settings.twilio_account_sid,
            settings.twilio_api_key_sid,
            settings.twilio_api_key_secret,
            settings.twilio_app_sid,
        )

    def make(self, agent_no: str, now_ms: int) -> VoiceToken:
        """A token for one agent; the identity is the agent's number with `agent_` before it."""
        from twilio.jwt.access_token import AccessToken
        from twilio.jwt.access_token.grants import VoiceGrant

        identity = f"{IDENTITY}{agent_no}"
        issued_s = now_ms // 1000
        token = AccessToken(
            self._account_sid,
            self._key_sid,
            self._key_secret,
            identity=identity,
            nbf=issued_s,
            valid_until=issued_s + LIFE_S,
        )
        token.add_grant(VoiceGrant(outgoing_application_sid=self._app_sid or None, incoming_allow=True))
        return VoiceToken(token.to_jwt(), identity, (issued_s + LIFE_S) * 1000)
