"""Whatever is sent to the carrier or answered to it is refused in order, stands in the ledger, and breaks nothing."""

from __future__ import annotations

import asyncio
import base64

import aiohttp
import pytest
from aiohttp import web

from local_carrier.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from tests.local_carrier.world import CALLER, World

VOICE = "/twilio/voice"
FORM = "application/x-www-form-urlencoded"
BASIC = "Basic " + base64.b64encode(f"{DEMO_ACCOUNT_SID}:{DEMO_AUTH_TOKEN}".encode()).decode()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"Twiml=" + b"x" * 300_000, FORM, 413),
        (b"From=%2B1&To=\xff\xfe", FORM, 400),
        (b"From=1", FORM + "; charset=nonsense", 400),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"no boundary", "multipart/form-data", 400),
        (b'{"To": "+15550100009"}', "application/json", 400),
        (b"", FORM, 400),
    ],
)
async def test_a_request_that_cannot_be_read_is_refused_and_in_the_ledger(
    world: World, body: bytes, kind: str, status: int
) -> None:
    url = f"{world.base}/2010-04-01/Accounts/{DEMO_ACCOUNT_SID}/Calls.json"
    headers = {"Content-Type": kind, "Authorization": BASIC}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as answer,
    ):
        refused = await answer.json()
    assert (answer.status, refused["status"]) == (status, status)
    assert refused["code"] in (20001, 21201)
    world.carrier.ledger.flush()
    assert [line["status"] for line in world.carrier.ledger.read(kind="rest")] == [status]
    assert not world.carrier.legs


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"{", b"3", b'{"from": "x"' + b" " * 300_000 + b"}"])
async def test_the_control_api_refuses_what_it_cannot_read(world: World, body: bytes) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{world.base}/control/calls", data=body) as answer:
        assert answer.status in (400, 413)
        assert (await answer.json())["error"]
    assert not world.carrier.legs


async def test_more_than_a_hand_can_press_is_refused(world: World) -> None:
    world.app.answers[VOICE] = '<Pause length="60"/>'
    leg = world.dial()
    await world.wait(1)
    assert (await world.control("POST", f"/calls/{leg.sid}/keys", {"keys": "1" * 4_001})).status == 400
    assert (await world.control("POST", f"/calls/{leg.sid}/speech", {"text": "x" * 4_001})).status == 400
    assert leg.status == "in-progress"


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(body=b"<Response/>", content_type="text/xml", headers={"X-Long": "y" * 70_000}),
        web.Response(body=b"not gzip", content_type="text/xml", headers={"Content-Encoding": "gzip"}),
        web.Response(status=302, headers={"Location": "http://[bad"}),
        web.Response(status=302, headers={"Location": "file:///etc/hosts"}),
        web.Response(body=b"\x00" * 100, content_type="text/xml"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_an_error_of_the_carrier(world: World, answer: web.Response) -> None:
    world.app.answers = {VOICE: answer, "/twilio/voice/fallback": "<Say>later</Say>"}
    leg = world.dial()
    await world.wait(5)
    assert world.heard(leg) == ["later"]
    assert set(world.errors()) <= {11100, 11200, 12100}
    assert leg.status == "completed"


async def test_the_limit_of_a_request_counts_its_redirects(world: World) -> None:
    async def slow(_form: dict[str, str]) -> web.Response:
        await asyncio.sleep(0.15)  # a slow application is what this is about
        return web.Response(status=302, headers={"Location": VOICE})

    async with World(webhook_timeout_ms=400) as limited:
        limited.app.answers = {VOICE: slow, "/twilio/voice/fallback": "<Say>later</Say>"}
        leg = limited.dial(from_=CALLER)
        await limited.wait(5)
        assert 2 <= len(limited.app.at(VOICE)) <= 4
        assert limited.errors() == [11205]
        assert limited.heard(leg) == ["later"]
