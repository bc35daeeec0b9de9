"""Nothing of an account is told to somebody who has not shown that they may hear it."""

from __future__ import annotations

import pytest

from tests.app.world import CALLER, STRANGER, World


async def test_scenario_10_two_wrong_tries_lock_the_contact_and_nothing_is_read(world: World) -> None:
    await world.account("1000000003", "C1", CALLER)
    await world.bill("1000000001", 8_650)
    assert (await world.known())["match"] == "many"
    world.call(STRANGER)
    outcomes = [
        (await world.ask("account.verify", account_no="1000000001", last4=digits)).outcome
        for digits in ("1111", "2222", "0001")
    ]
    assert outcomes == ["wrong", "locked", "locked"]
    assert (await world.ask("bill.latest", account_no="1000000001")).outcome == "error"
    assert world.contact["identity"] == "none"


async def test_a_hint_becomes_an_identity_only_by_the_callers_own_confirmation(world: World) -> None:
    assert (await world.meet()).contact["identity"] == "hint"
    await world.bill("1000000001", 8_650)
    world.call(STRANGER)
    assert (await world.ask("account.confirm", account_no="1000000001")).outcome == "error"
    world.call(CALLER)
    assert (await world.ask("account.confirm", account_no="1000000002")).outcome == "error"
    assert (await world.ask("bill.latest", account_no="1000000001")).outcome == "error"
    assert (await world.ask("account.confirm", account_no="1000000001")).outcome == "confirmed"
    assert (await world.ask("bill.latest", account_no="1000000001")).values["bill_fen"] == 8_650
    assert (await world.ask("bill.latest", account_no="1000000002")).outcome == "error"


async def test_a_bill_is_texted_to_an_identified_caller_only(world: World) -> None:
    await world.bill("1000000001", 8_650, paid_fen=50)
    world.call(STRANGER)
    assert (await world.ask("sms.send_bill", account_no="1000000001", phone=STRANGER)).outcome == "error"
    world.call(CALLER)
    await world.ask("account.confirm", account_no="1000000001")
    answer = await world.ask("sms.send_bill", account_no="1000000001", phone=CALLER)
    assert answer.private["text"] == "【供电服务热线】户号尾号0001，2026-01电费86元5角，未缴86元。"


@pytest.mark.parametrize("number", ["16812345", "110", "+15550100002", "abc", ""])
async def test_22_costly_foreign_and_impossible_numbers_are_not_called_back(world: World, number: str) -> None:
    assert (await world.call().ask("callback.check", number=number)).outcome == "refused"
