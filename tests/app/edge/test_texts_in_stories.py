"""What was written to people stands in the stories of order, contact and customer, with what became of it."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from app.db.tables import JournalRow, Message
from app.db.write_set import WriteSet
from app.usecases.notice_due import Due, notice_due
from tests.app.edge.conftest import NOW, House
from tests.app.edge.test_orders import AGENT, MANAGER, PHONE, SUPERVISOR, contact, opened, stock

WORDS = "供电已恢复"


async def texts_in(house: House, address: str, who: str = SUPERVISOR) -> list[dict[str, Any]]:
    reply = await (await house.as_(who)).get(f"{address}/timeline?limit=100")
    assert reply.status_code == 200, reply.text
    return [entry["data"] for entry in reply.json()["items"] if entry["kind"] == "message"]


async def restored(house: House) -> str:
    """A fault that is over, a day after its call."""
    await stock(house)
    await contact(house, "c1", state="ended", ended_at=NOW)
    number = str((await opened(await house.as_(AGENT), contact_id="c1"))["order_no"])
    house.clock.now += 3_600_000
    supervisor = await house.as_(SUPERVISOR)
    done = await supervisor.post(f"/api/work-orders/{number}/transitions", json={"to": "restored", "note": "fuse"})
    assert done.status_code == 200, done.text
    return number


async def test_a_restoration_is_told_in_the_stories_of_order_contact_and_customer(any_house: House) -> None:
    number = await restored(any_house)
    for address in (f"/api/work-orders/{number}", "/api/contacts/c1", "/api/customers/C1"):
        told = await texts_in(any_house, address, MANAGER)
        assert [(text["message"], text["status"]) for text in told] == [
            ("confirmation", "pending"),
            ("restoration", "pending"),
        ], address
        assert WORDS in told[1]["words"]
        assert f"工单{number}" in told[1]["words"], "an order's number is nobody's telephone"
        assert PHONE not in str(told), "masked until verified"
    async with any_house.db.session() as session:
        bodies = (await session.exec(select(JournalRow.body).where(col(JournalRow.kind) == "message"))).all()
    assert PHONE not in str(bodies)
    assert WORDS not in str(bodies)


async def test_the_story_tells_what_the_carrier_said_of_a_text(house: House) -> None:
    number = await restored(house)
    first, second = await texts_in(house, f"/api/work-orders/{number}")
    write = WriteSet()
    write.change(Message, {"message_id": first["message_id"]}, None, status="delivered")
    write.change(Message, {"message_id": second["message_id"]}, None, status="undelivered", error_code="30003")
    await house.db.commit(write)
    first, second = await texts_in(house, f"/api/work-orders/{number}", AGENT)
    assert (first["status"], "error_code" in first) == ("delivered", False)
    assert (second["status"], second["error_code"]) == ("undelivered", "30003")


async def test_an_invitation_to_a_survey_stands_in_the_story_of_the_order_it_is_about(house: House) -> None:
    number = await restored(house)
    due = house.clock.now + 24 * 3_600_000
    tools = house.services.tools
    for at in (due, due + 12 * 3_600_000):
        while await notice_due(Due(house.db, tools, at)):
            pass
    assert "survey" in [text["message"] for text in await texts_in(house, f"/api/work-orders/{number}")]
