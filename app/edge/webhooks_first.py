"""The carrier's webhooks stand before what only pages and the API need: routing, dependencies, exception handlers."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.errors import Problem, problem_response
from app.edge.webhook import WebhookRoute

KEY = "{key}"


class WebhooksFirst:
    """Answers posts to `routes`; all else goes on. The routes stay in the application's table, too.

    A path is fixed or ends with `{key}`.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[WebhookRoute]) -> None:
        self._app = app
        self._fixed: dict[str, WebhookRoute] = {}
        self._keyed: dict[str, WebhookRoute] = {}
        for route in routes:
            head, key, _ = route.path.partition(KEY)
            (self._keyed if key else self._fixed)[head] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._route(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await route.endpoint(Request(scope, receive, send))
        except Problem as problem:
            response = problem_response(problem.status_code, problem.code, problem.detail, problem.headers)
        await response(scope, receive, send)

    def _route(self, scope: Scope) -> WebhookRoute | None:
        path: str = scope["path"]
        params: dict[str, str] = {}
        route = self._fixed.get(path)
        if route is None:
            head, slash, key = path.rpartition("/")
            route = self._keyed.get(head + slash) if key else None
            params["key"] = key
        if route is not None:
            scope["route"], scope["path_params"] = route, params
        return route
