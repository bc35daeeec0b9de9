"""Nothing of an account is told to somebody who has not shown that they may hear it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.db.tables import NumberLookup, WarningRow
from app.domain.operations.sections import Level, WarningRule
from app.usecases.due import Due
from app.usecases.notice_due import notice_due
from app.usecases.services.registry import HotlineServices
from tests.app.world import CALLER, MINUTE, STRANGER, World


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


async def test_digits_are_not_guessed_over_many_calls_of_many_numbers(world: World) -> None:
    async def guess(caller: str, account_no: str, last4: str) -> str:
        return (await world.call(caller).ask("account.verify", account_no=account_no, last4=last4)).outcome

    for n in range(10):
        assert await guess(f"+8613900000{n:03d}", "1000000001", f"9{n:03d}") == "wrong"
    assert await guess("+8613900000999", "1000000001", "0001") == "locked", "the right digits too"
    assert await guess("+8613900000999", "1000000002", "1111") == "wrong", "another account is not concerned"
    world.at.at_ms += 60 * MINUTE
    assert await guess("+8613900000999", "1000000001", "0001") == "verified"


async def test_one_number_does_not_guess_at_many_accounts(world: World) -> None:
    for n in range(30):
        answer = await world.call(STRANGER).ask("account.verify", account_no=f"77000000{n:02d}", last4="1111")
        assert answer.outcome == "wrong"
    answer = await world.call(STRANGER).ask("account.verify", account_no="1000000001", last4="0001")
    assert (answer.outcome, world.contact["identity"]) == ("locked", "none")


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


async def test_who_looks_too_many_numbers_up_gets_a_human_and_supervisors_hear_of_it(world: World) -> None:
    world.tools = replace(world.tools, warnings={"number_guessing": WarningRule(3, 86_400, Level.RED)})
    world.services = HotlineServices(world.database, world.tools)

    async def looked_up(caller: str, number: str) -> str:
        return (await world.call(caller).ask("account.by_number", number=number)).outcome

    assert [await looked_up(STRANGER, f"77000000{n:02d}") for n in range(3)] == ["unknown"] * 3
    assert await looked_up(STRANGER, "1000000001") == "error", "a real one is not told either"
    assert await looked_up(CALLER, "1000000001") == "found", "others are not concerned"
    await notice_due(Due(world.database, world.tools, world.at.at_ms))
    (warning,) = await world.rows(WarningRow)
    assert (warning.kind, warning.level, warning.facts) == ("number_guessing", "red", {"look_ups": 4})
    assert STRANGER not in warning.about
    world.at.at_ms += 24 * 60 * MINUTE
    assert await looked_up(STRANGER, "1000000001") == "found"


async def test_many_numbers_from_everywhere_are_heard_of_though_no_caller_is_over(world: World) -> None:
    world.tools = replace(world.tools, warnings={"number_guessing": WarningRule(2, 86_400, Level.RED)})
    for n in range(200):
        await world.put(NumberLookup, lookup_id=f"n{n}", caller=f"+8613900{n:06d}", at=world.at.at_ms)
    await notice_due(Due(world.database, world.tools, world.at.at_ms))
    (warning,) = await world.rows(WarningRow)
    assert warning.about.startswith("everybody")
