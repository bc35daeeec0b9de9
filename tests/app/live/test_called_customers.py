"""Addresses that the service gave out for one call do nothing for another."""

from __future__ import annotations

from urllib.parse import urlencode

import httpx2
from sqlmodel import select

from app.carrier.signature import sign
from app.carrier.twiml import HANG_UP
from app.db.tables import FlowSession
from tests.app.live.conftest import Node, task_row

CALL, OTHER_CALL = "CA" + "a" * 32, "CA" + "b" * 32


async def posted(node: Node, path: str, **more: str) -> str:
    """The answer to a signed webhook."""
    settings = node.services.settings
    common = {"AccountSid": settings.twilio_account_sid, "To": settings.number, "CallStatus": "in-progress"}
    form = {**common, "From": "+8613800000000", **more}
    headers = {
        "X-Twilio-Signature": sign(settings.auth_tokens[0], settings.base_url + path, list(form.items())),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{node.port}") as client:
        reply = await client.post(path, content=urlencode(form), headers=headers)
    assert reply.status_code == 200, reply.text
    return reply.text


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
    keys = f"/twilio/outgoing/keys?contact={mine}&task=t-mine"
    for digits in ("1", "2"):
        assert await posted(whole, keys, CallSid=OTHER_CALL, Digits=digits) == HANG_UP
    assert (await standing(whole)) == before
