"""A real server on a real database, people who are logged in, and a stage on which rows are set as a leader would."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect

from app.db.database import Database
from app.db.rows import RowQuery
from app.db.tables import (
    AgentRow,
    Announcement,
    Contact,
    InboxRow,
    LineRow,
    OfferRow,
    Staff,
    StaffSession,
    TaskRow,
    WarningRow,
    WorkOrder,
)
from app.db.write_set import WriteSet, table_of
from app.edge.services import Services
from app.main import Background, create_app, dispatching
from app.observe.clock import SystemClock, new_id
from app.settings import Settings
from app.usecases.releases import publish
from app.usecases.resume_session import token_hash
from ivr_flows import shipped

_inbox = table_of(InboxRow)
OPEN = RowQuery(
    select(_inbox.c.id, _inbox.c.kind, _inbox.c.body).where(_inbox.c.applied_at.is_(None)).order_by(_inbox.c.id)
)
UNITS = {"agent": "north/desk", "field": "north/crews", "supervisor": "north"}
Obey = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass
class Node:
    """One running node."""

    app: FastAPI
    port: int

    @property
    def services(self) -> Services:
        found: Services = self.app.state.services
        return found

    @property
    def db(self) -> Database:
        return self.services.db

    async def write(self, *rings: str, **rows: Any) -> None:
        """Rows by class name: `Contact={…}` or a list of them; all are put, then rung for."""
        write_set = WriteSet(rings=list(rings))
        for name, given in rows.items():
            table = TABLES[name]
            for values in given if isinstance(given, list) else [given]:
                write_set.put(table, **table(**values).model_dump())
        await self.db.commit(write_set)

    async def person(self, agent_no: str, role: str = "agent", **more: Any) -> str:
        """Someone who is logged in; returns the session's token."""
        values = {"name": f"Person {agent_no}", "unit": UNITS.get(role), "modes": ["phone"], "skills": {"fault": 3}}
        await self.write(Staff={"agent_no": agent_no, "role": role, **values, **more})
        return await self.log_in(agent_no)

    async def log_in(self, agent_no: str) -> str:
        """Another session of someone who is there."""
        token, now = new_id(), SystemClock().now_ms()
        session = {"token_hash": token_hash(token), "agent_no": agent_no, "csrf_token": "c"}
        times = {"created_at": now, "seen_at": now, "expires_at": now + 3_600_000}
        await self.write(StaffSession={**session, **times})
        return token

    def open(self, token: str | None, path: str = "/api/console", origin: str | None = "self", **more: Any) -> connect:
        """A client's socket, to be entered with `async with`."""
        headers = {"Cookie": f"hotline_session={token}"} if token else {}
        here = f"http://127.0.0.1:{self.port}"
        url = f"ws://127.0.0.1:{self.port}{path}"
        kind = here if origin == "self" else origin
        return connect(url, origin=kind, additional_headers=headers, compression=None, proxy=None, **more)  # type: ignore[arg-type]


TABLES: Mapping[str, Any] = {
    table.__name__: table
    for table in (
        Announcement,
        AgentRow,
        Contact,
        LineRow,
        OfferRow,
        Staff,
        StaffSession,
        TaskRow,
        WarningRow,
        WorkOrder,
    )
}


BEFORE_ITS_ANSWER: WeakKeyDictionary[ClientConnection, list[dict[str, Any]]] = WeakKeyDictionary()
"""By socket: what came between the last command and its answer. Which of the two is first nobody promises."""


async def until(socket: ClientConnection, kind: str, /, **fields: Any) -> dict[str, Any]:
    """The next frame of this type that has these fields; others are passed over."""
    early = BEFORE_ITS_ANSWER.pop(socket, [])
    async with asyncio.timeout(30):
        while True:
            frame: dict[str, Any] = early.pop(0) if early else json.loads(await socket.recv())
            if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                BEFORE_ITS_ANSWER[socket] = early
                return frame


async def arrived(socket: ClientConnection) -> dict[str, Any]:
    """The snapshot, once the leader has taken note of the agent; its `seq` is that of the last frame read."""
    snapshot = await until(socket, "snapshot")
    if snapshot["agent"]["connected"]:
        return snapshot
    agent = await until(socket, "agent", connected=True)
    return {**snapshot, "agent": agent, "seq": agent["seq"]}


