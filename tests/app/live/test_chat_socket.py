"""The customers' socket from outside: the same trees as on the phone, then an agent, then the survey."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from sqlmodel import select
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.db.tables import Contact, OrderClock, Survey, TaskRow, WarningRow, WorkOrder
from app.db.write_set import WriteSet
from app.edge.live import STRANGERS, WINDOWS, live_of
from app.live.openings import Door
from app.settings import Settings
from app.usecases.end_idle_chats import end_idle_chats
from tests.app.live.conftest import Node, arrived, running, until


async def hello(socket: ClientConnection, token: str | None = None, lang: str = "en") -> dict[str, Any]:
    await socket.send(json.dumps({"type": "hello", "token": token, "lang": lang}))
    return await until(socket, "welcome")


async def send(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(json.dumps(frame))


def chat(node: Node, **more: Any) -> Any:
    return node.open(None, "/api/chat", **more)


async def online(socket: ClientConnection) -> None:
    """The agent is there and takes work."""
    await arrived(socket)
    await send(socket, type="set_state", id="s1", state="available")
    await until(socket, "ack", id="s1")


async def ended(node: Node) -> Contact:
    """The one contact, once the leader has closed it: the customer hears of the end a little earlier."""
    async with asyncio.timeout(10):
        while True:
            async with node.db.session() as session:
                contact = (await session.exec(select(Contact))).one()
            if contact.state == "ended":
                return contact
            await asyncio.sleep(0.05)


async def test_hello_is_welcomed_with_the_first_words_and_buttons(whole: Node) -> None:
    async with chat(whole) as socket:
        welcome = await hello(socket)
        assert welcome["contact_id"]
        texts = [message["text"] for message in welcome["messages"]]
        assert texts
        assert all(message["from"] == "hotline" for message in welcome["messages"])
        assert {"1", "2", "3", "4", "5"} <= {choice["value"] for choice in welcome["messages"][-1]["choices"]}


async def test_a_choice_is_answered_once_however_often_it_is_sent(whole: Node) -> None:
    async with chat(whole) as socket:
        welcome = await hello(socket)
        await send(socket, type="choice", id="c1", value="2")
        said = await until(socket, "message", **{"from": "customer"})
        await send(socket, type="choice", id="c1", value="2")
        await until(socket, "ack", id="c1")
        assert said["text"] in {choice["label"] for choice in welcome["messages"][-1]["choices"]}
    async with chat(whole) as again:
        resumed = await hello(again, welcome["token"])
        assert resumed["contact_id"] == welcome["contact_id"]
        assert [message["from"] for message in resumed["messages"]].count("customer") == 1


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "0.99999999999999.00"])
async def test_a_forged_token_begins_anew(whole: Node, token: str) -> None:
    async with chat(whole) as first, chat(whole) as second:
        known = await hello(first)
        contact_id, until_ms, seal = known["token"].split(".")
        assert (await hello(second, token))["contact_id"] != contact_id
        async with chat(whole) as third:
            longer = f"{contact_id}.{int(until_ms) + 1}.{seal}"
            assert (await hello(third, longer))["contact_id"] != contact_id


async def test_a_conversation_goes_from_the_tree_to_an_agent_and_on_to_the_survey(whole: Node) -> None:
    token = await whole.person("1001", modes=["web"])
    async with whole.open(token) as console, chat(whole) as customer:
        await hello(customer)
        await send(customer, type="text", id="c1", text="0")
        await until(customer, "waiting")
        await online(console)
        offer = await until(console, "offer")
        assert (offer["mode"], offer["queue"]) == ("web", "web")
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        contact = await until(console, "contact", state="talking")
        assert (await until(customer, "agent"))["name"] == "Person 1001"
        await send(customer, type="text", id="c2", text="My meter is silent.")
        assert (await until(console, "chat", text="My meter is silent."))["from"] == "customer"
        await send(console, type="chat", id="m1", contact_id=contact["contact_id"], text="I am looking into it.")
        assert (await until(customer, "message", text="I am looking into it."))["from"] == "agent"
        done = {"contact_id": contact["contact_id"], "disposition": "resolved", "note": "looked"}
        await send(console, type="wrap_up", id="w1", **done)
        await until(console, "ack", id="w1")
        await send(console, type="hang_up", id="h1", contact_id=contact["contact_id"])
        assert (await until(console, "contact_ended"))["contact_id"] == contact["contact_id"]
        asked = await until(customer, "message", **{"from": "hotline"})
        assert asked["choices"]
        await send(customer, type="choice", id="c3", value="1")
        await until(customer, "ack", id="c3")
        await send(customer, type="end", id="e1")
        await until(customer, "ended")
    contact_row = await ended(whole)
    async with whole.db.session() as session:
        score = (await session.exec(select(Survey))).one().score
    assert (contact_row.state, contact_row.outcome, contact_row.note) == ("ended", "answered", "looked")
    assert score == 5


async def test_the_agent_sees_that_the_customer_has_gone_and_that_they_are_back(whole: Node) -> None:
    whole.services.live.departures.grace_s = 0.05  # type: ignore[union-attr]
    token = await whole.person("1001", modes=["web"])
    async with whole.open(token) as console:
        async with chat(whole) as customer:
            welcome = await hello(customer)
            await send(customer, type="text", id="c1", text="0")
            await online(console)
            offer = await until(console, "offer")
            await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
            assert (await until(console, "contact", state="talking"))["left_at"] is None
        gone = await until(console, "contact", state="talking")
        assert gone["left_at"] is not None
        async with chat(whole) as again:
            await hello(again, welcome["token"])
            assert (await until(console, "contact", state="talking"))["left_at"] is None
            async with chat(whole) as second:
                await hello(second, welcome["token"])
            await send(again, type="text", id="c2", text="Here I am.")
            assert (await until(console, "chat", text="Here I am."))["from"] == "customer"


async def test_rule_2_words_of_danger_open_an_urgent_order_alarm_and_stand_first(whole: Node) -> None:
    token = await whole.person("3001", "supervisor")
    async with whole.open(token) as boss, chat(whole) as customer:
        await arrived(boss)
        await hello(customer)
        await send(customer, type="text", id="c1", text="there is a wire down and sparks")
        await until(customer, "ack", id="c1")
        await send(customer, type="text", id="c2", text="by the river, behind the school")
        await until(customer, "waiting")
        assert (await until(boss, "warning", kind="hazard"))["level"] == "red"
        tasks: Sequence[TaskRow] = []
        while not tasks:  # the leader writes the task a moment after the chat's own rows
            async with whole.db.session() as session:
                orders = (await session.exec(select(WorkOrder))).all()
                tasks = (await session.exec(select(TaskRow).where(TaskRow.queue == "web"))).all()
                warnings = (await session.exec(select(WarningRow))).all()
                clocks = {clock.name for clock in (await session.exec(select(OrderClock))).all()}
        assert [order.urgency for order in orders] == ["urgent"]
        assert [task.boost_s for task in tasks] == [86_400]
        assert [(each.kind, each.order_no) for each in warnings] == [("hazard", orders[0].order_no)]
        assert clocks == {"dispatch", "arrive"}  # nobody could be called


async def test_3_in_danger_a_chat_is_told_to_stay_in_the_chat_and_hears_no_wait(whole: Node) -> None:
    async with chat(whole) as customer:
        await hello(customer, lang="zh-CN")
        await send(customer, type="text", id="c1", text="配电箱着火了")
        await send(customer, type="text", id="c2", text="东湖路3号")
        await until(customer, "message", text="正在为您接通紧急坐席，请不要关闭此窗口。")
        assert await until(customer, "waiting") == {"type": "waiting", "ahead": None, "estimate": None}


async def test_rule_2_danger_told_to_the_agent_makes_the_urgent_order_too(whole: Node) -> None:
    token, leader = await whole.person("1001", modes=["web"]), await whole.person("3001", "supervisor")
    async with whole.open(token) as console, whole.open(leader) as boss, chat(whole) as customer:
        await hello(customer)
        await send(customer, type="text", id="c1", text="0")
        await online(console)
        offer = await until(console, "offer")
        assert offer["danger"] is None
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        contact = await until(console, "contact", state="talking")
        await send(customer, type="text", id="c2", text="now the pole is on fire")
        await send(customer, type="text", id="c3", text="there are sparks, fire everywhere")
        while contact["danger"] is None:
            contact = await until(console, "contact")
        assert contact["danger"]["words"] == "now the pole is on fire"
        unsent = await until(console, "order", order_no=contact["danger"]["order_no"])
        assert (unsent["address"], unsent["crew_asked"]) == (None, False)
        warned = await until(boss, "warning", kind="hazard")
        assert (warned["level"], warned["order_no"]) == ("red", contact["danger"]["order_no"])
        while "registered" not in (told := await until(customer, "message", **{"from": "hotline"}))["text"]:
            continue
        assert warned["order_no"] in told["text"]
        await until(customer, "message", text="there are sparks, fire everywhere")
    async with whole.db.session() as session:
        assert len((await session.exec(select(WarningRow))).all()) == 1
        assert [order.urgency for order in (await session.exec(select(WorkOrder))).all()] == ["urgent"]


async def test_who_serves_a_chat_of_danger_reads_where_it_is_and_that_a_crew_is_looked_for(whole: Node) -> None:
    token = await whole.person("1001", modes=["web"])
    async with whole.open(token) as console, chat(whole) as customer:
        await hello(customer)
        await send(customer, type="text", id="c1", text="there is a wire down and sparks")
        await until(customer, "ack", id="c1")
        await online(console)
        offer = await until(console, "offer")  # at once: nobody waits for the place
        await until(customer, "message", text="Please write where it is, unless you have.")
        for name, words in (("c2", "I need a person please"), ("c3", "by the river, behind the school")):
            await send(customer, type="text", id=name, text=words)
            await until(customer, "ack", id=name)
        noted = await until(customer, "message", **{"from": "hotline"})
        while "noted" not in noted["text"]:
            noted = await until(customer, "message", **{"from": "hotline"})
        assert offer["danger"]["order_no"] in noted["text"]
        await send(console, type="accept", id="a1", offer_id=offer["offer_id"])
        order = await until(console, "order", order_no=offer["danger"]["order_no"])
        while (order["address"], order["crew_asked"]) != ("by the river, behind the school", True):
            order = await until(console, "order", order_no=offer["danger"]["order_no"])


async def test_after_the_end_nothing_is_taken(whole: Node) -> None:
    async with chat(whole) as customer:
        welcome = await hello(customer)
        await send(customer, type="end", id="e1")
        await until(customer, "ended")
        await send(customer, type="text", id="c9", text="still there?")
        assert (await until(customer, "error", id="c9"))["code"] == "ended"
    async with chat(whole) as again:
        assert (await hello(again, welcome["token"]))["contact_id"] == welcome["contact_id"]
        await until(again, "ended")


async def test_1_danger_told_after_the_end_begins_a_new_conversation(whole: Node) -> None:
    async with chat(whole) as customer:
        before = await hello(customer)
        await send(customer, type="end", id="e1")
        await until(customer, "ended")
        await send(customer, type="text", id="c9", text="now there are sparks and fire")
        assert (await until(customer, "welcome"))["contact_id"] != before["contact_id"]
        await until(customer, "ack", id="c9")
    async with whole.db.session() as session:
        assert [order.urgency for order in (await session.exec(select(WorkOrder))).all()] == ["urgent"]


async def test_too_many_strangers_of_one_address_cost_the_oldest_never_the_newest() -> None:
    strangers, shown_out = Door(STRANGERS), list[int]()
    door = [partial(shown_out.append, number) for number in range(STRANGERS + 2)]
    for stranger in door[:STRANGERS]:
        strangers.enter("a", stranger)
    strangers.enter("b", door[-1])
    assert shown_out == []
    strangers.leave("a", door[1])
    strangers.enter("a", door[1])
    strangers.enter("a", door[STRANGERS])
    assert shown_out == [0]


@pytest.mark.parametrize("told", ["冒火了，电线掉在路上", "the wire is down", "8"])
async def test_1_beyond_the_limit_of_conversations_danger_is_still_heard(whole: Node, told: str) -> None:
    openings = live_of(whole.services).openings
    while openings.take("127.0.0.1", whole.services.clock.now_ms()):
        pass
    async with chat(whole) as customer:
        await send(customer, type="hello", token=None, lang="en")
        await until(customer, "busy")
        await send(customer, type="text", id="c1", text="when does the office open")
        assert (await until(customer, "error", id="c1"))["code"] == "too_many"
        await send(customer, type="choice", id="c2", value="1")
        await until(customer, "error", id="c2")
        await send(customer, type="text", id="c3", text=told)
        await until(customer, "welcome")
        await until(customer, "ack", id="c3")
    async with whole.db.session() as session:
        assert len((await session.exec(select(Contact))).all()) == 1
        assert [order.urgency for order in (await session.exec(select(WorkOrder))).all()] == ["urgent"]


async def test_silent_sockets_of_one_address_do_not_keep_out_who_says_hello(whole: Node) -> None:
    async with AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(chat(whole)) for _ in range(STRANGERS)]
        customer = await stack.enter_async_context(chat(whole))
        await hello(customer)
        async with asyncio.timeout(10):
            await silent[0].wait_closed()
        assert silent[0].close_code == 1008


async def test_one_conversation_has_a_few_windows_of_which_the_oldest_goes(whole: Node) -> None:
    async with AsyncExitStack() as stack:
        oldest = await stack.enter_async_context(chat(whole))
        token = (await hello(oldest))["token"]
        for _ in range(WINDOWS):
            newest = await stack.enter_async_context(chat(whole))
            await hello(newest, token)
        async with asyncio.timeout(10):
            await oldest.wait_closed()
        assert oldest.close_code == 1013
        await send(newest, type="text", id="c1", text="still here")
        await until(newest, "ack", id="c1")


async def test_a_socket_that_says_nothing_is_shown_out(whole: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.edge.chat.HELLO_S", 0.05)
    async with chat(whole) as socket:
        async with asyncio.timeout(10):
            with pytest.raises(ConnectionClosed):
                await socket.recv()


async def test_origins_are_ours_or_those_of_the_setting(settings: Settings) -> None:
    allowed = settings.model_copy(update={"chat_origins": "https://shop.example"})
    async with running(allowed) as node:
        async with chat(node, origin="https://shop.example"):
            pass
        for origin in ("https://evil.example", "http://[::1", None):
            with pytest.raises(InvalidStatus) as refused:
                async with chat(node, origin=origin):
                    pass
            assert refused.value.response.status_code == 403


async def test_whoever_does_not_say_hello_is_shown_out(whole: Node) -> None:
    async with chat(whole) as socket:
        await send(socket, type="text", id="1", text="hi")
        with pytest.raises(ConnectionClosed):
            await until(socket, "never")


async def test_a_conversation_that_nobody_goes_on_with_ends(whole: Node) -> None:
    hotline = whole.services.hotline
    async with chat(whole) as customer:
        contact_id = (await hello(customer))["contact_id"]
        assert await end_idle_chats(hotline) == 0
        silent = WriteSet()
        silent.change(Contact, {"contact_id": contact_id}, None, deadline_at=1)
        await whole.db.commit(silent)
        assert await end_idle_chats(hotline) == 1
        await until(customer, "ended")
    assert await end_idle_chats(hotline) == 0
