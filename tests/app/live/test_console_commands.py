"""Commands of the console, with the real leader: one effect for each id, only on what is theirs."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from unittest.mock import ANY

import httpx2
import pytest
from sqlmodel import select
from websockets.asyncio.client import ClientConnection

from app.db.tables import Account, Contact, InboxRow, JournalRow, WarningRow, WorkOrder
from app.db.write_set import WriteSet
from app.domain.staff.kinds import Role
from app.domain.staff.permissions import Viewer
from app.observe.clock import SystemClock
from app.usecases.acknowledge_warning import acknowledge_warning
from app.usecases.turn_effects import put_event
from routing.events import MediaConnected, MediaFailed, TaskQueued
from tests.app.live.conftest import BEFORE_ITS_ANSWER, Leader, Node, arrived, contact_row, until

ORDER = "260000000018"
UNHEARD = {"heard_at": None, "heard_by": None, "note": None}


async def tell(socket: ClientConnection, **frame: Any) -> dict[str, Any]:
    """Send a command; its `ack` or `error`."""
    frame = {"id": f"{frame['type']}-1", **frame}
    await socket.send(json.dumps(frame))
    early = BEFORE_ITS_ANSWER[socket] = []
    async with asyncio.timeout(30):
        while True:
            answer: dict[str, Any] = json.loads(await socket.recv())
            if answer["type"] in ("ack", "error") and answer["id"] == frame["id"]:
                return answer
            early.append(answer)


async def queued(node: Node, contact_id: str = "c1", queue: str = "phone", **more: Any) -> None:
    """A call that waits for an agent."""
    now = SystemClock().now_ms()
    await node.write(Contact=contact_row(contact_id, queue=queue, task_id=f"t-{contact_id}", **more))
    write_set = WriteSet()
    put_event(write_set, TaskQueued(now, f"t-{contact_id}", contact_id, queue))
    await node.db.commit(write_set)


async def connecting(node: Node, socket: ClientConnection, contact_id: str = "c1") -> MediaConnected:
    """The agent takes the call; what is told once both hear each other."""
    await arrived(socket)
    assert (await tell(socket, type="set_state", state="available"))["type"] == "ack"
    await queued(node, contact_id)
    offer = await until(socket, "offer", contact_id=contact_id)
    accepted = await tell(socket, type="accept", offer_id=offer["offer_id"])
    assert accepted["type"] == "ack"
    assert all(isinstance(value, str) for value in accepted["connect"]["params"].values())
    return MediaConnected(SystemClock().now_ms(), f"t-{contact_id}", offer["offer_id"])


async def talking(node: Node, socket: ClientConnection, contact_id: str = "c1") -> None:
    """The agent takes the call and both hear each other."""
    await heard(node, socket, await connecting(node, socket, contact_id))


async def heard(node: Node, socket: ClientConnection, both: MediaConnected) -> None:
    """The caller is in the conference."""
    write_set = WriteSet()
    put_event(write_set, both)
    await node.db.commit(write_set)
    await until(socket, "contact", state="talking")


async def all_of(node: Node, table: Any) -> list[Any]:
    async with node.db.session() as session:
        return list((await session.exec(select(table))).all())


async def test_a_call_from_offer_to_wrap_up(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await talking(whole, socket)
        assert (await tell(socket, type="hold", contact_id="c1"))["type"] == "ack"
        assert (await tell(socket, type="unhold", contact_id="c1"))["type"] == "ack"
        done = {"contact_id": "c1", "disposition": "resolved", "note": "all fine"}
        assert (await tell(socket, type="hang_up", contact_id="c1"))["type"] == "ack"
        order = {"type": "consult", "description": "asks for a second meter"}
        wrapped = await tell(socket, type="wrap_up", **done, order=order)
        assert wrapped["type"] == "ack", wrapped
        assert await tell(socket, type="wrap_up", **done, order=order) == wrapped
        assert (await tell(socket, type="wrap_up", id="w2", **done))["type"] == "error"
    contact = (await all_of(whole, Contact))[0]
    assert [row.order_no for row in await all_of(whole, WorkOrder)] == [wrapped["order_no"]]
    assert (contact.disposition, contact.note) == ("resolved", "all fine")


async def test_the_same_id_has_one_effect_and_one_answer(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        await queued(whole)
        offer = await until(socket, "offer")
        first = await tell(socket, type="accept", offer_id=offer["offer_id"])
        assert first["type"] == "ack"
        assert await tell(socket, type="accept", offer_id=offer["offer_id"]) == first
        other = await tell(socket, type="set_state", id="accept-1", state="break")
        assert (other["type"], other["code"]) == ("error", "id_reused")
    inbox = await all_of(whole, InboxRow)
    assert [row.body["command"] for row in inbox if row.kind == "command"].count("accept") == 1


async def test_anothers_offer_and_contact_do_not_exist(whole: Node) -> None:
    token, other = await whole.person("1001"), await whole.person("1002", skills={})
    async with whole.open(token) as socket, whole.open(other) as thief:
        await arrived(thief)
        await talking(whole, socket)
        for frame in (
            {"type": "hang_up", "contact_id": "c1"},
            {"type": "accept", "offer_id": "t-c1.1"},
            {"type": "verify", "contact_id": "c1", "items": ["name", "address"]},
            {"type": "chat", "contact_id": "c1", "text": "hi"},
            {"type": "step", "order_no": ORDER, "to": "arrived"},
        ):
            assert (await tell(thief, **frame))["code"] == "not_found", frame


async def test_supervisors_commands_need_a_supervisor(whole: Node) -> None:
    agent, supervisor = await whole.person("1001"), await whole.person("3001", "supervisor")
    await queued(whole)
    async with whole.open(agent) as socket, whole.open(supervisor) as boss:
        await arrived(socket)
        await arrived(boss)
        for frame in ({"type": "move", "task_id": "t-c1", "queue": "emergency"},
                      {"type": "force_state", "agent_no": "1001", "state": "break"}):  # fmt: skip
            assert (await tell(socket, **frame))["code"] == "forbidden"
            answer = await tell(boss, **frame)
            assert answer["type"] == "ack", answer
        await until(socket, "agent", state="break")
        assert (await tell(boss, type="force_state", id="f2", agent_no="9999", state="break"))["code"] == "not_found"


async def test_without_a_leader_the_answer_is_retry_later_and_the_same_id_asks_again(node: Node) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await until(socket, "snapshot")
        assert (await tell(socket, type="set_state", state="available"))["code"] == "retry_later"
        leader = Leader(node.db)
        await leader.drain()
        assert (await tell(socket, type="set_state", state="available"))["type"] == "ack"
        assert [body["command"] for body in leader.seen if "command" in body] == ["set_state"]


async def an_account(node: Node) -> None:
    account = {"account_no": "31000000001", "customer_no": "k1", "address": "1 Test Road", "area_code": "a1"}
    known = WriteSet()
    known.insert(Account, **account, user_class="residential", status="normal")
    await node.db.commit(known)


async def test_rule_25_nobody_is_verified_who_is_not_on_the_line(whole: Node) -> None:
    token = await whole.person("1001")
    verified = {"contact_id": "c1", "items": ["name", "address"], "account_no": "31000000001"}
    await an_account(whole)
    async with whole.open(token) as socket:
        both = await connecting(whole, socket)
        refused = await tell(socket, type="verify", id="early", **verified)
        assert (refused["code"], {"k1", "1 Test Road"} & set(map(str, refused.values()))) == ("not_on_line", set())
        site = f"http://127.0.0.1:{whole.port}"
        async with httpx2.AsyncClient(base_url=site, cookies={"hotline_session": token}) as client:
            shown = (await client.get("/api/contacts/c1")).json()
        assert (shown["identity"], shown["account_no"], "from" in shown) == ("none", None, False)
        await heard(whole, socket, both)
        assert "identity verified" not in [row.body.get("text") for row in await all_of(whole, JournalRow)]
    async with whole.open(token) as socket:
        (contact,) = (await until(socket, "snapshot"))["contacts"]
        assert (contact["identity"], contact["account_no"], "from" in contact["caller"]) == ("none", None, False)
        assert (await tell(socket, type="verify", id="now", **verified))["type"] == "ack"


async def test_rule_25_phones_open_when_the_agent_has_verified_the_caller(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await talking(whole, socket)
        await an_account(whole)
        one_item = {"contact_id": "c1", "items": ["name"], "account_no": "31000000001"}
        assert (await tell(socket, type="verify", id="v1", **one_item))["code"] == "too_few_items"
        assert (await tell(socket, type="verify", id="v2", contact_id="c1", items=["name", "address"]))["code"]
        items = ["name", "address"]
        verified = {"contact_id": "c1", "items": items, "account_no": "31000000001"}
        assert (await tell(socket, type="verify", id="v3", **verified))["type"] == "ack"
        contact = await until(socket, "contact", identity="verified")
        assert contact["caller"]["from"] == "+15550100001"
        assert "from_masked" not in contact["caller"]
    rows = await all_of(whole, JournalRow)
    assert [row.body["items"] for row in rows if row.body.get("text") == "identity verified"] == [sorted(items)]


async def test_help_warns_those_who_lead_once(whole: Node) -> None:
    token, supervisor = await whole.person("1001"), await whole.person("3001", "supervisor")
    async with whole.open(token) as socket, whole.open(supervisor) as boss:
        await arrived(boss)
        await talking(whole, socket)
        await tell(socket, type="help", contact_id="c1")
        warning = await until(boss, "warning", kind="help")
        assert (warning["level"], warning["contact_id"], warning["agent_no"]) == ("red", "c1", "1001")
        await tell(socket, type="help", id="h2", contact_id="c1")
        assert (await until(boss, "warning", kind="help"))["times"] == 2
    assert len(await all_of(whole, WarningRow)) == 1


async def test_muting_is_in_the_story(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await talking(whole, socket)
        for n, muted in enumerate((True, False)):
            assert (await tell(socket, type="mute", id=f"m{n}", contact_id="c1", muted=muted))["type"] == "ack"
    noted = [row.body["muted"] for row in await all_of(whole, JournalRow) if "muted" in row.body]
    assert noted == [True, False]


async def test_who_asked_for_help_sees_that_it_was_heard_and_what_is_said(whole: Node) -> None:
    token = await whole.person("1001")
    await whole.person("3001", "supervisor")
    async with whole.open(token) as socket:
        await talking(whole, socket)
        await tell(socket, type="help", contact_id="c1")
        assert (await until(socket, "contact"))["help"] == {**UNHEARD, "at": ANY}
        (warning,) = await all_of(whole, WarningRow)
        leader = Viewer("3001", "Person 3001", Role.SUPERVISOR, None, "north")
        await acknowledge_warning(whole.db, SystemClock(), leader, warning.warning_id, "我来旁听", None)
        heard = (await until(socket, "contact"))["help"]
        assert (heard["heard_by"], heard["note"]) == ({"agent_no": "3001", "name": "Person 3001"}, "我来旁听")
        await tell(socket, type="help", id="again", contact_id="c1")
        assert (await until(socket, "contact"))["help"] == {**UNHEARD, "at": ANY}


@pytest.mark.parametrize("steps", [["en_route", "arrived", "restored"]])
async def test_a_crew_accepts_arrives_and_restores(whole: Node, steps: list[str]) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    now = SystemClock().now_ms()
    order = {"order_no": ORDER, "type": "fault", "state": "dispatched", "address": "1 Test Road", "urgency": "normal"}
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        write_set = WriteSet()
        write_set.insert(WorkOrder, **order, created_at=now, changed_at=now)
        put_event(write_set, TaskQueued(now, "job1", f"order:{ORDER}", "field"))
        await whole.db.commit(write_set)
        offer = await until(socket, "offer", mode="field")
        assert offer["order_no"] == ORDER
        assert (await until(socket, "order", state="dispatched"))["address"] == "1 Test Road"
        assert (await tell(socket, type="accept", offer_id=offer["offer_id"]))["type"] == "ack"
        taken = await until(socket, "order", state="crew_assigned")
        assert (taken["crew_no"], taken["address"], taken["order_type"]) == ("2001", "1 Test Road", "fault")
        for step in steps:
            answer = await tell(socket, type="step", id=step, order_no=ORDER, to=step, lat=31.0, lon=121.0)
            assert answer["type"] == "ack", answer
        await until(socket, "agent", state="available")
        assert (await tell(socket, type="step", id="x", order_no=ORDER, to="en_route"))["type"] == "error"
    assert (await all_of(whole, WorkOrder))[0].state == "restored"


async def test_an_accepted_offer_whose_leg_does_not_come_up_ends_as_failed(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        await queued(whole)
        offer = await until(socket, "offer", contact_id="c1")
        await tell(socket, type="accept", offer_id=offer["offer_id"])
        write_set = WriteSet()
        put_event(write_set, MediaFailed(SystemClock().now_ms(), "t-c1", offer["offer_id"], "no-answer"))
        await whole.db.commit(write_set)
        await until(socket, "contact_ended", contact_id="c1")
        await until(socket, "offer_ended", offer_id=offer["offer_id"], reason="failed")


async def test_rule_29_an_agent_calls_with_the_callee_masked_and_the_attempt_logged(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        refused = await tell(socket, type="dial", id="d1", to="+442079460000")
        assert refused["code"] == "number_refused"
        dialled = await tell(socket, type="dial", id="d2", to="+8613800000000")
        assert dialled["type"] == "ack", dialled
        assert dialled["connect"]["params"]
        contact = await until(socket, "contact", contact_id=dialled["contact_id"])
        assert "from" not in contact["caller"]
        assert contact["caller"]["from_masked"].endswith("0000")
        assert (await tell(socket, type="dial", id="d2", to="+8613800000000"))["contact_id"] == dialled["contact_id"]
    contacts = await all_of(whole, Contact)
    assert [(row.direction, row.to_number) for row in contacts] == [("outbound", "+8613800000000")]
    assert "dials" in [row.body.get("text") for row in await all_of(whole, JournalRow)]


async def test_a_call_that_the_leader_refuses_leaves_no_open_contact(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await talking(whole, socket)
        assert (await tell(socket, type="dial", to="+8613800000000"))["type"] == "error"
    ended = [row for row in await all_of(whole, Contact) if row.direction == "outbound"]
    assert [(row.state, row.outcome) for row in ended] == [("ended", "failed")]


async def test_rules_26_and_27_nobody_dials_those_whose_complaint_names_them(whole: Node) -> None:
    token = await whole.person("4001", "supervisor", team="A")
    order = {"state": "accepted", "created_at": 1, "changed_at": 1, "contact_phone": "+8613800000000"}
    orders = [
        {**order, "order_no": "2", "type": "complaint", "about_agent_no": "4001"},
        {**order, "order_no": "3", "type": "complaint", "about_unit": "A"},
    ]
    told = contact_row("c9", agent_no="4001", restricted="tipoff", state="ended", ended_at=2)
    await whole.write(WorkOrder=orders, Contact=told)
    async with whole.open(token) as socket:
        await arrived(socket)
        await tell(socket, type="set_state", state="available")
        for n, about in enumerate(({"order_no": "2"}, {"order_no": "3"}, {"contact_id": "c9"})):
            assert (await tell(socket, type="dial", id=f"h{n}", **about))["code"] == "not_found"
        for n, number in enumerate(("95598", "10086", whole.services.settings.number)):
            assert (await tell(socket, type="dial", id=f"n{n}", to=number))["code"] == "number_refused"
