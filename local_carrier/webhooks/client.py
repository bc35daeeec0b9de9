"""One webhook: signed, bounded in time, retried as its address asks, redirects followed, all of it in the
ledger."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import aiohttp

from local_carrier.addresses import can_be_asked, join
from local_carrier.clock import Clock
from local_carrier.ledger import Ledger
from local_carrier.signing import Params, Signer
from local_carrier.webhooks.overrides import Overrides, parse_overrides

MAX_BODY = 64 * 1024
MAX_REDIRECTS = 10
LOGGED_BODY = 16 * 1024
NO_CONNECTION = -1
NO_ANSWER = -2


@dataclass(slots=True)
class Reply:
    """What came back. `error` is the carrier's error code, 0 when a 2xx was received."""

    url: str
    method: str
    status: int = 0
    content_type: str = ""
    body: bytes = b""
    error: int = 0
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.error == 0


@dataclass(slots=True)
class Cookies:
    """What an application has set in the course of one call; sent back to the host that set it."""

    by_host: dict[str, dict[str, str]] = field(default_factory=dict)

    def header(self, url: str) -> dict[str, str]:
        jar = self.by_host.get(urlsplit(url).netloc, {})
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())} if jar else {}

    def learn(self, url: str, set_cookie: list[str]) -> None:
        jar = self.by_host.setdefault(urlsplit(url).netloc, {})
        for line in set_cookie:
            name, _, value = line.split(";", 1)[0].partition("=")
            expired = "max-age=0" in line.lower().replace(" ", "")
            if expired:
                jar.pop(name.strip(), None)
            elif name.strip():
                jar[name.strip()] = value.strip()


SHORTEST_MS = 5
"""With less left no attempt is begun: timers fire up to a millisecond early, and the limit is reached then."""


