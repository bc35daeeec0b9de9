"""The composition root: one application with its ports, routes and background work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI

from app.carrier.recordings import RecordingSounds
from app.carrier.twilio import TwilioCarrier
from app.carrier.urls import Urls
from app.carrier.voice_tokens import VoiceTokens
from app.db.database import Database
from app.db.leases import leases_of
from app.dispatch.configuration import ConfigSource
from app.dispatch.leader import Leader
from app.domain.operations.load import Operations, load
from app.domain.orders.numbers import OrderNumbers
from app.domain.orders.sealing import Seal
from app.edge import (
    chat,
    console,
    contacts,
    customers,
    demo_leg,
    errors,
    knowledge,
    orders,
    outages,
    oversight,
    people,
    recordings,
    reports,
    session,
    sms,
    summaries,
    timelines,
    usual,
    voice,
    wallboard,
)
from app.edge.live import run_live
from app.edge.middleware import LimitBody, SecurityHeaders, Shield
from app.edge.pages import built_pages, pages_router
from app.edge.services import Services
from app.observe.clock import Clock, SystemClock
from app.observe.metrics import Metrics
from app.settings import Settings
from app.usecases.hotline import Hotline
from app.usecases.notice_due import keep_noticing, survey_rules
from app.usecases.open_session import LoginDelays
from app.usecases.releases import Releases
from app.usecases.services.asking import Tools
from app.usecases.services.registry import HotlineServices

Background = Callable[[Services], AbstractAsyncContextManager[None]]
MODULES = (
    *(usual, session, console, chat, wallboard, people, contacts, customers, recordings),
    *(orders, outages, oversight, knowledge, summaries, timelines, reports),
)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    background: Sequence[Background] = (),
    routers: Sequence[APIRouter] = (),
    build: Path | None = None,
    operations: Operations | None = None,
) -> FastAPI:
    """The whole service as one ASGI application.

    Its lifespan opens the database, enters each of `background` in order and leaves them in reverse before closing.
    `build` is the folder of the web build; by default the packaged or the checked-out one.
    """
    metrics = Metrics()
    found = operations or load(settings.config)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            used_clock = clock or SystemClock()
            db = await Database.open(settings, used_clock)
            stack.push_async_callback(db.close)
            tools = Tools(
                settings.zone,
                Seal(settings.secret_key),
                OrderNumbers(db, used_clock),
                found.promises,
                found.warnings,
                absorb_grace_ms=found.outage_grace_ms,
            )
            hotline = Hotline(
                settings, db, used_clock, Urls(settings.base_url), Releases(db), HotlineServices(db, tools), tools
            )
            app.state.services = Services(
                settings,
                db,
                used_clock,
                metrics,
                LoginDelays(),
                VoiceTokens.of(settings),
                RecordingSounds(settings),
                tools,
                hotline,
                found,
                missing={"recovery"},
            )
            for work in (run_live, *background):
                await stack.enter_async_context(work(app.state.services))
            app.state.services.missing.discard("recovery")
            yield

    app = FastAPI(
        title="Hotline",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.metrics = metrics
    errors.install(app)
    app.add_middleware(LimitBody)
    app.add_middleware(Shield, metrics=metrics)
    app.add_middleware(SecurityHeaders, voice_sdk=VoiceTokens.of(settings) is not None)
    demo = (demo_leg.router,) if settings.demo else ()
    for router in (*(module.router for module in MODULES), *demo, *routers, pages_router(build or built_pages())):
        app.router.routes.extend(router.routes)
    app.router.routes[:0] = [*voice.ROUTES, *sms.ROUTES]
    return app


@asynccontextmanager
async def dispatching(services: Services) -> AsyncIterator[None]:
    """Lead, or stand by to: routing, the outbox, the sealing of the journal."""
    settings, db, clock = services.settings, services.db, services.clock
    leases = leases_of(settings, db, clock)
    carrier = TwilioCarrier(settings)
    source = ConfigSource(services.operations.document, settings.zone)
    leader = Leader(db, leases, clock, settings, source, carrier)
    surveys = survey_rules(services.operations)
    noticing = keep_noticing(db, clock, services.tools, surveys, lambda: leader.fence)
    running = [
        asyncio.create_task(leader.run(), name="leader"),
        asyncio.create_task(noticing, name="notice-due"),
    ]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await carrier.close()
        await leases.close()
