"""How documents are asked for and what is made of the answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from tests.local_carrier.world import App, World, twiml

VOICE = "/twilio/voice"
FALLBACK = "/twilio/voice/fallback"
SORRY = "We are sorry, an application error has occurred. Goodbye."


def xml(text: str, **options: Any) -> web.Response:
    return web.Response(text=text, **{"content_type": "text/xml", **options})


async def test_addresses_are_relative_to_the_document_that_names_them(world: World) -> None:
    world.app.answers = {
        VOICE: "<Redirect>menus/main</Redirect>",
        "/twilio/menus/main": "<Redirect method='GET'>../two?x=1</Redirect>",
        "/twilio/two": "<Redirect>/three</Redirect>",
    }
    world.dial()
    await world.wait(1)
    assert [(a.path, a.method) for a in world.app.asked[:4]] == [
        (VOICE, "POST"),
        ("/twilio/menus/main", "POST"),
        ("/twilio/two", "GET"),
        ("/three", "POST"),
    ]
    assert world.app.asked[2].form["x"] == "1"
    assert world.app.asked[2].form["CallSid"].startswith("CA")


async def test_an_http_redirect_is_followed_as_get_and_307_keeps_the_method(world: World) -> None:
    world.app.answers = {
        VOICE: web.Response(status=302, headers={"Location": "/a"}),
        "/a": "<Redirect>/b</Redirect>",
        "/b": web.Response(status=307, headers={"Location": "/c"}),
        "/c": "<Say>here</Say>",
    }
    leg = world.dial()
    await world.wait(2)
    assert [(a.path, a.method) for a in world.app.asked[:4]] == [
        (VOICE, "POST"),
        ("/a", "GET"),
        ("/b", "POST"),
        ("/c", "POST"),
    ]
    assert world.heard(leg) == ["here"]


async def test_the_eleventh_redirect_is_one_too_many(world: World) -> None:
    world.app.answers[VOICE] = web.Response(status=302, headers={"Location": VOICE})
    world.dial()
    await world.wait(20)
    assert len([a for a in world.app.asked if a.path == VOICE]) == 11
    assert 11215 in world.errors()


async def test_cookies_live_as_long_as_the_call(world: World) -> None:
    def first(_form: dict[str, str]) -> web.Response:
        answer = xml(twiml("<Redirect>/next</Redirect>"))
        answer.set_cookie("session", "s1")
        return answer

    world.app.answers[VOICE] = first
    world.dial()
    await world.wait(1)
    world.dial(from_="+15550100002")
    await world.wait(1)
    cookies = [(a.path, a.headers.get("Cookie")) for a in world.app.asked if a.path in (VOICE, "/next")]
    assert cookies == [(VOICE, None), ("/next", "session=s1"), (VOICE, None), ("/next", "session=s1")]


@pytest.mark.parametrize(
    ("answer", "heard", "codes"),
    [
        (web.Response(text="just this", content_type="text/plain"), ["just this"], []),
        (web.Response(text=twiml("<Say>a</Say>"), content_type="text/html"), ["a"], []),
        (web.Response(text=twiml("<Say>a</Say>"), content_type="application/json"), [SORRY], [12300]),
        (xml("<Response><Say>a</Response>"), [SORRY], [12100]),
        (xml(""), [SORRY], [12100]),
        (xml("<Answer/>"), [SORRY], [12102]),
        (xml(twiml("<Say>" + "x" * 65_536 + "</Say>")), [SORRY], [11750]),
        (xml("<Response>" + "<Say>" * 40 + "</Say>" * 40 + "</Response>"), [SORRY], [12100]),
        (xml('<!DOCTYPE a [<!ENTITY b "c">]><Response><Say>&b;</Say></Response>'), [SORRY], [12100]),
        (web.Response(status=404), [SORRY], [11200]),
        (web.Response(status=500), [SORRY], [11200]),
        (web.Response(body=b"\xff\xfe", content_type="text/xml"), [SORRY], [12100]),
    ],
)
async def test_what_is_no_document_is_the_carriers_error_and_the_caller_is_told(
    answer: web.Response, heard: list[str], codes: list[int]
) -> None:
    async with World(voice_fallback_path="") as world:
        world.app.answers[VOICE] = lambda _form: answer
        leg = world.dial()
        await world.wait(60)
        assert world.heard(leg) == heard
        assert world.errors() == codes
        assert leg.status == "completed"


async def test_an_audio_answer_is_played_and_the_call_ends(world: World) -> None:
    world.app.answers[VOICE] = web.Response(body=b"RIFF", content_type="audio/x-wav")
    leg = world.dial()
    await world.wait(10)
    assert world.heard(leg) == [world.app.url(VOICE)]
    assert leg.status == "completed"


async def test_unknown_verbs_and_attributes_are_warned_of_and_ignored(world: World) -> None:
    world.app.answers[VOICE] = '<say>x</say><Say mood="glad">a</Say><Gather><Dial>1</Dial></Gather><Dance/>'
    leg = world.dial()
    await world.wait(10)
    assert world.heard(leg) == ["a"]
    assert world.errors() == [12200, 12200, 13320, 12200]


async def test_the_fallback_is_asked_with_the_error_and_goes_on(world: World) -> None:
    world.app.answers = {VOICE: web.Response(status=503), FALLBACK: "<Say>系统繁忙</Say>"}
    leg = world.dial()
    await world.wait(10)
    assert world.heard(leg) == ["系统繁忙"]
    asked = world.app.at(FALLBACK)[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", world.app.url(VOICE))


async def test_a_5xx_is_retried_only_when_the_address_asks_for_it_with_one_token() -> None:
    for fragment, tries in (
        ("", 1),
        ("rc=2", 1),
        ("rc=2&rp=ct,rt,5xx", 3),
        ("rc=9&rp=5xx", 2),
        ("rc=0&rp=all", 1),
    ):
        async with World(webhook_fragment=fragment) as world:
            world.app.answers[VOICE] = web.Response(status=503)
            world.dial()
            await world.wait(10)
            sent = [a for a in world.app.asked if a.path == VOICE]
            assert len(sent) == tries, fragment
            assert len({a.headers["I-Twilio-Idempotency-Token"] for a in sent}) == 1
            assert len({a.headers["X-Twilio-Signature"] for a in sent}) == 1
            assert "#" not in world.carrier.ledger.read(kind="webhook")[0]["url"]


async def test_a_slow_answer_is_given_up_after_the_read_limit_and_retried_when_asked() -> None:
    async with World(webhook_fragment="rt=100&rc=1&rp=rt", voice_fallback_path="") as world:
        release = asyncio.Event()
        calls = 0

        async def answer(_form: dict[str, str]) -> str:
            nonlocal calls
            calls += 1
            if calls == 1:
                await release.wait()
            return "<Say>second</Say>"

        world.app.answers[VOICE] = answer
        leg = world.dial()
        await world.wait(10)
        release.set()
        assert world.heard(leg) == ["second"]


async def test_the_limit_of_a_request_holds_whatever_the_overrides_say() -> None:
    async with World(webhook_fragment="rt=15000&tt=15000&rc=5&rp=all", webhook_timeout_ms=200) as world:
        release = asyncio.Event()

        async def answer(_form: dict[str, str]) -> str:
            await release.wait()
            return "<Say>too late</Say>"

        world.app.answers = {VOICE: answer, FALLBACK: "<Say>系统繁忙</Say>"}
        leg = world.dial()
        await world.wait(10)
        release.set()
        assert world.heard(leg) == ["系统繁忙"]
        assert [form["ErrorCode"] for form in world.app.at(FALLBACK)] == ["11205"]
        assert len(world.app.at(VOICE)) == 1


async def test_an_application_that_is_not_there_is_tried_twice() -> None:
    gone = App()
    await gone.server.start_server()
    url = gone.url("/").rstrip("/")
    await gone.server.close()
    async with World(app_url=url) as world:
        leg = world.dial()
        await world.wait(20)
        lines = world.carrier.ledger.read(kind="webhook", url=f"{url}{VOICE}")
        assert [line["attempt"] for line in lines] == [0, 1]
        assert {line["error"] for line in lines} == {11205}
        assert world.heard(leg) == [SORRY]


async def test_reject_leaves_the_call_unanswered_and_a_caller_can_hear_busy(world: World) -> None:
    world.app.answers[VOICE] = '<Reject reason="busy"/>'
    leg = world.dial()
    await world.wait(1)
    assert (leg.status, leg.answered_at) == ("busy", 0)
    world.app.answers[VOICE] = "<Reject/>"
    other = world.dial(from_="+15550100002")
    await world.wait(1)
    assert other.status == "no-answer"


@pytest.mark.parametrize("document", ["", "<Redirect>/next</Redirect>", "<Hangup/>", "<Say>a</Say><Reject/>"])
async def test_any_other_document_answers_the_call(world: World, document: str) -> None:
    world.app.answers = {VOICE: document, "/next": "<Reject/>"}
    leg = world.dial()
    await world.wait(5)
    assert leg.answered_at
    assert leg.status == "completed"


async def test_endless_redirects_end_in_an_error_and_not_in_a_crash() -> None:
    async with World(max_documents=50) as world:
        world.app.answers[VOICE] = f"<Redirect>{VOICE}</Redirect>"
        leg = world.dial()
        await world.wait(10)
        assert leg.status == "completed"
        assert world.heard(leg) == [SORRY]
        assert len(world.app.at(VOICE)) == 50


async def test_hanging_up_while_a_document_is_on_its_way_ends_the_call(world: World) -> None:
    def answer(_form: dict[str, str]) -> str:
        world.hang_up(leg)
        return "<Say>too late</Say>"

    world.app.answers[VOICE] = answer
    leg = world.dial()
    await world.wait(1)
    assert leg.status == "no-answer"
    assert world.heard(leg) == []


async def test_an_answer_that_breaks_off_is_not_retried_and_none_at_all_is() -> None:
    for half, tries in ((True, 1), (False, 3)):
        async with World(webhook_fragment="rc=2&rp=rt", voice_fallback_path="") as world:
            world.app.answers[VOICE] = lambda _form, half=half: break_off(half)
            world.dial()
            await world.wait(20)
            assert len(world.app.at(VOICE)) == tries
            assert world.errors() == [11200]


async def break_off(half: bool) -> Broken:
    return Broken(half)


class Broken(web.StreamResponse):
    """Closes the connection, after half an answer or before any of it."""

    def __init__(self, half: bool) -> None:
        super().__init__(headers={"Content-Type": "text/xml", "Content-Length": "100"})
        self._half = half

    async def prepare(self, request: web.BaseRequest) -> Any:
        if self._half:
            await super().prepare(request)
            await self.write(b"<Response>")
        if request.transport is not None:
            request.transport.close()
        return None


async def test_a_text_that_is_no_document_is_read_out(world: World) -> None:
    world.app.answers[VOICE] = web.Response(text="<b>almost", content_type="text/plain")
    leg = world.dial()
    await world.wait(5)
    assert world.heard(leg) == ["<b>almost"]


async def test_an_inline_document_needs_absolute_addresses(world: World) -> None:
    world.app.answers[VOICE] = '<Pause length="60"/>'
    leg = world.dial()
    await world.wait(1)
    inline = "<Response><Gather action='/relative' actionOnEmptyResult='true' timeout='1'/></Response>"
    await world.rest("POST", f"/Calls/{leg.sid}.json", Twiml=inline)
    await world.wait(10)
    assert world.errors() == [11100]
    assert world.heard(leg) == [SORRY]
