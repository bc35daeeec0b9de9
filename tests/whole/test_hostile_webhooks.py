"""Webhooks that no carrier sent: refused, or answered with the stored reply, and never with an effect or a 5xx."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from app.carrier.signature import is_signed, is_signed_body, sign
from app.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from tests.whole.rig import System

SID = "CA" + "a" * 32
FORM = {
    "CallSid": SID,
    "AccountSid": DEMO_ACCOUNT_SID,
    "From": "+8613800007001",
    "To": "+15550095598",
    "CallStatus": "ringing",
}
TOKEN = DEMO_AUTH_TOKEN
TABLES = ("contacts", "work_orders", "outbox", "inbox", "messages", "journal", "surveys", "tasks")


class Line:
    """Posts forms as the carrier would, and as it would not."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url, self._http = url, http

    def signature(self, path: str, form: Mapping[str, str]) -> str:
        """What the carrier's own library computes."""
        return str(RequestValidator(TOKEN).compute_signature(self.url + path, dict(form)))

    async def post(
        self, path: str, form: Mapping[str, str] | bytes, signature: str | None = None, **headers: str
    ) -> tuple[int, str]:
        """Status and body."""
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        if signature is not None:
            sent["X-Twilio-Signature"] = signature
        async with self._http.post(self.url + path, data=io.BytesIO(body), headers=sent) as answer:
            return answer.status, await answer.text()

    async def signed(self, path: str, form: Mapping[str, str]) -> tuple[int, str]:
        """Rightly signed."""
        return await self.post(path, form, self.signature(path, form))


@pytest.fixture
async def line(system: System) -> AsyncIterator[Line]:
    """The service's webhooks."""
    async with aiohttp.ClientSession() as http:
        yield Line(system.app_url, http)


