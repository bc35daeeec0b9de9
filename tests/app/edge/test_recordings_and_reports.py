"""Who may listen to which recording, and the report of service level."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from sqlmodel import select

from app.db.tables import JournalRow, Recording, TaskRow
from app.settings import Settings
from tests.app.edge.conftest import NOW, House, open_house
from tests.app.edge.test_orders import AGENT, OTHER_AGENT, SUPERVISOR, contact, opened
from tests.app.lines import stood

SID = "RE" + "a" * 32
SOUND = b"RIFF" + bytes(200_000)


class FakeCarrier:
    """Serves one recording at the carrier's address and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.status = 200

    async def media(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, request.headers.get("Authorization", "")))
        if self.status != 200:
            return web.Response(status=self.status, headers={"Location": "http://127.0.0.1:9/elsewhere"})
        return web.Response(body=SOUND, content_type="audio/x-wav")


@pytest.fixture
async def carrier() -> AsyncIterator[tuple[FakeCarrier, str]]:
    fake = FakeCarrier()
    application = web.Application()
    application.router.add_get("/{path:.*}", fake.media)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield fake, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def listening(carrier: tuple[FakeCarrier, str], sqlite_settings: Settings) -> AsyncIterator[House]:
    settings = sqlite_settings.model_copy(update={"carrier_api_url": carrier[1]})
    async for house in open_house(settings):
        await contact(house, "c1")
        await recording(house)
        yield house


async def recording(house: House, recording_id: str = "r1", contact_id: str = "c1", **more: object) -> None:
    values = {"recording_sid": SID, "purpose": "caller", "state": "completed", "at": NOW, **more}
    await house.insert(Recording, recording_id=recording_id, contact_id=contact_id, **values)


async def test_hearing_is_journaled_and_noted_once(listening: House, carrier: tuple[FakeCarrier, str]) -> None:
    client = await listening.as_(AGENT)
    for _ in range(2):
        reply = await client.get("/api/recordings/r1?reason=listening%20task")
        assert (reply.status_code, reply.headers["content-type"], reply.content) == (200, "audio/x-wav", SOUND)
    path, authorization = carrier[0].asked[0]
    assert path == f"/2010-04-01/Accounts/{listening.services.settings.twilio_account_sid}/Recordings/{SID}.wav"
    assert authorization.startswith("Basic ")
    async with listening.db.session() as session:
        row = (await session.exec(select(Recording))).one()
        told = [entry.body["text"] for entry in await session.exec(select(JournalRow))]
    assert (row.heard_by, row.heard_at) == (AGENT, NOW)
    assert told == ["recording_heard"] * 2


async def test_others_recordings_are_as_if_they_were_not_there(
    listening: House, carrier: tuple[FakeCarrier, str]
) -> None:
    await listening.person(OTHER_AGENT, "agent", unit="south")
    await contact(listening, "secret", restricted="tipoff", state="ended", ended_at=NOW)
    await recording(listening, "r2", "secret", recording_sid="RE" + "b" * 32)
    for who, address in [(OTHER_AGENT, "r1"), (AGENT, "r2"), (SUPERVISOR, "r2"), (AGENT, "r9")]:
        assert (await (await listening.as_(who)).get(f"/api/recordings/{address}")).status_code == 404
    assert (await (await listening.as_(SUPERVISOR)).get("/api/recordings/r1")).status_code == 200
    assert len(carrier[0].asked) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_carrier_without_the_sound_is_said_clearly(
    listening: House, carrier: tuple[FakeCarrier, str], status: int
) -> None:
    carrier[0].status = status
    reply = await (await listening.as_(AGENT)).get("/api/recordings/r1")
    assert (reply.status_code, reply.json()["code"]) == (503, "recording_unavailable")
    assert len(carrier[0].asked) == 1


