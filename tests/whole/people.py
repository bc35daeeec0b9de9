"""Those who use the system from outside: callers at the carrier's phones, agents and crews at their consoles."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

import aiohttp

from app.domain.seed.people import DEMO_PASSWORD

PATIENCE_S = 20.0
OVER = ("completed", "busy", "failed", "no-answer", "canceled")
T = TypeVar("T")


class Phones:
    """The carrier's control API."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(self._url, timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """One request; the JSON answer. Fails the test on an error."""
        async with self._http.request(method, path, json=body, params=query) as answer:
            found = await answer.json()
            assert answer.status < 300, (method, path, body, found)
            return found

    async def call(self, number: str, script: Any = None) -> Call:
        """Somebody dials the hotline."""
        made = await self.ask("POST", "/control/calls", {"from": number, "script": script})
        return Call(self, made["call_sid"])

    async def leg(self, agent_no: str, params: dict[str, str]) -> Call:
        """An agent's browser connects with what the accept gave."""
        made = await self.ask("POST", "/control/client-legs", {"identity": agent_no, "params": params})
        return Call(self, made["call_sid"])

    async def rung(self, number: str) -> Call:
        """The call that rings, or has just been answered, at this number."""

        async def found() -> Call | None:
            got = await self.ask("GET", "/control/calls", party=number, live="true")
            outward = [item for item in got["items"] if item["direction"] != "inbound"]
            return Call(self, outward[0]["call_sid"]) if outward else None

        return await until(found, f"no call to {number}")

    async def lives_at(self, number: str, **entry: Any) -> None:
        """What happens when this number is called."""
        await self.ask("PUT", f"/control/directory/{number}", entry)

    async def text(self, number: str, body: str) -> str:
        """Somebody texts the hotline; the message's sid."""
        made = await self.ask("POST", "/control/messages", {"from": number, "body": body})
        return str(made["message_sid"])

    async def texts(self, number: str) -> list[str]:
        """What this number has received."""
        got = await self.ask("GET", "/control/messages", number=number)
        return [line["text"] for line in got["lines"] if line["kind"] == "received"]

    async def texted(self, number: str, pattern: str) -> str:
        """The text that matches, as soon as it has come."""

        async def found() -> str | None:
            return next((text for text in await self.texts(number) if re.search(pattern, text)), None)

        return await until(found, f"no text to {number} with {pattern}")

    async def ledger(self, **fields: Any) -> list[dict[str, Any]]:
        """All lines of the ledger with these fields."""
        lines: list[dict[str, Any]] = []
        while True:
            after = lines[-1]["seq"] if lines else 0
            got = await self.ask("GET", "/control/ledger", after=after, limit=1000, **fields)
            if not got["items"]:
                return lines
            lines += got["items"]


