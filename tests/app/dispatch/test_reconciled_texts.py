"""A text whose webhook never got through is found in the carrier's list, taken once, and answered."""

from __future__ import annotations

from app.db.tables import Message, OutboxRow
from app.usecases.reconcile_texts import SETTLED_MS, reconcile_texts
from app.usecases.take_sms import take_sms
from tests.app.dispatch.conftest import Shop
from tests.app.world import CALLER, MINUTE


def arrives(shop: Shop, sid: str, body: str) -> dict[str, str]:
    """At the carrier; its webhook's form."""
    form = {"MessageSid": "SM" + sid * 32, "From": CALLER, "To": shop.hotline.settings.number, "Body": body}
    shop.carrier.inbox.append((shop.world.at.at_ms, form))
    return form


async def looks(shop: Shop, after_ms: int = SETTLED_MS) -> int:
    """Once more, when the carrier asks for nothing by itself any longer; how many texts are there then."""
    shop.world.at.at_ms += after_ms
    await reconcile_texts(shop.hotline, shop.carrier)
    return sum(message.direction == "inbound" for message in await shop.world.rows(Message))


async def test_a_missed_report_becomes_one_order_and_is_confirmed(shop: Shop) -> None:
    await looks(shop)
    arrives(shop, "1", "BX 1000000001 家里没电")
    assert await looks(shop) == 1
    (order,) = await shop.world.orders()
    async with shop.sending():
        await shop.until(lambda: _performed(shop))
    ((_, arguments),) = shop.carrier.performed
    assert arguments["to"] == CALLER
    assert order.order_no in arguments["body"]
    assert await looks(shop) == 1
    assert len(await shop.world.orders()) == 1


async def _performed(shop: Shop) -> bool:
    return bool(shop.carrier.performed)


async def test_what_was_taken_or_answered_by_the_carrier_is_left_alone(shop: Shop) -> None:
    await looks(shop)
    await take_sms(shop.hotline, arrives(shop, "1", "你好"))
    arrives(shop, "2", "stop")
    assert await looks(shop) == 1
    assert len(await shop.world.rows(Message)) == 2
    assert await shop.world.rows(OutboxRow) == []


async def test_what_came_before_the_first_look_is_not_ours(shop: Shop) -> None:
    arrives(shop, "1", "BX 1000000001 家里没电")
    shop.world.at.at_ms += 10 * MINUTE
    assert await looks(shop) == 0
    assert await looks(shop) == 0
    assert await shop.world.orders() == []


async def test_what_the_carrier_may_still_ask_about_waits(shop: Shop) -> None:
    await looks(shop)
    arrives(shop, "1", "你好")
    assert await looks(shop, SETTLED_MS - 1) == 0
    assert await looks(shop) == 1
