"""Addresses that the service gave out for one call do nothing for another."""

from __future__ import annotations

from sqlmodel import select

from app.carrier.twiml import HANG_UP
from app.db.tables import FlowSession
from tests.app.live.conftest import Node, task_row
from tests.app.live.webhooks import posted

CALL, OTHER_CALL = "CA" + "a" * 32, "CA" + "b" * 32


async def standing(node: Node) -> FlowSession:
    async with node.db.session() as session:
        return (await session.exec(select(FlowSession))).one()


async def test_a_call_that_nobody_asked_for_takes_no_contact_over(whole: Node) -> None:
    await posted(whole, "/twilio/voice", CallSid=CALL)
    before = await standing(whole)
    mine = before.contact_id
    await whole.write(
        TaskRow=[
            task_row("t-others", "another", "connecting", body={"kind": "callback"}),
            task_row("t-mine", mine, "waiting"),
        ]
    )
    for n, task_id in enumerate(("nosuch", "t-others", "t-mine")):
        path = f"/twilio/outgoing?contact={mine}&task={task_id}"
        assert await posted(whole, path, CallSid=OTHER_CALL[:-1] + str(n)) == HANG_UP
    assert (await standing(whole)) == before
