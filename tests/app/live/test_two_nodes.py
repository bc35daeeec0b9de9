"""Two nodes on one PostgreSQL: sockets belong to a node, what they show does not."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed

from app.db.rows import RowQuery
from app.db.tables import InboxRow
from app.db.write_set import table_of
from app.main import dispatching
from app.settings import Settings
from app.usecases.end_session import end_session
from app.usecases.releases import publish
from app.usecases.resume_session import resume_session
from ivr_flows import shipped
from tests.app.live.conftest import arrived, running, until

_inbox = table_of(InboxRow)
EVENTS = RowQuery(select(_inbox.c.body))


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_an_agent_on_one_node_serves_a_customer_on_the_other(settings: Settings) -> None:
    async with running(settings, dispatching) as one, running(settings, dispatching) as two:
        await publish(one.db, shipped.release(), 1, "test")
        token = await one.person("1001", modes=["web"])
        async with two.open(token) as console, one.open(None, "/api/chat") as customer:
            await arrived(console)
            await console.send(json.dumps({"type": "set_state", "id": "s", "state": "available"}))
            await until(console, "ack", id="s")
            await customer.send(json.dumps({"type": "hello", "token": None, "lang": "en"}))
            await until(customer, "welcome")
            await customer.send(json.dumps({"type": "text", "id": "c1", "text": "0"}))
            offer = await until(console, "offer")
            await console.send(json.dumps({"type": "accept", "id": "a", "offer_id": offer["offer_id"]}))
            await until(console, "ack", id="a")
            await until(customer, "agent")
            await customer.send(json.dumps({"type": "text", "id": "c2", "text": "hello there"}))
            await until(console, "chat", text="hello there")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_newer_socket_on_another_node_replaces_and_a_log_out_reaches_it(settings: Settings) -> None:
    async with running(settings, dispatching) as one, running(settings, dispatching) as two:
        token = await one.person("1001")
        async with one.open(token) as old:
            first = await arrived(old)
            async with two.open(token, f"/api/console?after={first['seq']}&feed={first['feed']}") as new:
                second = await arrived(new)
                assert second["feed"] != first["feed"]
                assert second["seq"] > first["seq"]
                with pytest.raises(ConnectionClosed) as closed:
                    await until(old, "never")
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.reason == "replaced"
                kinds = [row["body"].get("type") for row in await EVENTS.all(one.db)]
                assert "AgentDisconnected" not in kinds
                session = await resume_session(one.db, one.services.clock, token)
                assert session is not None
                await end_session(one.db, one.services.clock, session)
                with pytest.raises(ConnectionClosed):
                    await until(new, "never")
