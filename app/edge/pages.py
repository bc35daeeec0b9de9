"""The pages and their files, as the web build left them."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from app.edge.errors import Problem
from app.edge.guard import guarded_router, public

PAGES = ("console", "field", "wallboard", "reports", "admin", "chat")
PACKAGE = Path(__file__).resolve().parent.parent
BUILDS = (PACKAGE / "static", PACKAGE.parent / "web" / "dist")
NOT_BUILT = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Not built</title></head><body>'
    "<h1>The pages are not built</h1><p><code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>, "
    "or start with <code>./run</code>, which does it.</p></body></html>"
)


def built_pages() -> Path | None:
    """The folder of the web build, if there is one."""
    return next((folder for folder in BUILDS if folder.is_dir()), None)


def page_file(build: Path | None, name: str) -> Path | None:
    """The page's HTML in either layout that web builds have: `console.html` or `console/index.html`."""
    if build is None:
        return None
    return next((path for path in (build / f"{name}.html", build / name / "index.html") if path.is_file()), None)


def pages_router(build: Path | None) -> APIRouter:
    """Routes of all pages. Without a build they say how to make one; a page that the build lacks is a 404."""
    router = guarded_router()

    def serve(name: str) -> None:
        @router.get(f"/{name}", name=name, include_in_schema=False, response_class=HTMLResponse)
        @public
        async def page() -> Response:
            headers = {"Cache-Control": "no-cache"}
            if build is None:
                return HTMLResponse(NOT_BUILT, 404, headers)
            file = page_file(build, name)
            if file is None:
                raise Problem(404, "not_found", "this version has no such page")
            return FileResponse(file, headers=headers)

    for name in PAGES:
        serve(name)

    @router.get("/field-worker.js", include_in_schema=False)
    @public
    async def field_worker() -> Response:
        file = build / "field-worker.js" if build is not None else None
        if file is None or not file.is_file():
            raise Problem(404, "not_found", "this version has no such file")
        return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    @router.get("/", include_in_schema=False, response_class=RedirectResponse)
    @public
    async def root() -> Response:
        return RedirectResponse("/console")

    if build is not None and (build / "assets").is_dir():
        router.routes.append(Mount("/assets", StaticFiles(directory=build / "assets"), name="assets"))
    return router
