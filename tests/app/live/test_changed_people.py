"""A change of somebody who is at work counts at once, in the routing and on their screen."""

from __future__ import annotations

import asyncio

import pytest

from app.db.tables import AgentRow
from tests.app.live.conftest import Node, arrived, until


@pytest.mark.parametrize("ring", ["staff:1001", "import:agents"])
async def test_new_skills_modes_and_name_of_an_agent_who_is_there(whole: Node, ring: str) -> None:
    token = await whole.person("1001", phone=None)
    async with whole.open(token) as socket:
        await arrived(socket)
        changed = {"name": "Another Name", "skills": {"bill": 2}, "modes": ["phone", "web"], "phone": "+8613800000055"}
        await whole.write(ring, Staff={"agent_no": "1001", "role": "agent", "unit": "north/desk", **changed})
        shown = await until(socket, "agent", name="Another Name")
        assert (shown["skills"], shown["modes"]) == ({"bill": 2}, ["phone", "web"])
        async with asyncio.timeout(10):
            while True:
                async with whole.db.session() as session:
                    row = await session.get(AgentRow, "1001")
                assert row is not None
                if row.body["skills"] == [["bill", 2]]:
                    break
                await asyncio.sleep(0.02)
        assert (row.body["modes"], row.body["has_phone"]) == (["phone", "web"], True)
        assert row.body["presence"] == "online"
