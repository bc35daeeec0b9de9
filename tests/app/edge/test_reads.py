"""What the lists and objects show to whom."""

from __future__ import annotations

import pytest
from sqlmodel import select

from app.db.tables import (
    AgentRow,
    Article,
    Bill,
    JournalRow,
    Message,
    Recording,
    Survey,
    TaskRow,
    WarningRow,
)
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, AUDITOR, MANAGER, OTHER_AGENT, PHONE, SUPERVISOR, contact, opened, stock
from tests.app.lines import stood

CONTACT_FIELDS = {
    *("contact_id", "channel", "direction", "call_sid", "to", "customer_no", "account_no", "lang", "identity", "state"),
    *("queue", "agent_no", "outcome", "started_at", "answered_at", "ended_at", "wait_s", "talk_s", "wrap_s"),
    *("disposition", "note", "order_nos", "survey"),
}


async def items(house: House, agent_no: str, address: str) -> list:  # type: ignore[type-arg]
    reply = await (await house.as_(agent_no)).get(address)
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert set(body) >= {"items", "next_cursor"}
    found: list = body["items"]  # type: ignore[type-arg]
    return found


async def test_a_contact_has_the_contracts_fields_and_masks_the_caller_rule_25(any_house: House) -> None:
    await contact(any_house, "c1", call_sid="CA" + "1" * 32, wait_ms=12_400, talk_ms=65_600, queue="phone")
    await contact(any_house, "c2", identity="verified")
    await contact(any_house, "c3", direction="outbound", from_number="+15550095598", to_number=PHONE)
    found = {item["contact_id"]: item for item in await items(any_house, AGENT, "/api/contacts")}
    assert set(found["c1"]) == CONTACT_FIELDS | {"from_masked"}
    assert (found["c1"]["from_masked"], found["c1"]["wait_s"], found["c1"]["talk_s"]) == ("+86138****0001", 12, 66)
    assert found["c1"]["started_at"] == "2026-11-18T11:05:40.000Z"
    assert found["c2"]["from"] == PHONE
    assert (found["c3"]["from"], found["c3"]["to_masked"]) == ("+15550095598", "+86138****0001")
    assert {item["from"] for item in await items(any_house, AUDITOR, "/api/contacts")} == {PHONE, "+15550095598"}
    by_sid = await items(any_house, AGENT, "/api/contacts?call_sid=CA" + "1" * 32)
    assert [item["contact_id"] for item in by_sid] == ["c1"]
    by_number = await items(any_house, AGENT, "/api/contacts?from=" + PHONE.replace("+", "%2B") + "&queue=phone")
    assert [item["contact_id"] for item in by_number] == ["c1"]
    assert len(await items(any_house, AGENT, f"/api/contacts?from={PHONE}&date=2026-11-18&state=talking")) == 3


async def test_contacts_reach_own_unit_all(house: House) -> None:
    await house.person(OTHER_AGENT, "agent", unit="south")
    await contact(house, "mine", AGENT, unit="north/desk")
    await contact(house, "theirs", OTHER_AGENT, unit="south")
    await contact(house, "nobodys", None)

    async def ids(agent_no: str) -> set[str]:
        return {item["contact_id"] for item in await items(house, agent_no, "/api/contacts")}

    assert await ids(AGENT) == {"mine"}
    assert await ids(OTHER_AGENT) == {"theirs"}
    assert await ids(SUPERVISOR) == {"mine"}
    assert await ids(MANAGER) == await ids(AUDITOR) == {"mine", "theirs", "nobodys"}
    for contact_id in ("theirs", "nobodys", "absent"):
        for more in ("", "/timeline"):
            reply = await (await house.as_(AGENT)).get(f"/api/contacts/{contact_id}{more}")
            assert reply.status_code == 404


async def test_one_contact_comes_with_messages_and_recordings(house: House) -> None:
    await contact(house, "c1")
    await house.insert(
        Message, message_id="m1", contact_id="c1", channel="sms", direction="inbound", peer=PHONE, from_kind="customer",
        text="DF 10000001", at=NOW,
    )  # fmt: skip
    await house.insert(
        Recording,
        recording_id="r1",
        recording_sid="RE" + "1" * 32,
        contact_id="c1",
        purpose="complaint",
        state="ready",
        at=NOW,
    )
    body = (await (await house.as_(AGENT)).get("/api/contacts/c1")).json()
    assert [(line["from"], line["text"]) for line in body["messages"]] == [("customer", "DF 10000001")]
    assert [each["recording_id"] for each in body["recordings"]] == ["r1"]


