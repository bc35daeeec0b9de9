"""Every route of the application against every role: who is let in is written down here, route by route."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, WebSocketRoute

from app.domain.staff.permissions import Verb
from app.edge.guard import GuardedRoute, Undeclared
from app.edge.webhook import WebhookRoute
from app.main import create_app
from app.settings import Env, Settings
from tests.app.edge.conftest import ROLES, House

EVERYBODY = "agent field supervisor manager auditor admin"
AT_WORK = "agent field supervisor manager auditor"
PUBLIC = {
    *("GET /healthz", "GET /readyz", "GET /metrics", "GET /docs", "GET /openapi.json", "POST /api/session", "GET /"),
    *(
        "GET /console",
        "GET /field",
        "GET /wallboard",
        "GET /reports",
        "GET /admin",
        "GET /chat",
        "GET /field-worker.js",
    ),
}
MATRIX = {
    "DELETE /api/session": EVERYBODY,
    "GET /api/me": EVERYBODY,
    "GET /api/voice-token": "agent supervisor",
    "POST /api/demo-leg": "agent supervisor",
    "GET /api/demo-leg": "agent supervisor",
    "GET /api/demo-leg/{call_sid}/transcript": "agent supervisor",
    "POST /api/demo-leg/{call_sid}/{action}": "agent supervisor",
    "GET /api/queues": EVERYBODY,
    "GET /api/agents": EVERYBODY,
    "GET /api/colleagues": "agent field supervisor",
    "GET /api/agents/{agent_no}/timeline": AT_WORK,
    "GET /api/contacts": AT_WORK,
    "GET /api/contacts/{contact_id}": AT_WORK,
    "GET /api/contacts/{contact_id}/timeline": AT_WORK,
    "GET /api/customers": "agent supervisor manager auditor",
    "GET /api/customers/{customer_no}": "agent supervisor manager auditor",
    "GET /api/customers/{customer_no}/timeline": "agent supervisor manager auditor",
    "GET /api/accounts/{account_no}": "agent supervisor manager auditor",
    "GET /api/work-orders": AT_WORK,
    "GET /api/work-orders/{order_no}": AT_WORK,
    "GET /api/work-orders/{order_no}/timeline": AT_WORK,
    "GET /api/outages": EVERYBODY,
    "GET /api/surveys": "agent supervisor manager auditor",
    "GET /api/warnings": "supervisor manager auditor",
    "GET /api/knowledge": EVERYBODY,
    "GET /api/journal": "auditor",
    "GET /api/callbacks": "supervisor manager auditor",
    "GET /api/recordings": "supervisor manager auditor",
    "GET /api/recordings/{recording_id}": AT_WORK,
    "GET /api/reports/{kind}": "supervisor manager auditor",
    "GET /api/daily-summaries": AT_WORK,
    "GET /api/handed-over": AT_WORK,
    "POST /api/daily-summaries/{summary_id}/items/{order_no}/accept": "agent field supervisor",
    "PATCH /api/daily-summaries/{summary_id}": "agent field supervisor",
    "POST /api/daily-summaries/{summary_id}/submit": "agent field supervisor",
    "POST /api/daily-summaries/{summary_id}/acknowledge": "supervisor manager",
    "POST /api/work-orders": "agent supervisor",
    "PATCH /api/work-orders/{order_no}": "agent supervisor manager",
    "POST /api/work-orders/{order_no}/transitions": "agent field supervisor manager",
    "POST /api/work-orders/{order_no}/photos": "agent field supervisor manager",
    "GET /api/work-orders/{order_no}/photos/{photo_id}": AT_WORK,
    "POST /api/outages": "supervisor manager",
    "POST /api/outages/{outage_no}/restore": "supervisor manager",
    "POST /api/warnings/{warning_id}/acknowledge": "supervisor manager",
}


def application() -> list[BaseRoute]:
    settings = Settings(_env_file=None, env=Env.DEMO)  # type: ignore[call-arg]
    return list(create_app(settings).routes)


def declared() -> Iterator[tuple[str, APIRoute]]:
    for route in application():
        if isinstance(route, APIRoute):
            for method in sorted(route.methods):
                yield f"{method} {route.path}", route


def test_every_route_is_guarded_and_named_here() -> None:
    for route in application():
        if isinstance(route, Mount):
            assert route.path == "/assets"
        elif isinstance(route, WebSocketRoute):
            assert hasattr(route.endpoint, "permission"), route.path
        elif route.path.startswith("/twilio/"):  # type: ignore[attr-defined]
            assert isinstance(route, WebhookRoute), route
        else:
            assert isinstance(route, GuardedRoute), route
    found = {name: route.endpoint.permission for name, route in declared()}
    public = {name for name, verb in found.items() if verb is None}
    assert public == PUBLIC
    assert set(found) - public == set(MATRIX)


def test_a_route_without_permission_cannot_be_made() -> None:
    router = APIRouter(route_class=GuardedRoute)
    with pytest.raises(Undeclared):

        @router.get("/api/forgotten")
        async def forgotten() -> None: ...


def address(name: str) -> tuple[str, str]:
    method, path = name.split(" ")
    return method, re.sub(r"{[a-z_]+}", "0000000000", path)


async def test_anonymous_requests_are_refused_before_anything_is_parsed(house: House) -> None:
    client = house.client()
    for name in MATRIX:
        method, path = address(name)
        for body in (b"", b"{not json", b"\xff" * 100):
            reply = await client.request(method, path + "?limit=x&cursor=%00", content=body)
            assert (reply.status_code, reply.json()["code"]) == (401, "not_logged_in"), name


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_gets_exactly_what_the_matrix_says(house: House, role: str) -> None:
    client = await house.as_(ROLES[role])
    for name, roles in MATRIX.items():
        if name == "DELETE /api/session":
            continue
        method, path = address(name)
        reply = await client.request(method, path)
        code = reply.json().get("code") if reply.status_code >= 400 else None
        if role in roles.split():
            assert code != "forbidden", name
            assert reply.status_code in (200, 403, 404, 409, 422), (name, reply.status_code)
        else:
            assert (reply.status_code, code) == (403, "forbidden"), name


async def test_permission_comes_before_the_body(house: House) -> None:
    client = await house.as_(ROLES["admin"])
    for name, roles in MATRIX.items():
        method, path = address(name)
        if "admin" not in roles.split():
            reply = await client.request(method, path + "?limit=-5", content=b"\xff{")
            assert reply.json()["code"] == "forbidden", name


async def test_writes_without_csrf_token_are_refused_before_the_body(house: House) -> None:
    for role, agent_no in ROLES.items():
        client = await house.as_(agent_no)
        del client.headers["X-CSRF-Token"]
        for name, roles in MATRIX.items():
            method, path = address(name)
            if method != "GET" and role in roles.split():
                reply = await client.request(method, path, content=b"\xff{")
                assert (reply.status_code, reply.json()["code"]) == (403, "csrf_missing"), name


def test_the_auditor_changes_nothing_and_the_admin_sees_no_contact() -> None:
    from app.domain.staff.kinds import Role
    from app.domain.staff.permissions import PERMISSIONS

    writing = {Verb.ORDERS_OPEN, Verb.ORDERS_AMEND, Verb.ORDERS_MOVE, Verb.OUTAGES_PUBLISH, Verb.WARNINGS_ACKNOWLEDGE}
    writing |= {Verb.SUMMARIES_WRITE, Verb.SUMMARIES_ACKNOWLEDGE, Verb.VOICE, Verb.CONSOLE, Verb.LEAD_SHIFT}
    assert not writing & set(PERMISSIONS[Role.AUDITOR])
    assert Verb.CONTACTS_READ not in PERMISSIONS[Role.ADMIN]
    assert Verb.CUSTOMERS_READ not in PERMISSIONS[Role.ADMIN]
