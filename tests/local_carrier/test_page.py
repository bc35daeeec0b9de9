"""The phone page as files: what the carrier serves, under which policy, and that nothing in it runs what it is told."""

from __future__ import annotations

import re
from pathlib import Path

import aiohttp
import pytest

import local_carrier
from tests.local_carrier.world import CALLER, World

PAGE = Path(local_carrier.__file__).parent / "page"
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|parseFromString"
)


async def get(world: World, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    async with aiohttp.ClientSession() as http, http.get(world.base + path, headers=headers) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def test_the_page_and_its_files_come_under_a_strict_policy(world: World) -> None:
    status, text, headers = await get(world, "/")
    assert status == 200
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    for name in sorted(set(re.findall(r'(?:src|href)="/page/([^"]+)"', text))):
        status, _, headers = await get(world, f"/page/{name}")
        assert status == 200, name
        assert headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/page/none.js", "/page/..%2Fserver.py", "/page/server.py", "/page/%2e%2e/media.py"):
        assert (await get(world, path))[0] == 404


def test_every_module_that_is_imported_is_there_and_nothing_executes_text() -> None:
    for script in PAGE.glob("*.js"):
        code = script.read_text(encoding="utf-8")
        assert not SINKS.search(code), script.name
        for name in re.findall(r'from "\./([^"]+)"', code):
            assert (PAGE / name).is_file(), f"{script.name} imports {name}"
    html = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", html)


def test_every_text_of_the_page_is_there_in_both_languages() -> None:
    texts = (PAGE / "texts.js").read_text(encoding="utf-8")
    known = dict(re.findall(r'^  "?([\w-]+)"?: \[("(?:[^"\\]|\\.)*",\s*"(?:[^"\\]|\\.)*")\]', texts, re.MULTILINE))
    used = set(re.findall(r'data-t="(\w+)"', (PAGE / "index.html").read_text(encoding="utf-8")))
    for script in PAGE.glob("*.js"):
        used |= set(re.findall(r'\bt\("([\w-]+)"', script.read_text(encoding="utf-8")))
    assert len(used) > 40
    assert used <= known.keys()
    same = {"listen", "language"}
    for name, pair in known.items():
        zh, en = re.findall(r'"((?:[^"\\]|\\.)*)"', pair)
        assert re.search("[\u4e00-\u9fff]", zh) or name in same, name
        assert set(re.findall(r"\{\w+\}", zh)) == set(re.findall(r"\{\w+\}", en)), name


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example:8001"}, 403),
        ({"Host": "carrier:8001"}, 200),
        ({"Host": "[::1]:8001", "Origin": "http://[::1]:8001"}, 200),
    ],
)
async def test_another_site_in_the_same_browser_is_refused(world: World, headers: dict[str, str], status: int) -> None:
    assert (await get(world, "/control/state", **headers))[0] == status


async def test_the_ledger_of_a_call_has_what_was_asked_both_ways(world: World) -> None:
    world.app.answers["/twilio/voice"] = "<Pause length='30'/>"
    leg, other = world.dial(), world.dial(from_="+15550100002")
    await world.wait(1)
    await world.rest("POST", f"/Calls/{leg.sid}.json", Twiml="<Response><Hangup/></Response>")
    made = await world.rest("POST", "/Calls.json", To="+15550100003", From=leg.to, Twiml="<Response/>")
    await world.wait(1)
    lines = (await world.control("GET", f"/ledger?call={leg.sid}"))["items"]
    assert [line["kind"] for line in lines if line["kind"] in ("webhook", "rest")] == ["webhook", "rest"]
    assert other.sid not in str(lines)
    later = (await world.control("GET", f"/ledger?call={leg.sid}&after={lines[-2]['seq']}"))["items"]
    assert later == lines[-1:]
    of_made = (await world.control("GET", f"/ledger?call={made['sid']}"))["items"]
    assert ("rest", 201) in [(line["kind"], line.get("status")) for line in of_made]


async def test_the_ledger_of_a_numbers_texts(world: World) -> None:
    world.app.answers["/twilio/sms"] = "<Message>thanks</Message>"
    world.dial()
    await world.control("POST", "/messages", {"from": CALLER, "body": "停电"})
    await world.wait(2)
    await world.rest("POST", "/Messages.json", To=CALLER, From=world.carrier.settings.number, Body="restored")
    await world.rest("POST", "/Messages.json", To="+15550100002", From=world.carrier.settings.number, Body="other")
    await world.wait(2)
    lines = (await world.control("GET", f"/ledger?texts={CALLER.replace('+', '%2B')}"))["items"]
    assert [line["kind"] for line in lines if line["kind"] != "message_status"] == [
        *("message", "webhook", "message", "message", "rest")
    ]
    assert not any(line["kind"].startswith("call") for line in lines)


async def test_what_was_recorded_can_be_heard_at_the_phone(world: World) -> None:
    world.app.answers["/twilio/voice"] = "<Record maxLength='3' action='/end'/>"
    leg = world.dial()
    await world.wait(1)
    (recording,) = (await world.control("GET", f"/calls/{leg.sid}/recordings"))["items"]
    assert (recording["status"], recording["duration_s"]) == ("in-progress", None)
    assert (await get(world, f"/control/recordings/{recording['recording_sid']}.wav"))[0] == 404
    await world.wait(10)
    (recording,) = (await world.control("GET", f"/calls/{leg.sid}/recordings"))["items"]
    assert (recording["status"], recording["duration_s"]) == ("completed", 3)
    async with aiohttp.ClientSession() as http:
        url = f"{world.base}/control/recordings/{recording['recording_sid']}.wav"
        async with http.get(url) as answer:
            assert (answer.content_type, (await answer.read())[:4]) == ("audio/wav", b"RIFF")
