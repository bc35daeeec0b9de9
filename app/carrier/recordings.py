"""The sound of recordings, fetched by sid from the configured carrier only, never from an address that was sent."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.settings import Settings

if TYPE_CHECKING:  # loaded when the first recording is opened: it is a tenth of an idle service's memory
    import aiohttp

SID = re.compile(r"RE[0-9a-f]{32}")
CHUNK = 64 * 1024
MAX_BYTES = 256 * 1024 * 1024


class NoSound(Exception):
    """The carrier has no such recording, or does not answer."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Bytes as they arrive; `chunks` must be read to its end or closed."""

    media_type: str
    chunks: AsyncIterator[bytes]


class RecordingSounds:
    """Opens recordings with the account's own credentials; redirects to other hosts are not followed."""

    def __init__(self, settings: Settings) -> None:
        key = settings.twilio_api_key_sid
        user = key or settings.twilio_account_sid
        password = settings.twilio_api_key_secret if key else settings.auth_tokens[0]
        self._headers = {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}
        authority = settings.carrier_api_url.rstrip("/")
        self._base = f"{authority}/2010-04-01/Accounts/{settings.twilio_account_sid}/Recordings"

    async def open(self, recording_sid: str) -> Sound:
        """Raises `NoSound`."""
        if not SID.fullmatch(recording_sid):
            raise NoSound("not the sid of a recording")
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=120, sock_connect=3, sock_read=10)
        session = aiohttp.ClientSession(timeout=timeout, headers=self._headers, trust_env=False)
        try:
            answer = await session.get(f"{self._base}/{recording_sid}.wav", allow_redirects=False)
        except (aiohttp.ClientError, TimeoutError) as error:
            await session.close()
            raise NoSound(f"the carrier does not answer: {type(error).__name__}") from error
        if answer.status != 200 or not answer.content_type.startswith("audio/"):
            await session.close()
            raise NoSound(f"the carrier answered {answer.status}")
        return Sound(answer.content_type, _chunks(session, answer))


async def _chunks(session: aiohttp.ClientSession, answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with session, answer:
        left = MAX_BYTES
        async for chunk in answer.content.iter_chunked(CHUNK):
            left -= len(chunk)
            if left < 0:
                return
            yield chunk
