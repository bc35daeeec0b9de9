"""Calls that ended while nobody listened are ended by the carrier's word: silent ones, or all that stand."""

from __future__ import annotations

import pytest

from app.carrier.port import NotTaken
from app.db.tables import Contact
from app.usecases.answer_call import answer_call
from app.usecases.few_at_a_time import AT_ONCE
from app.usecases.reconcile_calls import reconcile_calls
from tests.app.dispatch.conftest import Shop
from tests.app.world import CALLER, MINUTE


async def calls(shop: Shop, count: int) -> list[str]:
    """So many callers in the tree; the carrier knows them as going on."""
    sids = [f"CA{number:032x}" for number in range(count)]
    for sid in sids:
        form = {"CallSid": sid, "From": CALLER, "To": shop.hotline.settings.number, "CallStatus": "in-progress"}
        await answer_call(shop.hotline, form)
        shop.carrier.calls[sid] = "in-progress"
    return sids


async def going_on(shop: Shop) -> set[str | None]:
    return {row.call_sid for row in await shop.world.rows(Contact) if row.hung_up_at is None}


async def test_only_calls_of_which_nothing_was_heard_are_asked_about(shop: Shop) -> None:
    (sid,) = await calls(shop, 1)
    shop.carrier.calls[sid] = "completed"
    assert await reconcile_calls(shop.hotline, shop.carrier) == 0
    assert shop.carrier.asked == []
    shop.world.at.at_ms += MINUTE
    assert await reconcile_calls(shop.hotline, shop.carrier) == 1
    assert await going_on(shop) == set()


async def test_who_begins_to_lead_asks_about_all_at_once(shop: Shop) -> None:
    gone, missed, talks, rings = await calls(shop, 4)
    shop.carrier.calls |= {gone: "completed", missed: "no-answer", rings: "ringing"}
    assert await reconcile_calls(shop.hotline, shop.carrier, silent_ms=0) == 2
    assert await going_on(shop) == {talks, rings}
    assert await reconcile_calls(shop.hotline, shop.carrier, silent_ms=0) == 0


async def test_a_call_that_the_carrier_does_not_know_ends_unless_it_may_be_too_new_to_be_found(shop: Shop) -> None:
    await calls(shop, 1)
    shop.carrier.calls.clear()
    assert await reconcile_calls(shop.hotline, shop.carrier, silent_ms=0) == 0
    shop.world.at.at_ms += MINUTE
    assert await reconcile_calls(shop.hotline, shop.carrier) == 1


async def test_many_are_compared_with_the_list_and_those_it_lacks_are_asked_about(shop: Shop) -> None:
    sids = await calls(shop, 3 * AT_ONCE)
    gone, rings = sids[-1], sids[0]
    shop.carrier.calls |= {gone: "completed", rings: "ringing"}
    assert await reconcile_calls(shop.hotline, shop.carrier, silent_ms=0) == 1
    assert await going_on(shop) == set(sids) - {gone}
    assert sorted(shop.carrier.asked) == [rings, gone]


async def test_no_call_ends_while_the_carrier_cannot_be_asked(shop: Shop) -> None:
    sids = await calls(shop, 2)
    shop.carrier.calls.clear()
    shop.carrier.away = True
    with pytest.raises(NotTaken):
        await reconcile_calls(shop.hotline, shop.carrier, silent_ms=0)
    assert await going_on(shop) == set(sids)
