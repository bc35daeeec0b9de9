"""Who is calling: account numbers, the caller's confirmation, the last four digits."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, func, select

from app.db.tables import Account, NumberLookup, WrongTry
from app.db.write_set import WriteSet
from app.domain.customers.kinds import AccountStatus
from app.domain.customers.reads import AccountCard, account_card, accounts_by_phone
from app.domain.customers.rules import Check, check_last_four
from app.domain.operations.sections import Level, WarningKind, WarningRule
from app.observe.clock import new_id
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask

TRIES = 2
HOUR_MS = 3_600_000
MOST_FOR_ACCOUNT, MOST_FROM_CALLER = 10, 30
"""Wrong tries in an hour, over all conversations; beyond them a human asks. The hotline itself is never locked."""
LOOK_UPS = WarningRule(60, 86_400, Level.RED)
"""Account numbers looked up from one number, where the operations file says nothing of `number_guessing`."""
EVERYBODY = 100
"""So many times that budget may be used by everybody together before supervisors are warned."""


async def by_number(ask: Ask) -> Answer:
    """`account.by_number`. Each look-up is counted; a number that has used its budget up gets no answer but a human."""
    rule = ask.tools.warnings.get(WarningKind.NUMBER_GUESSING, LOOK_UPS)
    write = WriteSet()
    write.insert(NumberLookup, lookup_id=new_id(ask.now), caller=ask.caller, at=ask.now)
    earlier = select(func.count()).where(
        NumberLookup.caller == ask.caller, col(NumberLookup.at) > ask.now - rule.window_s * 1000
    )
    if (await ask.session.exec(earlier)).one() >= rule.threshold:
        return Answer("error", write_set=write, entry={"reason": "too many look-ups"})
    card = await _open_account(ask, ask.text("number"))
    if card is None:
        return Answer("unknown", write_set=write)
    values = naming(card.account)
    if not card.phones:
        return Answer("no_phone", values, write)
    return Answer("own" if ask.text("phone") in card.phones else "found", values, write)


async def confirm(ask: Ask) -> Answer:
    """`account.confirm`: only for an account that the caller's own number stands at."""
    account_no = ask.text("account_no")
    for account in await accounts_by_phone(ask.session, ask.caller):
        if account.account_no == account_no:
            return Answer("confirmed", naming(account), contact=_verified(account))
    return Answer("error", entry={"reason": "not the caller's account"})


async def verify(ask: Ask) -> Answer:
    """`account.verify`: two wrong tries in one contact, whatever the account, and nobody can be verified in it; nor
    where an account or a caller id has had too many in other contacts, right digits or not."""
    wrong, account_no = int(ask.learned.get("wrong_tries", 0)), ask.text("account_no")
    if wrong >= TRIES or await _is_guessed_at(ask, account_no):
        return Answer("locked")
    card = await _open_account(ask, account_no)
    if card is not None and check_last_four(card.phones, ask.text("last4")) is Check.VERIFIED:
        return Answer("verified", naming(card.account), contact=_verified(card.account))
    learned = {**ask.learned, "wrong_tries": wrong + 1}
    write = WriteSet()
    write.insert(WrongTry, try_id=new_id(ask.now), account_no=account_no, caller=ask.caller, at=ask.now)
    return Answer("locked" if wrong + 1 >= TRIES else "wrong", write_set=write, contact={"learned": learned})


async def _is_guessed_at(ask: Ask, account_no: str) -> bool:
    most = {WrongTry.account_no: (account_no, MOST_FOR_ACCOUNT), WrongTry.caller: (ask.caller, MOST_FROM_CALLER)}
    for column, (value, limit) in most.items():
        recent = select(func.count()).where(col(column) == value, col(WrongTry.at) > ask.now - HOUR_MS)
        if value and (await ask.session.exec(recent)).one() >= limit:
            return True
    return False


async def _open_account(ask: Ask, account_no: str) -> AccountCard | None:
    card = await account_card(ask.session, account_no)
    return card if card is not None and card.account.status != AccountStatus.CLOSED else None


def naming(account: Account) -> dict[str, Any]:
    """How an account is named to the tree."""
    return {"account_no": account.account_no, "account_tail4": account.account_no[-4:]}


def _verified(account: Account) -> dict[str, Any]:
    return {"identity": "verified", "account_no": account.account_no, "customer_no": account.customer_no}
