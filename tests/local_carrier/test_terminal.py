"""The phone in the terminal: what it presses, what it shows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from local_carrier.terminal import CarrierError, Control, Phone, typed_lines
from local_carrier.transcript import LANGUAGES, WORDS, language_of
from tests.local_carrier.test_process import carrier
from tests.local_carrier.world import CALLER, App


async def terminal(*words: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "local_carrier", *words),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_scripted_call_and_a_text_print_what_was_said_both_ways() -> None:
    app = App()
    await app.server.start_server()
    app.answers = {
        "/twilio/voice": '<Gather numDigits="1" action="/menu"><Say>请按1</Say></Gather>',
        "/menu": '<Gather input="speech" speechTimeout="1" action="/said"><Say>请讲</Say></Gather>',
        "/said": "<Say>再见</Say>",
        "/twilio/sms": "<Message>收到</Message>",
    }
    async with carrier(app) as (base, _):
        words = ("dial", "--carrier", base, "--lang", "zh", "--from", "+8613800000002")
        code, out, _err = await terminal(*words, "--keys", "1", "--say", "家里停电")
        assert code == 0
        first, *told = out.splitlines()
        assert first == "+8613800000002 拨打 +15550095598"
        assert all(line[2] == ":" and line[5:7] == "  " for line in told)
        assert [line[7:] for line in told] == [
            *("-- 振铃", "-- 接通", "热线  请按1", "来电  [按键 1]", "热线  请讲", "来电  家里停电", "热线  再见"),
            "-- 通话结束",
        ]
        code, out, _err = await terminal("sms", "停电", "--carrier", base, "--lang", "en")
        assert (code, [line[7:] for line in out.splitlines()]) == (0, ["caller  停电", "hotline 收到"])
    await app.server.close()


@asynccontextmanager
async def phone(app: App, **patience_s: float) -> AsyncIterator[tuple[Phone, list[str], str]]:
    shown: list[str] = []
    async with carrier(app) as (base, _), aiohttp.ClientSession() as http:
        yield Phone(Control(http, base), shown.append, "en", **patience_s), shown, base


async def test_a_call_kept_waiting_is_hung_up_after_a_stated_time() -> None:
    app = App()
    await app.server.start_server()
    app.answers = {
        "/twilio/voice": '<Gather numDigits="1" action="/queue"><Say>press 1</Say></Gather>',
        "/queue": '<Enqueue waitUrl="/wait">q</Enqueue>',
        "/wait": "<Say>hold</Say>",
    }
    async with phone(app, quiet_s=60, longest_s=1) as (dialler, shown, _):
        await dialler.dial(CALLER, "1", "")
    assert "       -- 1 s after the last thing done: hung up" in shown
    assert shown[-1].endswith("-- the call has ended")
    app.answers["/wait"] = "<Play>http://127.0.0.1:9/music.mp3</Play><Pause length='60'/>"
    async with phone(app, quiet_s=0, longest_s=60) as (dialler, shown, _):
        await dialler.dial(CALLER, "1", "")
    assert "       -- nothing more was heard for 0 s: hung up" in shown
    await app.server.close()


async def test_keys_that_were_never_asked_for_are_named() -> None:
    app = App()
    await app.server.start_server()
    app.answers = {"/twilio/voice": '<Gather numDigits="2" action="/end"><Say>press</Say></Gather>'}
    async with phone(app) as (dialler, _, _):
        with pytest.raises(CarrierError, match=r"never listened for: 3#$"):
            await dialler.dial(CALLER, "12 3#", "")
    await app.server.close()


async def test_a_hotline_that_is_not_there_is_one_clear_line() -> None:
    app = App()
    await app.server.start_server()
    async with phone(app) as (dialler, _, _):
        await app.server.close()
        with pytest.raises(CarrierError, match=r"does not answer at http://127\.0\.0\.1"):
            await dialler.sms(CALLER, "hello")


async def test_somebody_at_the_terminal_presses_speaks_and_hangs_up() -> None:
    app = App()
    await app.server.start_server()
    app.answers = {
        "/twilio/voice": '<Gather numDigits="1" action="/say"><Say>press</Say></Gather>',
        "/say": '<Gather input="speech" speechTimeout="1" action="/wait"><Say>speak</Say></Gather>',
        "/wait": "<Pause length='60'/>",
    }
    async with phone(app) as (dialler, shown, _):

        async def typed() -> AsyncIterator[str]:
            for wanted, text in (("press", "1"), ("speak", "lights out"), ("lights out", "/hangup")):
                while not any(line.endswith(wanted) for line in shown):
                    await asyncio.sleep(0.02)
                yield text

        await dialler.talk(CALLER, typed())
    talk = [line[7:] for line in shown if "-- " not in line][2:]
    assert talk == ["hotline press", "caller  [key 1]", "hotline speak", "caller  lights out"]
    assert shown[-1].endswith("-- the call has ended")
    await app.server.close()


async def test_typed_lines_are_read_from_what_is_no_terminal_too(tmp_path: Path) -> None:
    file = tmp_path / "typed"
    file.write_text("1 #\n停电了\nunfinished", encoding="utf-8")
    with file.open("rb") as source:
        assert [line async for line in typed_lines(source.fileno())] == ["1 #", "停电了"]


def test_the_language_is_that_of_the_environment() -> None:
    assert language_of({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}) == "en"
    assert language_of({}) == "en"
    for words in WORDS.values():
        assert set(words) == set(LANGUAGES)


async def test_without_a_carrier_it_says_how_to_start_one() -> None:
    code, out, err = await terminal("dial", "--carrier", "http://127.0.0.1:9", "--keys", "1")
    assert (code, out) == (1, "")
    assert "hotline carrier" in err
