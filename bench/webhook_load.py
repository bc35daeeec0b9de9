"""Signed webhooks made beforehand, and `wrk` that sends them over kept connections."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from app.carrier.signature import sign
from app.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN

PROMPT = "故障报修请按1，电费查询请按2，投诉举报请按3，进度查询请按4，业务咨询请按5，人工服务请按0，重听请按星号键。"
CALLS = 1_000
SCRIPT = """
-- wrk asks once before it begins, to see what requests look like, and does not send that one.
local requests, at = {}, -1
function init(args)
  local file = assert(io.open(args[1], "rb"))
  for size in file:lines() do requests[#requests + 1] = file:read(tonumber(size)) end
  file:close()
end
function request() at = at + 1; return requests[math.max(at, 1)] or requests[#requests] end
function done(summary, latency, _)
  local e = summary.errors
  print(string.format('{"requests": %d, "us": %d, "failed": %d, "p50_us": %d, "p99_us": %d}', summary.requests,
    summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `wrk` saw in one round."""

    requests: int
    us: int
    failed: int
    p50_us: int
    p99_us: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.us * 1e6


def call_sid(number: int) -> str:
    """The id of the n-th call."""
    return "CA" + hashlib.md5(f"bench {number}".encode(), usedforsecurity=False).hexdigest()


def form_of(number: int, **more: str) -> dict[str, str]:
    """What the carrier posts of the n-th call: eighteen fields with `Digits`."""
    caller, called = f"+1555010{number:04}", "+15550095598"
    place = {"City": "SPRINGFIELD", "State": "XX", "Zip": "00000", "Country": "US"}
    return {
        "AccountSid": DEMO_ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "CallSid": call_sid(number),
        "CallStatus": "in-progress",
        "Direction": "inbound",
        "From": caller,
        "To": called,
        "Caller": caller,
        "Called": called,
        **{f"Caller{name}": value for name, value in place.items()},
        **{f"Called{name}": value for name, value in place.items()},
        **more,
    }


def request(base: str, path: str, form: Mapping[str, str]) -> bytes:
    """One signed post as it goes over the wire."""
    body = urlencode(form).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(base).netloc}\r\nUser-Agent: TwilioProxy/1.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {sign(DEMO_AUTH_TOKEN, base + path, list(form.items()))}\r\n"
        "I-Twilio-Idempotency-Token: 00000000-0000-4000-8000-000000000000\r\nAccept: */*\r\n\r\n"
    )
    return head.encode() + body


def arrivals(base: str, first: int = 0, count: int = CALLS) -> list[bytes]:
    """So many calls ring."""
    return [request(base, "/twilio/voice", form_of(number)) for number in range(first, first + count)]


def turns(base: str, standing: Sequence[int], each: int, keys: str = "*", first: int = 0) -> list[bytes]:
    """`each` turns of every call from where it stands, in an order in which turns of one call are far apart."""
    return [
        request(base, f"/twilio/turn/{turn + further}.keys", form_of(number, Digits=keys))
        for further in range(each)
        for number, turn in enumerate(standing, first)
    ]


def put(requests: Iterable[bytes], file: Path) -> None:
    """Write requests as the script reads them: a line with the size, then so many bytes."""
    file.write_bytes(b"".join(b"%d\n%b" % (len(each), each) for each in requests))


def send_all(port: int, requests: list[bytes]) -> None:
    """Send each request once, over eight connections; every answer must be 200."""

    async def one(share: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for each in share:
            writer.write(each)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            assert head.startswith("http/1.1 200"), head
            await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(one(requests[start::8]) for start in range(8)))

    asyncio.run(all_of_them())


def load(base: str, requests: Sequence[bytes], connections: int, seconds: float, folder: Path) -> Loaded:
    """Send `requests` in order; raises when there were too few of them or one failed."""
    script, prepared = folder / "load.lua", folder / "requests"
    script.write_text(SCRIPT, encoding="utf-8")
    put(requests, prepared)
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "-s", str(script), base, "--", str(prepared)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    found = Loaded(**json.loads(done.stdout.strip().splitlines()[-1]))
    if found.failed or found.requests > len(requests) - connections:
        raise RuntimeError(
            f"{found.failed} failed, {found.requests} of {len(requests)} prepared were sent: {done.stdout}"
        )
    return found