class WebhookClient:
    """Sends webhooks. Network limits are real time even under a driven clock: sockets know no other."""

    def __init__(self, clock: Clock, ledger: Ledger, signer: Signer, limit_ms: int = 15_000) -> None:
        self._clock, self._ledger, self.signer, self._limit_ms = clock, ledger, signer, limit_ms
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=256, keepalive_timeout=4),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(
        self,
        party: str,
        url: str,
        params: Params,
        *,
        method: str = "POST",
        cookies: Cookies | None = None,
        token: str = "",
        purpose: str = "webhook",
    ) -> Reply:
        """`url` may carry overrides in its fragment; `token` is the idempotency token shared by all
        attempts."""
        if not can_be_asked(url):
            entry = self._ledger.begin(party, purpose, method=method, url=url, params=list(params), token=token)
            self._ledger.finish(entry, status=0, error=11100, detail="no address to ask", body="")
            return Reply(url, method, error=11100, detail="no address to ask")
        bare, overrides = parse_overrides(url, self._limit_ms)
        started = time.monotonic()
        reply = Reply(bare, method, error=11200)
        for attempt in range(overrides.retries + 1):
            left_ms = overrides.total_ms - int((time.monotonic() - started) * 1000)
            if left_ms < SHORTEST_MS:
                break
            headers = {"I-Twilio-Idempotency-Token": token} if token else {}
            entry = self._ledger.begin(
                party, purpose, method=method, url=bare, params=list(params), attempt=attempt, token=token
            )
            reply, failure = await self._follow(bare, method, params, headers, cookies, overrides, left_ms)
            outcome: dict[str, Any] = {"status": reply.status, "error": reply.error, "detail": reply.detail}
            outcome["content_type"] = reply.content_type
            outcome["body"] = reply.body[:LOGGED_BODY].decode("utf-8", "replace")
            if not self._clock.driven:
                outcome["took_ms"] = self._clock.now_ms() - entry.at
            self._ledger.finish(entry, **outcome)
            if not failure or not overrides.retries_after(failure):
                break
        return reply

    async def _follow(
        self,
        url: str,
        method: str,
        params: Params,
        headers: dict[str, str],
        cookies: Cookies | None,
        overrides: Overrides,
        left_ms: int,
    ) -> tuple[Reply, str]:
        """One attempt with its redirects: the reply and, when it failed, what kind of failure it was."""
        due = time.monotonic() + left_ms / 1000
        for _ in range(MAX_REDIRECTS + 1):
            # The limit is that of the request with all its redirects; a millisecond is always left to fail in.
            left_ms = max(1, int((due - time.monotonic()) * 1000))
            reply, location = await self._once(url, method, params, headers, cookies, overrides, left_ms)
            if not location:
                return reply, _failure(reply)
            if reply.status != 307 and reply.status != 308:
                method = "GET"
            url = join(url, location)
            if not can_be_asked(url):
                return Reply(url, method, error=11100, detail="redirect to what is no address"), ""
        return Reply(url, method, reply.status, error=11215, detail="too many redirects"), ""

    async def _once(
        self,
        url: str,
        method: str,
        params: Params,
        headers: dict[str, str],
        cookies: Cookies | None,
        overrides: Overrides,
        left_ms: int,
    ) -> tuple[Reply, str]:
        if self._session is None:
            raise RuntimeError("the webhook client is not open")
        get = method == "GET"
        target = with_query(url, params) if get else url
        sent = {
            **headers,
            **self.signer.headers(target, () if get else params),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            **(cookies.header(url) if cookies else {}),
        }
        limits = aiohttp.ClientTimeout(
            total=left_ms / 1000, sock_connect=overrides.connect_ms / 1000, sock_read=overrides.read_ms / 1000
        )
        begun = False
        try:
            async with self._session.request(
                method,
                target,
                data=None if get else urlencode(list(params)).encode(),
                headers=sent if get else {**sent, "Content-Type": "application/x-www-form-urlencoded"},
                allow_redirects=False,
                timeout=limits,
            ) as answer:
                begun = True
                return await _read(answer, url, method, cookies)
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as problem:
            return Reply(url, method, error=11205, status=NO_CONNECTION, detail=_name(problem)), ""
        except (TimeoutError, aiohttp.ServerTimeoutError) as problem:
            return Reply(url, method, error=11205, status=0 if begun else NO_ANSWER, detail=_name(problem)), ""
        except (aiohttp.InvalidURL, ValueError) as problem:
            return Reply(url, method, error=11100, detail=_name(problem)), ""
        except (aiohttp.ClientError, OSError) as problem:
            return Reply(url, method, error=11200, status=0 if begun else NO_ANSWER, detail=_name(problem)), ""


async def _read(answer: aiohttp.ClientResponse, url: str, method: str, cookies: Cookies | None) -> tuple[Reply, str]:
    if cookies is not None:
        cookies.learn(url, answer.headers.getall("Set-Cookie", []))
    reply = Reply(url, method, answer.status, answer.headers.get("Content-Type", ""))
    if answer.status in (301, 302, 303, 307, 308) and "Location" in answer.headers:
        return reply, answer.headers["Location"]
    body = b""
    async for chunk in answer.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            reply.error, reply.detail = 11750, "the answer is larger than 64 kB"
            break
    reply.body = body[:MAX_BODY]
    if answer.status >= 400:
        reply.error, reply.detail = 11200, f"HTTP {answer.status}"
    return reply, ""


def _failure(reply: Reply) -> str:
    """The retry policy's name for what went wrong, empty when nothing did or no policy covers it."""
    if reply.status in (NO_ANSWER, NO_CONNECTION):
        failure = "rt" if reply.status == NO_ANSWER else "ct"
        reply.status = 0
        return failure
    if 400 <= reply.status < 500:
        return "4xx"
    return "5xx" if reply.status >= 500 else ""


def _name(problem: BaseException) -> str:
    """The kind of failure, without the addresses and ports that would differ from run to run."""
    return type(problem).__name__


def with_query(url: str, params: Params) -> str:
    """The address with the parameters appended to its query, as a GET webhook carries them."""
    parts = urlsplit(url)
    query = "&".join(q for q in (parts.query, urlencode(list(params))) if q)
    return urlunsplit(parts._replace(query=query))
