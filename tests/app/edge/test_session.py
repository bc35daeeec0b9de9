"""Logging in and out, the cookie, CSRF, idle and absolute ends, slowing down of guesses."""

from __future__ import annotations

import asyncio

import httpx2
import jwt
import pytest
from sqlmodel import select

from app.db.tables import JournalRow, Staff, StaffSession
from app.db.write_set import WriteSet
from app.domain.seed.people import DEMO_PASSWORD
from app.domain.staff.passwords import hash_password
from app.main import create_app
from app.settings import Env, Settings
from app.usecases.open_session import MAX_WAITING, LoginDelays
from app.usecases.refusals import Refused
from tests.app.edge.conftest import PASSWORD, House, open_house

MINUTE = 60_000


async def log_in(client: httpx2.AsyncClient, agent_no: str = "1001", password: str = PASSWORD) -> httpx2.Response:
    return await client.post("/api/session", json={"agent_no": agent_no, "password": password})


async def test_log_in_answers_agent_and_csrf_token_and_sets_the_cookie(any_house: House) -> None:
    client = any_house.client()
    reply = await log_in(client)
    assert reply.status_code == 200
    assert reply.json()["agent"]["agent_no"] == "1001"
    assert reply.json()["agent"]["state"] == "offline"
    assert reply.json()["agent"]["load"] == {"phone": 0, "web": 0, "field": 0}
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("hotline_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    me = await client.get("/api/me")
    assert me.json() == reply.json()


async def test_the_token_itself_is_not_stored(house: House) -> None:
    client = house.client()
    await log_in(client)
    token = client.cookies["hotline_session"]
    async with house.db.session() as session:
        rows = (await session.exec(select(StaffSession))).all()
    assert len(rows) == 1
    assert token not in str(rows[0].model_dump())


async def test_cookie_is_secure_in_production(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('db') / 'hotline.db'}"
    settings = Settings(_env_file=None, env=Env.PRODUCTION, database_url=url)  # type: ignore[call-arg]
    async for house in open_house(settings):
        assert "Secure" in (await log_in(house.client())).headers["set-cookie"]


async def test_the_demo_password_opens_nothing_in_production(tmp_path_factory: pytest.TempPathFactory) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('db') / 'hotline.db'}"
    settings = Settings(_env_file=None, env=Env.PRODUCTION, database_url=url)  # type: ignore[call-arg]
    async for house in open_house(settings):
        await house.person("9001", "admin", password_hash=hash_password(DEMO_PASSWORD))
        reply = await log_in(house.client(), "9001", DEMO_PASSWORD)
        assert (reply.status_code, reply.json()["code"]) == (401, "wrong_credentials")


async def test_log_out_ends_the_session_for_every_copy_of_the_cookie(house: House) -> None:
    client = house.client()
    csrf_token = (await log_in(client)).json()["csrf_token"]
    copy = house.client()
    copy.cookies.set("hotline_session", client.cookies["hotline_session"])
    assert (await copy.get("/api/me")).status_code == 200
    assert (await client.delete("/api/session", headers={"X-CSRF-Token": csrf_token})).status_code == 204
    assert (await copy.get("/api/me")).status_code == 401
    async with house.db.session() as session:
        rows = (await session.exec(select(JournalRow).order_by(JournalRow.id))).all()
    assert [(row.actor_id, row.body["text"]) for row in rows] == [("1001", "logged_in"), ("1001", "logged_out")]


async def test_writes_need_the_csrf_token_of_this_session(house: House) -> None:
    client = house.client()
    await log_in(client)
    for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "\xff"}, {"X-CSRF-Token": ""}):
        reply = await client.delete("/api/session", headers={k: v.encode("latin-1") for k, v in headers.items()})
        assert (reply.status_code, reply.json()["code"]) == (403, "csrf_missing")
    assert (await client.get("/api/me")).status_code == 200


@pytest.mark.parametrize(
    ("agent_no", "password"), [("1001", "wrong password 1"), ("nobody", PASSWORD), ("1001", "short")]
)
async def test_wrong_and_unknown_are_answered_alike(house: House, agent_no: str, password: str) -> None:
    reply = await log_in(house.client(), agent_no, password)
    assert reply.status_code == 401
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "wrong_credentials"
    assert "set-cookie" not in reply.headers


async def test_people_without_password_or_no_longer_active_cannot_log_in(house: House) -> None:
    await house.person("1002", "agent", password_hash=None)
    await house.person("1003", "agent", active=False)
    for agent_no in ("1002", "1003"):
        assert (await log_in(house.client(), agent_no)).json()["code"] == "wrong_credentials"


