"""Health, readiness, figures and the description of the interface: what operators ask."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.edge.docs import docs_page
from app.edge.errors import Problem, problem_response
from app.edge.guard import guarded_router, public
from app.edge.services import Services, ServicesOf
from app.observe.clock import SystemClock
from app.usecases.shapes.base import Shape

PROBE_S = 2.0
CLOCK_MS = 1_000
DATABASE_MS = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
router = guarded_router()


class Health(Shape):
    """`ok`."""

    status: str


@router.get("/healthz")
@public
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", response_model=Health)
@public
async def readyz(services: ServicesOf) -> Health | Response:
    """Webhooks are served durably and recovery is done; else 503 with what is missing."""
    missing = sorted(services.missing) if services.missing else await _probe(services)
    if missing:
        return problem_response(503, "not_ready", "; ".join(missing))
    return Health(status="ready")


async def _probe(services: Services) -> list[str]:
    if services.db.failing:  # the leader writes at least its lease every few seconds, so this is fresh
        return ["database"]
    if services.db.displaced:
        return ["database file (moved or replaced; put it back, or stop the service)"]
    try:
        async with asyncio.timeout(PROBE_S), services.db.session() as session:
            connection = await session.connection()
            if connection.dialect.name == "sqlite":
                await connection.execute(text("SELECT 1"))
                return []
            asked_ms = SystemClock().now_ms()
            there_ms = int((await connection.execute(text(DATABASE_MS))).scalar_one())
            answered_ms = SystemClock().now_ms()
    except (SQLAlchemyError, OSError, TimeoutError):
        return ["database"]
    # Nodes agree on instants through the database's clock; one that is off would fire deadlines early or late.
    return [] if asked_ms - CLOCK_MS <= there_ms <= answered_ms + CLOCK_MS else ["clock"]


@router.get("/metrics", response_class=Response)
@public
async def metrics(request: Request, services: ServicesOf) -> Response:
    """Figures for Prometheus; with `HOTLINE_METRICS_TOKEN` set, for the bearer of that token."""
    token = services.settings.metrics_token
    given = request.headers.get("Authorization", "")
    allowed = hmac.compare_digest(given.encode("latin-1", "replace"), f"Bearer {token}".encode())
    if not (allowed if token else services.settings.demo):
        raise Problem(401, "metrics_token_needed", "send the metrics token", {"WWW-Authenticate": "Bearer"})
    return Response(services.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


@router.get("/openapi.json", include_in_schema=False)
@public
async def openapi(request: Request) -> dict[str, Any]:
    """The description of the interface."""
    return _application(request).openapi()


@router.get("/docs", include_in_schema=False)
@public
async def docs(request: Request) -> Response:
    """The same for people: one page without scripts, so it needs neither a network nor an exception to the policy."""
    return Response(docs_page(_application(request).openapi()), media_type="text/html")


def _application(request: Request) -> FastAPI:
    application: FastAPI = request.app
    return application
