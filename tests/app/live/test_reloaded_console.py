"""A console that is loaded anew in a talk keeps the call: the caller is on hold until the new page has a leg."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from sqlmodel import select
from websockets.asyncio.client import ClientConnection

from app.db.tables import OutboxRow
from app.observe.clock import new_id
from tests.app.live.conftest import Node, arrived, until
from tests.app.live.webhooks import posted

CALL = "CA" + "d" * 32
AGENT = "client:agent_1001"


async def told(socket: ClientConnection, kind: str, **fields: Any) -> dict[str, Any]:
    """The answer to a command."""
    command_id = new_id()
    await socket.send(json.dumps({"type": kind, "id": command_id, **fields}))
    return await until(socket, "ack", id=command_id)


async def conference(node: Node, event: str, offer_id: str, leg: str, n: int) -> None:
    """The carrier tells of the agent's leg."""
    about = {"ConferenceSid": "CF" + "1" * 32, "SequenceNumber": str(n), "StatusCallbackEvent": event}
    await posted(node, "/twilio/conference", CallSid=leg, ParticipantLabel=f"agent-{offer_id}", **about)


async def leg(node: Node, n: int, offer_id: str, params: Mapping[str, str]) -> str:
    """A browser's leg comes up with what the acknowledgement gave; its sid."""
    sid = f"CA{n:032x}"
    assert "<Conference" in await posted(node, "/twilio/client", CallSid=sid, From=AGENT, **params)
    await conference(node, "participant-join", offer_id, sid, n)
    return sid


async def moved(node: Node) -> str:
    """The address that the caller was to be moved to."""
    async with asyncio.timeout(10):
        while True:
            async with node.db.session() as session:
                rows = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "call.move"))).all()
            if rows:
                return f"/twilio/turn/0.join.{rows[0].id}"
            await asyncio.sleep(0.02)


async def talking(node: Node, socket: ClientConnection) -> tuple[str, str, str]:
    """A caller who talks to the agent: contact, offer, the agent's leg."""
    await arrived(socket)
    await told(socket, "set_state", state="available")
    await posted(node, "/twilio/voice", CallSid=CALL)
    await posted(node, "/twilio/turn/1.keys", CallSid=CALL, Digits="0")
    offer = await until(socket, "offer")
    connect = (await told(socket, "accept", offer_id=offer["offer_id"]))["connect"]
    sid = await leg(node, 1, offer["offer_id"], connect["params"])
    assert "<Conference" in await posted(node, await moved(node), CallSid=CALL)
    await until(socket, "contact", state="talking")
    return offer["contact_id"], offer["offer_id"], sid


async def test_the_leg_of_a_page_that_was_loaded_anew_is_lost_not_hung_up(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as old:
        contact_id, offer_id, sid = await talking(whole, old)
        async with whole.open(token) as new:
            snapshot = await until(new, "snapshot")
            assert [each["offer_id"] for each in snapshot["contacts"]] == [offer_id]
            await conference(whole, "participant-leave", offer_id, sid, 10)
            await until(new, "contact", contact_id=contact_id, state="held", lost=True)
            again = await told(new, "accept", offer_id=offer_id)
            await leg(whole, 2, offer_id, again["connect"]["params"])
            await until(new, "contact", contact_id=contact_id, state="talking")


async def test_the_new_page_may_join_before_the_end_of_the_old_leg_is_heard(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as old:
        contact_id, offer_id, sid = await talking(whole, old)
    async with whole.open(token) as new:
        await until(new, "snapshot")
        again = await told(new, "accept", offer_id=offer_id)
        second = await leg(whole, 2, offer_id, again["connect"]["params"])
        await conference(whole, "participant-leave", offer_id, sid, 10)
        await conference(whole, "participant-leave", offer_id, second, 11)
        ended = await until(new, "contact", contact_id=contact_id, state="wrapping")
        assert ended["offer_id"] == offer_id, "the new leg's end with its page there is a hang-up"


async def test_a_mute_is_shown_to_the_page_that_is_loaded_anew_as_long_as_its_leg_stands(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as old:
        contact_id, offer_id, sid = await talking(whole, old)
        await told(old, "mute", contact_id=contact_id, muted=True)
    async with whole.open(token) as new:
        assert [each["muted"] for each in (await until(new, "snapshot"))["contacts"]] == [True]
        again = await told(new, "accept", offer_id=offer_id)
        await conference(whole, "participant-leave", offer_id, sid, 10)
        await leg(whole, 2, offer_id, again["connect"]["params"])
        await until(new, "contact", contact_id=contact_id, muted=False)
