"""From an account or an area to the place of an order."""

from __future__ import annotations

from sqlmodel.ext.asyncio.session import AsyncSession

from app.domain.areas import reads as areas
from app.domain.customers.reads import AccountCard, account_card
from app.domain.orders.written import Place


def place_of(card: AccountCard) -> Place:
    """Where an account is supplied."""
    account, customer, area = card.account, card.customer, card.place
    return Place(
        account_no=account.account_no,
        customer_no=account.customer_no,
        address=account.address,
        area_code=account.area_code,
        area_type=area.area_type if area else None,
        unit=area.unit if area else None,
        sensitive=tuple(customer.sensitive) if customer else (),
    )


async def of_account(session: AsyncSession, account_no: str | None) -> Place:
    """The place of an account; an unknown one is an unknown place."""
    card = await account_card(session, account_no) if account_no else None
    return place_of(card) if card else Place()


async def of_area(session: AsyncSession, code: str | None) -> Place:
    """An area as a place."""
    area = await areas.place(session, code) if code else None
    return Place(area_code=area.code, area_type=area.area_type, unit=area.unit) if area else Place()