async def test_session_ends_after_thirty_idle_minutes_and_twelve_hours(house: House) -> None:
    client = await house.as_("1001")
    for _ in range(2):
        house.clock.now += 29 * MINUTE
        assert (await client.get("/api/me")).status_code == 200
    house.clock.now += 30 * MINUTE
    assert (await client.get("/api/me")).status_code == 401
    busy = await house.as_("1001")
    for _ in range(12 * 3 - 1):
        house.clock.now += 20 * MINUTE
        assert (await busy.get("/api/me")).status_code == 200
    house.clock.now += 20 * MINUTE
    assert (await busy.get("/api/me")).status_code == 401


async def test_deactivation_and_role_hold_from_the_next_request_on(house: House) -> None:
    client = await house.as_("1001")
    write_set = WriteSet()
    write_set.change(Staff, {"agent_no": "1001"}, 1, active=False)
    await house.db.commit(write_set)
    assert (await client.get("/api/me")).status_code == 401


async def test_guessing_is_slowed_for_account_and_address_and_never_longer_than_a_minute(house: House) -> None:
    client = house.client()
    for _ in range(5):
        assert (await log_in(client, password="wrong wrong wrong")).status_code == 401
    slowed = await log_in(client)
    assert (slowed.status_code, slowed.json()["code"]) == (429, "too_many_attempts")
    assert slowed.headers["retry-after"] == "1"
    other_address = httpx2.ASGITransport(app=house.app, client=("192.0.2.7", 1))
    async with httpx2.AsyncClient(transport=other_address, base_url="http://127.0.0.1:8000") as elsewhere:
        assert (await log_in(elsewhere)).status_code == 200
    for _ in range(12):
        house.clock.now += 60_000
        assert (await log_in(client, password="wrong wrong wrong")).status_code == 401
    assert int((await log_in(client)).headers["retry-after"]) <= 60
    house.clock.now += 60_000
    assert (await log_in(client)).status_code == 200
    for _ in range(20):
        assert (await log_in(client)).status_code == 200


async def test_guessing_all_at_once_gains_nothing(house: House) -> None:
    client = house.client()
    replies = await asyncio.gather(*(log_in(client, password=f"wrong guess number {n}") for n in range(20)))
    assert sorted(reply.status_code for reply in replies) == [401] * 5 + [429] * 15


async def test_attempts_by_the_thousand_from_one_address_keep_no_other_waiting() -> None:
    delays, reached, finish = LoginDelays(), asyncio.Event(), asyncio.Event()

    async def attempt(address: str) -> None:
        async with delays.turn(address):
            reached.set()
            await finish.wait()

    flood = [asyncio.create_task(attempt("a")) for _ in range(2 * MAX_WAITING)]
    await reached.wait()
    async with asyncio.timeout(10), delays.turn("b"):
        pass
    finish.set()
    outcomes = await asyncio.gather(*flood, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert {each.code for each in refused} == {"too_many_attempts"}
    assert 0 < len(refused) < len(flood)
    async with asyncio.timeout(10), delays.turn("a"):
        pass


async def test_voice_token_needs_an_api_key(house: House) -> None:
    reply = await (await house.as_("1001")).get("/api/voice-token")
    assert (reply.status_code, reply.json()["code"]) == (409, "voice_not_configured")


async def test_voice_token_is_signed_by_the_api_key(sqlite_settings: Settings) -> None:
    secret = "a-secret-of-the-api-key-of-the-demo"
    key = {"twilio_api_key_sid": "SK" + "1" * 32, "twilio_api_key_secret": secret, "twilio_app_sid": "AP" + "1" * 32}
    async for house in open_house(sqlite_settings.model_copy(update=key)):
        reply = (await (await house.as_("1001")).get("/api/voice-token")).json()
        payload = jwt.decode(reply["token"], secret, ["HS256"], {"verify_exp": False, "verify_nbf": False})
        assert payload["grants"]["identity"] == reply["identity"] == "agent_1001"
        assert payload["grants"]["voice"]["outgoing"]["application_sid"] == "AP" + "1" * 32
        assert payload["exp"] * 1000 == house.clock.now + 3_600_000
        assert reply["expires_at"].endswith("Z")


def test_create_app_without_lifespan_opens_nothing(sqlite_settings: Settings) -> None:
    create_app(sqlite_settings)
    assert sqlite_settings.sqlite_path is not None
    assert not sqlite_settings.sqlite_path.exists()
