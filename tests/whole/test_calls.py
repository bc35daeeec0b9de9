"""Callers who serve themselves, over the wire."""

from __future__ import annotations

import re
from typing import Any

from tests.whole.people import Person, Phones, until
from tests.whole.rig import System


async def contact_of(system: System, call_sid: str, **fields: Any) -> dict[str, Any]:
    """The contact of a call, as soon as it has these values."""

    async def found() -> dict[str, Any] | None:
        rows = await system.rows("SELECT * FROM contacts WHERE call_sid = :sid", sid=call_sid)
        return rows[0] if rows and fields.items() <= rows[0].items() else None

    return await until(found, f"contact of {call_sid} with {fields}")


async def orders_of(system: System, contact_id: str) -> list[dict[str, Any]]:
    """The orders that a contact made."""
    query = "SELECT * FROM work_orders WHERE contact_id = :id ORDER BY created_at"
    return await system.rows(query, id=contact_id)


async def test_a_known_caller_hears_the_bill_of_the_account(system: System, phones: Phones) -> None:
    call = await phones.call("+8613800000001")
    await call.press("2", "1")
    said = await call.hears(r"元")
    bill = (
        await system.rows("SELECT amount_fen FROM bills WHERE account_no = '8000000001' ORDER BY month DESC LIMIT 1")
    )[0]
    yuan, fen = divmod(bill["amount_fen"], 100)
    assert f"{yuan}元" in said
    assert fen == 0 or str(fen // 10) in said
    await call.hang_up()
    await contact_of(system, call.call_sid, state="ended", outcome="self_service", account_no="8000000001")


async def test_an_english_caller_is_answered_in_english(system: System, phones: Phones) -> None:
    call = await phones.call("+8613800000009")
    await call.press("2", "1")
    await call.hears("kilowatt hours")
    await call.hang_up()
    await contact_of(system, call.call_sid, state="ended", lang="en")


async def restored_in_turn(crew: Person, order_no: str) -> None:
    """The crew does what it is offered until this order is done; danger of somebody else may come first."""
    done: set[str] = set()
    while order_no not in done:
        offer = await crew.offered(queue="field")
        await crew.tell("accept", offer_id=offer["offer_id"])
        for state in ("en_route", "arrived", "restored"):
            await crew.tell("step", order_no=offer["order_no"], to=state, note="fuse replaced")
        done.add(offer["order_no"])


async def test_a_fault_becomes_an_order_and_a_crew_restores_it(system: System, phones: Phones) -> None:
    async with Person(system.app_url, "3001") as crew:
        await crew.available()
        call = await phones.call("+8613800000011")
        await call.press("1", "1", "1", "1", "1")
        spoken = await call.hears(r"(\d ){9,}\d")
        number = "".join(re.findall(r"\d", re.search(r"(?:\d ){9,}\d", spoken)[0]))  # type: ignore[index]
        await phones.texted("+8613800000011", number)
        await call.hang_up()
        contact = await contact_of(system, call.call_sid, state="ended")
        assert [order["order_no"] for order in await orders_of(system, contact["contact_id"])] == [number]
        await restored_in_turn(crew, number)
        await phones.texted("+8613800000011", r"恢复|来电|restored")
        order = (await orders_of(system, contact["contact_id"]))[0]
        assert (order["state"], order["crew_no"]) == ("restored", "3001")


async def test_an_emergency_stands_although_the_caller_hung_up(system: System, phones: Phones) -> None:
    call = await phones.call("+8613800000012")
    await call.press("8")
    await call.hears("登记|紧急")
    await call.hang_up()
    await call.ended()
    contact = await contact_of(system, call.call_sid)

    async def called_back() -> list[dict[str, Any]]:
        query = "SELECT * FROM tasks WHERE queue = 'emergency' AND contact_id = :id AND ended_at IS NULL"
        return await system.rows(query, id=contact["contact_id"])

    tasks = await until(called_back, "a call-back task")
    assert tasks[0]["boost_s"] == 86_400
    orders = await orders_of(system, contact["contact_id"])
    assert [order["urgency"] for order in orders] in (["emergency"], ["urgent"])


async def test_a_complaint_is_recorded_and_promised(system: System, phones: Phones) -> None:
    call = await phones.call(system.number())
    await call.press("3", "1", "1")
    await call.say("the crew was late")
    await call.hears(r"(\d ){9,}\d")
    await call.hang_up()
    contact = await contact_of(system, call.call_sid, state="ended")

    async def recorded() -> dict[str, Any] | None:
        orders = await orders_of(system, contact["contact_id"])
        return orders[0] if orders and orders[0]["recording_id"] else None

    order = await until(recorded, "a complaint with its recording")
    assert order["type"] == "complaint"
    clocks = await system.rows("SELECT name FROM order_clocks WHERE order_no = :no", no=order["order_no"])
    assert {"contact", "reply"} <= {clock["name"] for clock in clocks}


async def test_text_messages_run_the_same_trees(system: System, phones: Phones) -> None:
    number = "+8613800000005"
    await phones.text(number, "DF")
    await phones.texted(number, "元")
    await phones.text(number, "BX 8000000005 家里没电")
    made = await phones.texted(number, r"\d{10,12}")
    rows = await system.rows("SELECT order_no FROM work_orders WHERE account_no = '8000000005'")
    assert [row["order_no"] for row in rows] == re.findall(r"\d{10,12}", made)[:1]
    known = len(await phones.texts(number))
    await phones.text(number, "hello there")

    async def answered() -> bool:
        return len(await phones.texts(number)) > known

    await until(answered, "the help text")
