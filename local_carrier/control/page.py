"""The phone page: plain files, and the guard that keeps other sites of the same browser out of the control API."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from local_carrier.control.answers import error

FOLDER = Path(__file__).parent.parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def own_name(host: str) -> bool:
    """Whether a browser may reach this carrier by that name: an address or a name without dots.

    Another site can point a name of its own at this machine; such a name has dots.
    """
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return "." not in name
    return True


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses what a page of another origin makes the browser send to the control API; its errors are JSON."""
    if not request.path.startswith("/control/"):
        return await handler(request)
    origin = request.headers.get("Origin", "")
    if (origin and urlsplit(origin).netloc != request.host) or not own_name(request.host):
        reason = "the control API is for the carrier's own page and for programs"
        return error(f"{reason} that reach it by an address or a name without dots", 403)
    try:
        return await handler(request)
    except web.HTTPException as problem:
        if problem.content_type == "application/json" or problem.status < 400:
            raise
        return error(problem.text or problem.reason, problem.status)


async def file(request: web.Request) -> web.Response:
    """One of the files of the page, by its name; `/` is index.html."""
    path = FOLDER / request.match_info.get("name", "index.html")
    if path.parent != FOLDER or path.suffix not in TYPES or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8", headers=HEADERS)


def routes() -> list[web.RouteDef]:
    return [web.get("/", file), web.get("/page/{name:[a-z-]+\\.[a-z]+}", file)]
