"""Webhooks and sockets stand before what only pages and the API need: routing, dependencies, exception handlers.

For a webhook that is a fifth of its time, for a socket a fifth of its memory for as long as it is open.
"""

from __future__ import annotations

from collections.abc import Iterable

from fastapi.routing import APIWebSocketRoute
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from app.edge.errors import Problem, problem_response
from app.edge.webhook import WebhookRoute

KEY = "{key}"


class Direct:
    """Answers posts to the webhooks among `routes` and opens the sockets among them; all else goes on.

    The routes stay in the application's table, too. A webhook's path is fixed or ends with `{key}`; a socket's path is
    fixed and its endpoint takes the socket alone.
    """

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        self._fixed: dict[str, WebhookRoute] = {}
        self._keyed: dict[str, WebhookRoute] = {}
        self._sockets: dict[str, APIWebSocketRoute] = {}
        for route in routes:
            if isinstance(route, WebhookRoute):
                head, key, _ = route.path.partition(KEY)
                (self._keyed if key else self._fixed)[head] = route
            elif isinstance(route, APIWebSocketRoute):
                self._sockets[route.path] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"] in self._sockets:
            await self._sockets[scope["path"]].endpoint(WebSocket(scope, receive, send))
            return
        route = self._webhook(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await route.endpoint(Request(scope, receive, send))
        except Problem as problem:
            response = problem_response(problem.status_code, problem.code, problem.detail, problem.headers)
        await response(scope, receive, send)

    def _webhook(self, scope: Scope) -> WebhookRoute | None:
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