@asynccontextmanager
async def running(settings: Settings, *background: Background) -> AsyncIterator[Node]:
    """A node in this process, behind a real server."""
    app = create_app(settings.model_copy(update={"carrier_api_url": "http://127.0.0.1:9"}), background=background)
    config = uvicorn.Config(
        app, port=0, log_level="critical", ws="websockets-sansio", ws_per_message_deflate=False, ws_max_size=1 << 17
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while not server.started:
            await asyncio.sleep(0)
    try:
        yield Node(app, server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def node(settings: Settings) -> AsyncIterator[Node]:
    """A node without a leader."""
    async with running(settings) as found:
        yield found


@pytest.fixture
async def whole(settings: Settings) -> AsyncIterator[Node]:
    """A node that leads, with the shipped trees published."""
    async with running(settings, dispatching) as found:
        await publish(found.db, shipped.release(), 1, "test")
        yield found


@dataclass
class Leader:
    """A leader of few lines: keeps agents' presence, answers commands as the test says, notes what it was told."""

    db: Database
    obey: Obey = lambda _: {"ok": True}
    seen: list[dict[str, Any]] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.db.on_ring(self._hear)
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def _hear(self, rings: Any) -> None:
        if "inbox" in rings:
            task = asyncio.create_task(self.drain())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def drain(self) -> None:
        """Apply what is open, oldest first."""
        async with self._lock:
            for row in await OPEN.all(self.db):
                await self._apply(row)

    async def _apply(self, row: dict[str, Any]) -> None:
        body, write_set = row["body"], WriteSet(rings=[f"inbox:{row['id']}"])
        self.seen.append(body)
        result = self.obey(body) if row["kind"] == "command" else None
        write_set.change(InboxRow, {"id": row["id"]}, None, applied_at=1, result=result)
        if body.get("type") in ("AgentConnected", "AgentDisconnected"):
            presence = "online" if body["type"] == "AgentConnected" else "lost"
            agent = agent_row(body["agent_no"], presence=presence)
            write_set.put(AgentRow, **AgentRow(**agent).model_dump(exclude={"node"}))
            write_set.rings.append(f"agent:{body['agent_no']}")
        await self.db.commit(write_set)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Events of this type that arrived."""
        return [body for body in self.seen if body.get("type") == kind]


@pytest.fixture
async def leader(node: Node) -> Leader:
    """The leader of that node."""
    return Leader(node.db)


def agent_row(agent_no: str, state: str = "available", **body: Any) -> dict[str, Any]:
    """A row of `agents` as the leader writes it."""
    core = {"presence": "online", "offers": [], "tasks": [], "phone_load": 0, "web_load": 0, "field_load": 0}
    return {"agent_no": agent_no, "state": state, "since": 1_795_000_000_000, "body": {**core, **body}}


def contact_row(contact_id: str, **more: Any) -> dict[str, Any]:
    """A row of `contacts`."""
    values = {"channel": "voice", "from_number": "+15550100001", "to_number": "+15550095598", "state": "waiting"}
    return {"contact_id": contact_id, "started_at": 1_795_000_000_000, **values, **more}


def task_row(task_id: str, contact_id: str | None, state: str = "offered", **more: Any) -> dict[str, Any]:
    """A row of `tasks`."""
    values = {"queue": "phone", "mode": "phone", "queued_at": 1_795_000_000_000, "root_task_id": task_id}
    body = {"kind": "contact", "since": 1_795_000_000_000, "held_at": None, **more.pop("body", {})}
    waiting_at = more.get("queued_at", values["queued_at"])
    given = {"state": state, "waiting_at": waiting_at, **values, "body": body, **more}
    return {"task_id": task_id, "contact_id": contact_id, **given}


def offer_row(offer_id: str, task_id: str, agent_no: str, state: str = "pending", **more: Any) -> dict[str, Any]:
    """A row of `offers`."""
    values = {"queue": "phone", "mode": "phone", "at": 1_795_000_000_000, "deadline_at": 1_795_000_020_000, "body": {}}
    return {"offer_id": offer_id, "task_id": task_id, "agent_no": agent_no, "state": state, **values, **more}
