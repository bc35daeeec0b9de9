"""The supervisors' socket: figures that can be recomputed, ticking at most once a second."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from agents import board as reducer
from app.observe.clock import SystemClock
from app.usecases.end_session import end_session
from app.usecases.resume_session import resume_session
from tests.app.lines import stood
from tests.app.live.conftest import Leader, Node, agent_row, contact_row, task_row, until

MEMBERS = {
    *("name", "mode", "waiting", "longest_wait_s", "oldest_at", "agents", "offered", "answered", "abandoned"),
    *("service_level", "asa_s", "aht_s", "estimate_s", "unmanned", "unanswered"),
}
ANSWERED = [(5_000, 60_000, 10_000), (19_000, 120_000, 20_000), (45_000, 30_000, 0)]
"""Wait, talk and wrap-up of each answered contact."""
ABANDONED = [3_000, 90_000]


async def a_day(node: Node) -> list[dict[str, Any]]:
    """Contacts of today in queue phone, and one of yesterday that must not count."""
    now = SystemClock().now_ms()
    lines = [
        stood(f"a{n}", now - wait, wait_s=wait // 1000, talk_s=talk // 1000, wrap_s=wrap // 1000)
        for n, (wait, talk, wrap) in enumerate(ANSWERED)
    ]
    lines += [stood(f"b{n}", now, wait_s=wait // 1000, state="abandoned") for n, wait in enumerate(ABANDONED)]
    lines.append(stood("old", now - 48 * 3_600_000, state="abandoned"))
    rows = [contact_row(task["contact_id"], state="ended", started_at=task["waiting_at"]) for task in lines]
    waits = task_row("w1", "a0", "waiting", kind="callback", queued_at=now - 30_000)
    await node.write("board", Contact=rows, TaskRow=[*lines, waits])
    return rows


def phone(board: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(queue for queue in board["queues"] if queue["name"] == "phone")
    return found


async def test_the_figures_of_a_queue_are_those_recomputed_from_the_rows(node: Node) -> None:
    token = await node.person("3001", "supervisor")
    await a_day(node)
    async with node.open(token, "/api/wallboard") as socket:
        board = await until(socket, "snapshot")
    queue = phone(board)
    assert queue.keys() >= MEMBERS
    in_time = sum(wait <= 20_000 for wait, _, _ in ANSWERED)
    assert queue["service_level"] == round(100 * in_time / (len(ANSWERED) + len(ABANDONED)), 1)
    assert (queue["offered"], queue["answered"], queue["abandoned"]) == (5, 3, 2)
    assert queue["asa_s"] == round(sum(wait for wait, _, _ in ANSWERED) / 3 / 1000)
    assert queue["aht_s"] == round(sum(talk + wrap for _, talk, wrap in ANSWERED) / 3 / 1000)
    assert queue["waiting"] == 1
    assert queue["longest_wait_s"] >= 30
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    assert datetime.fromisoformat(board["as_of"]).astimezone(ZoneInfo("Asia/Shanghai")).date() == today


async def test_snapshot_and_deltas_make_the_fresh_snapshot(node: Node) -> None:
    token = await node.person("3001", "supervisor")
    await node.person("1001")
    async with node.open(token, "/api/wallboard") as socket:
        state = reducer.reduce({}, await until(socket, "snapshot"))
        assert state["agents"] == []
        await node.write("board", AgentRow=agent_row("1001"))
        frame = await until(socket, "delta")
        while "agents" not in frame:
            frame = await until(socket, "delta")
        state = reducer.reduce(state, frame)
        assert [(each["agent_no"], each["state"]) for each in state["agents"]] == [("1001", "available")]
        assert phone(state)["agents"]["available"] == 1
        await a_day(node)
        while phone(state)["offered"] == 0:
            state = reducer.reduce(state, await until(socket, "delta"))
        async with node.open(token, "/api/wallboard") as second:
            fresh = reducer.reduce({}, await until(second, "snapshot"))
        clock_driven = {"as_of"}
        assert {**fresh, "queues": None}.keys() == {**state, "queues": None}.keys()
        for member in fresh.keys() - clock_driven - {"queues"}:
            assert state[member] == fresh[member]


async def test_boards_share_one_computation_and_hear_at_most_once_a_second(node: Node) -> None:
    token = await node.person("3001", "supervisor")
    async with node.open(token, "/api/wallboard") as one, node.open(token, "/api/wallboard") as two:
        await until(one, "snapshot")
        await until(two, "snapshot")
        for n in range(5):
            await node.person(f"100{n}")
            await node.write("board", AgentRow=agent_row(f"100{n}"))
        first = json.loads(await one.recv())
        assert first == json.loads(await two.recv())


async def test_agents_do_not_see_the_board_and_logging_out_closes_it(node: Node) -> None:
    agent, supervisor = await node.person("1001"), await node.person("3001", "supervisor")
    with pytest.raises(InvalidStatus) as refused:
        async with node.open(agent, "/api/wallboard"):
            pass
    assert refused.value.response.status_code == 403
    async with node.open(supervisor, "/api/wallboard") as socket:
        await until(socket, "snapshot")
        session = await resume_session(node.db, node.services.clock, supervisor)
        assert session is not None
        await end_session(node.db, node.services.clock, session)
        with pytest.raises(ConnectionClosed):
            await until(socket, "never")


async def test_a_board_shows_its_own_units_people(node: Node) -> None:
    token = await node.person("3001", "supervisor", unit="south")
    await node.person("1001", unit="north/desk")
    await node.person("1002", unit="south/desk")
    await node.write(AgentRow=[agent_row("1001"), agent_row("1002")])
    async with node.open(token, "/api/wallboard") as socket:
        board = await until(socket, "snapshot")
    assert [each["agent_no"] for each in board["agents"]] == ["1002"]


async def test_rules_26_and_27_no_screen_warns_of_a_tip_off_or_of_a_complaint_to_those_it_names(
    node: Node, leader: Leader
) -> None:
    token = await node.person("4001", "supervisor", team="A")
    order = {"state": "accepted", "created_at": 1, "changed_at": 1}
    orders = [
        {**order, "order_no": "1", "type": "fault"},
        {**order, "order_no": "2", "type": "tipoff", "confidential": True},
        {**order, "order_no": "3", "type": "complaint", "about_unit": "A"},
        {**order, "order_no": "4", "type": "complaint", "about_agent_no": "1009", "about_unit": "B"},
    ]
    warning = {"kind": "clock", "level": "red", "opened_at": 1}
    warnings = [{**warning, "warning_id": f"w{no}", "about": f"order:{no}", "order_no": str(no)} for no in range(1, 5)]
    await node.write("warning", "board", WorkOrder=orders, WarningRow=warnings)
    async with node.open(token) as console, node.open(token, "/api/wallboard") as board:
        shown = (await until(console, "snapshot"))["warnings"]
        assert {each["warning_id"] for each in shown} == {"w1", "w4"}
        on_the_wall = (await until(board, "snapshot"))["warnings"]
        assert {each["warning_id"] for each in on_the_wall} == {"w1"}


async def test_warnings_are_about_what_people_know_never_about_an_id(node: Node, leader: Leader) -> None:
    token = await node.person("4001", "supervisor")
    learned = {"emergency_no": "260000000026"}
    contacts = [
        contact_row("c1", from_number="+8613800000001"),
        contact_row("c2", from_number="+8613800000002", learned=learned),
        contact_row("c3", from_number=""),
    ]
    warning = {"kind": "emergency_unanswered", "level": "red", "opened_at": 1, "queue": "emergency"}
    warnings = [
        {**warning, "warning_id": f"w{c}", "about": f"contact:{c}", "contact_id": c} for c in ("c1", "c2", "c3")
    ]
    surge = {"warning_id": "ws", "kind": "area_surge", "level": "red", "opened_at": 1, "about": "800102:77"}
    score = {"warning_id": "wl", "kind": "low_score", "level": "red", "opened_at": 1, "about": "s1", "order_no": "26"}
    await node.write("warning", "board", Contact=contacts, WarningRow=[*warnings, surge, score])
    async with node.open(token, "/api/wallboard") as board:
        shown = (await until(board, "snapshot"))["warnings"]
    expected = {"wc1": "+86138****0001", "wc2": "260000000026", "wc3": "emergency", "ws": "800102", "wl": "26"}
    assert {each["warning_id"]: each["about"] for each in shown} == expected
    site = f"http://127.0.0.1:{node.port}"
    async with httpx2.AsyncClient(base_url=site, cookies={"hotline_session": token}) as client:
        listed = (await client.get("/api/warnings")).json()["items"]
    assert {each["warning_id"]: each["about"] for each in listed} == expected


async def test_a_queue_whose_only_agent_misses_a_caller_is_unanswered_not_empty(node: Node) -> None:
    token = await node.person("4001", "supervisor")
    line = {"name": "phone", "mode": "phone", "open": True, "unmanned": True, "unanswered": True, "body": {}}
    await node.write("board", LineRow=line)
    async with node.open(token, "/api/wallboard") as board:
        queues = (await until(board, "snapshot"))["queues"]
    phone = next(queue for queue in queues if queue["name"] == "phone")
    assert (phone["unmanned"], phone["unanswered"]) == (True, True)