async def test_restricted_contacts_are_open_only_to_those_who_serve_them(house: House) -> None:
    await contact(house, "now", restricted="tipoff")
    await contact(house, "past", restricted="tipoff", state="ended", ended_at=NOW)
    assert {item["contact_id"] for item in await items(house, AGENT, "/api/contacts")} == {"now"}
    assert await items(house, SUPERVISOR, "/api/contacts") == []
    assert len(await items(house, AUDITOR, "/api/contacts")) == 2


async def test_what_hangs_on_a_restricted_contact_is_hidden_with_it_rule_26(any_house: House) -> None:
    await contact(any_house, "secret", None, restricted="tipoff", state="ended", ended_at=NOW)
    await any_house.insert(
        WarningRow, warning_id="w1", kind="low_score", level="yellow", about="x", contact_id="secret", opened_at=NOW
    )
    await any_house.insert(
        Survey, survey_id="s1", contact_id="secret", matter="m", agent_no=AGENT, day="2026-11-18",
        source="post_call_ivr", status="done", score=1, at=NOW,
    )  # fmt: skip
    for listing in ("/api/warnings", "/api/surveys"):
        assert await items(any_house, SUPERVISOR, listing) == []
        assert len(await items(any_house, AUDITOR, listing)) == 1


async def test_opening_a_customer_without_a_contact_needs_a_reason_rule_25(any_house: House) -> None:
    await stock(any_house)
    client = await any_house.as_(AGENT)
    for address in ("/api/customers/C1", "/api/accounts/10000001", "/api/accounts/absent"):
        for reason in ("", "?reason=", "?reason=abc"):
            refused = await client.get(address + reason)
            assert (refused.status_code, refused.json()["code"]) == (403, "reason_needed")
    body = (await client.get("/api/customers/C1?reason=asked%20by%20letter")).json()
    assert (body["name"], body["address_masked"]) == ("Zhang Demo", "12 ***")
    assert "address" not in body
    assert [account["account_no"] for account in body["accounts"]] == ["10000001"]
    async with any_house.db.session() as session:
        row = (await session.exec(select(JournalRow))).one()
    assert (row.kind, row.actor_id, row.customer_no) == ("lookup", AGENT, "C1")
    assert "letter" not in str(row.body)
    assert (await client.get("/api/customers/absent?reason=because")).status_code == 404


async def test_amounts_show_once_the_caller_was_verified_rule_25(house: House) -> None:
    await stock(house)
    await house.insert(
        Bill, account_no="10000001", month="2026-09", kwh_hundredths=15_000, amount_fen=8650, issued_on="2026-10-01",
        due_on="2026-10-20",
    )  # fmt: skip
    client = await house.as_(AGENT)
    await contact(house, "c1", account_no="10000001", identity="hint")
    hidden = (await client.get("/api/accounts/10000001")).json()
    assert (hidden["bills"][0]["amount_fen_masked"], hidden["in_arrears"]) == ("***", True)
    assert hidden["phones_masked"] == ["+86138****0001"]
    assert not {"address", "phones", "arrears_fen"} & set(hidden)
    assert "amount_fen" not in hidden["bills"][0]
    checks = {check["item"]: check["parts"] for check in hidden["checks"]}
    assert (checks["phone"], checks["account_no"], checks["last_bill"]) == (["0001"], ["0001"], ["6.50"])
    assert (checks["name"], checks["address"]) == (["Zhang Demo"], ["12"])
    await contact(house, "c2", account_no="10000001", identity="verified")
    shown = (await client.get("/api/accounts/10000001")).json()
    assert (shown["bills"][0]["amount_fen"], shown["phones"]) == (8650, [PHONE])
    assert shown["arrears_fen"] > 8650
    assert "checks" not in shown
    assert shown["area_type"] == "rural"
    house.clock.now += 13 * 3_600_000
    again = await (await house.as_(AGENT)).get("/api/accounts/10000001")
    assert again.json()["code"] == "reason_needed"