class Call:
    """One leg at the carrier, with the one who holds the phone."""

    def __init__(self, phones: Phones, call_sid: str) -> None:
        self.call_sid = call_sid
        self.lines: list[dict[str, Any]] = []
        self.status = ""
        self._phones = phones
        self._read = 0

    async def _more(self, wait: int) -> None:
        after = self.lines[-1]["seq"] if self.lines else 0
        path = f"/control/calls/{self.call_sid}/transcript"
        got = await self._phones.ask("GET", path, after=after, wait=wait)
        self.lines += got["lines"]
        self.status = got["status"]

    async def line(self, fits: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """The next line that fits, from where the last one was found; fails when the call ends before."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            for at in range(self._read, len(self.lines)):
                if fits(self.lines[at]):
                    self._read = at + 1
                    return self.lines[at]
            over = self.status in OVER or asyncio.get_running_loop().time() > deadline
            assert not over, f"{what} not in {self.told()}"
            await self._more(2)

    async def hears(self, pattern: str) -> str:
        """What is said that matches."""
        line = await self.line(
            lambda line: line["kind"] == "heard" and re.search(pattern, line.get("text") or ""), f"{pattern} heard"
        )
        return str(line["text"])

    async def asked(self) -> None:
        """Until the line listens."""
        await self.line(lambda line: line["kind"] == "listening", "a question")

    async def press(self, *keys: str) -> None:
        """Each at the next question."""
        for key in keys:
            await self.asked()
            await self._phones.ask("POST", f"/control/calls/{self.call_sid}/keys", {"keys": key})

    async def say(self, words: str) -> None:
        """A sentence at the next question."""
        await self.asked()
        await self._phones.ask("POST", f"/control/calls/{self.call_sid}/speech", {"text": words})

    async def in_conference(self, event: str = "joined") -> None:
        """Until the leg is joined to, held in, or out of a conference."""
        await self.line(lambda line: line["kind"] == "conference" and line["event"] == event, event)

    async def hang_up(self) -> None:
        """Put down the phone."""
        await self._phones.ask("POST", f"/control/calls/{self.call_sid}/hangup")

    async def ended(self) -> str:
        """How it ended, once it has."""

        async def over() -> str | None:
            await self._more(1)
            return self.status if self.status in OVER else None

        return await until(over, f"{self.call_sid} goes on: {self.told()}")

    def told(self) -> str:
        """The transcript on lines."""
        said = ("text", "status", "key", "event", "input")
        return "\n".join(f"{line['kind']} {[line[name] for name in said if name in line]}" for line in self.lines)


class Person:
    """One who has logged in: REST, and the console while it is open. `state` is snapshot plus deltas."""

    def __init__(self, url: str, agent_no: str) -> None:
        self.agent_no = agent_no
        self.me: dict[str, Any] = {}
        self.offers: dict[str, dict[str, Any]] = {}
        self.contacts: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.frames: list[dict[str, Any]] = []
        self._url = url
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._sent = 0

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._news = asyncio.Condition()
        body = {"agent_no": self.agent_no, "password": DEMO_PASSWORD}
        self._csrf = ""
        self._csrf = (await self.rest("POST", "/api/session", body))["csrf_token"]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket is not None and not self._socket.closed:
            with suppress(AssertionError, TimeoutError, ConnectionError):
                await self.tell("set_state", state="offline")
        await self.close()
        await self._http.close()

    async def rest(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """One request of the HTTP interface; fails the test on an error."""
        headers = {"X-CSRF-Token": self._csrf, "Origin": self._url}
        async with self._http.request(method, self._url + path, json=body, params=query, headers=headers) as answer:
            found = await answer.json()
            assert answer.status < 300, (method, path, found)
            return found

    async def refused(self, method: str, path: str, body: Any = None) -> str:
        """The code with which a request is refused; fails the test when it is not."""
        headers = {"X-CSRF-Token": self._csrf, "Origin": self._url}
        async with self._http.request(method, self._url + path, json=body, headers=headers) as answer:
            assert answer.status >= 400, (method, path, answer.status)
            return str((await answer.json())["code"])

    async def open(self, url: str = "") -> None:
        """Open the console, here or at another node."""
        at = url or self._url
        self._socket = await self._http.ws_connect(at + "/api/console", headers={"Origin": at})
        self._reading = asyncio.create_task(self._read(self._socket))
        await self.until(lambda: self.me.get("agent_no") == self.agent_no, "a snapshot")

    async def available(self, **how: Any) -> None:
        """Open the console and take work."""
        await self.open()
        await self.tell("set_state", state="available", **how)
        await self.until(lambda: self.me["state"] in ("available", "offered"), "available")

    async def close(self) -> None:
        """Close the console, as a page does that is left."""
        if self._socket is not None:
            await self._socket.close()
            await self._reading
            self._socket = None
            self.me = {}

    async def tell(self, command: str, **fields: Any) -> dict[str, Any]:
        """One command; the ack. Asked again with the same id while there is no answer."""
        self._sent += 1
        command_id = f"{self.agent_no}-{id(self)}-{self._sent}"
        for _ in range(5):
            answer = await self._send({"type": command, "id": command_id, **fields})
            if answer.get("code") != "retry_later":
                break
        assert answer["type"] == "ack", (command, fields, answer)
        return answer

    async def _send(self, frame: dict[str, Any]) -> dict[str, Any]:
        assert self._socket is not None
        known = len(self.frames)
        await self._socket.send_json(frame)

        def found() -> dict[str, Any] | None:
            ends = (f for f in self.frames[known:] if f["type"] in ("ack", "error") and f.get("id") == frame["id"])
            return next(ends, None)

        return await self.until(found, f"an answer to {frame}")

    async def until(self, found: Callable[[], T | None], what: str) -> T:
        """Until this is true of what the console shows."""
        async with self._news:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not (value := found()):
                        await self._news.wait()
            except TimeoutError:
                raise AssertionError(f"{self.agent_no}: {what}; last: {self.frames[-12:]}") from None
        return value

    async def offered(self, **fields: Any) -> dict[str, Any]:
        """The offer that has, or will have, these fields."""
        return await self.until(
            lambda: next((o for o in self.offers.values() if fields.items() <= o.items()), None), f"offer {fields}"
        )

    async def offer_ended(self, offer_id: str) -> str:
        """Why the offer ended, once it has."""

        def ended() -> str | None:
            ends = (f for f in self.frames if f["type"] == "offer_ended" and f["offer_id"] == offer_id)
            return next((str(end["reason"]) for end in ends), None)

        return await self.until(ended, f"end of {offer_id}")

    async def talks(self, contact_id: str, state: str = "talking") -> None:
        """Until the contact is shown in this state."""
        await self.until(lambda: self.contacts.get(contact_id, {}).get("state") == state, f"{contact_id} {state}")

    async def in_state(self, *states: str) -> None:
        """Until this person is shown in one of these states."""
        await self.until(lambda: self.me.get("state") in states, f"state {states}")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                async with self._news:
                    self._take(message.json())
                    self._news.notify_all()

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["type"] == "snapshot":
            self.me = frame["agent"]
            self.offers = {o["offer_id"]: o for o in frame["offers"]}
            self.contacts = {c["contact_id"]: c for c in frame["contacts"]}
            self.orders = {o["order_no"]: o for o in frame["orders"]}
        elif frame["type"] == "agent" and frame["agent_no"] == self.agent_no:
            self.me = frame
        elif frame["type"] == "offer_ended":
            self.offers.pop(frame["offer_id"], None)
        elif frame["type"] == "contact_ended":
            self.contacts.pop(frame["contact_id"], None)
        else:
            keyed = {"offer": self.offers, "contact": self.contacts, "order": self.orders}.get(frame["type"])
            if keyed is not None:
                keyed[frame[f"{frame['type']}_id" if frame["type"] != "order" else "order_no"]] = frame


async def until(found: Callable[[], Any], what: str, seconds: float = PATIENCE_S) -> Any:
    """Ask until there is something; fails after a while."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (value := await found()):
        assert asyncio.get_running_loop().time() < deadline, what
        await asyncio.sleep(0.05)
    return value


async def settled(person: Person) -> None:
    """Whatever is still in hand is wrapped up."""
    for contact_id in list(person.contacts):
        with suppress(AssertionError):
            await person.tell("hang_up", contact_id=contact_id)
            await person.tell("wrap_up", contact_id=contact_id, disposition="other", note="")
