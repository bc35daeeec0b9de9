"""Callers and agents that go on by themselves, whatever happens to the service meanwhile."""

from __future__ import annotations

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from app.domain.seed.people import DEMO_PASSWORD
from tests.whole.people import OVER, Phones

NUMBER = re.compile(r"(?:\d ){9,}\d")
SORRY = re.compile(r"系统繁忙|application error|We are very busy", re.IGNORECASE)
GREETING = "您好，供电服务热线"
NOT_HEARD = "抱歉，没有听清"
MENU = "故障报修请按1，电费"
CALL_S = 150.0


@dataclass
class Story:
    """What a caller presses when something is heard; `ends` is the last thing to hear, then the phone is put down."""

    name: str
    keys: Mapping[str, str]
    ends: str
    orders: int = 0


SURVEY = {"请评价本次服务": "1", "问题解决了吗": "1"}
STORIES = (
    Story("talk", {GREETING: "0", MENU: "0", **SURVEY}, "感谢您的评价"),
    Story(
        "fault",
        {GREETING: "1", MENU: "1", "只有您一家停电": "1", "故障地点是尾号": "1", "邻居有电": "1"},
        "报修已受理|已为您登记",
        orders=1,
    ),
    Story("bill", {GREETING: "2", MENU: "2", "是尾号": "1"}, "千瓦时"),
    Story("emergency", {GREETING: "8", NOT_HEARD: "8"}, "已紧急登记", orders=1),
)


@dataclass
class Told:
    """How a call went."""

    story: Story
    number: str
    call_sid: str
    reached: bool = False
    sorry: bool = False
    heard: list[str] = field(default_factory=list)
    order_no: str = ""
    began: float = field(default_factory=time.monotonic)
    ended: float = math.inf


async def play(phones: Phones, story: Story, number: str, tell: Callable[[Told], None]) -> None:
    """One call, from the ring to the end of the story or of the call; `tell` gets it as it begins."""
    made = await phones.ask("POST", "/control/calls", {"from": number})
    told = Told(story, number, made["call_sid"])
    tell(told)
    after, until = 0, asyncio.get_running_loop().time() + CALL_S
    while asyncio.get_running_loop().time() < until:
        got = await phones.ask("GET", f"/control/calls/{told.call_sid}/transcript", after=after, wait=2)
        for line in got["lines"]:
            after = line["seq"]
            if line["kind"] == "heard" and line.get("text"):
                await _react(phones, told, str(line["text"]))
        if told.reached:
            with suppress(AssertionError):
                await phones.ask("POST", f"/control/calls/{told.call_sid}/hangup")
        if told.reached or got["status"] in OVER:
            break
    told.ended = time.monotonic()


async def _react(phones: Phones, told: Told, text: str) -> None:
    told.heard.append(text)
    told.sorry |= bool(SORRY.search(text))
    spoken = NUMBER.search(text)
    if spoken:
        told.order_no = re.sub(r"\D", "", spoken[0])
    if re.search(told.story.ends, text):
        told.reached = True
        return
    for pattern, key in told.story.keys.items():
        if re.search(pattern, text):
            with suppress(AssertionError):  # the call may just have ended
                await phones.ask("POST", f"/control/calls/{told.call_sid}/keys", {"keys": key})


class Robot:
    """An agent: takes every offer, talks for a moment, hangs up, wraps up; comes back whenever the console drops."""

    def __init__(self, phones: Phones, url: str, agent_no: str, talk_s: float = 0.5) -> None:
        self._phones, self._url, self._agent_no, self._talk_s = phones, url, agent_no, talk_s
        self._sent = 0
        self._doing: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            while True:
                with suppress(aiohttp.ClientError, OSError, TimeoutError, ConnectionError):
                    await self._session(http)
                await asyncio.sleep(0.1)

    async def _session(self, http: aiohttp.ClientSession) -> None:
        if not len(http.cookie_jar):
            body = {"agent_no": self._agent_no, "password": DEMO_PASSWORD}
            async with http.post(self._url + "/api/session", json=body) as answer:
                if answer.status != 200:
                    http.cookie_jar.clear()
                    return
        async with http.ws_connect(self._url + "/api/console", headers={"Origin": self._url}) as socket:
            self._doing.clear()
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(socket, json.loads(message.data))

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            await self._agent(socket, frame["agent"])
            for offer in frame["offers"]:
                await self._send(socket, "accept", offer_id=offer["offer_id"])
            for contact in frame["contacts"]:
                await self._contact(socket, contact, again=True)
        elif frame["type"] == "agent" and frame["agent_no"] == self._agent_no:
            await self._agent(socket, frame)
        elif frame["type"] == "offer":
            await self._send(socket, "accept", offer_id=frame["offer_id"])
        elif frame["type"] == "contact":
            await self._contact(socket, frame)
        elif frame["type"] == "ack" and frame.get("connect"):
            with suppress(AssertionError):
                await self._phones.leg(self._agent_no, frame["connect"]["params"])

    async def _agent(self, socket: aiohttp.ClientWebSocketResponse, agent: Mapping[str, Any]) -> None:
        if agent["state"] in ("offline", "break"):
            await self._send(socket, "set_state", state="available")

    async def _contact(
        self, socket: aiohttp.ClientWebSocketResponse, contact: Mapping[str, Any], *, again: bool = False
    ) -> None:
        about = f"{contact['contact_id']} {contact['state']}"
        if again and contact["state"] != "wrapping":
            await self._send(socket, "accept", offer_id=contact["offer_id"])
        if about in self._doing:
            return
        self._doing.add(about)
        if contact["state"] == "talking":
            task = asyncio.create_task(self._end(socket, str(contact["contact_id"])))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif contact["state"] == "wrapping":
            await self._send(
                socket, "wrap_up", contact_id=contact["contact_id"], disposition="resolved", note="explained"
            )

    async def _end(self, socket: aiohttp.ClientWebSocketResponse, contact_id: str) -> None:
        await asyncio.sleep(self._talk_s)
        with suppress(ConnectionError, RuntimeError, aiohttp.ClientError):
            await self._send(socket, "hang_up", contact_id=contact_id)

    async def _send(self, socket: aiohttp.ClientWebSocketResponse, command: str, **fields: Any) -> None:
        self._sent += 1
        await socket.send_json({"type": command, "id": f"{self._agent_no}-{id(socket)}-{self._sent}", **fields})