async def in_hand(house: House, contact_id: str, agent_no: str) -> None:
    """Somebody speaks in this contact now."""
    task = {"root_task_id": "t", "queue": "phone", "mode": "phone", "state": "talking", "queued_at": NOW, "body": {}}
    await house.insert(
        TaskRow, **{**task, "task_id": f"{contact_id}-{agent_no}", "contact_id": contact_id, "agent_no": agent_no}
    )


async def test_who_is_on_the_line_now_decides_what_shows_rule_25(any_house: House) -> None:
    await stock(any_house)
    about = {"account_no": "10000001", "customer_no": "C1"}
    await contact(any_house, "earlier", identity="verified", state="ended", ended_at=NOW, **about)
    client = await any_house.as_(AGENT)
    number = (await opened(client, contact_id="earlier"))["order_no"]
    addresses = ("/api/accounts/10000001", "/api/customers/C1", f"/api/work-orders/{number}")
    shown = [(await client.get(address)).json() for address in addresses]
    assert ["phones" in shown[0], "address" in shown[1], "contact_phone" in shown[2]] == [True] * 3
    await contact(any_house, "now", identity="hint", **about)
    await in_hand(any_house, "now", AGENT)
    masked = [(await client.get(address)).json() for address in addresses]
    assert ["phones_masked" in masked[0], "address_masked" in masked[1], "contact_phone_masked" in masked[2]] == (
        [True] * 3
    )


async def test_a_colleague_who_is_consulted_opens_the_customer_and_the_story(any_house: House) -> None:
    await stock(any_house)
    await contact(any_house, "c1", AGENT, account_no="10000001", customer_no="C1", identity="verified")
    client = await any_house.as_(OTHER_AGENT)
    addresses = ("/api/contacts/c1", "/api/contacts/c1/timeline", "/api/customers/C1", "/api/accounts/10000001")
    assert [(await client.get(address)).status_code for address in addresses] == [404, 404, 403, 403]
    await in_hand(any_house, "c1", OTHER_AGENT)
    assert [(await client.get(address)).status_code for address in addresses] == [200] * 4
    assert (await client.get("/api/accounts/10000001")).json()["phones"] == [PHONE]


async def test_orders_of_the_customer_on_the_line_open_with_their_story(any_house: House) -> None:
    await stock(any_house)
    number = (await opened(await any_house.as_(AGENT)))["order_no"]
    named = await any_house.as_(AGENT)
    about = {"type": "complaint", "about_agent_no": OTHER_AGENT, "account_no": "10000001"}
    complaint = (await opened(named, **about))["order_no"]
    client = await any_house.as_(OTHER_AGENT)
    addresses = [f"/api/work-orders/{number}", f"/api/work-orders/{number}/timeline", f"/api/work-orders/{complaint}"]
    assert [(await client.get(address)).status_code for address in addresses] == [404, 404, 404]
    await contact(any_house, "c1", OTHER_AGENT, account_no="10000001")
    await in_hand(any_house, "c1", OTHER_AGENT)
    assert [(await client.get(address)).status_code for address in addresses] == [200, 200, 404]


async def test_customers_are_found_masked(any_house: House) -> None:
    await stock(any_house)
    for words in ("Zhang", "C1", "10000001", PHONE.replace("+", "%2B"), "Invented"):
        found = await items(any_house, AGENT, f"/api/customers?q={words}")
        assert [(item["customer_no"], item["address_masked"]) for item in found] == [("C1", "12 ***")], words
    assert await items(any_house, AGENT, "/api/customers?q=%25") == []


async def surveyed(house: House, count: int, agent_no: str = AGENT) -> None:
    for n in range(count):
        await house.insert(
            Survey, survey_id=f"{agent_no}-{n}", contact_id=f"c{n}", matter=f"m{n}", agent_no=agent_no,
            unit="north/desk", day="2026-11-18", source="post_call_ivr",
            status="done", score=1 + n % 5, solved=n % 2 == 0, at=NOW + n,
        )  # fmt: skip


