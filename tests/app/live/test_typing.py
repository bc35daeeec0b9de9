"""Who writes is seen at the other end, both ways, and by nobody else."""

from __future__ import annotations

import json

from tests.app.live.conftest import Node, until
from tests.app.live.test_chat_socket import chat, hello, online, send


async def test_typing_is_seen_by_the_other_one(whole: Node) -> None:
    token, other = await whole.person("1001", modes=["web"]), await whole.person("1002", modes=["phone"])
    async with whole.open(token) as console, whole.open(other) as beside, chat(whole) as customer:
        contact_id = (await hello(customer))["contact_id"]
        await send(customer, type="typing")
        await send(customer, type="text", id="c1", text="0")
        await online(console)
        offer = await until(console, "offer")
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        await until(customer, "agent")
        await until(console, "contact", state="talking")
        await send(customer, type="typing")
        seen = await until(console, "typing")
        assert seen["contact_id"] == contact_id
        await send(console, type="typing", id="t1", contact_id=contact_id)
        await until(customer, "typing")
        await until(console, "ack", id="t1")
        await send(beside, type="typing", id="t2", contact_id=contact_id)
        frames = []
        while True:
            frames.append(json.loads(await beside.recv()))
            if frames[-1].get("id") == "t2":
                break
        assert frames[-1]["code"] == "not_found", "not theirs"
        assert "typing" not in [frame["type"] for frame in frames]
