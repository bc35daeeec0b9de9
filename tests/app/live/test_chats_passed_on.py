"""A chat that a colleague takes over: everybody in it knows who wrote what, and who is there now."""

from __future__ import annotations

from typing import Any

from websockets.asyncio.client import ClientConnection

from app.db.tables import Message
from tests.app.live.conftest import Node, until
from tests.app.live.test_chat_socket import chat, hello, online, send
from tests.app.live.test_console_commands import all_of, tell

NOW_SECOND = "Person 1002 is with you now."


async def taken(console: ClientConnection) -> dict[str, Any]:
    """The chat that is offered, accepted."""
    offer = await until(console, "offer")
    assert (await tell(console, type="accept", offer_id=offer["offer_id"], id=offer["offer_id"]))["type"] == "ack"
    return await until(console, "contact", state="talking")


async def handed_on(giver: ClientConnection, taker: ClientConnection, customer: ClientConnection) -> str:
    """A chat of the first one's that the second one has taken over, with a line by each."""
    await send(customer, type="text", id="c1", text="0")
    await online(giver)
    contact_id = str((await taken(giver))["contact_id"])
    assert (await until(customer, "agent"))["name"] == "Person 1001"
    assert (await tell(giver, type="chat", contact_id=contact_id, text="I look."))["type"] == "ack"
    await online(taker)
    to = {"contact_id": contact_id, "to": {"agent_no": "1002"}, "mode": "cold", "note": "a matter of bills"}
    assert (await tell(giver, type="transfer", **to))["type"] == "ack"
    assert (await taken(taker))["note"] == "a matter of bills"
    assert (await tell(taker, type="chat", contact_id=contact_id, text="I go on."))["type"] == "ack"
    return contact_id


async def test_each_line_names_who_wrote_it_and_the_customer_reads_once_who_is_there_now(whole: Node) -> None:
    first, second = await whole.person("1001", modes=["web"]), await whole.person("1002", modes=["web"])
    async with whole.open(first) as giver, whole.open(second) as taker, chat(whole) as customer:
        token = (await hello(customer))["token"]
        await handed_on(giver, taker, customer)
        assert (await until(customer, "message", text="I look."))["name"] == "Person 1001"
        await until(customer, "message", text=NOW_SECOND)
        assert (await until(taker, "chat", text="I go on."))["by"] == {"agent_no": "1002", "name": "Person 1002"}
        async with chat(whole) as again:
            welcome = await hello(again, token)
            lines = {line["text"]: line.get("name") for line in welcome["messages"]}
            assert (lines["I look."], lines["I go on."]) == ("Person 1001", "Person 1002")
            await send(again, type="text", id="c2", text="Thank you.")
            await until(taker, "chat", text="Thank you.")
    assert [row.text for row in await all_of(whole, Message)].count(NOW_SECOND) == 1


async def test_a_page_loaded_anew_tells_a_colleagues_lines_from_ones_own(whole: Node) -> None:
    first, second = await whole.person("1001", modes=["web"]), await whole.person("1002", modes=["web"])
    async with whole.open(first) as giver, whole.open(second) as taker, chat(whole) as customer:
        await hello(customer)
        await handed_on(giver, taker, customer)
        await until(customer, "message", text="I go on.")
    async with whole.open(second) as again:
        (contact,) = (await until(again, "snapshot"))["contacts"]
        by = {line["text"]: line["by"]["agent_no"] for line in contact["messages"] if line["from"] == "agent"}
        assert by == {"I look.": "1001", "I go on.": "1002"}
