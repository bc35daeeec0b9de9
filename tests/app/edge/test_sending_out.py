"""Sending an order to a crew by hand."""

from __future__ import annotations

import pytest
from sqlmodel import select

from app.db.tables import InboxRow, TaskRow
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, SUPERVISOR, opened, stock


async def jobs(house: House, order_no: str) -> list[dict[str, object]]:
    """What crews are asked for."""
    async with house.db.session() as session:
        rows = (await session.exec(select(InboxRow.body))).all()
    return [body for body in rows if body.get("contact_id") == f"order:{order_no}" and body["queue"] == "field"]


@pytest.mark.parametrize("who", [AGENT, SUPERVISOR])
async def test_an_order_that_waits_for_nobody_is_sent_to_a_crew(house: House, who: str) -> None:
    await stock(house)
    client = await house.as_(who)
    order = await opened(client, account_no=None, urgency="urgent", description="sparks at the pole")
    assert await jobs(house, order["order_no"]) == [], "nobody knows where"
    address = f"/api/work-orders/{order['order_no']}"
    await client.patch(address, json={"address": "Pole 12, Invented Road"})
    sent = await client.post(f"{address}/transitions", json={"to": "dispatched"})
    assert (sent.status_code, sent.json()["state"]) == (200, "dispatched"), sent.text
    (job,) = await jobs(house, order["order_no"])
    assert job["boost_s"], "danger overtakes"


async def test_a_crew_that_is_looked_for_already_is_not_asked_twice(house: House) -> None:
    await stock(house)
    client = await house.as_(AGENT)
    order = await opened(client)
    address = f"/api/work-orders/{order['order_no']}/transitions"
    assert (await client.post(address, json={"to": "dispatched"})).status_code == 200
    assert len(await jobs(house, order["order_no"])) == 1, "the one that opening made"


async def test_a_crew_that_has_the_job_is_not_asked_again(house: House) -> None:
    await stock(house)
    client = await house.as_(SUPERVISOR)
    order = await opened(client, account_no=None, urgency="urgent", description="sparks")
    values = {"root_task_id": "t1", "queue": "field", "mode": "field", "state": "waiting", "queued_at": NOW, "body": {}}
    await house.insert(TaskRow, task_id="t1", order_no=order["order_no"], **values)
    address = f"/api/work-orders/{order['order_no']}/transitions"
    assert (await client.post(address, json={"to": "dispatched"})).status_code == 200
    assert await jobs(house, order["order_no"]) == []


async def test_who_is_no_crew_does_not_become_one(house: House) -> None:
    await stock(house)
    client = await house.as_(AGENT)
    order = await opened(client)
    address = f"/api/work-orders/{order['order_no']}/transitions"
    refused = await client.post(address, json={"to": "crew_assigned"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_a_crew")
