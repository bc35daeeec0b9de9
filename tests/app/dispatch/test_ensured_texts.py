"""A confirmation that travels as the answer to the carrier's request reaches its reader, though the answer was lost."""

from __future__ import annotations

import re
from typing import Any

from app.db.tables import Message, OutboxRow
from app.dispatch.outbox import ENSURE
from app.usecases.take_sms import ENSURE_AFTER_MS, take_sms
from tests.app.dispatch.conftest import Shop
from tests.app.world import CALLER


async def reported(shop: Shop) -> str:
    """A fault reported by text; the text that confirms it."""
    form = {"MessageSid": "SM" + "1" * 32, "From": CALLER, "To": shop.hotline.settings.number}
    reply = await take_sms(shop.hotline, {**form, "Body": "BX 1000000001 家里没电"})
    said = re.search(r"<Message>(.*)</Message>", reply.body, re.DOTALL)
    assert said is not None, reply.body
    (order,) = await shop.world.orders()
    assert order.order_no in said[1]
    return said[1]


async def ended(shop: Shop) -> OutboxRow | None:
    (row,) = await shop.world.rows(OutboxRow)
    return row if row.state == "sent" else None


async def sent_by_us(shop: Shop) -> list[Message]:
    rows: list[Any] = await shop.world.rows(Message)
    return [row for row in rows if row.direction == "outbound"]


async def test_a_lost_answer_is_sent_once_more_when_the_carrier_does_not_have_it(shop: Shop) -> None:
    text = await reported(shop)
    shop.world.at.at_ms += ENSURE_AFTER_MS
    async with shop.sending():
        await shop.until(lambda: ended(shop))
    ((order, arguments),) = shop.carrier.performed
    assert (order, arguments["to"], arguments["body"]) == ("message.send", CALLER, text)
    assert len(await sent_by_us(shop)) == 1, "the same message, not another one"


async def test_an_answer_that_arrived_is_not_sent_again(shop: Shop) -> None:
    text = await reported(shop)
    shop.carrier.has[text] = ["SM" + "2" * 32]
    shop.world.at.at_ms += ENSURE_AFTER_MS
    async with shop.sending():
        await shop.until(lambda: ended(shop))
    assert shop.carrier.performed == []
    assert [message.message_sid for message in await sent_by_us(shop)] == ["SM" + "2" * 32]


async def test_of_two_equal_answers_the_lost_one_is_sent(shop: Shop) -> None:
    now = shop.world.at.at_ms
    for name in ("m1", "m2"):
        common = {"contact_id": "c", "channel": "sms", "peer": CALLER, "direction": "outbound", "from_kind": "hotline"}
        await shop.world.put(Message, message_id=name, text="same", status="sent", at=now, **common)
        body = {"to": CALLER, "text": "same", "message_id": name}
        await shop.world.put(OutboxRow, id=name, kind=ENSURE, contact_id="c", body=body, next_at=now, at=now)
    shop.carrier.has["same"] = ["SM" + "2" * 32]

    async def both_ended() -> bool:
        shop.world.at.at_ms += 100
        return {row.state for row in await shop.world.rows(OutboxRow)} == {"sent"}

    async with shop.sending():
        await shop.until(both_ended)
    assert [arguments["body"] for _, arguments in shop.carrier.performed] == ["same"]


async def test_nothing_is_asked_of_the_carrier_while_its_answer_may_be_on_the_way(shop: Shop) -> None:
    await reported(shop)
    await shop.world.put(
        OutboxRow, id="z", kind="sms", contact_id="other", body={"to": CALLER, "text": "later", "message_id": "m"},
        next_at=shop.world.at.at_ms, at=shop.world.at.at_ms,
    )  # fmt: skip
    async with shop.sending():
        await shop.until(lambda: _performed(shop))
    assert [arguments["body"] for _, arguments in shop.carrier.performed] == ["later"]


async def _performed(shop: Shop) -> bool:
    return bool(shop.carrier.performed)


async def test_a_text_that_only_asks_leaves_nothing_to_ensure(shop: Shop) -> None:
    form = {"MessageSid": "SM" + "3" * 32, "From": CALLER, "To": shop.hotline.settings.number, "Body": "你好"}
    assert "<Message>" in (await take_sms(shop.hotline, form)).body
    assert await shop.world.rows(OutboxRow) == []
