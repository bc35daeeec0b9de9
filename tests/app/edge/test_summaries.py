"""Shift summaries over HTTP: computed, kept, handed in, acknowledged (rule 32)."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlmodel import select

from app.db.tables import DailySummary, JournalRow, Survey, TaskRow
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, OTHER_AGENT, SUPERVISOR, contact, opened, stock

DAY = "2026-11-18"


async def worked(house: House) -> None:
    """One answered call with an order and a score in the day shift."""
    await stock(house)
    await contact(
        house, "c1", state="ended", answered_at=NOW - 50_000, ended_at=NOW, talk_ms=40_000, disposition="order_opened"
    )
    await house.insert(
        TaskRow, task_id="t1", contact_id="c1", root_task_id="t1", queue="phone", mode="phone", state="done",
        agent_no=AGENT, queued_at=NOW - 60_000, ended_at=NOW, answered_at=NOW - 50_000, talk_ms=40_000, body={},
    )  # fmt: skip
    await opened(await house.as_(AGENT), contact_id="c1")
    await house.insert(
        Survey, survey_id="s1", contact_id="c1", matter="m", agent_no=AGENT, day=DAY, source="post_call_ivr",
        status="done", score=5, solved=True, at=NOW,
    )  # fmt: skip


async def only(house: House, who: str, address: str) -> dict[str, Any]:
    reply = await (await house.as_(who)).get(address)
    assert reply.status_code == 200, reply.text
    (found,) = reply.json()["items"]
    return dict(found)


async def test_the_draft_counts_the_shift_and_is_submitted_and_acknowledged(any_house: House) -> None:
    await worked(any_house)
    draft = await only(any_house, AGENT, f"/api/daily-summaries?agent_no={AGENT}&date={DAY}")
    assert draft["shift"] == {"from": "2026-11-18T00:00:00.000Z", "to": "2026-11-18T12:00:00.000Z"}
    assert (draft["state"], draft["date"], draft["agent_no"]) == ("draft", DAY, AGENT)
    assert (draft["counts"]["answered"], draft["counts"]["talk_s"]) == (1, 40)
    assert draft["counts"]["orders"] == {"fault": 1}
    assert draft["counts"]["surveys"] == {"n": 1, "mean": None}
    assert draft["feedback"][0]["contact_ids"] == ["c1"]
    assert [item["accepted"] for item in draft["open_items"]] == [False]
    address = f"/api/daily-summaries/{draft['summary_id']}"
    client = await any_house.as_(AGENT)
    kept = await client.patch(address, json={"text": "a quiet day"})
    assert (kept.status_code, kept.json()["text"], kept.json()["state"]) == (200, "a quiet day", "draft")
    order_no = draft["open_items"][0]["order_no"]
    handed = await client.post(f"{address}/submit", json={"handed_to": {order_no: OTHER_AGENT}})
    assert (handed.status_code, handed.json()["state"], handed.json()["text"]) == (200, "submitted", "a quiet day")
    assert handed.json()["open_items"] == [{"order_no": order_no, "handed_to": OTHER_AGENT, "accepted": False}]
    assert handed.json() == await only(any_house, AGENT, "/api/daily-summaries")
    assert (await client.patch(address, json={"text": "later"})).json()["code"] == "changed"
    assert (await client.post(f"{address}/acknowledge", json={})).json()["code"] == "forbidden"
    supervisor = await any_house.as_(SUPERVISOR)
    read = await supervisor.post(f"{address}/acknowledge", json={"comment": "thank you"})
    assert (read.status_code, read.json()["state"], read.json()["comment"]) == (200, "acknowledged", "thank you")
    assert read.json()["counts"]["surveys"] == {"n": 1, "mean": 5.0}
    async with any_house.db.session() as session:
        rows = (await session.exec(select(JournalRow).order_by(JournalRow.id))).all()
    told = [row.body["text"] for row in rows]
    summed = ["summary_text_kept", "summary_submitted", "summary_acknowledged"]
    assert told == ["order_opened", "text sent: confirmation", *summed]
    assert "quiet" not in str([row.body for row in rows])


async def test_the_running_shift_has_a_draft_before_anything_was_done(house: House) -> None:
    draft = await only(house, AGENT, "/api/daily-summaries")
    assert draft["counts"]["answered"] == 0
    empty = await (await house.as_(AGENT)).get("/api/daily-summaries?date=2026-11-10")
    assert empty.json() == {"items": [], "next_cursor": None}


async def test_submitting_needs_no_body_and_happens_once(house: House) -> None:
    await worked(house)
    address = "/api/daily-summaries/" + (await only(house, AGENT, "/api/daily-summaries"))["summary_id"]
    client = await house.as_(AGENT)
    replies = await asyncio.gather(*(client.post(f"{address}/submit") for _ in range(5)))
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409, 409]
    async with house.db.session() as session:
        assert len((await session.exec(select(DailySummary))).all()) == 1


async def test_words_kept_at_the_same_time_meet_no_failure(any_house: House) -> None:
    address = "/api/daily-summaries/" + (await only(any_house, AGENT, "/api/daily-summaries"))["summary_id"]
    client = await any_house.as_(AGENT)
    replies = await asyncio.gather(*(client.patch(address, json={"text": f"words {n}"}) for n in range(3)))
    assert {reply.status_code for reply in replies} <= {200, 409}
    assert 200 in {reply.status_code for reply in replies}


async def test_summaries_are_ones_own_or_of_ones_unit(house: House) -> None:
    await worked(house)
    theirs = f"/api/daily-summaries?agent_no={AGENT}"
    assert (await (await house.as_(OTHER_AGENT)).get(theirs)).json()["items"] == []
    mine = await only(house, SUPERVISOR, "/api/daily-summaries")
    assert mine["agent_no"] == AGENT
    for who in (OTHER_AGENT, SUPERVISOR):
        client = await house.as_(who)
        address = f"/api/daily-summaries/{mine['summary_id']}"
        assert (await client.patch(address, json={"text": "not mine"})).status_code == 404
        assert (await client.post(f"{address}/submit")).status_code == 404
    assert (await (await house.as_(SUPERVISOR)).post(f"{address}/acknowledge")).json()["code"] == "changed"


async def test_27_a_complaint_about_the_leader_is_in_no_part_of_the_summary_the_leader_reads(any_house: House) -> None:
    await worked(any_house)
    agent = await any_house.as_(AGENT)
    complaint = await opened(agent, type="complaint", description="rude", about_agent_no=SUPERVISOR, contact_id="c1")
    later = await opened(agent, type="complaint", description="slow")
    day = f"/api/daily-summaries?agent_no={AGENT}&date={DAY}"

    async def read_by_the_leader() -> dict[str, Any]:
        reply = await (await any_house.as_(SUPERVISOR)).get(day)
        assert complaint["order_no"] not in reply.text
        (found,) = reply.json()["items"]
        return dict(found)

    draft = await read_by_the_leader()
    assert draft["counts"]["orders"] == {"complaint": 1, "fault": 1}, "the one that names nobody"
    assert [each["category"] for each in draft["feedback"]] == ["other"]
    assert (await agent.post(f"/api/daily-summaries/{draft['summary_id']}/submit")).status_code == 200
    assert later["order_no"] in (await read_by_the_leader())["text"]
    manager = await any_house.as_("4001")
    named = await manager.patch(f"/api/work-orders/{later['order_no']}", json={"about_agent_no": SUPERVISOR})
    assert named.status_code == 200, named.text
    handed_in = await read_by_the_leader()
    assert later["order_no"] not in str(handed_in)
    assert len(handed_in["open_items"]) == 1
    assert later["order_no"] in (await manager.get(day)).text


async def test_ids_that_name_no_shift_are_not_found(house: House) -> None:
    client = await house.as_(AGENT)
    begin = NOW - NOW % 3_600_000
    for name in (
        AGENT,
        f"{AGENT}.",
        f"{AGENT}.x",
        f"{AGENT}.1",
        f"{AGENT}.{begin + 1}",
        f"{AGENT}." + "9" * 50,
        f".{begin}",
    ):
        for step in ("", "/submit"):
            method = "POST" if step else "PATCH"
            reply = await client.request(
                method, f"/api/daily-summaries/{name}{step}", json={} if step else {"text": "x"}
            )
            assert reply.status_code == 404, name


async def test_an_order_that_is_handed_over_is_listed_at_its_receiver_and_accepted_there(any_house: House) -> None:
    await worked(any_house)
    draft = await only(any_house, AGENT, f"/api/daily-summaries?agent_no={AGENT}&date={DAY}")
    order_no, address = draft["open_items"][0]["order_no"], f"/api/daily-summaries/{draft['summary_id']}"
    giver, receiver = await any_house.as_(AGENT), await any_house.as_(OTHER_AGENT)
    refused = await giver.post(f"{address}/submit", json={"handed_to": {order_no: "9999"}})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_agent")
    assert (await giver.post(f"{address}/submit", json={"handed_to": {order_no: OTHER_AGENT}})).status_code == 200
    item = await only(any_house, OTHER_AGENT, "/api/handed-over")
    assert (item["order_no"], item["type"], item["giver"], item["late"]) == (order_no, "fault", AGENT, False)
    accept = f"{address}/items/{order_no}/accept"
    assert (await giver.post(accept)).status_code == 404
    assert (await receiver.post(accept)).json()["items"] == []
    assert (await receiver.post(accept)).json()["code"] == "changed"
    shown = await only(any_house, AGENT, "/api/daily-summaries")
    assert shown["open_items"] == [{"order_no": order_no, "handed_to": OTHER_AGENT, "accepted": True}]