async def test_agents_see_survey_results_together_from_five_on_rule_28(any_house: House) -> None:
    await surveyed(any_house, 4)
    client = await any_house.as_(AGENT)
    nothing = {"n": None, "mean": None, "solved_percent": None}
    assert (await client.get("/api/surveys")).json() == {"items": [], "next_cursor": None, "figures": nothing}
    await any_house.insert(
        Survey, survey_id="x", contact_id="c9", matter="m9", agent_no=AGENT, day="2026-11-18", source="post_call_ivr",
        status="done", score=5, solved=True, at=NOW,
    )  # fmt: skip
    body = (await client.get("/api/surveys?contact_id=c1")).json()
    assert body == {"items": [], "next_cursor": None, "figures": {"n": 5, "mean": 3.0, "solved_percent": 60.0}}
    theirs = (await (await any_house.as_(SUPERVISOR)).get("/api/surveys?contact_id=c1")).json()
    assert [(item["contact_id"], item["score"], item["at"]) for item in theirs["items"]] == [
        ("c1", 2, "2026-11-18T11:06:40.001Z")
    ]
    assert theirs["figures"] == {"n": 1, "mean": 2.0, "solved_percent": 0.0}
    await contact(any_house, "c0")
    assert (await client.get("/api/contacts/c0")).json()["survey"] is None
    seen = (await (await any_house.as_(SUPERVISOR)).get("/api/contacts/c0")).json()["survey"]
    assert seen == {"score": 1, "solved": True, "status": "done"}


async def test_a_survey_is_listed_on_the_day_of_its_answer_whatever_shift_it_counts_for(any_house: House) -> None:
    await any_house.insert(
        Survey, survey_id="night", contact_id="c1", matter="m", agent_no=AGENT, unit="north/desk", day="2026-11-17",
        source="post_call_ivr", status="done", score=2, solved=False, at=NOW - 86_400_000, answered_at=NOW,
    )  # fmt: skip
    client = await any_house.as_(SUPERVISOR)
    for day, listed in (("2026-11-18", 1), ("2026-11-17", 0)):
        assert len((await client.get(f"/api/surveys?date={day}")).json()["items"]) == listed


async def test_warnings_are_listed_and_acknowledged_once(house: House) -> None:
    for number, unit in [("w1", "north"), ("w2", "south"), ("w3", None)]:
        await house.insert(
            WarningRow, warning_id=number, kind="queue_long", level="orange", about=number, unit=unit, opened_at=NOW
        )
    assert {item["warning_id"] for item in await items(house, SUPERVISOR, "/api/warnings")} == {"w1", "w3"}
    client = await house.as_(SUPERVISOR)
    done = await client.post("/api/warnings/w1/acknowledge", json={"note": "two more agents"})
    assert (done.status_code, done.json()["acknowledged_by"], done.json()["note"]) == (
        200,
        SUPERVISOR,
        "two more agents",
    )
    again = await client.post("/api/warnings/w1/acknowledge", json={"note": "me too"})
    assert (again.status_code, again.json()["code"]) == (409, "changed")
    assert (await client.post("/api/warnings/w2/acknowledge", json={"note": "x"})).status_code == 404
    assert [item["warning_id"] for item in await items(house, SUPERVISOR, "/api/warnings?open=true")] == ["w3"]


async def test_queues_show_the_figures_of_today(any_house: House) -> None:
    await any_house.insert(AgentRow, agent_no=AGENT, state="available", since=NOW, body={})
    lines = [
        stood("w", NOW - 30_000, state="waiting"),
        stood("a", NOW - 90_000, wait_s=10, talk_s=60, wrap_s=20),
        stood("b", NOW - 200_000, wait_s=40, talk_s=120, state="wrapping"),
        stood("b", NOW - 20_000, kind="callback", task_id="called-back"),
        stood("c", NOW - 60_000, wait_s=9, state="abandoned"),
        stood("old", NOW - 86_400_000, wait_s=1),
    ]
    for task in lines:
        await any_house.insert(TaskRow, **task)
    for name in ("w", "a", "b", "c", "old"):
        await contact(any_house, name)
    found = {item["name"]: item for item in await items(any_house, AGENT, "/api/queues")}
    assert set(found) >= {"phone", "emergency", "web", "field"}
    phone = found["phone"]
    assert (phone["waiting"], phone["longest_wait_s"], phone["oldest_at"]) == (1, 30, "2026-11-18T11:06:10.000Z")
    assert phone["agents"] == {"available": 1, "offered": 0, "talking": 0, "wrapping": 0, "break": 0}
    assert (phone["offered"], phone["answered"], phone["abandoned"]) == (4, 2, 1)
    assert (phone["service_level"], phone["asa_s"], phone["aht_s"]) == (33.3, 25, 80)
    assert found["web"]["service_level"] is None


