"""The composition root: one application with its ports, routes and background work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIWebSocketRoute

from app.carrier.late import LateCarrier
from app.carrier.recordings import RecordingSounds
from app.carrier.urls import Urls
from app.carrier.voice_tokens import VoiceTokens
from app.db.database import Database
from app.db.leases import leases_of
from app.dispatch.configuration import ConfigSource
from app.dispatch.leader import Leader
from app.dispatch.nodes import keep_alive
from app.domain.operations.load import Operations, load
from app.domain.orders.numbers import OrderNumbers
from app.domain.orders.sealing import Seal
from app.domain.photos.files import PhotoFiles
from app.edge import (
    chat,
    console,
    contacts,
    customers,
    demo_leg,
    errors,
    follow_ups,
    knowledge,
    orders,
    outages,
    oversight,
    people,
    photos,
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
from app.edge.direct import Direct
from app.edge.live import run_live
from app.edge.middleware import LimitBody, SecurityHeaders, Shield
from app.edge.pages import built_pages, pages_router
from app.edge.services import Services
from app.observe.clock import Clock, SystemClock
from app.observe.failpoints import failpoint
from app.observe.metrics import Metrics
from app.settings import Settings
from app.usecases.hotline import Hotline
from app.usecases.notice_due import keep_noticing, survey_rules
from app.usecases.open_session import LoginDelays
from app.usecases.reconcile_calls import keep_reconciling
from app.usecases.releases import Releases
from app.usecases.services.asking import Tools
from app.usecases.services.registry import HotlineServices

Background = Callable[[Services], AbstractAsyncContextManager[None]]
MODULES = (
    *(usual, session, console, chat, wallboard, people, contacts, customers, recordings),
    *(follow_ups, orders, photos, outages, oversight, knowledge, summaries, timelines, reports),
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
            failpoint("start.opened")
            app.state.services = wired(settings, db, used_clock, metrics, found)
            for work in (run_live, *background):
                await stack.enter_async_context(work(app.state.services))
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
    webhooks = [*voice.ROUTES, *sms.ROUTES]
    sockets = [route for module in MODULES for route in module.router.routes if isinstance(route, APIWebSocketRoute)]
    app.add_middleware(Direct, routes=[*webhooks, *sockets])
    app.add_middleware(LimitBody)
    app.add_middleware(Shield, metrics=metrics)
    app.add_middleware(SecurityHeaders, voice_sdk=VoiceTokens.of(settings) is not None)
    demo = (demo_leg.router,) if settings.demo else ()
    for router in (*(module.router for module in MODULES), *demo, *routers, pages_router(build or built_pages())):
        app.router.routes.extend(router.routes)
    app.router.routes[:0] = webhooks
    return app


def wired(settings: Settings, db: Database, clock: Clock, metrics: Metrics, found: Operations) -> Services:
    """The ports of one application, joined."""
    tools = Tools(
        settings.zone,
        Seal(settings.secret_key),
        OrderNumbers(db, clock),
        found.promises,
        found.warnings,
        absorb_grace_ms=found.outage_grace_ms,
        surveys=survey_rules(found),
    )
    hotline = Hotline(settings, db, clock, Urls(settings.base_url), Releases(db), HotlineServices(db, tools), tools)
    return Services(
        settings,
        db,
        clock,
        metrics,
        LoginDelays(),
        VoiceTokens.of(settings),
        RecordingSounds(settings),
        PhotoFiles(settings.photos_path),
        tools,
        hotline,
        found,
    )


@asynccontextmanager
async def dispatching(services: Services) -> AsyncIterator[None]:
    """Lead, or stand by to: routing, the outbox, the sealing of the journal."""
    settings, db, clock = services.settings, services.db, services.clock
    leases = leases_of(settings, db, clock)
    carrier = LateCarrier(settings)
    source = ConfigSource(services.operations.document, settings.zone)
    leader = Leader(db, leases, clock, settings, source, carrier)
    noticing = keep_noticing(db, clock, services.tools, lambda: leader.fence)
    running = [
        asyncio.create_task(leader.run(), name="leader"),
        asyncio.create_task(noticing, name="notice-due"),
        asyncio.create_task(keep_alive(db, clock), name="node-lease"),
        asyncio.create_task(keep_reconciling(services.hotline, carrier, lambda: leader.fence), name="reconcile-calls"),
    ]
    if settings.sqlite_path is None:
        from app.db.doorbell import listen  # loads the driver

        running.append(asyncio.create_task(listen(settings.postgres_dsn, db), name="doorbell"))
    services.missing.add("recovery")
    running.append(asyncio.create_task(_ready_when_settled(leader, services), name="readiness"))
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await carrier.close()
        await leases.close()


async def _ready_when_settled(leader: Leader, services: Services) -> None:
    await leader.settled.wait()
    services.missing.discard("recovery")
    failpoint("start.ready")
