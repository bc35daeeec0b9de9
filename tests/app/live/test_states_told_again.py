"""A console that tells its state once more, after a lost answer for instance, hears that it is so."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from app.db.tables import JournalRow
from tests.app.live.conftest import Node, arrived
from tests.app.live.test_console_commands import tell


async def told(node: Node) -> list[dict[str, Any]]:
    async with node.db.session() as session:
        rows = (await session.exec(select(JournalRow).order_by(JournalRow.id))).all()
    return [row.body for row in rows if row.body["text"].startswith("state ")]


async def test_a_state_that_is_told_again_is_acknowledged_and_changes_nothing(whole: Node) -> None:
    token = await whole.person("1001")
    async with whole.open(token) as socket:
        await arrived(socket)
        for state, reason in (("available", None), ("break", "meal")):
            for n in range(3):
                fields = {"state": state, **({"reason": reason} if reason else {})}
                assert (await tell(socket, type="set_state", id=f"{state}-{n}", **fields))["type"] == "ack"
        assert [body["state"] for body in await told(whole)] == ["available", "break"]
        other = await tell(socket, type="set_state", id="other", state="break", reason="rest")
        assert other["type"] == "ack"
        assert [body["reason"] for body in await told(whole)] == ["", "meal", "rest"], "another reason is news"
