"""Calls that an agent begins: who is called is known as a caller would be, and what became of it is said."""

from __future__ import annotations

import pytest

from app.db.tables import Account, AccountPhone, Callback, Contact, Customer, InboxRow, JournalRow, TaskRow
from app.db.write_set import WriteSet
from app.observe.clock import SystemClock, new_id
from tests.app.live.conftest import Node, arrived, contact_row, until
from tests.app.live.test_console_commands import all_of, tell

KNOWN = "+8613800000001"


async def archive(node: Node) -> None:
    """One customer with one account and one phone."""
    kind = {"kind": "household", "trade_mode": "direct", "relation": "current"}
    customer = Customer(customer_no="C1", name="张三", lang="en", **kind)
    account = Account(
        account_no="31000000001", customer_no="C1", address="示范路 1 号", area_code="A1", user_class="residential"
    )
    phone = AccountPhone(account_no="31000000001", position=0, phone=KNOWN)
    rows = WriteSet()
    for row in (customer, account, phone):
        rows.insert(type(row), **row.model_dump())
    await node.db.commit(rows)


async def test_whoever_is_known_by_the_number_is_shown(whole: Node) -> None:
    await archive(whole)
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        dialled = await tell(socket, type="dial", to="138 0000 0001")
        contact = await until(socket, "contact", contact_id=dialled["contact_id"])
    assert (contact["customer_no"], contact["account_no"], contact["identity"]) == ("C1", "31000000001", "hint")
    assert (contact["caller"]["name"], contact["lang"]) == ("张三", "en")


@pytest.mark.parametrize(("state", "answer"), [("offline", "ack"), ("break", "error")])
async def test_a_call_agreed_by_a_colleague_is_made_by_another_once_they_are_off_duty(
    whole: Node, state: str, answer: str
) -> None:
    token = await whole.person("1001")
    await whole.person("1002")
    now = SystemClock().now_ms()
    agreed = contact_row("c1", state="ended", agent_no="1002", disposition="callback", from_number=KNOWN)
    await whole.write(Contact=[agreed], AgentRow=[{"agent_no": "1002", "state": state, "since": now, "body": {}}])
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        reply = await tell(socket, type="dial", contact_id="c1")
    assert reply["type"] == answer


@pytest.mark.parametrize(
    ("status", "why"), [("busy", "busy"), ("no-answer", "no_answer"), ("completed", "hung_up"), ("canceled", "failed")]
)
async def test_a_call_that_reached_nobody_says_why_and_stays_with_the_agent(whole: Node, status: str, why: str) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        dialled = await tell(socket, type="dial", to=KNOWN)
        await until(socket, "contact", contact_id=dialled["contact_id"])
        (task,) = await all_of(whole, TaskRow)
        now = SystemClock().now_ms()
        body = {"task_id": task.task_id, "reason": status}
        told = WriteSet(rings=["inbox"])
        told.insert(InboxRow, id=new_id(now), kind="customer_unanswered", at=now, body=body)
        await whole.db.commit(told)
        ended = await until(socket, "contact_ended", contact_id=dialled["contact_id"])
    assert ended["reason"] == why
    (contact,) = await all_of(whole, Contact)
    assert (contact.agent_no, contact.state, contact.outcome) == ("1001", "ended", "failed")
    (promise,) = await all_of(whole, Callback)
    assert (promise.state, promise.ended_at is None) == (why, False)
    noted = [row.body for row in await all_of(whole, JournalRow) if row.body.get("text") == "not reached"]
    assert [body["reason"] for body in noted] == [why]
