"""A phone in the terminal: dials over the control API, prints what is heard, presses and says what is given."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote

import aiohttp

from local_carrier.transcript import Wording

QUIET_S = 10
LONGEST_S = 60
REPLY_S = 5
KEYS = frozenset("0123456789*#wW ")
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
SOUNDS_OF_WAITING = frozenset({"music", "tones"})
Show = Callable[[str], None]


class CarrierError(Exception):
    """The carrier refused, or the hotline behind it is not there; in words for the one who called."""


class Control:
    """The control API of a carrier."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http, self._base = http, base.rstrip("/")

    async def ask(self, method: str, path: str, data: Any = None) -> Any:
        """The JSON answered; raises CarrierError with what it says is wrong."""
        async with self._http.request(method, f"{self._base}/control{path}", json=data) as answer:
            text = await answer.text()
            body = await answer.json() if answer.content_type == "application/json" else {"error": text}
        if answer.status >= 400:
            raise CarrierError(str(body.get("error", answer.status)))
        return body

    async def check_hotline(self, party: str, after: int) -> None:
        """Raises when the hotline could not be reached at all for what `party` did since ledger line `after`."""
        path = f"/ledger?party={quote(party, safe='')}&after={after}&kind=webhook"
        tries = (await self.ask("GET", path))["items"]
        gone = [line for line in tries if line["error"] == 11205]
        if gone and len(gone) == len(tries):
            raise CarrierError(f"the hotline does not answer at {gone[0]['url']}: start it, or give --app-url")


class Call:
    """One call from the terminal, from dialling to its end."""

    def __init__(self, control: Control, show: Show, language: str) -> None:
        self._control, self._show, self._language = control, show, language
        self._wording = Wording(language)
        self._sid = self._keys = ""
        self._keys_at = 0
        self.seen = 0
        self.status = ""
        self.pressed = self.said = 0
        self._heard_until = self._done_at = time.monotonic()

    async def dial(self, number: str, script: dict[str, Any] | None) -> None:
        call = await self._control.ask("POST", "/calls", {"from": number, "script": script})
        self._sid = call["call_sid"]
        self._wording = Wording(self._language, call["created_at"])
        self._show(self._wording.word("calls", from_=call["from"], to=call["to"]))

    async def follow(self, wait_s: float) -> bool:
        """Shows what is new, waiting up to `wait_s` for it; false when the call is over."""
        page = await self._control.ask("GET", f"/calls/{self._sid}/transcript?after={self.seen}&wait={wait_s}")
        for line in page["lines"]:
            self.seen = line["seq"]
            self.status = line.get("status", self.status)
            self._take(line)
        if not page["lines"] or page["lines"][-1]["kind"] != "pressed":
            self._flush_keys()
        return not self.over

    def _take(self, line: dict[str, Any]) -> None:
        now = time.monotonic()
        if line["kind"] == "pressed":
            self._keys_at = self._keys_at if self._keys else line["at"]
            self._keys += line["key"]
            self.pressed, self._done_at = self.pressed + 1, now
            return
        self._flush_keys()
        if line["kind"] == "said":
            self.said, self._done_at = self.said + 1, now
        if line["kind"] == "heard" and line["sound"] not in SOUNDS_OF_WAITING:
            self._heard_until = now + line.get("duration_ms", 0) / 1000
        if text := self._wording.line(line):
            self._show(text)

    def _flush_keys(self) -> None:
        """Keys pressed one after another are one line."""
        if self._keys:
            self._show(self._wording.pressed(self._keys_at, self._keys))
            self._keys = ""

    @property
    def over(self) -> bool:
        return self.status in FINAL

    @property
    def idle_s(self) -> float:
        """Seconds since anything was heard, pressed or said."""
        return time.monotonic() - max(self._heard_until, self._done_at)

    @property
    def since_done_s(self) -> float:
        """Seconds since something was pressed or said, or since it was dialled."""
        return time.monotonic() - self._done_at

    async def act(self, action: str, data: dict[str, str] | None = None) -> None:
        """Presses, speaks or hangs up; a call that is over meanwhile is left alone."""
        if not self.over:
            try:
                await self._control.ask("POST", f"/calls/{self._sid}/{action}", data)
            except CarrierError as problem:
                if "over" not in str(problem):
                    raise

    async def end(self, why: str, **values: Any) -> None:
        """Says why it hangs up, hangs up, and waits for the call to be over."""
        self._flush_keys()
        self._show(f"       -- {self._wording.word(why, **values)}")
        await self.act("hangup")
        while await self.follow(5):
            pass


