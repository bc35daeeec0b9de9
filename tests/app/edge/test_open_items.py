"""Who has an order among the open items of a shift can read it, whoever opened it (rules 26, 27, 33)."""

from __future__ import annotations

import pytest

from app.db.tables import TaskRow, WorkOrder
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, OTHER_AGENT, SUPERVISOR, contact, opened, stock
from tests.app.edge.test_summaries import only

DANGER = "260123456789"


async def served(house: House, **more: object) -> None:
    """The agent served a caller for whom the tree opened an order; nobody owns it."""
    await stock(house)
    spoken = {"answered_at": NOW - 50_000, "ended_at": NOW, "talk_ms": 40_000}
    await contact(house, "c1", state="ended", **spoken)
    await house.insert(
        TaskRow, task_id="t1", contact_id="c1", root_task_id="t1", queue="phone", mode="phone", state="done",
        agent_no=AGENT, queued_at=NOW - 60_000, ended_at=NOW, answered_at=NOW - 50_000, talk_ms=40_000, body={},
    )  # fmt: skip
    values = {"type": "fault", "state": "accepted", "urgency": "urgent", "created_at": NOW, "changed_at": NOW}
    fields = {**values, "address": "12 Invented Road, Nowhere", **more}
    await house.insert(WorkOrder, order_no=DANGER, contact_id="c1", **fields)


async def statuses(house: House, who: str, order_no: str = DANGER) -> list[int]:
    client = await house.as_(who)
    address = f"/api/work-orders/{order_no}"
    return [(await client.get(f"{address}{more}")).status_code for more in ("", "/timeline")]


async def test_33_an_emergency_in_ones_draft_can_be_read_masked_and_is_nobodys_else(any_house: House) -> None:
    await served(any_house)
    draft = await only(any_house, AGENT, "/api/daily-summaries")
    assert [item["order_no"] for item in draft["open_items"]] == [DANGER]
    assert await statuses(any_house, AGENT) == [200, 200]
    client = await any_house.as_(AGENT)
    order = (await client.get(f"/api/work-orders/{DANGER}")).json()
    assert order["address_masked"].startswith("12 ")
    assert "address" not in order
    assert await statuses(any_house, OTHER_AGENT) == [404, 404]
    changed = await client.patch(f"/api/work-orders/{DANGER}", json={"level": "major"})
    assert changed.status_code == 404, "reading it is not having it"


async def test_33_who_is_handed_an_order_reads_it_and_has_it_once_accepted(any_house: House) -> None:
    await served(any_house)
    summary_id = (await only(any_house, AGENT, "/api/daily-summaries"))["summary_id"]
    address = f"/api/daily-summaries/{summary_id}"
    giver = await any_house.as_(AGENT)
    assert (await giver.post(f"{address}/submit", json={"handed_to": {DANGER: OTHER_AGENT}})).status_code == 200
    assert await statuses(any_house, OTHER_AGENT) == [200, 200]
    receiver = await any_house.as_(OTHER_AGENT)
    assert (await receiver.post(f"{address}/items/{DANGER}/accept")).status_code == 200
    assert (await receiver.get(f"/api/work-orders/{DANGER}")).json()["owner"] == OTHER_AGENT
    assert await statuses(any_house, AGENT) == [200, 200], "whoever gave it may follow it"


@pytest.mark.parametrize(
    "hidden",
    [{"confidential": True, "type": "tipoff"}, {"type": "complaint", "about_agent_no": SUPERVISOR}],
)
async def test_26_27_what_is_hidden_stands_in_no_draft_and_cannot_be_read(
    house: House, hidden: dict[str, object]
) -> None:
    await served(house, **hidden)
    assert (await only(house, AGENT, "/api/daily-summaries"))["open_items"] == []
    assert await statuses(house, AGENT) == [404, 404]


async def test_an_order_that_is_over_and_was_in_no_summary_is_not_opened_by_its_contact(house: House) -> None:
    await served(house, state="archived")
    assert await statuses(house, AGENT) == [404, 404]
    mine = await opened(await house.as_(AGENT), contact_id="c1")
    assert await statuses(house, AGENT, mine["order_no"]) == [200, 200]
