"""What an identified caller hears of bills and debt; nobody else gets a figure."""

from __future__ import annotations

from typing import Any

from app.db.tables import Account
from app.domain.billing.reads import as_of_ms, bills, open_bills
from app.domain.billing.rules import arrears, figures
from app.domain.customers.kinds import AccountStatus, Relay
from app.domain.orders.kinds import OrderType
from app.domain.orders.promises import rule_of
from app.usecases.run_turn import Answer
from app.usecases.services.asking import Ask

MONTHS = 3


async def latest(ask: Ask) -> Answer:
    """`bill.latest`."""
    account = await _identified(ask)
    if account is None:
        return _stranger()
    found = await bills(ask.session, account.account_no, limit=1)
    if not found:
        return Answer("none")
    bill = figures(found[0], account.user_class, ask.today)
    values: dict[str, Any] = {
        "bill_month": bill.month,
        "bill_kwh": bill.kwh_hundredths,
        "bill_fen": bill.amount_fen,
        "bill_state": str(bill.status),
        "bill_unpaid_fen": bill.outstanding_fen,
        "bill_asof_at": await _as_of(ask),
    }
    return Answer("found", values, entry={"account_no": account.account_no, "month": bill.month})


async def history(ask: Ask) -> Answer:
    """`bill.history`."""
    account = await _identified(ask)
    if account is None:
        return _stranger()
    found = await bills(ask.session, account.account_no, limit=MONTHS)
    months: list[dict[str, Any]] = [
        {"month": bill.month, "kwh": bill.kwh_hundredths, "fen": bill.amount_fen} for bill in found
    ]
    return Answer("found", {"bill_months": months}) if months else Answer("none")


async def owed(ask: Ask) -> Answer:
    """`bill.arrears`."""
    account = await _identified(ask)
    if account is None:
        return _stranger()
    values = await arrears_values(ask, account)
    if values["arrears_count"]:
        return Answer("owing", values)
    return Answer("none", {"arrears_asof_at": values["arrears_asof_at"]})


async def arrears_values(ask: Ask, account: Account) -> dict[str, Any]:
    """The debt of an account, as of the last import, and how long reconnection takes."""
    debt = arrears(await open_bills(ask.session, account.account_no), account.user_class, ask.today)
    rule = rule_of(ask.tools.promises, OrderType.SERVICE_REQUEST, "restore")
    assert rule is not None
    return {
        "arrears_count": debt.count,
        "arrears_fen": debt.total_fen,
        "arrears_fee_fen": debt.late_fee_fen,
        "arrears_asof_at": await _as_of(ask),
        "reconnect_hours": -(-rule.amount(None) // 60),
    }


async def owes(ask: Ask, account: Account) -> bool:
    """Whether anything is unpaid."""
    return bool(await open_bills(ask.session, account.account_no))


def is_cut(account: Account, owing: bool) -> bool:
    """Whether the power is off because of the debt."""
    return account.status == AccountStatus.SUSPENDED_ARREARS or (account.relay == Relay.OPEN and owing)


async def _as_of(ask: Ask) -> int:
    return await as_of_ms(ask.session) or ask.now


async def _identified(ask: Ask) -> Account | None:
    account_no = ask.text("account_no")
    return await ask.session.get(Account, account_no) if ask.is_identified(account_no) else None


def _stranger() -> Answer:
    return Answer("error", entry={"reason": "not identified"})
