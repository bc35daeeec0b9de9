"""A phone in the terminal: dials over the control API, shows the transcript, presses and says what is typed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp

PATIENCE_S = 15
LONGEST_S = 300
KEYS = frozenset("0123456789*#wW ")
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
Show = Callable[[str], None]


class CarrierError(Exception):
    """The carrier refused; its own words."""


def script_of(keys: str, say: str) -> dict[str, Any] | None:
    """One word of keys at each question, then the sentence; patience after the last, then it hangs up."""
    steps: list[dict[str, Any]] = [{"asked": True, "after_s": 0.5, "press": word} for word in keys.split()]
    if say:
        steps.append({"asked": True, "after_s": 0.5, "say": say})
    if not steps:
        return None
    return {"steps": [*steps, {"after_s": PATIENCE_S, "hang_up": True}], "hang_up_after_s": LONGEST_S}


def shown(line: dict[str, Any]) -> str:
    """One line of the transcript for reading, empty for what nobody needs to see."""
    clock = datetime.fromtimestamp(line["at"] / 1000, UTC).astimezone().strftime("%H:%M:%S")
    match line["kind"]:
        case "heard":
            text = line["text"] if line["sound"] in ("say", "voice") else f"({line['sound']}: {line['text']})"
            return f"{clock}  « {text}"
        case "pressed":
            return f"{clock}  » [{line['key']}]"
        case "said":
            return f"{clock}  » {line['text']}"
        case "status":
            return f"{clock}  -- {line['status']}"
        case "connected":
            return f"{clock}  -- connected to {line['to']}"
        case "conference":
            return f"{clock}  -- {line['event']} {line['name']}"
    return ""


class Phone:
    def __init__(self, http: aiohttp.ClientSession, base: str, show: Show) -> None:
        self._http, self._base, self._show = http, base.rstrip("/"), show

    async def _ask(self, method: str, path: str, data: Any = None) -> Any:
        async with self._http.request(method, f"{self._base}/control{path}", json=data) as answer:
            body = await answer.json()
        if answer.status >= 400:
            raise CarrierError(str(body.get("error", answer.status)))
        return body

    async def dial(self, number: str, keys: str, say: str) -> None:
        """One call from its start to its end; what is typed meanwhile is pressed or said, unless it is scripted."""
        script = script_of(keys, say)
        sid = (await self._ask("POST", "/calls", {"from": number, "script": script}))["call_sid"]
        typing = None if script else asyncio.create_task(self._type(sid))
        seen, status = 0, ""
        try:
            while status not in FINAL:
                page = await self._ask("GET", f"/calls/{sid}/transcript?after={seen}&wait=20")
                for line in page["lines"]:
                    seen = line["seq"]
                    status = line.get("status", status)
                    if text := shown(line):
                        self._show(text)
        finally:
            if typing is not None:
                typing.cancel()

    async def _type(self, sid: str) -> None:
        """Keys when a line is made of keys, a sentence otherwise; the end of input hangs up."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while raw := await reader.readline():
            text = raw.decode("utf-8", "replace").strip()
            if text and set(text) <= KEYS:
                await self._ask("POST", f"/calls/{sid}/keys", {"keys": text})
            elif text:
                await self._ask("POST", f"/calls/{sid}/speech", {"text": text})
        await self._ask("POST", f"/calls/{sid}/hangup")

    async def sms(self, number: str, body: str) -> None:
        """Sends a text and shows what comes back within three seconds."""
        number_in_query = number.replace("+", "%2B")
        before = await self._ask("GET", f"/messages?number={number_in_query}")
        seen = len(before["lines"])
        await self._ask("POST", "/messages", {"from": number, "body": body})
        while True:
            page = await self._ask("GET", f"/messages?number={number_in_query}&after={seen}&wait=3")
            if not page["lines"]:
                return
            for line in page["lines"]:
                seen = line["seq"]
                self._show(f"{'»' if line['kind'] == 'sent' else '«'} {line['text']}")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run(base: str, work: Callable[[Phone], Any]) -> int:
    """Runs `work` with a phone; 1 with one clear line when the carrier is not there or refuses."""
    async with aiohttp.ClientSession() as http:
        try:
            await work(Phone(http, base, _print))
        except aiohttp.ClientConnectionError:
            sys.stderr.write(f"no carrier at {base}: start it with `hotline carrier`\n")
            return 1
        except CarrierError as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
    return 0
