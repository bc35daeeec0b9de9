"""Reads of the archive."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import Account, AccountPhone, Customer
from app.domain.areas.reads import Place, place
from app.domain.customers.kinds import AccountStatus
from app.domain.customers.rules import e164


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account with all that stands around it. `place` None = its area was never imported."""

    account: Account
    customer: Customer | None
    phones: tuple[str, ...]
    place: Place | None


async def accounts_by_phone(session: AsyncSession, phone: str) -> list[Account]:
    """Accounts, closed ones left out, that this caller id belongs to, by number. Withheld numbers have none."""
    number = e164(phone)
    if number is None:
        return []
    query = (
        select(Account)
        .join(AccountPhone, col(AccountPhone.account_no) == Account.account_no)
        .where(AccountPhone.phone == number, Account.status != AccountStatus.CLOSED)
        .order_by(Account.account_no)
    )
    return list((await session.exec(query)).all())


async def phones(session: AsyncSession, account_no: str) -> tuple[str, ...]:
    """Phones of an account in the order in which they were given."""
    query = select(AccountPhone.phone).where(AccountPhone.account_no == account_no).order_by(col(AccountPhone.position))
    return tuple((await session.exec(query)).all())


async def account_card(session: AsyncSession, account_no: str) -> AccountCard | None:
    """All about one account; None = there is none with this number."""
    account = await session.get(Account, account_no)
    if account is None:
        return None
    return AccountCard(
        account=account,
        customer=await session.get(Customer, account.customer_no),
        phones=await phones(session, account_no),
        place=await place(session, account.area_code),
    )


async def accounts_of(session: AsyncSession, customer_no: str) -> list[Account]:
    """All accounts of a customer, closed ones too."""
    query = select(Account).where(Account.customer_no == customer_no).order_by(Account.account_no)
    return list((await session.exec(query)).all())


async def search(session: AsyncSession, words: str, *, after: str = "", limit: int = 50) -> list[Customer]:
    """Customers by name, customer or account number, phone or address, ordered by number, from beyond `after`."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    number = e164(words) or words
    by_account = (
        select(Account.customer_no)
        .join(AccountPhone, col(AccountPhone.account_no) == Account.account_no, isouter=True)
        .where(
            or_(
                Account.account_no == words,
                AccountPhone.phone == number,
                col(Account.address).like(like, escape="\\"),
            )
        )
    )
    query = (
        select(Customer)
        .where(
            Customer.customer_no > after,
            or_(
                Customer.customer_no == words,
                col(Customer.name).like(like, escape="\\"),
                col(Customer.customer_no).in_(by_account),
            ),
        )
        .order_by(Customer.customer_no)
        .limit(limit)
    )
    return list((await session.exec(query)).all())
