"""The hotline command against a database, as somebody at a terminal would run it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.cli import main
from app.db import schema


@dataclass
class Said:
    """What a command left: exit code, both outputs."""

    code: int
    out: str
    err: str


@dataclass
class Hotline:
    """Runs commands and reads the database."""

    url: str
    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *args: str) -> Said:
        self.capture.readouterr()
        code = main(args)
        captured = self.capture.readouterr()
        return Said(code, captured.out, captured.err)

    def file(self, content: str | bytes, name: str = "rows.csv") -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def load(self, kind: str, content: str | bytes) -> Said:
        return self("import", kind, self.file(content, f"{kind}.csv"))

    def write(self, statement: str) -> None:
        async def execute() -> None:
            engine = create_async_engine(self.url)
            async with engine.begin() as connection:
                await connection.execute(text(statement))
            await engine.dispose()

        asyncio.run(execute())

    def rows(self, query: str) -> list[Sequence[Any]]:
        async def read() -> list[Sequence[Any]]:
            engine = create_async_engine(self.url)
            async with engine.connect() as connection:
                found = [tuple(row) for row in (await connection.execute(text(query))).all()]
            await engine.dispose()
            return found

        return asyncio.run(read())


async def upgraded(url: str) -> None:
    """Bring the schema to head."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(schema.upgrade)
    await engine.dispose()
