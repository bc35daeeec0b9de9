"""The HTTP client under the official one: our base address, real time-outs, one pool, no repeats of its own.

The package's own asynchronous client ignores its time-out and posts calls again after a 500.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from app.carrier.port import NotTaken, Unclear

CONNECT_S = 3.0
READ_S = 10.0
AT_ONCE = 32


class Transport(AsyncHttpClient):  # type: ignore[misc]
    """Sends each request once. `NotTaken` when nothing can have happened, `Unclear` when nobody knows."""

    def __init__(self, api_url: str) -> None:
        super().__init__(logging.getLogger(__name__), True, None)
        self._authority = urlsplit(api_url)
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (the signature is the package's)
        allow_redirects: bool = False,
    ) -> Response:
        """One request; the answer whatever its status, except 429 and 5xx."""
        parts = urlsplit(uri)._replace(scheme=self._authority.scheme, netloc=self._authority.netloc)
        signed = {"Authorization": aiohttp.encode_basic_auth(*auth)} if auth else {}
        try:
            async with self._open().request(
                method,
                urlunsplit(parts),
                params=list(_fields(params)),
                data=aiohttp.FormData(list(_fields(data))) if data else None,
                headers={**(headers or {}), **signed},
                allow_redirects=False,
            ) as answer:
                text = await answer.text()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotTaken(f"carrier not reached: {error}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unclear(f"no answer from the carrier: {type(error).__name__}") from error
        if answer.status == 429:
            raise NotTaken("the carrier asks to slow down (429)")
        if answer.status >= 500:
            raise Unclear(f"the carrier answered {answer.status}")
        return Response(answer.status, text, answer.headers)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # A pooled connection that the carrier has closed breaks a POST with no telling: they are kept briefly.
            connector = aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=4)
            timeout = aiohttp.ClientTimeout(total=READ_S + CONNECT_S, sock_connect=CONNECT_S, sock_read=READ_S)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self._session

    async def close(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()


def _fields(form: Mapping[str, object] | None) -> Iterator[tuple[str, str]]:
    for key, value in (form or {}).items():
        for one in value if isinstance(value, list | tuple) else [value]:
            yield key, ("true" if one else "false") if isinstance(one, bool) else str(one)
