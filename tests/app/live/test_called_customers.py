"""Addresses that the service gave out for one call do nothing for another; who comes when all is over goes on."""

from __future__ import annotations

import asyncio

from sqlmodel import select

from app.carrier.twiml import HANG_UP
from app.db.tables import FlowSession, OutboxRow
from tests.app.live.conftest import Node, contact_row, task_row
from tests.app.live.test_console_commands import all_of
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


async def comes(node: Node, contact_id: str) -> str:
    joins = {"StatusCallbackEvent": "participant-join", "ParticipantLabel": f"caller-{contact_id}"}
    return await posted(node, "/twilio/conference", ConferenceSid="CF" + "c" * 32, CallSid=CALL, **joins)


async def test_who_comes_into_a_conference_that_nobody_is_in_goes_on(whole: Node) -> None:
    await whole.write(
        Contact=[contact_row("talks", state="talking"), contact_row("late", state="wrapping")],
        TaskRow=task_row("t", "talks", "talking"),
    )
    await comes(whole, "talks")
    await comes(whole, "late")
    async with asyncio.timeout(10):
        while not (asked := await all_of(whole, OutboxRow)):
            await asyncio.sleep(0.02)
    assert [(row.kind, row.contact_id, row.body) for row in asked] == [
        ("conference.end", "late", {"conference": "int-late"})
    ]
