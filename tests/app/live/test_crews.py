"""What crews tell from the site besides their steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from app.db.tables import JournalRow, Message, OrderClock, TaskRow, WorkOrder
from app.db.write_set import WriteSet
from app.observe.clock import SystemClock
from app.usecases.turn_effects import put_event
from routing.events import TaskQueued
from tests.app.live.conftest import Node, arrived, until
from tests.app.live.test_console_commands import all_of, tell

ORDER = "260000000026"


async def on_site(node: Node, **more: Any) -> None:
    """A job that this crew has arrived at, with the promise to give a time."""
    now = SystemClock().now_ms()
    write_set = WriteSet(rings=[f"order:{ORDER}"])
    order = {"order_no": ORDER, "type": "fault", "state": "arrived", "crew_no": "2001", "lang": "en", **more}
    write_set.insert(WorkOrder, **order, contact_phone="+8613800000001", created_at=now, changed_at=now)
    clock = {"order_no": ORDER, "name": "estimate", "mode": "minutes", "amount": 20, "started_at": now}
    write_set.insert(OrderClock, **clock, due_at=now + 1_200_000, next_at=now + 1_000_000)
    await node.db.commit(write_set)


def in_minutes(minutes: int) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


async def test_a_time_of_restoration_meets_the_promise_and_is_told_once(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    await on_site(whole)
    async with whole.open(token) as socket:
        await arrived(socket)
        expected = in_minutes(90)
        for command_id in ("e1", "e1", "e2"):
            done = await tell(socket, type="estimate", id=command_id, order_no=ORDER, of="restore", at=expected)
            assert done["type"] == "ack", done
        shown = await until(socket, "order", order_no=ORDER)
        assert abs(datetime.fromisoformat(shown["restore_eta_at"]) - datetime.fromisoformat(expected)) < timedelta(
            seconds=1
        )
    clocks = await all_of(whole, OrderClock)
    assert [clock.name for clock in clocks if clock.met_at is not None] == ["estimate"]
    told = [row.text for row in await all_of(whole, Message)]
    assert len(told) == 1
    assert told[0].startswith(f"Electricity hotline, order {ORDER}: power is expected back at ")


async def test_a_time_of_arrival_and_each_change_of_it_is_told(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    await on_site(whole, state="en_route")
    first, later = in_minutes(20), in_minutes(45)
    async with whole.open(token) as socket:
        await arrived(socket)
        for command_id, at in (("a1", first), ("a2", first), ("a3", later)):
            said = await tell(socket, type="estimate", id=command_id, order_no=ORDER, of="arrive", at=at)
            assert said["type"] == "ack", said
    told = sorted(row.text for row in await all_of(whole, Message))
    assert len(told) == 2
    assert all(
        text.startswith(f"Electricity hotline, order {ORDER}: the crew expects to be with you at ") for text in told
    )
    assert [clock.name for clock in await all_of(whole, OrderClock) if clock.met_at is not None] == []


async def test_no_time_that_has_passed_none_from_others_none_when_done(whole: Node) -> None:
    token, other = (
        await whole.person("2001", "field", modes=["field"]),
        await whole.person("2002", "field", modes=["field"]),
    )
    await on_site(whole)
    async with whole.open(token) as socket, whole.open(other) as stranger:
        await arrived(socket)
        await arrived(stranger)
        ask = {"type": "estimate", "order_no": ORDER, "of": "restore"}
        assert (await tell(socket, **ask, id="p", at=in_minutes(-1)))["code"] == "wrong_time"
        assert (await tell(socket, **ask, id="w", at=in_minutes(8 * 24 * 60)))["code"] == "wrong_time"
        assert (await tell(stranger, **ask, id="s", at=in_minutes(30)))["code"] == "not_found"
        there = await tell(socket, type="estimate", id="a", order_no=ORDER, of="arrive", at=in_minutes(5))
        assert there["code"] == "not_allowed"


async def test_rule_36_a_step_told_late_or_from_far_away_is_marked(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    await on_site(whole, state="en_route", place={"lat": 31.2, "lon": 121.5})
    async with whole.open(token) as socket:
        await arrived(socket)
        late = {"order_no": ORDER, "to": "arrived", "at": in_minutes(-30), "lat": 31.2, "lon": 121.52}
        assert (await tell(socket, type="step", id="a", **late))["type"] == "ack"
        near = {"order_no": ORDER, "to": "restored", "at": in_minutes(0), "lat": 31.2, "lon": 121.5}
        assert (await tell(socket, type="step", id="r", **near))["type"] == "ack"
    moved = {row.body["to"]: row.body for row in await all_of(whole, JournalRow) if "to" in row.body}
    assert moved["arrived"]["unverified"] is True
    assert 1_800 < moved["arrived"]["distance_m"] < 2_000
    assert "unverified" not in moved["restored"]


async def test_a_step_sent_again_after_a_new_log_in_stands_already(whole: Node) -> None:
    token = await whole.person("2001", "field", modes=["field"])
    await on_site(whole)
    async with whole.open(token) as socket:
        await arrived(socket)
        assert (await tell(socket, type="step", id="r", order_no=ORDER, to="restored"))["type"] == "ack"
    async with whole.open(await whole.log_in("2001")) as socket:
        await arrived(socket)
        assert (await tell(socket, type="step", id="r", order_no=ORDER, to="restored"))["type"] == "ack"
        assert (await tell(socket, type="step", id="b", order_no=ORDER, to="arrived"))["type"] == "error"


async def moved(node: Node, token: str, **step: str) -> None:
    """A step of the order that somebody at a desk takes."""
    site = f"http://127.0.0.1:{node.port}"
    headers = {"X-CSRF-Token": "c", "Origin": site}
    async with httpx2.AsyncClient(base_url=site, cookies={"hotline_session": token}, headers=headers) as client:
        reply = await client.post(f"/api/work-orders/{ORDER}/transitions", json=step)
    assert reply.status_code == 200, reply.text


async def test_an_order_sent_out_again_leaves_its_crew_and_goes_to_one_other(whole: Node) -> None:
    first = await whole.person("2001", "field", modes=["field"])
    second = await whole.person("2002", "field", modes=["field"])
    leader = await whole.person("4001", "supervisor")
    now = SystemClock().now_ms()
    async with whole.open(first) as one, whole.open(second) as other:
        for socket in (one, other):
            await arrived(socket)
        await tell(one, type="set_state", state="available")
        write_set = WriteSet()
        order = {"order_no": ORDER, "type": "fault", "state": "dispatched", "urgency": "normal"}
        write_set.insert(WorkOrder, **order, created_at=now, changed_at=now)
        put_event(write_set, TaskQueued(now, "job1", f"order:{ORDER}", "field"))
        await whole.db.commit(write_set)
        offer = await until(one, "offer", mode="field")
        assert (await tell(one, type="accept", offer_id=offer["offer_id"]))["type"] == "ack"
        await until(one, "order", state="crew_assigned")
        await tell(other, type="set_state", state="available")
        await moved(whole, leader, to="dispatched")
        assert (await until(one, "order_ended"))["reason"] in ("dispatched", "crew_assigned")
        assert (await tell(one, type="step", id="s", order_no=ORDER, to="en_route"))["code"] == "not_found"
        offer = await until(other, "offer", mode="field")
        assert (await tell(other, type="accept", offer_id=offer["offer_id"]))["type"] == "ack"
        assert (await until(other, "order", state="crew_assigned"))["crew_no"] == "2002"
        await moved(whole, leader, to="cancelled", note="reported twice")
        assert (await until(other, "order_ended"))["reason"] == "cancelled"
        await until(other, "agent", state="available")
    assert [row.state for row in await all_of(whole, TaskRow)] == ["done", "done"]
