"""The phone in the terminal: what it presses, what it shows."""

from __future__ import annotations

import asyncio
import sys

from tests.local_carrier.test_process import carrier
from tests.local_carrier.world import App


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
        code, out, _err = await terminal("dial", "--carrier", base, "--keys", "1", "--say", "家里停电")
        assert code == 0
        told = [line.split("  ", 1)[1] for line in out.splitlines()]
        talk = [line for line in told if not line.startswith("--")]
        assert talk == ["« 请按1", "» [1]", "« 请讲", "» 家里停电", "« 再见"]
        assert told[-1] == "-- completed"
        code, out, _err = await terminal("sms", "停电", "--carrier", base)
        assert (code, out.splitlines()) == (0, ["» 停电", "« 收到"])
    await app.server.close()


async def test_without_a_carrier_it_says_how_to_start_one() -> None:
    code, out, err = await terminal("dial", "--carrier", "http://127.0.0.1:9", "--keys", "1")
    assert (code, out) == (1, "")
    assert "hotline carrier" in err
