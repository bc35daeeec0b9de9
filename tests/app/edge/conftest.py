"""One application in process on a real SQLite file, with one person of each role."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

from app.db.database import Database
from app.db.tables import Staff, StaffSession
from app.db.write_set import WriteSet
from app.domain.staff.passwords import hash_password
from app.edge.services import Services
from app.main import create_app
from app.settings import Env, Settings
from app.usecases.resume_session import token_hash

NOW = 1_795_000_000_000
PASSWORD = "correct horse battery"
PASSWORD_HASH = hash_password(PASSWORD)
UNITS = {"agent": "north/desk", "field": "north/crews", "supervisor": "north", "manager": None}


class SteppedClock:
    """A clock that tests move."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def now_ms(self) -> int:
        return self.now


@dataclass
class House:
    """The running application and ways into it."""

    app: FastAPI
    clock: SteppedClock
    clients: list[httpx2.AsyncClient] = field(default_factory=list)

    @property
    def services(self) -> Services:
        found: Services = self.app.state.services
        return found

    @property
    def db(self) -> Database:
        return self.services.db

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """A browser that is not logged in."""
        transport = httpx2.ASGITransport(app=self.app)
        client = httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)
        self.clients.append(client)
        return client

    async def insert(self, table: Any, **values: Any) -> None:
        """Write one row; columns that are not named get the table's defaults."""
        row = table(**values)
        write_set = WriteSet()
        write_set.insert(table, **row.model_dump())
        await self.db.commit(write_set)

    async def person(self, agent_no: str, role: str, **more: Any) -> None:
        """A person who can log in."""
        values = {
            "password_hash": PASSWORD_HASH,
            "name": f"Person {agent_no}",
            "unit": UNITS.get(role),
            "modes": ["phone"],
            "skills": {"fault": 3},
        }
        await self.insert(Staff, agent_no=agent_no, role=role, **{**values, **more})

    async def as_(self, agent_no: str) -> httpx2.AsyncClient:
        """A browser in which this person is logged in, with the header that writes need."""
        token, csrf_token = f"token-of-{agent_no}-{len(self.clients)}", f"csrf-of-{agent_no}"
        now = self.clock.now
        await self.insert(
            StaffSession,
            token_hash=token_hash(token),
            agent_no=agent_no,
            csrf_token=csrf_token,
            created_at=now,
            seen_at=now,
            expires_at=now + 12 * 3_600_000,
        )
        client = self.client(**{"X-CSRF-Token": csrf_token})
        client.cookies.set("hotline_session", token)
        return client


ROLES = {"agent": "1001", "field": "2001", "supervisor": "3001", "manager": "4001", "auditor": "5001", "admin": "6001"}


async def create_tables(url: str) -> None:
    """All tables, where they are not there yet."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await engine.dispose()


async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Start the application with one person of each role; close everything afterwards."""
    await create_tables(settings.database_url)
    clock = SteppedClock()
    app = create_app(settings, clock=clock)
    async with app.router.lifespan_context(app):
        house = House(app, clock)
        for role, agent_no in ROLES.items():
            await house.person(agent_no, role)
        yield house
        for client in house.clients:
            await client.aclose()


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Settings:
    """A demo on a SQLite file."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'hotline.db'}"
    return Settings(_env_file=None, env=Env.DEMO, database_url=url)  # type: ignore[call-arg]


@pytest.fixture
async def house(sqlite_settings: Settings) -> AsyncIterator[House]:
    """The application on SQLite."""
    async for opened in open_house(sqlite_settings):
        yield opened


@pytest.fixture
async def any_house(database_url: str) -> AsyncIterator[House]:
    """The application on SQLite and on PostgreSQL."""
    settings = Settings(_env_file=None, env=Env.DEMO, database_url=database_url)  # type: ignore[call-arg]
    async for opened in open_house(settings):
        yield opened
