"""Seeded databases, made once and copied for each system."""

from __future__ import annotations

import shutil
import uuid
from contextlib import suppress
from pathlib import Path

import asyncpg

from app.cli.db import upgrade_now
from app.cli.seeding import write_seed
from app.settings import Env, Settings

TEMPLATE = "seeded_template"


class SqliteDatabases:
    """A file for each system."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"

    async def make(self) -> str:
        """The address of a fresh seeded database."""
        if not self._template.exists():
            await _fill(_address(self._template))
        folder = self._folder / uuid.uuid4().hex[:8]
        folder.mkdir()
        shutil.copy(self._template, folder / "hotline.db")
        return _address(folder / "hotline.db")


class PostgresDatabases:
    """A database of one server for each system."""

    name = "postgres"

    def __init__(self, server: str) -> None:
        self._server = server
        self._filled = False

    async def make(self) -> str:
        """The address of a fresh seeded database."""
        if not self._filled:
            await self._template()
        name = "w" + uuid.uuid4().hex
        await self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self._server.format(name=name)

    async def _template(self) -> None:
        self._filled = True
        with suppress(asyncpg.DuplicateDatabaseError):  # another user of this server has made it
            await self._execute(f"CREATE DATABASE {TEMPLATE}")
            await _fill(self._server.format(name=TEMPLATE))

    async def _execute(self, statement: str) -> None:
        admin = await asyncpg.connect(self._server.format(name="postgres").replace("+asyncpg", ""))
        try:
            await admin.execute(statement)
        finally:
            await admin.close()


def settings_for(url: str) -> Settings:
    """Settings of a demo on that database."""
    return Settings(_env_file=None, env=Env.DEMO, database_url=url)  # type: ignore[call-arg]


async def _fill(url: str) -> None:
    settings = settings_for(url)
    await upgrade_now(settings)
    await write_seed(settings, 1)


def _address(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"
