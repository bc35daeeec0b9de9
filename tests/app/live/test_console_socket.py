"""The console socket from outside: who may open it, what comes first, resuming, replacing, slow clients."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.db.write_set import WriteSet
from app.live.outgoing import TRY_AGAIN_LATER
from app.usecases.end_session import end_session
from app.usecases.resume_session import resume_session
from tests.app.live.conftest import Leader, Node, agent_row, arrived, contact_row, offer_row, task_row, until

MEMBERS = {"agent", "offers", "contacts", "orders", "queues", "warnings", "announcements"}


async def offered(node: Node, agent_no: str = "1001") -> None:
    """Contact c1 is offered to the agent."""
    await node.write(
        f"agent:{agent_no}",
        Contact=contact_row("c1"),
        TaskRow=task_row("t1", "c1"),
        OfferRow=offer_row("t1.1", "t1", agent_no),
        AgentRow=agent_row(agent_no, "offered", offers=["t1.1"]),
    )


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_or_missing_origin_is_refused_before_the_handshake(node: Node, origin: str | None) -> None:
    token = await node.person("1001")
    with pytest.raises(InvalidStatus) as refused:
        async with node.open(token, origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_no_log_in_is_401_and_a_role_without_console_403(node: Node) -> None:
    admin = await node.person("6001", "admin")
    for token, status in ((None, 401), ("wrong", 401), (admin, 403)):
        with pytest.raises(InvalidStatus) as refused:
            async with node.open(token):
                pass
        assert refused.value.response.status_code == status


async def test_the_first_frame_is_a_snapshot_with_all_members(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        frame = json.loads(await socket.recv())
        assert frame["type"] == "snapshot"
        assert frame.keys() >= MEMBERS | {"feed", "build", "seq", "dispositions", "decline_reasons", "break_reasons"}
        assert frame["agent"]["agent_no"] == "1001"
        assert 0 < frame["seq"] < 2**53
        while not leader.told("AgentConnected"):
            await asyncio.sleep(0)
    assert [body["skills"] for body in leader.told("AgentProfileChanged")] == [[["fault", 3]]]


async def test_an_offer_rings_and_its_end_says_why(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await arrived(socket)
        await offered(node)
        offer = await until(socket, "offer")
        assert (offer["offer_id"], offer["contact_id"], offer["task_id"]) == ("t1.1", "c1", "t1")
        assert offer["caller"]["from_masked"].endswith("0001")
        assert "from" not in offer["caller"]
        await node.write(
            "agent:1001", OfferRow=offer_row("t1.1", "t1", "1001", "expired"), AgentRow=agent_row("1001", "break")
        )
        ended = await until(socket, "offer_ended")
        assert (ended["offer_id"], ended["reason"]) == ("t1.1", "expired")


async def test_coming_back_to_the_same_node_resumes_with_what_was_missed(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        first = await arrived(socket)
    await offered(node)
    async with node.open(token, f"/api/console?after={first['seq']}&feed={first['feed']}") as socket:
        frame = json.loads(await socket.recv())
        assert frame["type"] == "resumed"
        offer = await until(socket, "offer", offer_id="t1.1")
        assert first["seq"] < offer["seq"] <= frame["seq"]


@pytest.mark.parametrize(
    "query", ["after=1&feed={feed}", "after=9007199254740991&feed={feed}", "after={seq}&feed=other", "after=x"]
)
async def test_what_cannot_be_resumed_gets_a_snapshot(node: Node, leader: Leader, query: str) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        first = await arrived(socket)
    async with node.open(token, "/api/console?" + query.format(**first)) as socket:
        assert json.loads(await socket.recv())["type"] == "snapshot"


async def test_a_newer_socket_replaces_the_older_one_and_the_agent_stays(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as old:
        await arrived(old)
        async with node.open(token) as new:
            await arrived(new)
            with pytest.raises(ConnectionClosed) as closed:
                await until(old, "never")
            assert closed.value.rcvd is not None
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "replaced")
            async with asyncio.timeout(20):
                while len(leader.told("AgentConnected")) < 2:
                    await asyncio.sleep(0.01)
            await leader.drain()
            await offered(node)
            await until(new, "offer")
            assert leader.told("AgentDisconnected") == []
    async with asyncio.timeout(20):
        while not leader.told("AgentDisconnected"):
            await asyncio.sleep(0.01)


async def test_word_of_the_older_socket_that_comes_late_leaves_the_newer_one_open(node: Node, leader: Leader) -> None:
    """Two are opened at once, and the ring of the first is heard after the second was opened."""
    token = await node.person("1001")
    rung: list[str] = []
    node.db.on_ring(rung.extend)
    async with node.open(token) as old:
        await arrived(old)
        first = next(ring for ring in rung if ring.startswith("console:1001:"))
        async with node.open(token) as new:
            await arrived(new)
            async with asyncio.timeout(20):
                while len(leader.told("AgentConnected")) < 2:
                    await asyncio.sleep(0.01)
            await leader.drain()
            await node.write(first)
            await node.write("agent:1001", AgentRow=agent_row("1001", "break"))
            await until(new, "agent", state="break")


async def test_logging_out_closes_the_socket(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await arrived(socket)
        session = await resume_session(node.db, node.services.clock, token)
        assert session is not None
        await end_session(node.db, node.services.clock, session)
        with pytest.raises(ConnectionClosed) as closed:
            await until(socket, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4003


async def test_someone_who_was_made_inactive_loses_the_socket(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await arrived(socket)
        await node.person("1001", active=False)
        with pytest.raises(ConnectionClosed):
            await until(socket, "never")


async def test_someone_whose_role_was_changed_keeps_no_socket_with_the_old_rights(node: Node, leader: Leader) -> None:
    token = await node.person("4001", "supervisor")
    async with node.open(token) as socket, node.open(token, "/api/wallboard") as board:
        await arrived(socket)
        await until(board, "snapshot")
        await node.write(Staff={"agent_no": "4001", "role": "agent", "name": "Person 4001", "unit": "north"})
        for each in (socket, board):
            with pytest.raises(ConnectionClosed) as closed:
                await until(each, "never")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4003


async def test_a_client_that_does_not_read_is_dropped_and_others_go_on(node: Node, leader: Leader) -> None:
    slow_token, quick_token = await node.person("1001"), await node.person("1002")
    async with node.open(slow_token, max_queue=1) as slow, node.open(quick_token) as quick:
        await arrived(quick)
        hub = node.services.live.hub if node.services.live else None
        assert hub is not None
        connection = next(each for each in hub.connections if each.agent_no == "1001")
        notice = "x" * 60_000
        while connection.outgoing.closing is None:
            for desk in hub.connections:
                if desk.agent_no == "1001":
                    desk.outgoing.put(json.dumps({"type": "announcement", "text": notice}))
            await asyncio.sleep(0)
        assert connection.outgoing.closing.code == TRY_AGAIN_LATER
        async with asyncio.timeout(10):
            while any(each.agent_no == "1001" for each in hub.connections):
                await asyncio.sleep(0.01)
        await offered(node, "1002")
        await until(quick, "offer")
        slow.transport.abort()


async def test_frames_beyond_64_kb_and_floods_end_the_socket(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await arrived(socket)
        await socket.send(json.dumps({"type": "ping", "id": "x" * 66_000}))
        with pytest.raises(ConnectionClosed) as closed:
            await until(socket, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
    async with node.open(token) as socket:
        await arrived(socket)
        for n in range(120):
            await socket.send(json.dumps({"type": "ping", "id": str(n)}))
        await until(socket, "error", code="too_many")
        with pytest.raises(ConnectionClosed):
            await until(socket, "never")


async def test_an_agent_whom_the_rows_call_away_is_announced_again(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await arrived(socket)
        live = node.services.live
        assert live is not None
        await node.write("agent:1001", AgentRow=agent_row("1001", presence="lost"))
        await until(socket, "agent", connected=False)
        live.hub.connections[0].told_at = 0
        await until(socket, "agent", connected=True)


async def test_rings_of_other_agents_do_not_reach_this_one(node: Node, leader: Leader) -> None:
    token, other = await node.person("1001"), await node.person("1002")
    async with node.open(token) as socket, node.open(other) as second:
        await arrived(socket)
        await arrived(second)
        await offered(node, "1002")
        await until(second, "offer")
        await node.db.commit(WriteSet(rings=["agent:1001"]))
        await socket.send(json.dumps({"type": "ping", "id": "p"}))
        kinds = set()
        while "ack" not in kinds:
            kinds.add(json.loads(await socket.recv())["type"])
        assert kinds <= {"ack", "agent"}


async def test_rules_26_and_27_tip_offs_and_complaints_about_oneself_are_not_on_the_screen(
    node: Node, leader: Leader
) -> None:
    token = await node.person("1001", team="A")
    order = {"account_no": "31000000001", "state": "accepted", "created_at": 1, "changed_at": 1}
    orders = [
        {**order, "order_no": "1", "type": "fault"},
        {**order, "order_no": "2", "type": "tipoff", "confidential": True},
        {**order, "order_no": "3", "type": "complaint", "about_agent_no": "1001"},
        {**order, "order_no": "4", "type": "complaint", "about_unit": "north/desk"},
        {**order, "order_no": "5", "type": "complaint", "about_agent_no": "1002"},
        {**order, "order_no": "6", "type": "complaint", "about_unit": "A"},
        {**order, "order_no": "7", "type": "complaint", "about_unit": "A", "released_at": 2},
    ]
    async with node.open(token) as socket:
        await arrived(socket)
        await node.write(
            "agent:1001",
            WorkOrder=orders,
            Contact=contact_row(
                "c1", account_no="31000000001", state="talking", learned={"bill_fen": 8650, "_tries": 1}
            ),
            TaskRow=task_row("t1", "c1", "talking", agent_no="1001"),
            AgentRow=agent_row("1001", "talking", tasks=["t1"]),
        )
        contact = await until(socket, "contact")
        shown = {(await until(socket, "order"))["order_no"] for _ in range(3)}
        assert shown == {"1", "5", "7"}
        assert contact["learned"] == {"bill_fen_masked": "***"}


async def test_a_notice_shows_to_its_unit_only(node: Node, leader: Leader) -> None:
    token = await node.person("1001")
    async with node.open(token) as socket:
        await arrived(socket)
        notice = {"text": "Storm from the west", "author": "3001", "at": 1}
        await node.write(
            "announcement:n2",
            Announcement=[
                {**notice, "announcement_id": "n1", "unit": "south"},
                {**notice, "announcement_id": "n2", "unit": "north"},
            ],
        )
        assert (await until(socket, "announcement"))["announcement_id"] == "n2"
