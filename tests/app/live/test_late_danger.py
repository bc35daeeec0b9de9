"""Rule 1: danger told just before the end of the call counts, though the end was heard first."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from app.carrier.twiml import HANG_UP
from app.db.tables import Callback, Message, Recording, TaskRow, WorkOrder
from tests.app.live.conftest import Node
from tests.app.live.webhooks import posted

CALL = "CA" + "c" * 32


async def rows(node: Node, table: type[SQLModel]) -> list[Any]:
    async with node.db.session() as session:
        return list((await session.exec(select(table))).all())


async def gone_before(node: Node, **said: str) -> str:
    """The call is answered, its end is heard, and only then what was said."""
    await posted(node, "/twilio/voice", CallSid=CALL)
    await posted(node, "/twilio/voice/status", CallSid=CALL, CallStatus="completed")
    return await posted(node, "/twilio/turn/1.keys", CallSid=CALL, **said)


@pytest.mark.parametrize("said", [{"Digits": "8"}, {"SpeechResult": "电线冒火了", "Confidence": "0.8"}])
async def test_1_a_hang_up_that_overtakes_the_danger_leaves_order_and_call_back(
    whole: Node, said: dict[str, str]
) -> None:
    answer = await gone_before(whole, **said)
    assert await posted(whole, "/twilio/turn/1.keys", CallSid=CALL, **said) == answer == HANG_UP
    (order,) = await rows(whole, WorkOrder)
    assert (order.urgency, order.contact_phone) == ("urgent", "+8613800000000")
    (callback,) = await rows(whole, Callback)
    async with asyncio.timeout(10):
        while not (tasks := await rows(whole, TaskRow)):
            await asyncio.sleep(0.02)
    (task,) = tasks
    assert (task.task_id, task.queue, task.boost_s) == (callback.task_id, "emergency", 86_400)
    (text,) = await rows(whole, Message)
    assert order.order_no in text.text


async def test_any_other_key_after_the_end_does_nothing(whole: Node) -> None:
    assert await gone_before(whole, Digits="1") == HANG_UP
    assert await rows(whole, WorkOrder) == []


async def test_1_eight_instead_of_a_recording_counts_though_nothing_was_said(whole: Node) -> None:
    menu = await posted(whole, "/twilio/voice", CallSid=CALL)
    for key in ("3", "1", "1"):
        menu = await posted(whole, f"/twilio/turn/{turn_in(menu)}.keys", CallSid=CALL, Digits=key)
    await posted(whole, f"/twilio/turn/{turn_in(menu)}.recorded", CallSid=CALL, RecordingDuration="0", Digits="8")
    (order,) = await rows(whole, WorkOrder)
    assert order.urgency == "urgent"
    assert await rows(whole, Recording) == []


def turn_in(document: str) -> str:
    """The turn whose addresses the document gives out."""
    found = re.search(r"/twilio/turn/(\d+)\.", document)
    assert found is not None, document
    return found[1]
