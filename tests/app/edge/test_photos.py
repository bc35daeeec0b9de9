"""Photos of orders: what counts as one, who may see it, and that one is one."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sqlmodel import select

from app.db.tables import JournalPrivate, JournalRow, Photo, WorkOrder
from app.domain.photos.kinds import MAX_BYTES, MAX_FOR_ORDER
from tests.app.edge.conftest import NOW, House

CREW, OTHER_CREW, AGENT, SUPERVISOR, ADMIN = "2001", "2002", "1001", "3001", "6001"
JPEG = b"\xff\xd8\xff\xe0" + bytes(2_000)
PHOTOS = "/api/work-orders/26000001/photos"


def body(content: bytes = JPEG, **more: Any) -> dict[str, Any]:
    return {"data": base64.b64encode(content).decode(), **more}


@pytest.fixture
async def site(house: House) -> House:
    """A job of one crew, and another crew."""
    await house.person(OTHER_CREW, "field", unit="south/crews")
    order = {"order_no": "26000001", "type": "fault", "state": "arrived", "crew_no": CREW, "unit": "north"}
    await house.insert(WorkOrder, **order, created_at=NOW, changed_at=NOW)
    return house


async def test_a_photo_is_kept_once_and_stands_in_the_orders_story(site: House) -> None:
    client = await site.as_(CREW)
    given = body(note=" the fuse ", taken_at="2026-11-22T10:00:00+08:00", lat=31.2, lon=121.5)
    first = await client.post(PHOTOS, json=given, headers={"Idempotency-Key": "p1"})
    again = await client.post(PHOTOS, json=given, headers={"Idempotency-Key": "p1"})
    assert (first.status_code, first.content) == (201, again.content)
    photo = first.json()
    assert (photo["media_type"], photo["size"], photo["agent_no"]) == ("image/jpeg", len(JPEG), CREW)
    shown = await client.get(f"{PHOTOS}/{photo['photo_id']}")
    assert (shown.content, shown.headers["content-type"]) == (JPEG, "image/jpeg")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    async with site.db.session() as session:
        rows = [row for row in await session.exec(select(JournalRow)) if row.body.get("text") == "photo"]
        private = (await session.exec(select(JournalPrivate))).all()
    assert [(row.body["photo_id"], row.body["lat"], row.actor_kind) for row in rows] == [
        (photo["photo_id"], 31.2, "crew")
    ]
    assert {"note": "the fuse"} in [row.body for row in private]
    story = (await client.get("/api/work-orders/26000001/timeline")).json()["items"]
    assert [entry["data"]["note"] for entry in story if entry["text"] == "photo"] == ["the fuse"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<svg onload=alert(1)>", "not_a_photo"),
        (b"<html><script>alert(1)</script>", "not_a_photo"),
        (b"GIF89a" + bytes(10), "not_a_photo"),
        (b"RIFF\x00\x00\x00\x00WAVE", "not_a_photo"),
        (JPEG + bytes(MAX_BYTES), None),
    ],
)
async def test_what_is_no_photo_or_too_large_is_refused(site: House, content: bytes, code: str | None) -> None:
    client = await site.as_(CREW)
    reply = await client.post(PHOTOS, json=body(content))
    assert reply.status_code == 422
    assert code is None or reply.json()["code"] == code
    assert (await client.post(PHOTOS, json={"data": "not base64!"})).status_code == 422


async def test_who_may_not_see_the_order_sees_no_photo_and_adds_none(site: House) -> None:
    mine = await site.as_(CREW)
    photo_id = (await mine.post(PHOTOS, json=body())).json()["photo_id"]
    for agent_no, sees in ((SUPERVISOR, 200), (AGENT, 404), (OTHER_CREW, 404), (ADMIN, 403)):
        other = await site.as_(agent_no)
        assert (await other.get(f"{PHOTOS}/{photo_id}")).status_code == sees, agent_no
        if sees != 200:
            assert (await other.post(PHOTOS, json=body())).status_code == sees, agent_no
    # Another order's address does not lead to it.
    values = {"type": "fault", "state": "arrived", "crew_no": CREW, "created_at": NOW, "changed_at": NOW}
    await site.insert(WorkOrder, order_no="26000002", **values)
    assert (await mine.get(f"/api/work-orders/26000002/photos/{photo_id}")).status_code == 404


async def test_a_swapped_file_is_not_shown(site: House) -> None:
    client = await site.as_(CREW)
    photo_id = (await client.post(PHOTOS, json=body())).json()["photo_id"]
    (site.services.settings.photos_path / photo_id).write_bytes(JPEG[:-1] + b"x")
    assert (await client.get(f"{PHOTOS}/{photo_id}")).json()["code"] == "photo_damaged"


async def test_an_order_keeps_a_limited_number_and_an_ended_one_takes_none(site: House) -> None:
    client = await site.as_(CREW)
    for n in range(MAX_FOR_ORDER):
        values = {"agent_no": CREW, "media_type": "image/jpeg", "size": 1, "sha256": "", "at": NOW}
        await site.insert(Photo, photo_id=f"p{n}", order_no="26000001", **values)
    assert (await client.post(PHOTOS, json=body())).json()["code"] == "too_many_photos"
    values = {"type": "fault", "state": "archived", "crew_no": CREW, "created_at": NOW, "changed_at": NOW}
    await site.insert(WorkOrder, order_no="26000003", **values)
    assert (await client.post("/api/work-orders/26000003/photos", json=body())).json()["code"] == "ended"
