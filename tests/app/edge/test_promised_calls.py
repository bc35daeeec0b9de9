"""An agent's list says what became of the calls back that they made: when the next one is, or that there is none."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.tables import Callback, OfferRow, TaskRow
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, OTHER_AGENT, PHONE, contact
from tests.app.edge.test_reads import items

IN_AN_HOUR = NOW + 3_600_000


async def promised(
    house: House, state: str, task_state: str, *, dials: int, ready_at: int = 0, reason: str = "asked"
) -> None:
    await contact(house, "c1", None, state="waiting", outcome="callback_booked")
    await house.insert(
        Callback, callback_id="k1", phone=PHONE, contact_id="c1", queue="phone", reason=reason, state=state, at=NOW
    )
    await house.insert(
        TaskRow, task_id="t1", contact_id="c1", root_task_id="t1", queue="phone", mode="phone", kind="callback",
        state=task_state, queued_at=NOW, waiting_at=NOW, body={"dials": dials, "ready_at": ready_at},
    )  # fmt: skip


async def offered(house: House, agent_no: str, state: str, reason: str) -> None:
    await house.insert(
        OfferRow, offer_id=f"t1.{agent_no}", task_id="t1", contact_id="c1", agent_no=agent_no, queue="phone",
        mode="phone", state=state, reason=reason, at=NOW, body={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "task_state", "dials", "ready_at", "told"),
    [
        ("calling", "waiting", 1, IN_AN_HOUR, {"state": "calling", "dials": 1, "next_at": "2026-11-18T12:06:40.000Z"}),
        ("calling", "waiting", 1, 0, {"state": "calling", "dials": 1, "next_at": None}),
        ("failed", "canceled", 3, IN_AN_HOUR, {"state": "failed", "dials": 3, "next_at": None}),
    ],
)
async def test_a_call_back_in_vain_stays_in_the_list_of_who_made_it(
    any_house: House, state: str, task_state: str, dials: int, ready_at: int, told: dict[str, Any]
) -> None:
    await any_house.person(OTHER_AGENT, "agent")
    await promised(any_house, state, task_state, dials=dials, ready_at=ready_at)
    await offered(any_house, AGENT, "rescinded", "no-answer" if task_state == "waiting" else "customer_unanswered")
    await offered(any_house, OTHER_AGENT, "rescinded", "answered_elsewhere")
    (listed,) = await items(any_house, AGENT, f"/api/contacts?agent_no={AGENT}")
    assert (listed["contact_id"], listed["callback"]) == ("c1", told)
    assert (await (await any_house.as_(AGENT)).get("/api/contacts/c1")).json()["callback"] == told
    assert await items(any_house, OTHER_AGENT, f"/api/contacts?agent_no={OTHER_AGENT}") == []


async def test_a_call_that_an_agent_began_is_no_promise(house: House) -> None:
    await promised(house, "busy", "canceled", dials=1, reason="dial")
    await offered(house, AGENT, "rescinded", "busy")
    (listed,) = await items(house, AGENT, f"/api/contacts?agent_no={AGENT}")
    assert "callback" not in listed
