"""Texts that come again and again from one number: one matter, and no endless answers."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from sqlmodel import SQLModel, select

from app.carrier.twiml import EMPTY
from app.db.tables import Account, JournalRow, Message, WorkOrder
from app.db.write_set import WriteSet
from tests.app.live.conftest import Node
from tests.app.live.webhooks import posted


async def rows(node: Node, table: type[SQLModel]) -> list[Any]:
    async with node.db.session() as session:
        return list((await session.exec(select(table))).all())


async def texted(node: Node, number: int, text: str, **more: str) -> str:
    return await posted(node, "/twilio/sms", MessageSid=f"SM{number:032x}", Body=text, **more)


async def test_a_machine_that_answers_our_answers_is_not_answered_for_ever(whole: Node) -> None:
    answers = [await texted(whole, n, "I am away, auto reply") for n in range(8)]
    assert [answer == EMPTY for answer in answers] == [False] * 5 + [True] * 3
    assert len([m for m in await rows(whole, Message) if m.direction == "outbound"]) == 5
    assert "not answered" in str([row.body for row in await rows(whole, JournalRow)])
    other = await texted(whole, 20, "RG")
    assert other != EMPTY, "another answer is given"


async def test_1_danger_by_text_is_one_order_however_often_and_always_answered(whole: Node) -> None:
    for n in range(7):
        assert await texted(whole, n, "着火了") != EMPTY
    assert len(await rows(whole, WorkOrder)) == 1
    others = {"From": "+8613800000001"}
    together = await asyncio.gather(*(texted(whole, 100 + n, f"着火了 {n}", **others) for n in range(3)))
    assert EMPTY not in together
    assert len(await rows(whole, WorkOrder)) == 2


async def test_a_fault_told_twice_at_the_same_time_is_one_order_by_account_and_by_phone(whole: Node) -> None:
    account = {"account_no": "1000000007", "customer_no": "C1", "address": "x", "area_code": "C1"}
    known = WriteSet()
    known.insert(Account, **Account(**account, status="active", user_class="residential").model_dump())
    await whole.db.commit(known)
    neighbours = [f"+861380000007{n}" for n in range(5)]
    told = await asyncio.gather(
        *(texted(whole, n, "BX 1000000007 没电", From=number) for n, number in enumerate(neighbours))
    )
    (order,) = await rows(whole, WorkOrder)
    assert all(order.order_no in text.replace(" ", "") for text in told), told
    sleepless = {"From": "+8613800000088"}
    told = await asyncio.gather(*(texted(whole, 50 + n, "BX 没电了", **sleepless) for n in range(4)))
    assert len(await rows(whole, WorkOrder)) == 2, told


async def test_25_a_fault_texted_by_a_stranger_is_answered_alike_whatever_the_account_owes(whole: Node) -> None:
    money = WriteSet()
    for account_no, status in (("1000000004", "suspended_arrears"), ("1000000005", "active")):
        account = {"customer_no": "C1", "address": "x", "area_code": "C1", "user_class": "residential"}
        money.insert(Account, **Account(account_no=account_no, status=status, **account).model_dump())
    await whole.db.commit(money)
    told = {
        re.sub("[0-9]", "", await texted(whole, n, f"BX {account_no}", From=f"+861380000002{n}"))
        for n, account_no in enumerate(("1000000004", "1000000005", "1000000006"))
    }
    assert len(told) == 1, told
    assert "报修" in told.pop()
    orders = {order.account_no: order.to_listen for order in await rows(whole, WorkOrder)}
    assert orders["1000000004"] is True