async def test_naming_anothers_recording_in_a_new_order_does_not_open_it(listening: House) -> None:
    await listening.person(OTHER_AGENT, "agent")
    other = await listening.as_(OTHER_AGENT)
    fields = {"type": "opinion", "description": "to be heard", "recording_id": "r1"}
    refused = await other.post("/api/work-orders", json=fields)
    assert (refused.status_code, refused.json()["detail"]) == (404, "no such recording")
    assert (await other.get("/api/recordings/r1")).status_code == 404
    assert (await (await listening.as_(AGENT)).post("/api/work-orders", json=fields)).status_code == 201


@pytest.mark.parametrize("kind", ["fault", "complaint"])
async def test_who_has_the_order_in_hand_hears_it_and_completes_it(listening: House, kind: str) -> None:
    await listening.person(OTHER_AGENT, "agent")
    told = {"type": kind, "account_no": None, "address": "by the mill", "recording_id": "r1"}
    number = (await opened(await listening.as_(AGENT), **told))["order_no"]
    other = await listening.as_(OTHER_AGENT)
    addresses = (
        "/api/recordings/r1",
        f"/api/recordings/{SID}",
        f"/api/work-orders/{number}",
        f"/api/work-orders/{number}/timeline",
    )
    assert [(await other.get(address)).status_code for address in addresses] == [404] * 4
    task = {"task_id": "t", "root_task_id": "t", "queue": "web", "mode": "web", "state": "talking", "queued_at": NOW}
    work = {"contact_id": f"order:{number}", "order_no": number, "agent_no": OTHER_AGENT, "body": {}}
    await listening.insert(TaskRow, **task, **work)
    assert [(await other.get(address)).status_code for address in addresses] == [200] * 4
    amended = await other.patch(f"/api/work-orders/{number}", json={"address": "behind the mill", "to_listen": False})
    assert (amended.status_code, amended.json()["to_listen"]) == (200, False)


async def test_a_recording_that_is_not_ready_is_a_conflict(listening: House) -> None:
    await recording(listening, "r3", recording_sid="RE" + "c" * 32, state="failed")
    reply = await (await listening.as_(AGENT)).get("/api/recordings/r3")
    assert (reply.status_code, reply.json()["code"]) == (409, "recording_not_ready")


async def test_service_level_by_day_and_queue(any_house: House) -> None:
    day = 86_400_000
    lines = [stood(f"a{n}", NOW, wait_s=wait_s, talk_s=30) for n, wait_s in enumerate([5, 20, 21, 60])]
    lines += [
        stood("b", NOW, state="abandoned"),
        stood("y", NOW - day, wait_s=1),
        stood("far", NOW),
        stood("out", NOW, wait_s=90, kind="outbound"),
        stood("passed", NOW, wait_s=90, kind="transfer"),
    ]
    outbound = {"direction": "outbound"}
    for task in lines:
        await any_house.insert(TaskRow, **task)
        name = task["contact_id"]
        agent_no, more = (OTHER_AGENT if name == "far" else AGENT), outbound if name in ("out", "passed") else {}
        await contact(any_house, name, agent_no, **more)
    client = await any_house.as_(SUPERVISOR)
    report = (await client.get("/api/reports/service_level?from=2026-11-17&to=2026-11-18")).json()
    rows = [
        (row["date"], row["queue"], row["answered"], row["abandoned"], row["service_level"]) for row in report["rows"]
    ]
    assert rows == [("2026-11-17", "phone", 1, 0, 100.0), ("2026-11-18", "phone", 4, 1, 40.0)]
    assert (report["from"], report["to"], report["kind"]) == ("2026-11-17", "2026-11-18", "service_level")
    assert report["rows"][1]["asa_s"] == 26
    assert "answered + abandoned" in report["formula"]
    for wrong in ("from=2026-11-18&to=2026-11-17", "from=2026-01-01&to=2026-11-17", "from=0001-01-01", "to=9999-12-31"):
        assert (await client.get(f"/api/reports/service_level?{wrong}")).status_code == 422
    assert (await client.get("/api/reports/nonsense")).status_code == 404
