"""A call that an agent agreed with a customer is brought to mind until somebody has talked with them."""

from __future__ import annotations

from typing import Any

import pytest

from app.db.tables import AgentRow
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, OTHER_AGENT, PHONE, SUPERVISOR, contact
from tests.app.edge.test_reads import items

LIST = f"/api/contacts?agent_no={AGENT}&to_call=true"
MINUTE, DAY = 60_000, 86_400_000
OURS = "+15550095598"


async def agreed(house: House, contact_id: str = "c1", **values: Any) -> None:
    await contact(house, contact_id, **{"state": "ended", "disposition": "callback", **values})


async def listed(house: House) -> list[str]:
    return [item["contact_id"] for item in await items(house, AGENT, LIST)]


async def test_only_what_was_concluded_as_a_callback_is_to_be_called_by_who_agreed_it(any_house: House) -> None:
    await any_house.person(OTHER_AGENT, "agent")
    await agreed(any_house)
    await agreed(
        any_house, "in_the_survey", state="self_service", started_at=NOW - 2 * MINUTE, from_number="+8613800000002"
    )
    await contact(any_house, "resolved", state="ended", disposition="resolved")
    await agreed(any_house, "still_talking", state="talking")
    await agreed(any_house, "no_number", from_number="anonymous")
    await agreed(any_house, "long_ago", started_at=NOW - 8 * DAY)
    assert await listed(any_house) == ["c1", "in_the_survey"]
    assert await items(any_house, OTHER_AGENT, LIST.replace(AGENT, OTHER_AGENT)) == []


async def test_a_call_in_vain_leaves_it_a_talk_ends_it(any_house: House) -> None:
    await agreed(any_house, started_at=NOW - 10 * MINUTE)
    back = {"direction": "outbound", "from_number": OURS, "to_number": PHONE, "state": "ended", "answered_at": None}
    await contact(any_house, "in_vain", started_at=NOW - 5 * MINUTE, outcome="failed", **back)
    assert await listed(any_house) == ["c1"]
    await contact(any_house, "talked", started_at=NOW - MINUTE, **{**back, "answered_at": NOW})
    assert await listed(any_house) == []


async def test_who_rings_first_and_is_answered_need_not_be_called(house: House) -> None:
    await agreed(house, started_at=NOW - 10 * MINUTE)
    await contact(house, "gave_up", started_at=NOW - 5 * MINUTE, state="ended", answered_at=None)
    assert await listed(house) == ["c1"]
    await contact(house, "answered", started_at=NOW - MINUTE, state="ended", answered_at=NOW)
    assert await listed(house) == []


@pytest.mark.parametrize(
    ("state", "unit", "falls"),
    [("offline", "north/desk", True), ("break", "north/desk", False), ("offline", "south", False)],
)
async def test_what_an_agent_off_duty_agreed_falls_to_the_colleagues(
    any_house: House, state: str, unit: str, falls: bool
) -> None:
    await any_house.person("1003", "agent", unit=unit)
    await any_house.insert(AgentRow, agent_no=AGENT, state=state, since=NOW, body={})
    await agreed(any_house)
    theirs = await items(any_house, "1003", LIST.replace(AGENT, "1003"))
    assert [(item["contact_id"], item["agent_no"]) for item in theirs] == ([("c1", AGENT)] if falls else [])
    reply = await (await any_house.as_("1003")).get("/api/contacts/c1")
    assert reply.status_code == (200 if falls else 404)


async def test_supervisors_list_all_that_their_agents_agreed(any_house: House) -> None:
    await agreed(any_house)
    await agreed(any_house, "tip", restricted="tipoff", from_number="+8613800000002")
    assert [item["contact_id"] for item in await items(any_house, SUPERVISOR, "/api/contacts?to_call=true")] == ["c1"]
