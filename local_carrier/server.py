"""The HTTP server of a carrier: REST API and control API on one port."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator

from aiohttp import web

from local_carrier.carrier import Carrier
from local_carrier.control import calls as control_calls
from local_carrier.control import page
from local_carrier.control import recordings as control_recordings
from local_carrier.control import world as control_world
from local_carrier.control.answers import CARRIER
from local_carrier.rest import calls, conferences, messages, participants, queues, recordings
from local_carrier.rest.answers import API, rest_middleware

GRACE_S = 0.5
BASE = API + "/Accounts/{account}"


def application(carrier: Carrier) -> web.Application:
    """The routes; opening it opens the carrier, closing it closes the carrier."""
    app = web.Application(middlewares=[page.guard, rest_middleware], client_max_size=256 * 1024)
    app[CARRIER] = carrier
    for resource in (calls, participants, conferences, queues, messages, recordings):
        app.add_routes(resource.routes(BASE))
    for surface in (control_calls, control_recordings, control_world, page):
        app.add_routes(surface.routes())
    app.add_routes([web.get("/healthz", _healthy)])
    app.cleanup_ctx.append(_lifespan)
    return app


async def _healthy(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _lifespan(app: web.Application) -> AsyncIterator[None]:
    await app[CARRIER].open()
    yield
    await app[CARRIER].close()


async def serve(carrier: Carrier, host: str, port: int) -> None:
    """Serves until SIGINT or SIGTERM. Whoever then waits for news (a page does, always) is cut off."""
    runner = web.AppRunner(application(carrier), access_log=None, shutdown_timeout=GRACE_S)
    await runner.setup()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        await web.TCPSite(runner, host, port).start()
        await stopped.wait()
    finally:
        await runner.cleanup()
