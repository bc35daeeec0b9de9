"""The recording of a talk whose callback never got through is found at the carrier and kept once."""

from __future__ import annotations

from typing import Any

from app.db.tables import Contact, Recording
from app.db.write_set import WriteSet
from app.dispatch.effects import conference_of
from app.usecases.answer_call import answer_call
from app.usecases.reconcile_recordings import OVERLAP_MS, SETTLED_MS, reconcile_recordings
from app.usecases.take_recording import recording_ready
from tests.app.dispatch.conftest import Shop
from tests.app.world import CALLER, HOUR


async def talked(shop: Shop, digit: str, *, answered: bool = True, status: str = "completed") -> dict[str, Any]:
    """A call that has just ended; the form of its recording's callback, which the carrier has too."""
    call_sid, at = "CA" + digit * 32, shop.world.at.at_ms
    form = {"CallSid": call_sid, "From": CALLER, "To": shop.hotline.settings.number, "CallStatus": "in-progress"}
    await answer_call(shop.hotline, form)
    (contact,) = [row for row in await shop.world.rows(Contact) if row.call_sid == call_sid]
    write = WriteSet()
    ended = {"hung_up_at": at, "answered_at": at if answered else None}
    write.change(Contact, {"contact_id": contact.contact_id}, None, **ended)
    await shop.world.database.commit(write)
    about = {"Sid": "RE" + digit * 32, "Status": status, "Duration": "7", "Source": "Conference"}
    made = {"Recording" + name: value for name, value in about.items()}
    shop.carrier.recordings[conference_of(contact.contact_id)] = [made]
    return {**made, "CallSid": call_sid}


async def looks(shop: Shop, after_ms: int = SETTLED_MS) -> list[tuple[str, str, int]]:
    """Once more, later; the recordings that are there then."""
    shop.world.at.at_ms += after_ms
    await reconcile_recordings(shop.hotline, shop.carrier)
    return [(row.recording_sid, row.purpose, row.duration_s) for row in await shop.world.rows(Recording)]


async def test_a_missed_recording_is_kept_once_even_if_its_callback_comes_after_all(shop: Shop) -> None:
    assert await looks(shop) == []
    form = await talked(shop, "1")
    kept = [("RE" + "1" * 32, "talk", 7)]
    assert await looks(shop) == kept
    await recording_ready(shop.hotline, form)
    assert await looks(shop) == kept
    assert len(shop.carrier.asked) == 1


async def test_neither_the_young_nor_the_told_nor_who_spoke_with_nobody_is_asked_about(shop: Shop) -> None:
    await recording_ready(shop.hotline, await talked(shop, "1"))
    await talked(shop, "2", answered=False)
    shop.world.at.at_ms += SETTLED_MS - 1
    await talked(shop, "3")
    assert len(await looks(shop, 1)) == 1
    assert shop.carrier.asked == []


async def test_one_that_is_not_ready_is_asked_for_again_and_in_the_end_no_more(shop: Shop) -> None:
    await talked(shop, "1", status="processing")
    assert await looks(shop) == []
    assert await looks(shop) == []
    assert len(shop.carrier.asked) == 2
    await looks(shop, OVERLAP_MS)
    await looks(shop, OVERLAP_MS)
    assert len(shop.carrier.asked) == 3


async def test_whatever_ended_since_the_last_look_is_fetched_however_long_ago_that_is(shop: Shop) -> None:
    await looks(shop)
    await talked(shop, "1")
    assert len(await looks(shop, 5 * HOUR)) == 1
