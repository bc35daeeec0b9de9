"""Danger that was told in a chat: who wrote reads there what the crew does, and what they write later reaches it."""

from __future__ import annotations

from typing import Any

from websockets.asyncio.client import ClientConnection

from app.db.tables import JournalRow, Message, WarningRow, WorkOrder
from tests.app.live.conftest import Node, arrived, until
from tests.app.live.test_chat_socket import chat, hello, online, send
from tests.app.live.test_console_commands import all_of, tell
from tests.app.live.test_crews import ORDER, in_minutes, on_site


async def said(socket: ClientConnection, words: str) -> dict[str, Any]:
    """The next line of the hotline's with these words."""
    while True:
        line = await until(socket, "message", **{"from": "hotline"})
        if words in line["text"]:
            return line


async def in_danger(node: Node, customer: ClientConnection, *, place: bool = True) -> None:
    """Danger with its place, told to the trees."""
    await hello(customer)
    await send(customer, type="text", id="c1", text="there is a wire down and sparks")
    await until(customer, "ack", id="c1")
    if place:
        await send(customer, type="text", id="c2", text="by the river, behind the school")
        await until(customer, "ack", id="c2")


async def takes(crew: ClientConnection) -> str:
    """The crew takes the job; the order's number."""
    await arrived(crew)
    assert (await tell(crew, type="set_state", state="available"))["type"] == "ack"
    offer = await until(crew, "offer")
    assert (await tell(crew, type="accept", offer_id=offer["offer_id"]))["type"] == "ack"
    return str(offer["order_no"])


async def test_who_told_of_danger_in_a_chat_reads_there_each_step_of_the_crew(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    async with whole.open(token) as crew, chat(whole) as customer:
        await in_danger(whole, customer)
        order_no = await takes(crew)
        assert (await said(customer, "a crew has taken it on"))["text"].endswith(f"{order_no}: a crew has taken it on.")
        assert (await until(crew, "order", state="crew_assigned"))["in_chat"] is True
        expected = {"order_no": order_no, "of": "arrive", "at": in_minutes(20)}
        assert (await tell(crew, type="estimate", **expected))["type"] == "ack"
        await said(customer, "expects to be with you at")
        for to, words in (("arrived", "the crew has arrived"), ("restored", "power is restored")):
            assert (await tell(crew, type="step", id=to, order_no=order_no, to=to))["type"] == "ack"
            assert order_no in (await said(customer, words))["text"]
        assert (await until(crew, "order", state="restored"))["in_chat"] is True
    told = [row for row in await all_of(whole, JournalRow) if row.body.get("text", "").startswith("told in the chat")]
    assert [row.body["message"] for row in told] == ["crew_assigned", "estimate", "arrived", "restoration"]
    assert {row.channel for row in await all_of(whole, Message)} == {"chat"}


async def test_the_agent_of_a_danger_reads_the_steps_and_the_state_of_the_order(whole: Node) -> None:
    first, token = await whole.person("1001", modes=["web"]), await whole.person("2001", "field", modes=["field"])
    async with whole.open(first) as console, whole.open(token) as crew, chat(whole) as customer:
        await in_danger(whole, customer)
        order_no = await takes(crew)
        await online(console)
        offer = await until(console, "offer")
        assert offer["danger"]["state"] == "crew_assigned"
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        await until(console, "contact", state="talking")
        assert (await tell(crew, type="step", order_no=order_no, to="restored"))["type"] == "ack"
        shown = await until(console, "contact")
        while shown["danger"]["state"] != "restored":
            shown = await until(console, "contact")
        assert "power is restored" in (await until(console, "chat", **{"from": "hotline"}))["text"]


async def test_whoever_has_left_the_chat_is_told_nothing_there_and_the_crew_knows(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    async with whole.open(token) as crew:
        async with chat(whole) as customer:
            await in_danger(whole, customer)
            order_no = await takes(crew)
            await said(customer, "a crew has taken it on")
            await send(customer, type="end", id="e1")
            await until(customer, "ended")
        assert (await tell(crew, type="step", order_no=order_no, to="restored"))["type"] == "ack"
        assert (await until(crew, "order", state="restored"))["in_chat"] is False
    assert not [row for row in await all_of(whole, Message) if "restored" in row.text]


async def test_what_is_not_ours_is_said_in_the_chat_and_a_question_keeps_its_buttons(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    async with whole.open(token) as crew, chat(whole) as customer:
        welcome = await hello(customer)
        await on_site(whole, contact_id=welcome["contact_id"])
        await arrived(crew)
        done = {"to": "not_ours", "note": "the estate's own cabinet"}
        assert (await tell(crew, type="step", order_no=ORDER, **done))["type"] == "ack"
        told = await said(customer, "equipment that is not ours")
        assert told["choices"] == welcome["messages"][-1]["choices"]
        await send(customer, type="choice", id="c1", value="2")
        await until(customer, "message", **{"from": "customer"})


async def test_2_what_is_written_of_the_danger_later_reaches_the_crew_once(whole: Node) -> None:
    first, token = await whole.person("1001", modes=["web"]), await whole.person("2001", "field", modes=["field"])
    async with whole.open(first) as console, whole.open(token) as crew, chat(whole) as customer:
        await in_danger(whole, customer)
        order_no = await takes(crew)
        await send(customer, type="text", id="c3", text="a man was hurt")
        assert order_no in (await said(customer, "passed on to the crew"))["text"]
        told = "there is a wire down and sparks\na man was hurt"
        assert (await until(crew, "order", description=told))["order_no"] == order_no
        await online(console)
        offer = await until(console, "offer")
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        contact = await until(console, "contact", state="talking")
        assert contact["danger"]["words"] == "there is a wire down and sparks"
        for name, words in (("c4", "now the roof is on fire"), ("c5", "a man was hurt"), ("c6", "he talks to me")):
            await send(customer, type="text", id=name, text=words)
            await until(customer, "ack", id=name)
        assert (await until(console, "chat", text="now the roof is on fire"))["hazard"] == "fire"
        assert "hazard" not in await until(console, "chat", text="he talks to me")
        await until(crew, "order", description=f"{told}\nnow the roof is on fire")
    answers = [row for row in await all_of(whole, Message) if "passed on to the crew" in row.text]
    assert len(answers) == 2
    assert len(await all_of(whole, WarningRow)) == 1
    assert len(await all_of(whole, WorkOrder)) == 1


async def test_2_danger_after_the_first_one_is_over_is_another_one(whole: Node) -> None:
    first, token = await whole.person("1001", modes=["web"]), await whole.person("2001", "field", modes=["field"])
    async with whole.open(first) as console, whole.open(token) as crew, chat(whole) as customer:
        await in_danger(whole, customer)
        order_no = await takes(crew)
        await online(console)
        offer = await until(console, "offer")
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        await until(console, "contact", state="talking")
        assert (await tell(crew, type="step", order_no=order_no, to="restored"))["type"] == "ack"
        await said(customer, "power is restored")
        await send(customer, type="text", id="c3", text="it sparks again")
        await said(customer, "registered under order")
        shown = await until(console, "contact")
        while shown["danger"]["order_no"] == order_no:
            shown = await until(console, "contact")
        assert shown["danger"]["words"] == "it sparks again"