async def counts(system: System) -> dict[str, int]:
    """How many rows there are where an effect would show."""
    found = {}
    for table in TABLES:
        found[table] = (await system.rows(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"]
    return found


PATHS = (
    *("/twilio/voice", "/twilio/voice/status", "/twilio/voice/fallback", "/twilio/client", "/twilio/sms"),
    *("/twilio/sms/status", "/twilio/turn/1.keys", "/twilio/turn/0.join.x", "/twilio/conference", "/twilio/recording"),
    *(
        "/twilio/outgoing",
        "/twilio/leg/status",
        "/twilio/offer",
        "/twilio/hold",
        "/twilio/turn/%00.%ff",
    ),
)


async def test_what_is_not_signed_has_no_effect_anywhere(system: System, line: Line) -> None:
    before = await counts(system)
    other = RequestValidator("another-token-of-someone-else").compute_signature(line.url + "/twilio/voice", FORM)
    for path in PATHS:
        right = line.signature(path, FORM)
        for signature in (
            None,
            "",
            "x",
            other,
            ("B" if right[0] == "A" else "A") + right[1:],
            right.swapcase(),
            "ü",
            "a" * 5_000,
        ):
            status, _ = await line.post(path, FORM, signature)
            assert 400 <= status < 500, (path, signature)
    assert await counts(system) == before


async def test_fields_cannot_be_shifted_under_a_signature(system: System, line: Line) -> None:
    before = await counts(system)
    signature = line.signature("/twilio/voice", FORM)
    shifted = {**{k: v for k, v in FORM.items() if k != "CallStatus"}, "CallStatu": "sringing"}
    assert (await line.post("/twilio/voice", shifted, signature))[0] in (400, 403)
    assert (await line.post("/twilio/voice?x=1", FORM, signature))[0] == 403
    assert (await line.post("/twilio/voice/", FORM, signature))[0] in (403, 404)
    assert (await line.post("/twilio/sms", FORM, signature))[0] == 403
    assert await counts(system) == before


async def test_garbled_and_oversized_bodies_are_refused(system: System, line: Line) -> None:
    before = await counts(system)
    bodies = (b"\xff\xfe\x00", b"%zz=%", b"", b"a=" + b"b" * 3_000_000, b"&".join(b"f=1" for _ in range(5_000)), b"{}")
    for body in bodies:
        # Whoever is refused while still sending may see no more than the end of the connection.
        with suppress(aiohttp.ClientOSError):
            status, _ = await line.post("/twilio/voice", body, "c2lnbmF0dXJl")
            assert 400 <= status < 500, body[:20]
    assert await counts(system) == before


@pytest.mark.parametrize("field", ["CallSid", "AccountSid", "From", "To", "CallStatus"])
async def test_a_signed_form_without_a_field_that_is_needed_is_refused(system: System, line: Line, field: str) -> None:
    before = await counts(system)
    status, body = await line.signed("/twilio/voice", {k: v for k, v in FORM.items() if k != field})
    assert (status, json.loads(body)["code"]) in ((400, "incomplete"), (403, "not_signed"))
    assert await counts(system) == before


async def test_another_account_and_malformed_sids_are_refused(system: System, line: Line) -> None:
    before = await counts(system)
    for changed in ({"AccountSid": "AC" + "9" * 32}, {"CallSid": "CA1"}, {"CallSid": "CA" + "A" * 32}, {"CallSid": ""}):
        assert (await line.signed("/twilio/voice", FORM | changed))[0] in (400, 403)
    assert await counts(system) == before


async def test_a_replay_gets_the_stored_reply_and_has_no_effect(system: System, line: Line) -> None:
    form = FORM | {"CallSid": "CA" + "b" * 32}
    first = await line.signed("/twilio/voice", form)
    assert first[0] == 200
    key = form | {"Digits": "1", "CallStatus": "in-progress"}
    turn = await line.signed("/twilio/turn/1.keys", key)
    known = await counts(system)
    for _ in range(3):
        assert await line.signed("/twilio/voice", form) == first
        assert await line.signed("/twilio/turn/1.keys", key) == turn
    # The same turn with other keys is the same turn.
    assert await line.signed("/twilio/turn/1.keys", key | {"Digits": "8"}) == turn
    now = await counts(system)
    assert {name: now[name] for name in TABLES if name != "journal"} == {
        name: known[name] for name in TABLES if name != "journal"
    }
    await line.signed("/twilio/voice/status", form | {"CallStatus": "completed"})


async def test_strange_but_signed_forms_never_break_anything(line: Line) -> None:
    odd = "\x00\x01 ‮<&>'\"；電 " + "長" * 200
    for path in PATHS:
        fields = {"Digits": odd, "SpeechResult": odd, "From": odd, "To": odd, "Body": odd, "CallStatus": odd}
        sids = {"MessageSid": "SM" + "c" * 32, "ConferenceSid": odd, "RecordingSid": odd, "Confidence": odd}
        more = {"RecordingStatus": odd, "MessageStatus": odd, "SequenceNumber": odd, "QueueResult": odd}
        status, _ = await line.signed(path, FORM | {"CallSid": "CA" + "c" * 32} | fields | sids | more)
        assert status < 500, path


MATRIX: list[tuple[str, dict[str, Any]]] = [
    ("https://example.org/twilio/voice", {"a": "1"}),
    ("https://example.org:8443/twilio/voice", {"a": "1", "B": "2", "b": "3"}),
    ("http://127.0.0.1:8000/twilio/voice", {}),
    ("https://example.org/twilio/voice?x=1&y=%E7%94%B5&z=a+b", {"Body": "停电 & <x>", "empty": ""}),
    ("https://example.org/twilio/turn/12.keys?again=1", {"Digits": "#", "many": ["2", "1", "2"]}),
]


class Fields(dict[str, Any]):
    """A form whose fields may come more than once, as web frameworks hand it to the carrier's library."""

    def getlist(self, name: str) -> list[str]:
        value = self[name]
        return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(("url", "form"), MATRIX)
def test_signatures_agree_with_the_carriers_own_library(url: str, form: dict[str, Any]) -> None:
    theirs = RequestValidator(TOKEN).compute_signature(url, Fields(form))
    pairs = [(name, one) for name, value in form.items() for one in (value if isinstance(value, list) else [value])]
    assert is_signed((TOKEN,), url, pairs, theirs)
    assert is_signed(("an-older-token", TOKEN), url, pairs, theirs)
    assert not is_signed(("another",), url, pairs, theirs)
    assert not is_signed((TOKEN,), url, [*pairs, ("more", "1")], theirs)
    assert RequestValidator(TOKEN).validate(url, Fields(form), sign(TOKEN, url, pairs))


def test_the_newer_scheme_and_bodies_that_are_no_forms() -> None:
    url, pairs = "https://example.org/twilio/voice", [("b", "2"), ("a", "1")]
    digest = hmac.new(TOKEN.encode(), (url + "a1b2").encode(), hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()
    assert is_signed((TOKEN,), url, pairs, signature, "algorithm=HMAC_SHA256")
    assert not is_signed((TOKEN,), url, pairs, signature)
    assert not is_signed((TOKEN,), url, pairs, signature, "algorithm=NONE")
    body = b'{"a": 1}'
    address = f"{url}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    theirs = RequestValidator(TOKEN).compute_signature(address, {})
    assert is_signed_body((TOKEN,), address, body, theirs)
    assert not is_signed_body((TOKEN,), address, body + b" ", theirs)


async def test_the_fallback_asks_again_where_the_document_failed_and_keeps_the_key(line: Line) -> None:
    failed = {"ErrorUrl": line.url + "/twilio/turn/1.keys", "ErrorCode": "11200", "Digits": "8"}
    status, told = await line.signed("/twilio/voice/fallback", FORM | failed)
    assert status == 200
    assert "/twilio/turn/1.keys?Digits=8&amp;again=1" in told
    elsewhere = await line.signed("/twilio/voice/fallback", FORM | {"ErrorUrl": "https://example.org/twilio/x"})
    assert "<Hangup/>" in elsewhere[1]


async def test_a_key_that_the_fallback_did_not_tell_is_asked_for_again(line: Line) -> None:
    form = FORM | {"CallSid": "CA" + "e" * 32, "From": "+8613800007002"}
    _, greeted = await line.signed("/twilio/voice", form)
    _, asked = await line.signed("/twilio/turn/1.keys?again=1", form | {"CallStatus": "in-progress"})
    menu = "故障报修请按1"
    assert menu in greeted
    assert menu in asked
    assert "转人工" not in asked
