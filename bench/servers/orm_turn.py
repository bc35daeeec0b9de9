"""The same durable turn as one would write it first: an ORM session for each request, the carrier's own validator.

Claim, tree, session with its version, journal row, stored reply; SQLite in WAL with FULL, one
writer at a time (without the lock the same rate has a tail ten times as long), the product's interpreter and TwiML.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession
from twilio.request_validator import RequestValidator

from app.carrier.twiml import Place, render
from app.carrier.urls import Urls
from app.db.tables import Claim, Contact, FlowSession, JournalRow
from app.observe.clock import SystemClock, new_id
from app.settings import DEMO_AUTH_TOKEN
from bench.flows import FACTS
from ivr_flows import machine, shipped
from ivr_flows.inputs import Digits
from ivr_flows.session import Session, Turn

BASE = os.environ["BENCH_BASE_URL"]
ENGINE = create_async_engine(os.environ["BENCH_DATABASE_URL"])
VALIDATOR = RequestValidator(DEMO_AUTH_TOKEN)
RELEASE = shipped.release()
WRITER = asyncio.Lock()


@event.listens_for(ENGINE.sync_engine, "connect")
def _durable(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(ENGINE.sync_engine, "begin")
def _immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with ENGINE.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    yield


app = FastAPI(lifespan=lifespan)


async def signed(request: Request) -> dict[str, str] | None:
    """The form of a signed request."""
    form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    url = BASE + request.url.path
    return form if VALIDATOR.validate(url, form, request.headers.get("x-twilio-signature", "")) else None


def document(turn: Turn) -> str:
    """What the caller hears."""
    place = Place(Urls(BASE), turn.session.turn, waiting=False, parked=False)
    return render(turn.effects, place, turn.session.lang).document


@app.post("/twilio/voice")
async def voice(request: Request) -> Response:
    """A call begins."""
    form = await signed(request)
    if form is None:
        return Response(status_code=403)
    now, contact_id = SystemClock().now_ms(), new_id()
    turn = machine.start(RELEASE, "main", FACTS, now)
    async with WRITER, AsyncSession(ENGINE) as session:
        values: dict[str, Any] = {"contact_id": contact_id, "call_sid": form["CallSid"]}
        numbers: dict[str, Any] = {"from_number": form["From"], "to_number": form["To"]}
        session.add(Contact(**values, **numbers, channel="voice", state="self_service", started_at=now))
        flow: dict[str, Any] = {
            "turn": turn.session.turn,
            "release": RELEASE.hash,
            "body": turn.session.encode(),
            "at": now,
        }
        session.add(FlowSession(**values, **flow))
        await session.commit()
    return Response(document(turn), media_type="text/xml")


@app.post("/twilio/turn/{key}")
async def take_turn(request: Request, key: str) -> Response:
    """One key of a running call."""
    form = await signed(request)
    if form is None:
        return Response(status_code=403)
    claimed = f"call:{form['CallSid']}:{key}"
    now = SystemClock().now_ms()
    async with WRITER, AsyncSession(ENGINE) as session:
        stored = await session.get(Claim, claimed)
        if stored is not None:
            return Response(stored.body, media_type=stored.media_type)
        flow = (await session.exec(select(FlowSession).where(FlowSession.call_sid == form["CallSid"]))).one()
        contact = (await session.exec(select(Contact).where(Contact.contact_id == flow.contact_id))).one()
        ran = machine.resume(RELEASE, Session.decode(flow.body), Digits(form["Digits"]), now)
        assert isinstance(ran, Turn)
        said = document(ran)
        flow.body, flow.turn, flow.at, flow.version = ran.session.encode(), ran.session.turn, now, flow.version + 1
        session.add(Claim(key=claimed, at=now, status=200, media_type="text/xml", body=said))
        body = {"input": "digits", "keys": form["Digits"], "turn": ran.session.turn, "path": list(ran.path)}
        session.add(
            JournalRow(
                id=new_id(),
                at=now,
                kind="turn",
                actor_kind="caller",
                contact_id=flow.contact_id,
                customer_no=contact.customer_no,
                body=body,
            )
        )
        await session.commit()
    return Response(said, media_type="text/xml")


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Listening."""
    return {"status": "ready"}
