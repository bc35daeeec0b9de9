"""Work orders over HTTP: opening, amending, moving, idempotency, who sees which."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from sqlmodel import col, select

from app.db.tables import (
    Account,
    AccountPhone,
    Area,
    Contact,
    Customer,
    InboxRow,
    JournalPrivate,
    JournalRow,
    Message,
    OutboxRow,
    TaskRow,
    WorkOrder,
)
from app.domain.orders.numbers import is_order_no
from tests.app.edge.conftest import NOW, House

PHONE = "+8613800000001"
AGENT, OTHER_AGENT, SUPERVISOR, MANAGER, AUDITOR = "1001", "1002", "3001", "4001", "5001"
FAULT = {"type": "fault", "description": "no light in the whole house", "account_no": "10000001"}


@pytest.fixture
async def stocked(house: House) -> House:
    """A customer with an account in a rural area, and a second agent."""
    return await stock(house)


async def stock(house: House) -> House:
    await house.insert(Area, code="A1", name="Area one", kind="county", area_type="rural", unit="north")
    await house.insert(
        Customer, customer_no="C1", name="Zhang Demo", kind="person", trade_mode="individual", relation="current",
        address="12 Invented Road, Nowhere",
    )  # fmt: skip
    await house.insert(
        Account, account_no="10000001", customer_no="C1", address="12 Invented Road, Nowhere", area_code="A1",
        user_class="residential",
    )  # fmt: skip
    await house.insert(AccountPhone, account_no="10000001", phone=PHONE)
    await house.person(OTHER_AGENT, "agent", unit="south")
    return house


async def contact(house: House, contact_id: str, agent_no: str | None = AGENT, **more: object) -> None:
    values = {
        "channel": "voice",
        "from_number": PHONE,
        "to_number": "+15550095598",
        "state": "talking",
        "started_at": NOW - 60_000,
    }
    await house.insert(Contact, contact_id=contact_id, agent_no=agent_no, **{**values, **more})


async def opened(client: httpx2.AsyncClient, **fields: object) -> dict:  # type: ignore[type-arg]
    reply = await client.post("/api/work-orders", json={**FAULT, **fields})
    assert reply.status_code == 201, reply.text
    found: dict = reply.json()  # type: ignore[type-arg]
    return found


async def test_opening_a_fault_makes_order_clocks_task_text_and_a_journal_row_for_it_and_its_text(
    any_house: House,
) -> None:
    await stock(any_house)
    await contact(any_house, "c1")
    client = await any_house.as_(AGENT)
    order = await opened(client, contact_id="c1")
    assert is_order_no(order["order_no"])
    assert (order["type"], order["state"], order["area_type"]) == ("fault", "accepted", "rural")
    assert order["created_at"] == "2026-11-18T11:06:40.000Z"
    arrive = next(clock for clock in order["clocks"] if clock["name"] == "arrive")
    assert (arrive["due_at"], arrive["met_at"], arrive["breached"]) == ("2026-11-18T12:36:40.000Z", None, False)
    assert (await client.get(f"/api/work-orders/{order['order_no']}")).json() == order
    async with any_house.db.session() as session:
        rows = (await session.exec(select(JournalRow))).all()
        private = {each.row_id: each.body for each in await session.exec(select(JournalPrivate))}
        inbox = (await session.exec(select(InboxRow))).all()
        texts = (await session.exec(select(OutboxRow))).all()
    assert sorted((row.kind, row.order_no, row.contact_id, row.actor_id) for row in rows) == [
        ("message", order["order_no"], "c1", None),
        ("order", order["order_no"], "c1", AGENT),
    ]
    assert PHONE not in str([row.body for row in rows])
    assert all(PHONE in str(private[row.id]) for row in rows)
    assert [row.body["contact_id"] for row in inbox] == [f"order:{order['order_no']}"]
    assert [row.body["to"] for row in texts] == [PHONE]


async def test_danger_in_the_words_makes_an_urgent_order_rule_2(stocked: House) -> None:
    client = await stocked.as_(AGENT)
    order = await opened(client, description="电线落地了，冒火花", account_no=None, contact_phone=PHONE)
    assert (order["urgency"], order["subtype"]) == ("urgent", "danger")


async def test_a_report_of_a_known_outage_becomes_a_sub_order_of_its_master(stocked: House) -> None:
    supervisor = await stocked.as_(SUPERVISOR)
    outage = await supervisor.post("/api/outages", json={"kind": "fault", "area_codes": ["A1"], "cause": "storm"})
    assert outage.status_code == 201
    assert (outage.json()["phase"], outage.json()["area_codes"]) == ("current", ["A1"])
    first = await opened(supervisor, contact_phone=PHONE)
    second = await opened(supervisor, contact_phone="+8613800000002")
    assert first["state"] == second["state"] == "merged"
    assert first["sub_of"] == second["sub_of"] is not None
    listed = (await supervisor.get("/api/work-orders", params={"master": first["sub_of"]})).json()["items"]
    assert {order["order_no"] for order in listed} == {first["order_no"], second["order_no"]}
    address = f"/api/outages/{outage.json()['outage_no']}/restore"
    restored = await supervisor.post(address)
    assert (restored.status_code, restored.json()["state"]) == (200, "restored")
    assert (await supervisor.post(address)).json()["code"] == "ended"
    master = (await supervisor.get(f"/api/work-orders/{first['sub_of']}")).json()
    assert master["state"] == "restored"
    async with stocked.db.session() as session:
        told = [row.body["to"] for row in await session.exec(select(OutboxRow)) if row.body["kind"] == "restoration"]
    assert sorted(told) == [PHONE, "+8613800000002"]


async def test_steps_follow_the_types_table_and_need_reasons(stocked: House) -> None:
    client = await stocked.as_(AGENT)
    address = f"/api/work-orders/{(await opened(client))['order_no']}"
    for to, note, status, code in [
        ("nowhere", "", 422, "unknown_state"),
        ("reviewed", "", 409, "not_allowed"),
        ("cancelled", " ", 422, "reason_missing"),
    ]:
        reply = await client.post(f"{address}/transitions", json={"to": to, "note": note})
        assert (reply.status_code, reply.json()["code"]) == (status, code)
    moved = await client.post(f"{address}/transitions", json={"to": "cancelled", "note": "power came back by itself"})
    assert (moved.status_code, moved.json()["state"], moved.json()["version"]) == (200, "cancelled", 2)
    assert moved.json() == (await client.get(address)).json()
    assert (await client.post(f"{address}/transitions", json={"to": "accepted"})).json()["code"] == "ended"


async def test_amending_keeps_before_and_after_rule_30(stocked: House) -> None:
    client = await stocked.as_(AGENT)
    order = await opened(client, contact_phone=PHONE)
    address = f"/api/work-orders/{order['order_no']}"
    changes = {"description": "only the kitchen", "subtype": "partial", "version": 1}
    amended = await client.patch(address, json=changes)
    assert (amended.status_code, amended.json()["description"]) == (200, "only the kitchen")
    stale = await client.patch(address, json=changes)
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    story = (await client.get(f"{address}/timeline")).json()["items"]
    assert [entry["text"] for entry in story] == ["order_opened", "text sent: confirmation", "order_amended"]
    changed = {"before": FAULT["description"], "after": "only the kitchen"}
    assert story[2]["data"]["changes"] == {"description": changed, "subtype": {"before": None, "after": "partial"}}
    assert story[2]["actor"] == {"kind": "agent", "id": AGENT}
    assert PHONE not in str(story)
    for wrong, status in [({"description": None}, 422), ({"state": "archived"}, 422), ({"account_no": "9"}, 422)]:
        assert (await client.patch(address, json=wrong)).status_code == status
    assert (await client.patch(address, json={"owner": SUPERVISOR})).json()["code"] == "forbidden"


async def test_one_effect_for_one_idempotency_key(any_house: House) -> None:
    await stock(any_house)
    client = await any_house.as_(AGENT)
    headers = {"Idempotency-Key": "k-1"}
    replies = await asyncio.gather(*(client.post("/api/work-orders", json=FAULT, headers=headers) for _ in range(6)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    again = await client.post("/api/work-orders", json=FAULT, headers=headers)
    assert again.content == replies[0].content
    async with any_house.db.session() as session:
        assert len((await session.exec(select(WorkOrder))).all()) == 1
        assert len((await session.exec(select(JournalRow))).all()) == 1
    other = await client.post("/api/work-orders", json={**FAULT, "description": "other"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    someone_else = await any_house.as_(SUPERVISOR)
    theirs = await someone_else.post("/api/work-orders", json=FAULT, headers=headers)
    assert theirs.json()["order_no"] != again.json()["order_no"]


async def test_concurrent_steps_do_not_overwrite_each_other(stocked: House) -> None:
    client = await stocked.as_(AGENT)
    address = f"/api/work-orders/{(await opened(client))['order_no']}/transitions"
    replies = await asyncio.gather(*(client.post(address, json={"to": "dispatched"}) for _ in range(5)))
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409, 409]


async def test_anothers_order_is_as_if_it_were_not_there(stocked: House) -> None:
    order_no = (await opened(await stocked.as_(AGENT)))["order_no"]
    other = await stocked.as_(OTHER_AGENT)
    for reply in [
        await other.get(f"/api/work-orders/{order_no}"),
        await other.get(f"/api/work-orders/{order_no}/timeline"),
        await other.patch(f"/api/work-orders/{order_no}", json={"description": "x"}),
        await other.post(f"/api/work-orders/{order_no}/transitions", json={"to": "dispatched"}),
        await other.get("/api/work-orders/1234567890"),
    ]:
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert (await other.get("/api/work-orders")).json() == {"items": [], "next_cursor": None}
    assert (await (await stocked.as_(SUPERVISOR)).get(f"/api/work-orders/{order_no}")).status_code == 200


async def test_a_tip_off_is_invisible_everywhere_rule_26(any_house: House) -> None:
    await stock(any_house)
    await contact(any_house, "c1", AGENT, state="ended", ended_at=NOW)
    agent = await any_house.as_(AGENT)
    fields = {"type": "tipoff", "description": "meter bypass at number 9", "contact_id": "c1", "anonymous": True}
    order = await opened(agent, **fields)
    number = order["order_no"]
    for person in (AGENT, SUPERVISOR):
        client = await any_house.as_(person)
        assert (await client.get(f"/api/work-orders/{number}")).status_code == 404
        assert (await client.get("/api/contacts/c1")).status_code == 404
        for listing in (
            "/api/work-orders",
            "/api/contacts",
            f"/api/agents/{AGENT}/timeline",
            "/api/customers/C1/timeline",
        ):
            assert number not in (await client.get(listing)).text
            assert "c1" not in (await client.get(listing)).text
    auditor = await any_house.as_(AUDITOR)
    seen = (await auditor.get(f"/api/work-orders/{number}")).json()
    assert (seen["type"], seen["contact_phone"], seen["account_no"]) == ("tipoff", None, None)
    async with any_house.db.session() as session:
        row = (await session.exec(select(WorkOrder).where(col(WorkOrder.order_no) == number))).one()
        journal = (await session.exec(select(JournalRow).where(col(JournalRow.order_no) == number))).one()
    assert row.phone_sealed is not None
    assert PHONE not in str(row.model_dump())
    assert "tipoff" not in str(journal.body)


async def test_a_complaint_is_hidden_from_those_whom_it_names_rule_27(stocked: House) -> None:
    manager = await stocked.as_(MANAGER)
    supervisor = await stocked.as_(SUPERVISOR)
    fields = {"type": "complaint", "description": "rude on the phone", "about_agent_no": AGENT}
    nobody = await supervisor.post("/api/work-orders", json={**fields, "about_agent_no": "zzz"})
    assert (nobody.status_code, nobody.json()["code"]) == (422, "unknown_person"), "it would be hidden from nobody"
    order = await opened(supervisor, **fields)
    address = f"/api/work-orders/{order['order_no']}"
    refused = await supervisor.patch(address, json={"owner": AGENT})
    assert (refused.status_code, refused.json()["code"]) == (409, "about_them")
    agent = await stocked.as_(AGENT)
    assert (await agent.get(address)).status_code == 404
    owned = await opened(supervisor, type="complaint", description="slow")
    assert (await supervisor.patch(f"/api/work-orders/{owned['order_no']}", json={"owner": AGENT})).status_code == 200
    turned = await supervisor.patch(f"/api/work-orders/{owned['order_no']}", json={"about_agent_no": AGENT})
    assert (turned.status_code, turned.json()["code"]) == (409, "about_them")
    about_unit = await opened(supervisor, type="complaint", description="all of them", about_unit="north")
    assert (await supervisor.get(f"/api/work-orders/{about_unit['order_no']}")).status_code == 404
    assert (await manager.get(f"/api/work-orders/{about_unit['order_no']}")).status_code == 200


async def test_a_complaint_about_a_person_is_hidden_from_team_and_direct_leader_until_released_rule_27(
    stocked: House,
) -> None:
    for agent_no, role in (("T1", "agent"), ("T2", "agent"), ("TL", "supervisor")):
        await stocked.person(agent_no, role, unit=None, team="A")
    mate, leader, manager = await stocked.as_("T2"), await stocked.as_("TL"), await stocked.as_(MANAGER)
    order = await opened(mate, type="complaint", description="shouted", about_agent_no="T1")
    address = f"/api/work-orders/{order['order_no']}"
    for client in (mate, leader):
        assert (await client.get(address)).status_code == 404
        assert order["order_no"] not in (await client.get("/api/work-orders?type=complaint")).text
    assert (await manager.get(address)).status_code == 200
    assert (await manager.patch(address, json={"released": True})).status_code == 200
    assert (await leader.get(address)).status_code == 200


async def test_texts_go_to_no_paid_number_and_not_without_end_to_one(stocked: House) -> None:
    agent = await stocked.as_(AGENT)
    for phone in ("+19005550100", "+8616812345"):
        await opened(agent, type="opinion", description="call this", contact_phone=phone)
    async with stocked.db.session() as session:
        assert (await session.exec(select(Message))).all() == []
    common = {"channel": "sms", "direction": "outbound", "from_kind": "hotline", "text": "…", "contact_id": "c0"}
    for n in range(49):
        await stocked.insert(Message, message_id=f"m{n}", peer=PHONE, at=NOW - 1, **common)
    for _ in range(2):
        await opened(agent, type="opinion", description="again", contact_phone=PHONE)
    async with stocked.db.session() as session:
        assert len((await session.exec(select(Message))).all()) == 50


async def test_phones_are_masked_until_the_caller_was_verified_rule_25(stocked: House) -> None:
    await contact(stocked, "c1", identity="hint")
    await contact(stocked, "c2", identity="verified")
    client = await stocked.as_(AGENT)
    hinted = await opened(client, contact_id="c1")
    assert "contact_phone" not in hinted
    assert hinted["contact_phone_masked"] == "+86138****0001"
    assert "address" not in hinted
    verified = await opened(client, contact_id="c2")
    assert verified["contact_phone"] == PHONE
    assert verified["address"] == "12 Invented Road, Nowhere"
    assert "contact_phone_masked" not in verified


async def test_the_place_of_danger_is_read_by_whoever_serves_the_caller_who_told_it_rule_25(stocked: House) -> None:
    await contact(stocked, "c1", identity="hint")
    work = {"queue": "emergency", "mode": "phone", "state": "talking", "queued_at": NOW, "body": {}}
    await stocked.insert(TaskRow, task_id="t1", root_task_id="t1", contact_id="c1", agent_no=AGENT, **work)
    client = await stocked.as_(AGENT)
    danger = {"contact_id": "c1", "description": "a wire is down", "urgency": "urgent"}
    told = await opened(client, **danger, account_no=None, address="3 Invented Quay, behind the school")
    assert told["address"] == "3 Invented Quay, behind the school"
    order = f"/api/work-orders/{told['order_no']}"
    assert (await client.get(order)).json()["address"] == told["address"]
    filed = await opened(client, **danger)
    assert "address" not in filed
    assert filed["address_masked"] == "12 Inv****"
    leader = await stocked.as_(SUPERVISOR)
    assert "address" not in (await leader.get(order)).json()
    calm = await opened(client, contact_id="c1", account_no=None, address="3 Invented Quay, behind the school")
    assert "address" not in calm


async def test_lists_page_by_key_and_filter(stocked: House) -> None:
    client = await stocked.as_(SUPERVISOR)
    numbers = [(await opened(client, contact_phone=PHONE))["order_no"] for _ in range(5)]
    found: list[str] = []
    cursor = None
    for _ in range(3):
        page = (
            await client.get("/api/work-orders", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        found += [order["order_no"] for order in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == sorted(numbers, reverse=True)
    assert len((await client.get(f"/api/work-orders?phone={PHONE}")).json()["items"]) == 5
    assert len((await client.get("/api/work-orders?date=2026-11-18&type=fault&state=accepted")).json()["items"]) == 5
    assert (await client.get("/api/work-orders?date=2026-11-17")).json()["items"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "nonsense"}, {"contact_phone": "not a number"}, {"area_code": "A9", "account_no": None},
        {"account_no": "99999999"}, {"unexpected": 1}, {"description": 5}, {"contact_id": ""}, {"urgency": "very"},
    ],
)  # fmt: skip
async def test_wrong_orders_are_refused_and_nothing_is_written(stocked: House, fields: dict) -> None:  # type: ignore[type-arg]
    client = await stocked.as_(AGENT)
    reply = await client.post("/api/work-orders", json={**FAULT, **fields})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    async with stocked.db.session() as session:
        assert (await session.exec(select(WorkOrder))).all() == []


async def test_an_order_for_anothers_contact_is_refused(stocked: House) -> None:
    await contact(stocked, "c9", OTHER_AGENT)
    client = await stocked.as_(AGENT)
    reply = await client.post("/api/work-orders", json={**FAULT, "contact_id": "c9"})
    assert reply.status_code == 404