async def test_agents_are_seen_as_far_as_the_role_reaches(house: House) -> None:
    await house.person(OTHER_AGENT, "agent", unit="south", name="Li Demo", skills={"en": 1})
    assert [item["agent_no"] for item in await items(house, AGENT, "/api/agents")] == [AGENT]
    assert {item["agent_no"] for item in await items(house, SUPERVISOR, "/api/agents")} == {AGENT, "2001", SUPERVISOR}
    everyone = await items(house, "6001", "/api/agents")
    assert next(item for item in everyone if item["agent_no"] == OTHER_AGENT)["skills"] == {"en": 1}
    assert (await (await house.as_(AGENT)).get(f"/api/agents/{OTHER_AGENT}/timeline")).status_code == 404
    assert "password" not in str(everyone)


async def test_colleagues_of_any_unit_are_names_and_states_only(house: House) -> None:
    await house.person(OTHER_AGENT, "agent", unit="south", name="Li Demo", modes=["phone"])
    found = {item["agent_no"]: item for item in await items(house, AGENT, "/api/colleagues")}
    assert AGENT not in found
    assert found[OTHER_AGENT] == {"agent_no": OTHER_AGENT, "name": "Li Demo", "modes": ["phone"], "state": "offline"}
    assert not [item for item in found.values() if item["modes"] == ["field"]]


async def test_the_journal_is_for_auditors(house: House) -> None:
    await stock(house)
    await (await house.as_(AGENT)).get("/api/customers/C1?reason=asked%20by%20letter")
    rows = await items(house, AUDITOR, "/api/journal?kind=lookup")
    assert [(row["actor"], row["seq"]) for row in rows] == [({"kind": "agent", "id": AGENT}, None)]


async def test_knowledge_is_searched(house: House) -> None:
    await house.insert(
        Article, code="K1", title_zh="电费怎么交", body_zh="可以在线交", title_en="Paying", body_en="Pay online"
    )
    await house.insert(Article, code="K2", title_zh="草稿", body_zh="", state="draft")
    assert [item["code"] for item in await items(house, AGENT, "/api/knowledge?q=PAY%20online")] == ["K1"]
    assert [item["code"] for item in await items(house, AGENT, "/api/knowledge?q=电费")] == ["K1"]
    assert len(await items(house, AGENT, "/api/knowledge")) == 1


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"])
async def test_the_usual_addresses_are_public(house: House, address: str) -> None:
    reply = await house.client().get(address)
    assert reply.status_code == 200
    assert reply.headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_not_ready_until_recovery_is_done(house: House) -> None:
    house.services.missing.add("recovery")
    reply = await house.client().get("/readyz")
    assert (reply.status_code, reply.json()["detail"]) == (503, "recovery")


async def test_metrics_ask_for_their_token(house: House) -> None:
    house.services.settings = house.services.settings.model_copy(update={"metrics_token": "scrape-me"})
    client = house.client()
    assert (await client.get("/metrics")).status_code == 401
    assert (await client.get("/metrics", headers={"Authorization": "Bearer wrong"})).status_code == 401
    reply = await client.get("/metrics", headers={"Authorization": "Bearer scrape-me"})
    assert 'route="/metrics"' in reply.text


async def test_docs_need_no_network_and_no_script(house: House) -> None:
    page = (await house.client().get("/docs")).text
    assert "POST /api/work-orders" in page
    assert "<script" not in page
    assert "//" not in page.replace("http://127.0.0.1", "")


async def test_readiness_says_that_the_database_file_was_moved(house: House) -> None:
    file = house.services.settings.sqlite_path
    assert file is not None
    away = file.rename(file.with_name("away.db"))
    reply = await house.client().get("/readyz")
    assert (reply.status_code, reply.json()["code"]) == (503, "not_ready")
    assert "moved or replaced" in reply.json()["detail"]
    away.rename(file)
    assert (await house.client().get("/readyz")).status_code == 200
