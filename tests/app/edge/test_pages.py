"""The pages' addresses with and without a build of the pages."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from app.edge import errors
from app.edge.pages import PAGES, pages_router


def client(build: Path | None) -> httpx2.AsyncClient:
    app = FastAPI()
    errors.install(app)
    app.router.routes.extend(pages_router(build).routes)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://127.0.0.1")


async def test_without_a_build_every_page_says_how_to_make_one() -> None:
    for page in PAGES:
        reply = await client(None).get(f"/{page}")
        assert reply.status_code == 404
        assert reply.headers["content-type"].startswith("text/html")
        assert "./run" in reply.text


async def test_a_page_that_the_build_has_is_served_and_another_is_not_said_to_be_unbuilt(tmp_path: Path) -> None:
    (tmp_path / "console.html").write_text("<title>Console</title>", "utf-8")
    assert "Console" in (await client(tmp_path).get("/console")).text
    missing = await client(tmp_path).get("/reports")
    assert missing.status_code == 404
    assert missing.json()["code"] == "not_found"
    assert "built" not in missing.text


@pytest.mark.parametrize("path", ["/consle", "/reports"])
async def test_who_mistypes_an_address_in_a_browser_gets_a_page_with_the_way_on(tmp_path: Path, path: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    reply = await client(tmp_path).get(path, headers=browser)
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert all(f'href="/{page}"' in reply.text for page in ("console", "field", "wallboard"))
    for program in ({"Accept": "application/json"}, {"Accept": "*/*"}):
        assert (await client(tmp_path).get(path, headers=program)).json()["code"] == "not_found"
    assert (await client(tmp_path).get("/api/nothing", headers=browser)).json()["code"] == "not_found"


async def test_the_bare_address_leads_to_the_console() -> None:
    reply = await client(None).get("/")
    assert reply.headers["location"] == "/console"
