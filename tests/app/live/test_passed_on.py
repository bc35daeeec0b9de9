"""A call that is passed on: each who has it concludes their own part."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection

from app.db.tables import Contact, JournalPrivate, JournalRow
from app.db.write_set import WriteSet
from app.observe.clock import SystemClock
from app.usecases.turn_effects import put_event
from routing.events import MediaConnected
from tests.app.live.conftest import Node, arrived, until
from tests.app.live.test_console_commands import all_of, heard, talking, tell

TO_SECOND: dict[str, Any] = {"contact_id": "c1", "to": {"agent_no": "1002"}}


async def listed(node: Node, token: str) -> tuple[str, str | None]:
    """State and disposition of the contact, as lists and stories have them."""
    site = f"http://127.0.0.1:{node.port}"
    async with httpx2.AsyncClient(base_url=site, cookies={"hotline_session": token}) as client:
        answer = await client.get("/api/contacts/c1")
    return answer.json()["state"], answer.json()["disposition"]


async def passed(giver: ClientConnection, taker: ClientConnection, mode: str, **more: Any) -> dict[str, Any]:
    """The taker's offer of what the giver passes on or asks about, accepted."""
    await arrived(taker)
    assert (await tell(taker, type="set_state", state="available"))["type"] == "ack"
    assert (await tell(giver, type="transfer", mode=mode, **TO_SECOND, **more))["type"] == "ack"
    offer = await until(taker, "offer", contact_id="c1")
    assert (await tell(taker, type="accept", offer_id=offer["offer_id"]))["type"] == "ack"
    return offer


async def test_who_takes_over_a_call_begins_with_no_result_and_has_the_last_word(whole: Node) -> None:
    first, second = await whole.person("1001"), await whole.person("1002")
    async with whole.open(first) as giver, whole.open(second) as taker:
        await talking(whole, giver)
        offer = await passed(giver, taker, "cold")
        await heard(whole, taker, MediaConnected(SystemClock().now_ms(), offer["task_id"], offer["offer_id"]))
        done = {"contact_id": "c1", "disposition": "transferred", "note": "to a colleague"}
        assert (await tell(giver, type="wrap_up", **done))["type"] == "ack"
        assert (await tell(taker, type="hold", contact_id="c1"))["type"] == "ack"
    async with whole.open(second) as again:
        snapshot = await until(again, "snapshot")
        assert [(each["state"], each["disposition"]) for each in snapshot["contacts"]] == [("held", None)]
        assert await listed(whole, second) == ("held", None)
        assert (await tell(again, type="wrap_up", contact_id="c1", disposition="resolved"))["type"] == "ack"
        (contact,) = await all_of(whole, Contact)
        assert (contact.disposition, contact.note) == ("resolved", None)


async def test_a_result_given_ahead_does_not_go_on_with_the_call(whole: Node) -> None:
    first = await whole.person("1001")
    await whole.person("1002")
    async with whole.open(first) as giver:
        await talking(whole, giver)
        assert (await tell(giver, type="wrap_up", contact_id="c1", disposition="resolved"))["type"] == "ack"
        assert (await tell(giver, type="transfer", contact_id="c1", to={"queue": "phone"}, mode="cold"))["type"]
    (contact,) = await all_of(whole, Contact)
    assert contact.disposition is None


GIVER = {"agent_no": "1001", "name": "Person 1001"}


async def asked_in(node: Node, asker: ClientConnection, asked: ClientConnection) -> None:
    """A warm transfer of the asker's call, as far as both talking with the second one."""
    await talking(node, asker)
    offer = await passed(asker, asked, "warm")
    write_set = WriteSet()
    put_event(write_set, MediaConnected(SystemClock().now_ms(), offer["task_id"], offer["offer_id"]))
    await node.db.commit(write_set)
    assert (await until(asked, "contact", state="talking"))["asked_by"] == GIVER


async def test_who_is_asked_in_sees_by_whom_until_the_one_who_asked_ends_it(whole: Node) -> None:
    first, second = await whole.person("1001"), await whole.person("1002")
    async with whole.open(first) as asker, whole.open(second) as asked:
        await asked_in(whole, asker, asked)
        assert (await tell(asker, type="cancel_transfer", contact_id="c1"))["type"] == "ack"
        await until(asked, "contact_ended", contact_id="c1")


async def test_whoever_takes_over_after_being_asked_in_sees_from_whom(whole: Node) -> None:
    first, second = await whole.person("1001"), await whole.person("1002")
    async with whole.open(first) as asker, whole.open(second) as asked:
        await asked_in(whole, asker, asked)
        assert (await tell(asker, type="complete_transfer", contact_id="c1"))["type"] == "ack"
        shown = await until(asked, "contact", kind="transfer")
        assert (shown["passed_by"], shown["asked_by"]) == (GIVER, None)


WHY = "wants the meter's report, number 13800000001"
MASKED = "wants the meter's report, number 138****0001"


@pytest.mark.parametrize("mode", ["cold", "warm"])
async def test_who_is_handed_a_call_or_asked_about_it_reads_why_also_on_a_page_loaded_anew(
    whole: Node, mode: str
) -> None:
    first, second = await whole.person("1001"), await whole.person("1002")
    async with whole.open(first) as giver, whole.open(second) as taker:
        await talking(whole, giver)
        offer = await passed(giver, taker, mode, note=f" {WHY} ")
        assert offer["note"] == MASKED
        assert (await until(taker, "contact", contact_id="c1"))["note"] == MASKED
    async with whole.open(second) as again:
        assert [each["note"] for each in (await until(again, "snapshot"))["contacts"]] == [MASKED]
    (told,) = [row for row in await all_of(whole, JournalRow) if row.kind == "transfer" and row.actor_kind == "agent"]
    private = {row.row_id: row.body for row in await all_of(whole, JournalPrivate)}
    assert private[told.id] == {"note": WHY}


async def test_a_note_has_its_limit_and_none_is_shown_where_none_was_given(whole: Node) -> None:
    first, second = await whole.person("1001"), await whole.person("1002")
    async with whole.open(first) as giver, whole.open(second) as taker:
        await talking(whole, giver)
        long = await tell(giver, type="transfer", id="t0", mode="cold", **TO_SECOND, note="x" * 201)
        assert (long["type"], long["code"]) == ("error", "invalid")
        assert "note" not in await passed(giver, taker, "cold", note=" ")
