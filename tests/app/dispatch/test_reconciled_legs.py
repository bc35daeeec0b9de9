"""Agents' legs that ended while nobody led are told to who leads next; nobody stays with a leg that is gone."""

from __future__ import annotations

import pytest

from app.db.tables import InboxRow, Leg, TaskRow
from app.dispatch.intake import PAGES_BACK_MS, take, tell
from app.usecases.reconcile_calls import reconcile_legs
from routing.events import AgentDisconnected
from routing.types import Kind, TaskState
from tests.app.dispatch.conftest import Shop
from tests.app.dispatch.test_leg_awaited import LEG, House
from tests.app.world import NOW


async def leg(shop: Shop, digit: str, task_state: str, *, state: str = "joined", status: str = "completed") -> str:
    """A leg in our rows; the carrier's word on it."""
    sid, task_id = "CA" + digit * 32, f"t{digit}"
    await shop.world.put(
        TaskRow, task_id=task_id, contact_id="c", root_task_id=task_id, queue="phone", mode="phone", state=task_state,
        queued_at=NOW, body={},
    )  # fmt: skip
    await shop.world.put(
        Leg,
        call_sid=sid,
        contact_id="c",
        task_id=task_id,
        offer_id=f"{task_id}.1",
        agent_no="1001",
        state=state,
        at=NOW,
    )
    shop.carrier.calls[sid] = status
    return sid


async def test_the_leader_is_told_of_legs_that_ended_with_whom_they_belonged(shop: Shop) -> None:
    talked = await leg(shop, "1", "talking")
    rang = await leg(shop, "2", "connecting", state="ringing", status="no-answer")
    await leg(shop, "3", "talking", status="in-progress")
    await leg(shop, "4", "talking", state="left")
    await leg(shop, "5", "done")
    assert await reconcile_legs(shop.hotline, shop.carrier) == 2
    told = [(row.kind, row.body["call_sid"], row.body["offer_id"]) for row in await shop.world.rows(InboxRow)]
    assert sorted(told) == [("leg_over", talked, "t1.1"), ("leg_over", rang, "t2.1")]
    assert sorted(shop.carrier.asked) == ["CA" + digit * 32 for digit in "123"]


@pytest.mark.parametrize("page", [True, False])
def test_an_agent_whose_leg_is_gone_has_hung_up_if_the_page_stands_and_is_lost_if_not(page: bool) -> None:
    house = House("phone", Kind.CONTACT)
    house.comes()
    house.floor.media("k")
    house.do(lambda batch: take(batch, "leg_over", {"offer_id": "k.1", "call_sid": LEG["call_sid"]}))
    if not page:
        house.do(lambda batch: tell(batch, AgentDisconnected(house.floor.now, house.agent_no)))
    house.at(PAGES_BACK_MS / 1000 - 0.1)
    task = house.floor.task("k")
    assert (task.state, task.lost_at) == (TaskState.TALKING, None)
    house.at(PAGES_BACK_MS / 1000)
    assert (task.state is TaskState.WRAPPING, task.lost_at is not None) == (page, not page)


def test_a_leg_that_another_has_replaced_takes_nobody_away() -> None:
    house = House("phone", Kind.CONTACT)
    house.comes()
    house.floor.media("k")
    house.do(lambda batch: take(batch, "leg_over", {"offer_id": "k.1", "call_sid": "CA" + "9" * 32}))
    house.at(PAGES_BACK_MS / 1000)
    assert house.floor.state("k") == "talking"
