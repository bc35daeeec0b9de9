"""Silent calls: ended where the carrier has none, let go on where somebody stands alone after the talk."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.tables import Contact, FlowSession, InboxRow
from app.usecases.join_called import FLOW
from app.usecases.reconcile_calls import SILENT_MS, reconcile_calls
from ivr_flows.session import Session
from tests.app.dispatch.conftest import NotingCarrier, Shop

SID = "CA" + "1" * 32


class GoesOn(NotingCarrier):
    """A carrier on which every call goes on."""

    async def call_status(self, call_sid: str) -> str | None:
        return "in-progress"


async def silent(shop: Shop, state: str, wait: Any, *, parked: bool = False) -> None:
    """A call of which nothing was heard for a minute."""
    release, at = await shop.hotline.releases.newest(), shop.world.at.at_ms - SILENT_MS - 1
    contact = {"contact_id": "k", "from_number": "+15550100001", "to_number": "+15550095598", "started_at": at}
    await shop.world.put(Contact, **contact, call_sid=SID, channel="voice", state=state, task_id="t")
    session = Session(release.hash, "voice", "zh-CN", (release.start_of(FLOW),), {}, 0, wait)
    row = {"contact_id": "k", "call_sid": SID, "release": release.hash, "turn": 3, "body": session.encode()}
    await shop.world.put(FlowSession, **row, parked=parked, at=at)


@pytest.mark.parametrize(
    ("state", "wait", "parked", "told"),
    [
        ("wrapping", "queue", False, ["caller_alone"]),
        ("self_service", "queue", False, ["caller_alone"]),
        ("talking", "queue", False, []),
        ("self_service", "record", False, []),
        ("self_service", "queue", True, []),
    ],
)
async def test_who_stands_in_a_conference_after_the_talk_is_let_go_on(
    shop: Shop, state: str, wait: str, parked: bool, told: list[str]
) -> None:
    await silent(shop, state, wait, parked=parked)
    assert await reconcile_calls(shop.hotline, GoesOn()) == 0
    assert [row.kind for row in await shop.world.rows(InboxRow)] == told


async def test_a_call_that_the_carrier_does_not_know_ends(shop: Shop) -> None:
    await silent(shop, "talking", "queue")
    assert await reconcile_calls(shop.hotline, NotingCarrier()) == 1
    assert [row.kind for row in await shop.world.rows(InboxRow)] == ["call_ended"]
