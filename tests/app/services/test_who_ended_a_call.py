"""The journal says who ended a call: the caller, the hotline after its good-bye, or the line."""

from __future__ import annotations

import re

import pytest

from app.carrier.urls import Urls
from app.db.tables import JournalRow
from app.settings import Settings
from app.usecases.advance_call import advance_call
from app.usecases.answer_call import answer_call
from app.usecases.end_call import call_ended
from app.usecases.hotline import Hotline
from app.usecases.releases import Releases, publish
from ivr_flows import shipped
from tests.app.world import NOW, STRANGER, World

SID = "CA" + "2" * 32
GOODBYE = [("keys", {"Digits": "0"}), ("left", {"QueueResult": "queue-full"}), ("silence", {})]
"""Into the line, which is full; no call back is wanted either."""


def form(**more: str) -> dict[str, str]:
    return {"CallSid": SID, "From": STRANGER, "To": "+15550095598", "CallStatus": "in-progress", **more}


@pytest.mark.parametrize(
    ("steps", "said", "by"),
    [
        (GOODBYE[:1], "left:hangup", "caller"),
        (GOODBYE[:2], "status:completed", "caller"),
        (GOODBYE, "status:completed", "system"),
        (GOODBYE, "reconciled", "system"),
        (GOODBYE[:1], "status:failed", "carrier"),
        (GOODBYE[:1], "reconciled", "carrier"),
    ],
)
async def test_who_ended_the_call_is_recorded(
    world: World, settings: Settings, steps: list[tuple[str, dict[str, str]]], said: str, by: str
) -> None:
    await publish(world.database, shipped.release(), NOW, "test")
    urls, releases = Urls(settings.base_url), Releases(world.database)
    hotline = Hotline(settings, world.database, world.at, urls, releases, world.services, world.tools)
    document = (await answer_call(hotline, form())).body
    for purpose, given in steps:
        turn = re.findall(r"/twilio/turn/(\d+)\.", document)[-1]
        document = (await advance_call(hotline, f"{turn}.{purpose}", form(**given))).body
    assert ("<Hangup" in document) is (steps == GOODBYE)
    await call_ended(hotline, SID, said)
    await call_ended(hotline, SID, "status:completed")
    assert [row.actor_kind for row in await world.rows(JournalRow) if row.kind == "hangup"] == [by]
