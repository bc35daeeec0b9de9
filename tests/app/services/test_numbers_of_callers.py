"""A caller id that nobody can be called back at is treated as withheld."""

from __future__ import annotations

import re

import pytest

from app.carrier.urls import Urls
from app.settings import Settings
from app.usecases.advance_call import advance_call
from app.usecases.answer_call import answer_call
from app.usecases.hotline import Hotline
from app.usecases.releases import Releases, publish
from ivr_flows import shipped
from tests.app.world import NOW, STRANGER, World


@pytest.mark.parametrize(
    ("caller_id", "phone"), [(STRANGER, STRANGER), ("12345", None), ("95598", None), ("+1555014", None)]
)
async def test_danger_has_the_phone_of_the_caller_only_if_it_is_one(
    world: World, settings: Settings, caller_id: str, phone: str | None
) -> None:
    await publish(world.database, shipped.release(), NOW, "test")
    urls, releases = Urls(settings.base_url), Releases(world.database)
    hotline = Hotline(settings, world.database, world.at, urls, releases, world.services, world.tools)
    form = {"CallSid": "CA" + "3" * 32, "From": caller_id, "To": settings.number, "CallStatus": "in-progress"}
    document = (await answer_call(hotline, form)).body
    turn = re.findall(r"/twilio/turn/(\d+)\.", document)[-1]
    await advance_call(hotline, f"{turn}.keys", {**form, "Digits": "8"})
    assert [order.contact_phone for order in await world.orders()] == [phone]
