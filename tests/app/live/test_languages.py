"""The skill of a caller's language is what the operations file calls it."""

from __future__ import annotations

import asyncio

from sqlmodel import select

from app.db.tables import TaskRow
from tests.app.live.conftest import Node
from tests.app.live.webhooks import posted


async def test_a_waiting_caller_prefers_agents_with_the_skill_of_their_language(whole: Node) -> None:
    call = "CA" + "e" * 32
    await posted(whole, "/twilio/voice", CallSid=call)
    await posted(whole, "/twilio/turn/1.keys", CallSid=call, Digits="0")
    async with asyncio.timeout(10):
        while True:
            async with whole.db.session() as session:
                rows = (await session.exec(select(TaskRow))).all()
            if rows:
                break
            await asyncio.sleep(0.02)
    assert rows[0].body["prefer"] == ["zh"], "and not zh-CN, which is the language"
