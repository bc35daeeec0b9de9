"""PostgreSQL's NOTIFY as the doorbell between nodes: a hint that something changed, never the news itself."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import structlog

from app.db.committer_postgres import CHANNEL
from app.db.database import Database

AGAIN_S = 1.0
CHECK_S = 5.0
log = structlog.get_logger(__name__)


async def listen(dsn: str, db: Database) -> None:
    """Pass on what other nodes ring, until cancelled. After a lost connection everything may have changed."""

    def heard(_connection: Any, _pid: int, _channel: str, payload: str) -> None:
        told = json.loads(payload)
        if told["node"] != db.node:
            db.ring(told["rings"])

    while True:
        try:
            connection = await asyncpg.connect(dsn, timeout=5)
            try:
                await connection.add_listener(CHANNEL, heard)
                db.ring(["*"])
                while True:
                    await asyncio.sleep(CHECK_S)
                    await connection.execute("SELECT 1", timeout=CHECK_S)
            finally:
                await connection.close(timeout=2)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            log.warning("doorbell_lost", error=str(error))
            await asyncio.sleep(AGAIN_S)
