"""The composition root: one application with its ports, routes and background work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI

from app.carrier.voice_tokens import VoiceTokens
from app.db.database import Database
from app.domain.orders.numbers import OrderNumbers
from app.domain.orders.sealing import Seal
from app.edge import (
    chat,
    console,
    contacts,
    customers,
    errors,
    knowledge,
    orders,
    outages,
    oversight,
    people,
    session,
    timelines,
    usual,
)
from app.edge.live import run_live
from app.edge.middleware import LimitBody, SecurityHeaders, Shield
from app.edge.pages import built_pages, pages_router
from app.edge.services import Services
from app.observe.clock import Clock, SystemClock
from app.observe.metrics import Metrics
from app.settings import Settings
from app.usecases.open_session import LoginDelays
from app.usecases.services.asking import Tools

Background = Callable[[Services], AbstractAsyncContextManager[None]]
MODULES = (usual, session, console, chat, people, contacts, customers, orders, outages, oversight, knowledge, timelines)


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    background: Sequence[Background] = (),
    routers: Sequence[APIRouter] = (),
    build: Path | None = None,
) -> FastAPI:
    """The whole service as one ASGI application.

    Its lifespan opens the database, enters each of `background` in order and leaves them in reverse before closing.
    `build` is the folder of the web build; by default the packaged or the checked-out one.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            used_clock = clock or SystemClock()
            db = await Database.open(settings, used_clock)
            stack.push_async_callback(db.close)
            app.state.services = Services(
                settings,
                db,
                used_clock,
                metrics,
                LoginDelays(),
                VoiceTokens.of(settings),
                Tools(settings.zone, Seal(settings.secret_key), OrderNumbers(db, used_clock)),
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
    errors.install(app)
    app.add_middleware(LimitBody)
    app.add_middleware(Shield, metrics=metrics)
    app.add_middleware(SecurityHeaders, voice_sdk=VoiceTokens.of(settings) is not None)
    for router in (*(module.router for module in MODULES), *routers, pages_router(build or built_pages())):
        app.router.routes.extend(router.routes)
    return app
