"""The shapes `customer` and `account`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.db.tables import Account, Bill, Customer
from app.domain.billing.rules import arrears, figures
from app.domain.customers.reads import AccountCard
from app.domain.customers.rules import address_number, amount_ending, masked_phone
from app.usecases.shapes.base import Shape, iso_or_none, masked_email, masked_text, open_or_masked

HIDDEN_AMOUNT = "***"


class CustomerBrief(Shape):
    """A customer as found: enough to recognise, nothing to misuse."""

    customer_no: str
    name: str
    kind: str
    relation: str
    sensitive: list[str]
    address_masked: str


class AccountBrief(Shape):
    """An account among those of a customer."""

    account_no: str
    status: str
    user_class: str
    address: str | None = None
    address_masked: str | None = None


class CustomerShape(Shape):
    """A customer; address and mail masked until the caller is verified (rule 25)."""

    customer_no: str
    name: str
    kind: str
    trade_mode: str
    relation: str
    lang: str
    sensitive: list[str]
    sensitive_verified_on: str | None
    do_not_call: bool
    address: str | None = None
    address_masked: str | None = None
    email: str | None = None
    email_masked: str | None = None
    accounts: list[AccountBrief]
    version: int


class BillShape(Shape):
    """One month; fen and hundredths of a kWh."""

    month: str
    status: str
    due_on: str
    issued_on: str
    kwh_hundredths: int | None = None
    kwh_hundredths_masked: str | None = None
    amount_fen: int | None = None
    amount_fen_masked: str | None = None
    outstanding_fen: int | None = None
    outstanding_fen_masked: str | None = None
    late_fee_fen: int | None = None
    late_fee_fen_masked: str | None = None


class CheckShape(Shape):
    """An item of `verify`, and what of its values is shown to be compared with a caller's words."""

    item: str
    parts: list[str]


class AccountShape(Shape):
    """An account; address, phones and amounts masked until the caller is verified (rule 25).

    `checks` is there until then: one for each item that the archive can answer for.
    """

    account_no: str
    customer_no: str
    area_code: str
    area_name: str | None
    area_type: str | None
    user_class: str
    tariff: str | None
    prepay: str
    status: str
    relay: str
    address: str | None = None
    address_masked: str | None = None
    phones: list[str] | None = None
    phones_masked: list[str] | None = None
    in_arrears: bool
    arrears_fen: int | None = None
    arrears_fen_masked: str | None = None
    bills: list[BillShape]
    checks: list[CheckShape] | None = None
    as_of: str | None
    version: int


def customer_brief(customer: Customer) -> CustomerBrief:
    """A line of a list: always masked."""
    return CustomerBrief(
        customer_no=customer.customer_no,
        name=customer.name,
        kind=customer.kind,
        relation=customer.relation,
        sensitive=customer.sensitive,
        address_masked=masked_text(customer.address),
    )


def customer_shape(customer: Customer, accounts: Sequence[Account], shown: bool) -> CustomerShape:
    """A customer with the accounts they hold."""
    plain = ("customer_no", "name", "kind", "trade_mode", "relation", "lang", "sensitive", "sensitive_verified_on")
    briefs = [
        AccountBrief.model_validate(
            {
                **account.model_dump(include={"account_no", "status", "user_class"}),
                **open_or_masked("address", account.address, shown),
            }
        )
        for account in accounts
    ]
    return CustomerShape.model_validate(
        {
            **customer.model_dump(include={*plain, "do_not_call", "version"}),
            **open_or_masked("address", customer.address, shown),
            **open_or_masked("email", customer.email, shown, masked_email),
            "accounts": briefs,
        }
    )


def account_shape(
    card: AccountCard, bills: Sequence[Bill], as_of: int | None, today: date, shown: bool
) -> AccountShape:
    """An account with its last bills."""
    account = card.account
    owed = arrears(bills, account.user_class, today)
    plain = {"account_no", "customer_no", "area_code", "user_class", "tariff", "prepay", "status", "relay", "version"}
    phones = list(card.phones)
    return AccountShape.model_validate(
        {
            **account.model_dump(include=plain),
            **open_or_masked("address", account.address, shown),
            **({"phones": phones} if shown else {"phones_masked": [masked_phone(phone) for phone in phones]}),
            **_amount("arrears_fen", owed.total_fen, shown),
            "area_name": card.place.name if card.place else None,
            "area_type": card.place.area_type if card.place else None,
            "in_arrears": owed.count > 0,
            "bills": [_bill_shape(bill, account.user_class, today, shown) for bill in bills],
            **({} if shown else {"checks": _checks(card, bills)}),
            "as_of": iso_or_none(as_of),
        }
    )


def _checks(card: AccountCard, bills: Sequence[Bill]) -> list[CheckShape]:
    """The caller says the whole, the agent sees a part. A name is no secret to who looks at the archive."""
    newest = max(bills, key=lambda bill: bill.month, default=None)
    parts = {
        "name": [card.customer.name] if card.customer else [],
        "address": [address_number(card.account.address)] if card.account.address else [],
        "account_no": [card.account.account_no[-4:]],
        "phone": [phone[-4:] for phone in card.phones],
        "last_bill": [amount_ending(newest.amount_fen)] if newest else [],
    }
    return [CheckShape(item=item, parts=found) for item, found in parts.items() if found]


def _bill_shape(bill: Bill, user_class: str, today: date, shown: bool) -> BillShape:
    figured = figures(bill, user_class, today)
    return BillShape.model_validate(
        {
            "month": bill.month,
            "status": figured.status,
            "due_on": bill.due_on,
            "issued_on": bill.issued_on,
            **_amount("kwh_hundredths", bill.kwh_hundredths, shown),
            **_amount("amount_fen", bill.amount_fen, shown),
            **_amount("outstanding_fen", figured.outstanding_fen, shown),
            **_amount("late_fee_fen", figured.late_fee_fen, shown),
        }
    )


def _amount(name: str, value: int, shown: bool) -> dict[str, int | str]:
    return {name: value} if shown else {f"{name}_masked": HIDDEN_AMOUNT}