def script_of(keys: str, say: str) -> dict[str, Any]:
    """One word of keys at each question, then the sentence."""
    steps: list[dict[str, Any]] = [{"asked": True, "after_s": 0.5, "press": word} for word in keys.split()]
    if say:
        steps.append({"asked": True, "after_s": 0.5, "say": say})
    return {"steps": steps}


class Phone:
    """`quiet_s` and `longest_s`: how long a call that nobody attends listens on after the last thing done."""

    def __init__(
        self, control: Control, show: Show, language: str, quiet_s: float = QUIET_S, longest_s: float = LONGEST_S
    ) -> None:
        self._control, self._show, self._language = control, show, language
        self._quiet_s, self._longest_s = quiet_s, longest_s

    async def dial(self, number: str, keys: str, say: str) -> None:
        """A call that needs no terminal; ends with the call, or a stated time after the last key or word."""
        before = (await self._control.ask("GET", "/state"))["ledger_seq"]
        call = Call(self._control, self._show, self._language)
        await call.dial(number, script_of(keys, say))
        expected = sum(c not in "wW" for c in keys if not c.isspace())
        try:
            while await call.follow(1):
                if call.since_done_s > self._longest_s:
                    await call.end("long", seconds=int(self._longest_s))
                elif call.pressed >= expected and call.said >= bool(say) and call.idle_s > self._quiet_s:
                    await call.end("quiet", seconds=int(self._quiet_s))
        finally:
            await call.act("hangup")
        await self._control.check_hotline(number, before)
        if call.pressed < expected or call.said < bool(say):
            rest = " ".join([*_unpressed(keys, call.pressed), *([say] if say and not call.said else [])])
            raise CarrierError(Wording(self._language).word("unasked", rest=rest))

    async def talk(self, number: str, typed: AsyncIterator[str]) -> None:
        """A call with somebody at the keyboard: what is typed is pressed or said, until the call ends."""
        before = (await self._control.ask("GET", "/state"))["ledger_seq"]
        self._show(Wording(self._language).word("how"))
        call = Call(self._control, self._show, self._language)
        await call.dial(number, None)
        typing = asyncio.create_task(self._obey(call, typed))
        try:
            while await call.follow(20):
                pass
        finally:
            typing.cancel()
            await call.act("hangup")
        await self._control.check_hotline(number, before)

    async def _obey(self, call: Call, typed: AsyncIterator[str]) -> None:
        async for text in typed:
            if text == "/hangup":
                break
            if text and set(text) <= KEYS:
                await call.act("keys", {"keys": text})
            elif text:
                await call.act("speech", {"text": text})
        await call.act("hangup")

    async def sms(self, number: str, body: str) -> None:
        """Sends a text and shows what comes back within some seconds."""
        before = (await self._control.ask("GET", "/state"))["ledger_seq"]
        where = f"/messages?number={quote(number, safe='')}"
        seen = len((await self._control.ask("GET", where))["lines"])
        wording = Wording(
            self._language, (await self._control.ask("POST", "/messages", {"from": number, "body": body}))["at"]
        )
        replies = 0
        while lines := (await self._control.ask("GET", f"{where}&after={seen}&wait={REPLY_S}"))["lines"]:
            for line in lines:
                seen = line["seq"]
                replies += line["kind"] == "received"
                self._show(wording.spoken(line["at"], "caller" if line["kind"] == "sent" else "hotline", line["text"]))
        await self._control.check_hotline(number, before)
        if not replies:
            self._show(f"       -- {wording.word('no reply', seconds=REPLY_S)}")


def _unpressed(keys: str, pressed: int) -> list[str]:
    """The words of keys that were not pressed to their end."""
    left = []
    for word in keys.split():
        size = sum(c not in "wW" for c in word)
        if pressed < size:
            left.append(word)
        pressed = max(0, pressed - size)
    return left


async def typed_lines(fd: int = 0) -> AsyncIterator[str]:
    """Lines as they are typed, trimmed. A thread reads: neither a terminal nor a file can be awaited everywhere."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        left = b""
        while data := os.read(fd, 4096):
            *whole, left = (left + data).split(b"\n")
            for raw in whole:
                loop.call_soon_threadsafe(lines.put_nowait, raw.decode("utf-8", "replace").strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run(base: str, language: str, work: Callable[[Phone], Awaitable[None]]) -> int:
    """Runs `work` with a phone; 1 with one clear line when carrier or hotline is not there, or refuses."""
    async with aiohttp.ClientSession() as http:
        try:
            await work(Phone(Control(http, base), _print, language))
        except aiohttp.ClientConnectionError:
            sys.stderr.write(f"no carrier at {base}: start it with `hotline carrier`\n")
            return 1
        except CarrierError as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
    return 0
